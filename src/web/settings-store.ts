import { useSyncExternalStore } from 'react';
import { LOCALES, type Locale } from './format.ts';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

interface Settings {
  readonly theme: Theme;
  readonly locale: Locale;
}

const THEME_KEY = 'lqo.theme';
const LOCALE_KEY = 'lqo.locale';

/** Storage may be forbidden by the browser; then choices last as long as the page. */
function readStored(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // The choice still holds for this page.
  }
}

function firstLocale(): Locale {
  const stored = readStored(LOCALE_KEY);
  const wanted = [...(stored === null ? [] : [stored]), ...navigator.languages];
  for (const tag of wanted) {
    const found = LOCALES.find((locale) => tag.toLowerCase().split('-')[0] === locale);
    if (found !== undefined) return found;
  }
  return 'en';
}

let settings: Settings = {
  theme: THEMES.find((theme) => theme === readStored(THEME_KEY)) ?? 'system',
  locale: firstLocale(),
};
const listeners = new Set<() => void>();
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

/** The theme that is drawn now. */
export function drawnTheme(): 'light' | 'dark' {
  if (settings.theme !== 'system') return settings.theme;
  return prefersDark.matches ? 'dark' : 'light';
}

/** The language that is drawn now. */
export function currentLocale(): Locale {
  return settings.locale;
}

function apply(): void {
  document.documentElement.dataset['theme'] = drawnTheme();
  document.documentElement.lang = settings.locale;
  for (const listener of listeners) listener();
}

function change(next: Partial<Settings>): void {
  settings = { ...settings, ...next };
  apply();
}

export function setTheme(theme: Theme): void {
  store(THEME_KEY, theme);
  change({ theme });
}

export function setLocale(locale: Locale): void {
  store(LOCALE_KEY, locale);
  change({ locale });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Theme and language of this browser. */
export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, () => settings);
}

/** `light` or `dark`, following the system when asked to. */
export function useDrawnTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, drawnTheme);
}

/** Draws the stored choices before the first paint and follows the system from then on. */
export function startSettings(): void {
  prefersDark.addEventListener('change', apply);
  apply();
}
