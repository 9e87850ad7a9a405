import { useMemo } from 'react';
import { useFormat } from '../../../use-format.ts';

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** The short name of a day of the week, 1 is Monday, in the reader's language. */
export function useWeekdays(): (weekday: number) => string {
  const { locale } = useFormat();
  return useMemo(() => {
    const names = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
    return (weekday) => names.format(MONDAY + (weekday - 1) * DAY_MS);
  }, [locale]);
}
