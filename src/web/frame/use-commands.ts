import { useNavigate } from '@tanstack/react-router';
import {
  BellOff,
  CalendarRange,
  FolderOpen,
  Keyboard,
  Languages,
  LogOut,
  type LucideIcon,
  Monitor,
  Plus,
  Search,
  Settings,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useSignOut } from '../data/session.ts';
import { LOCALES } from '../format.ts';
import { SETTINGS_SECTIONS } from '../pages/settings/section-names.ts';
import { setLocale, setTheme, THEMES } from '../settings-store.ts';
import { PRESETS } from '../time-range.ts';
import { PLACES } from './navigation.ts';
import { showOverlay } from './palette-store.ts';
import { LANGUAGE_NAMES } from './preference-menus.tsx';
import { useScope } from './scope.ts';
import { useRangeChoice } from './use-range-choice.ts';

interface CommandEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
  /** Shown whatever was typed. */
  readonly always?: boolean;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function useSearchCommands(typed: string): CommandGroup[] {
  const t = useTranslations('palette');
  const navigate = useNavigate();
  if (typed === '') return [];
  const open: CommandEntry = {
    id: 'open',
    label: t('openInteraction', { id: typed }),
    icon: Search,
    always: true,
    run: () => void navigate({ to: '/interactions/$id', params: { id: typed } }),
  };
  const find: CommandEntry = {
    id: 'find',
    label: t('findInteractions', { text: typed }),
    icon: Search,
    always: true,
    run: () => void navigate({ to: '/interactions', search: { filter: typed } }),
  };
  return [{ title: t('groups.search'), commands: [UUID.test(typed) ? open : find] }];
}

function usePlaceCommands(): CommandGroup {
  const t = useTranslations('palette');
  const nav = useTranslations('nav');
  const sections = useTranslations('settings.sections');
  const navigate = useNavigate();
  return {
    title: t('groups.go'),
    commands: [
      ...PLACES.map(({ name, icon, to }) => ({
        id: to,
        label: nav(name),
        icon,
        run: () => void navigate({ to }),
      })),
      {
        id: '/silences',
        label: nav('silences'),
        icon: BellOff,
        run: () => void navigate({ to: '/silences' }),
      },
      {
        id: '/monitors/new',
        label: t('newMonitor'),
        icon: Plus,
        run: () => void navigate({ to: '/monitors/new' }),
      },
      ...SETTINGS_SECTIONS.filter((section) => section !== 'general').map((section) => ({
        id: `/settings/${section}`,
        label: `${nav('settings')} · ${sections(section)}`,
        icon: Settings,
        run: () => void navigate({ to: '/settings/$section', params: { section } }),
      })),
    ],
  };
}

function usePreferenceCommands(): CommandGroup[] {
  const t = useTranslations('palette');
  const frame = useTranslations('frame');
  return [
    {
      title: t('groups.theme'),
      commands: THEMES.map((theme) => ({
        id: theme,
        label: frame(`themes.${theme}`),
        icon: Monitor,
        run: () => setTheme(theme),
      })),
    },
    {
      title: t('groups.language'),
      commands: LOCALES.map((locale) => ({
        id: locale,
        label: LANGUAGE_NAMES[locale],
        icon: Languages,
        run: () => setLocale(locale),
      })),
    },
  ];
}

function useScopeCommands(): CommandGroup[] {
  const t = useTranslations('palette');
  const range = useTranslations('range');
  const navigate = useNavigate();
  const { session } = useScope();
  const { choosePreset } = useRangeChoice();
  return [
    {
      title: t('groups.range'),
      commands: PRESETS.map((preset) => ({
        id: preset,
        label: range(preset),
        icon: CalendarRange,
        run: () => choosePreset(preset),
      })),
    },
    {
      title: t('groups.project'),
      commands: session.projects.map(({ slug, name }) => ({
        id: slug,
        label: name,
        icon: FolderOpen,
        run: () => void navigate({ to: '/', search: { project: slug } }),
      })),
    },
  ];
}

/** What the palette offers for what was typed. */
export function useCommands(typed: string): CommandGroup[] {
  const t = useTranslations('palette');
  const { session } = useScope();
  const signOut = useSignOut();
  const search = useSearchCommands(typed);
  const places = usePlaceCommands();
  const scope = useScopeCommands();
  const preferences = usePreferenceCommands();
  const help: CommandEntry = {
    id: 'help',
    label: t('showKeys'),
    icon: Keyboard,
    run: () => showOverlay('help'),
  };
  const leave: CommandEntry = {
    id: 'leave',
    label: t('signOut'),
    icon: LogOut,
    run: () => signOut.mutate(),
  };
  const others = { title: t('groups.other'), commands: session.user ? [help, leave] : [help] };
  // A command that matches comes before the search for its name.
  return [places, ...scope, ...preferences, others, ...search];
}
