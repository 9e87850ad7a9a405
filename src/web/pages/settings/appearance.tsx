import { useTranslations } from 'use-intl';
import { LOCALES } from '../../format.ts';
import { LANGUAGE_NAMES } from '../../frame/preference-menus.tsx';
import { setLocale, setTheme, THEMES, useSettings } from '../../settings-store.ts';
import { Section } from '../../ui/section.tsx';
import { Segmented } from '../../ui/segmented.tsx';

/** Theme and language of this browser. */
export function Appearance() {
  const t = useTranslations('frame');
  const settings = useTranslations('settings.appearance');
  const { theme, locale } = useSettings();
  return (
    <Section title={settings('title')}>
      <div className="flex flex-wrap gap-x-8 gap-y-3 text-[0.8125rem]">
        <div className="flex items-center gap-3">
          <span className="text-muted">{t('theme')}</span>
          <Segmented
            label={t('theme')}
            value={theme}
            onChoose={setTheme}
            options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
          />
        </div>
        <div className="flex items-center gap-3">
          <span className="text-muted">{t('language')}</span>
          <Segmented
            label={t('language')}
            value={locale}
            onChoose={setLocale}
            options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
          />
        </div>
      </div>
    </Section>
  );
}
