import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LOCALES, type Locale } from '../format.ts';
import { setLocale, setTheme, THEMES, useSettings } from '../settings-store.ts';
import { IconButton } from '../ui/button.tsx';
import { ChoiceMenu } from '../ui/choice-menu.tsx';

/** Every language in its own words, so that it is found by those who read it. */
export const LANGUAGE_NAMES: Record<Locale, string> = {
  en: 'English',
  ko: '한국어',
  ja: '日本語',
  zh: '简体中文',
};

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

export function LanguageMenu() {
  const t = useTranslations('frame');
  const { locale } = useSettings();
  return (
    <ChoiceMenu
      label={t('language')}
      value={locale}
      choices={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
      onChoose={setLocale}
      trigger={
        <IconButton label={t('language')}>
          <Languages aria-hidden="true" className="size-4" />
        </IconButton>
      }
    />
  );
}

export function ThemeMenu() {
  const t = useTranslations('frame');
  const { theme } = useSettings();
  const Icon = THEME_ICONS[theme];
  return (
    <ChoiceMenu
      label={t('theme')}
      value={theme}
      choices={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
      onChoose={setTheme}
      trigger={
        <IconButton label={t('theme')}>
          <Icon aria-hidden="true" className="size-4" />
        </IconButton>
      }
    />
  );
}
