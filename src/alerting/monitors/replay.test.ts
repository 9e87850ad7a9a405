import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MonitorCondition, type MonitorMetric } from '../../contract/monitors.ts';
import type { Point } from './points.ts';
import { type Look, NO_MEMORY, replay } from './replay.ts';
import { Series } from './series.ts';

const MINUTE_MS = 60_000;
const FROM = Date.parse('2026-11-20T00:00:00.000Z');
const ERRORS: MonitorMetric = { kind: 'error_rate' };

/** A point a minute with `n` calls, of which `bad` failed, each in a group of its own. */
function points(minutes: readonly (readonly [n: number, bad: number])[]): Point[] {
  return minutes.flatMap(([n, bad], minute) => {
    if (n === 0) return [];
    const groups = Array.from({ length: Math.min(32, n) }, (_, group) => {
      const inGroup = Math.floor((n - group - 1) / 32) + 1;
      const badInGroup = bad > group ? Math.floor((bad - group - 1) / 32) + 1 : 0;
      return [(group + 7 * minute) % 32, inGroup, badInGroup] as const;
    });
    return [{ at: FROM + minute * MINUTE_MS, n, sum: bad, sumsq: bad, bins: null, groups }];
  });
}

function walk(condition: object, minutes: readonly (readonly [n: number, bad: number])[]): Look[] {
  const watched = { metric: ERRORS, condition: MonitorCondition.parse(condition) };
  const span = { from: FROM, to: FROM + minutes.length * MINUTE_MS, stepMs: MINUTE_MS };
  return replay(watched, { series: new Series(points(minutes)), memory: NO_MEMORY }, span).looks;
}

const states = (looks: readonly Look[]): string => looks.map(({ state }) => state[0]).join('');

const THRESHOLD = {
  kind: 'threshold',
  comparison: 'above',
  fire: 0.2,
  resolve: 0.1,
  windowMinutes: 1,
  minSamples: 10,
};

describe('replay', () => {
  it('fires beyond the limit and resolves only at the other one', () => {
    const minutes = [
      [20, 2],
      [20, 5],
      [20, 3],
      [20, 5],
      [20, 2],
      [20, 3],
    ] as const;
    expect(states(walk(THRESHOLD, minutes))).toBe('offfoo');
  });

  it('says nothing of few samples, and forgets nothing for them', () => {
    const minutes = [
      [20, 10],
      [9, 0],
      [0, 0],
      [20, 3],
      [20, 0],
    ] as const;
    expect(states(walk(THRESHOLD, minutes))).toBe('fnnfo');
  });

  it('waits as long as the condition has to hold', () => {
    const bad = [20, 10] as const;
    const good = [20, 0] as const;
    const waiting = { ...THRESHOLD, forMinutes: 2 };
    expect(states(walk(waiting, [bad, bad, good, bad, bad, bad, bad]))).toBe('ppoppff');
  });

  it('fires with certainty only when the interval lies beyond the limit, too', () => {
    const sure = { ...THRESHOLD, certain: true };
    expect(states(walk(sure, [[20, 6]]))).toBe('o');
    expect(states(walk(sure, [[400, 120]]))).toBe('f');
  });

  it('burns a budget in both windows, or not at all', () => {
    const hour = Array.from({ length: 60 }, () => [10, 0] as const);
    const bad = Array.from({ length: 10 }, () => [10, 10] as const);
    const burning = walk({ kind: 'burn_rate', objective: 0.99 }, [...hour, ...bad, ...hour]);
    const fired = burning.filter(({ state }) => state === 'firing');
    expect(burning.slice(0, 60).every(({ state }) => state !== 'firing')).toBe(true);
    expect(fired.length).toBeGreaterThan(5);
    expect(fired.map(({ finding }) => finding.details)).toContainEqual(
      expect.objectContaining({ factor: 14.4, windowMinutes: 60 }),
    );
  });

  it('finds a change against the time before only where chance does not explain it', () => {
    const change = {
      kind: 'change',
      direction: 'rise',
      by: 0.05,
      windowMinutes: 60,
      reference: 'previous',
    };
    const of = (n: number, bad: number): (readonly [number, number])[] =>
      Array.from({ length: 60 }, () => [n, bad]);
    const atEnd = (minutes: (readonly [number, number])[]): Look | undefined =>
      walk(change, minutes).at(-1);
    expect(atEnd([...of(20, 1), ...of(20, 4)])).toMatchObject({
      state: 'firing',
      finding: { kind: 'rose', against: 0.05 },
    });
    expect(atEnd([...of(20, 1), ...of(20, 1)])?.state).toBe('ok');
    expect(atEnd([...of(0, 0), ...of(20, 4)])?.state).toBe('no_data');
  });

  it('misses traffic from the minute after the last call on', () => {
    const minutes = [
      [0, 0],
      [5, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
    ] as const;
    expect(states(walk({ kind: 'absence', forMinutes: 2 }, minutes))).toBe('nooffo');
  });

  it('answers the same in one walk and in many, as after any pause', () => {
    const minute = fc
      .tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }))
      .map(([n, bad]) => [n, Math.min(n, bad)] as const);
    const conditions = fc.constantFrom<object>(
      THRESHOLD,
      { ...THRESHOLD, forMinutes: 3, windowMinutes: 4 },
      { kind: 'absence', forMinutes: 3 },
      {
        kind: 'change',
        direction: 'either',
        by: 0.1,
        windowMinutes: 5,
        reference: 'previous',
        minSamples: 20,
      },
      { kind: 'burn_rate', objective: 0.9 },
    );
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 2, maxLength: 60 }),
        fc.nat(),
        conditions,
        (minutes, cut, kind) => {
          const condition = MonitorCondition.parse(kind);
          const watched = { metric: ERRORS, condition };
          const series = new Series(points(minutes));
          const to = FROM + minutes.length * MINUTE_MS;
          const middle = FROM + (cut % minutes.length) * MINUTE_MS;
          const step = { stepMs: MINUTE_MS };
          const whole = replay(watched, { series, memory: NO_MEMORY }, { ...step, from: FROM, to });
          const first = replay(
            watched,
            { series, memory: NO_MEMORY },
            { ...step, from: FROM, to: middle },
          );
          // Memory lies in the database in between.
          const memory = JSON.parse(JSON.stringify(first.memory));
          const rest = replay(watched, { series, memory }, { ...step, from: middle, to });
          expect([...first.looks, ...rest.looks]).toEqual(whole.looks);
          expect(rest.memory).toEqual(whole.memory);
        },
      ),
    );
  });
});
