import type { z } from 'zod';
import type { Recurrence } from '../../contract/alerts.ts';

export type Window = z.infer<typeof Recurrence>;

/**
 * Whether a moment lies in a weekly window, by the clock on the wall of its time zone: where clocks are put forward the
 * hour that does not exist is no part of it, where they are put back the hour that comes twice is in it twice. A window
 * with `to` before `from` ends on the next day; with both equal it lasts 24 hours.
 */
export function inWindow(window: Window, atMs: number): boolean {
  const { weekday, minute } = wallClock(window.timeZone, atMs);
  const from = minuteOf(window.from);
  const to = minuteOf(window.to);
  const today = window.weekdays.includes(weekday);
  if (from < to) return today && minute >= from && minute < to;
  const yesterday = window.weekdays.includes(weekday === 1 ? 7 : weekday - 1);
  return (today && minute >= from) || (yesterday && minute < to);
}

/** Whether this is the name of a time zone (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Week day (1 is Monday) and minute of the day. */
function wallClock(timeZone: string, atMs: number): { weekday: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function minuteOf(text: string): number {
  const [hour, minute] = text.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
