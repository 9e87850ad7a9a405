import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inWindow, isTimeZone, type Window } from './recurring-window.ts';

const every = [1, 2, 3, 4, 5, 6, 7];
const window = (given: Partial<Window>): Window => ({
  weekdays: every,
  from: '02:00',
  to: '03:00',
  timeZone: 'UTC',
  ...given,
});
const MINUTE = 60_000;

/** Minutes of a stretch of time that lie in the window. */
function minutesIn(given: Window, fromIso: string, hours: number): number {
  const start = Date.parse(fromIso);
  const minutes = Array.from({ length: hours * 60 }, (_, at) => start + at * MINUTE);
  return minutes.filter((at) => inWindow(given, at)).length;
}

describe('a weekly window', () => {
  it('holds on its days, from its first minute to the one before its last', () => {
    // 2026-11-21 is a Saturday.
    const saturdays = window({ weekdays: [6] });
    const at = (iso: string) => inWindow(saturdays, Date.parse(iso));
    expect(
      [
        '2026-11-21T01:59:59Z',
        '2026-11-21T02:00:00Z',
        '2026-11-21T02:59:59Z',
        '2026-11-21T03:00:00Z',
      ].map(at),
    ).toEqual([false, true, true, false]);
    expect(at('2026-11-22T02:30:00Z')).toBe(false);
  });

  it('goes on over midnight into the next day', () => {
    const night = window({ weekdays: [7], from: '22:00', to: '04:00' });
    expect(minutesIn(night, '2026-11-22T00:00:00Z', 22)).toBe(0);
    expect(minutesIn(night, '2026-11-22T22:00:00Z', 6)).toBe(6 * 60);
    expect(minutesIn(night, '2026-11-23T04:00:00Z', 48)).toBe(0);
  });

  it('lasts a day where both ends are equal', () => {
    const day = window({ weekdays: [1], from: '09:00', to: '09:00' });
    expect(minutesIn(day, '2026-11-23T09:00:00Z', 24)).toBe(24 * 60);
    expect(minutesIn(day, '2026-11-22T09:00:00Z', 24)).toBe(0);
  });

  it('follows the clock on the wall when clocks are put forward and back', () => {
    const berlin = window({ timeZone: 'Europe/Berlin' });
    // 02:00 to 03:00 does not exist on 2026-03-29 and comes twice on 2026-10-25.
    expect(minutesIn(berlin, '2026-03-28T12:00:00Z', 24)).toBe(0);
    expect(minutesIn(berlin, '2026-10-24T12:00:00Z', 24)).toBe(120);
    const nine = window({ from: '09:00', to: '10:00', timeZone: 'Europe/Berlin' });
    expect(inWindow(nine, Date.parse('2026-03-28T08:30:00Z'))).toBe(true);
    expect(inWindow(nine, Date.parse('2026-03-29T07:30:00Z'))).toBe(true);
    const seoul = window({ weekdays: [1], from: '00:00', to: '09:00', timeZone: 'Asia/Seoul' });
    expect(inWindow(seoul, Date.parse('2026-11-22T15:00:00Z'))).toBe(true);
  });

  it('and its complement share no minute and leave none out, in every zone', () => {
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map(
        (m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`,
      );
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const at = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) });
    const given = fc.record({ from: time, to: time, timeZone: zone, atMs: at });
    fc.assert(
      fc.property(given, ({ from, to, timeZone, atMs }) => {
        fc.pre(from !== to);
        const one = inWindow(window({ from, to, timeZone }), atMs);
        const other = inWindow(window({ from: to, to: from, timeZone }), atMs);
        expect(one).toBe(!other);
      }),
    );
  });

  it('knows time zones by name', () => {
    expect(['Asia/Seoul', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
