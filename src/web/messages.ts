import { useEffect, useState } from 'react';
import type { Locale } from './format.ts';

const loadEnglish = () => import('./locales/en.json');

/** English is the language that keys are checked against. */
export type Messages = Awaited<ReturnType<typeof loadEnglish>>['default'];

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}

const LOADERS: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: loadEnglish,
  ko: () => import('./locales/ko.json'),
  ja: () => import('./locales/ja.json'),
  zh: () => import('./locales/zh.json'),
};

interface Loaded {
  readonly locale: Locale;
  readonly messages: Messages;
}

let newest: Loaded | null = null;

/** Fetches the messages of the language, so that the first drawing has them. */
export async function loadMessages(locale: Locale): Promise<Loaded> {
  const module = await LOADERS[locale]();
  newest = { locale, messages: module.default };
  return newest;
}

/** The messages of the language; the last loaded ones until the next are here, null at the very first. */
export function useMessages(locale: Locale): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(newest);
  useEffect(() => {
    if (newest?.locale === locale) return setLoaded(newest);
    let current = true;
    void loadMessages(locale).then((found) => {
      if (current) setLoaded(found);
    });
    return () => {
      current = false;
    };
  }, [locale]);
  return loaded;
}
