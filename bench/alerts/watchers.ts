import {
  baselineOf,
  designEffectOf,
  type SessionSum,
} from '../../src/statistics/change-detector.ts';
import { type DetectionMethod, planDetection } from '../../src/statistics/detection.ts';
import { LOOKS_A_DAY, type Look } from './traffic.ts';

/** Is shown every look and says whether its condition holds. */
export type Watcher = (look: Look) => boolean;

/** What a project knows before it watches: two weeks. */
export interface Past {
  readonly looks: readonly Look[];
  readonly sessions: readonly SessionSum[];
  readonly samplesPerDay: number;
}

/** Sums over the last so many hours. */
function slidingSums(length: number): (look: Look) => { n: number; sum: number } {
  const kept: Look[] = [];
  const most = (length * LOOKS_A_DAY) / 24;
  let first = 0;
  let [n, sum] = [0, 0];
  return (look) => {
    kept.push(look);
    n += look.n;
    sum += look.sum;
    if (kept.length - first > most) {
      const gone = kept[first++];
      n -= gone?.n ?? 0;
      sum -= gone?.sum ?? 0;
    }
    return { n, sum };
  };
}

/** A look needs so many judged answers. */
export const LEAST_SAMPLES = 20;

/** "The pass rate of the last hours is below so much." */
export function staticRule(hours: number, below: number): Watcher {
  const window = slidingSums(hours);
  return (look) => {
    const { n, sum } = window(look);
    return n >= LEAST_SAMPLES && sum / n < below;
  };
}

const WEEK_HOURS = 168;

/** "The last hours are below the week before, and the z-test says p < 0.05." */
export function zTest(hours: number, past: Past): Watcher {
  const window = slidingSums(hours);
  const week = slidingSums(WEEK_HOURS);
  for (const look of past.looks.slice(-7 * LOOKS_A_DAY)) week(look);
  return (look) => {
    const now = window(look);
    const reference = week(look);
    if (now.n < LEAST_SAMPLES) return false;
    const pooled = (now.sum + reference.sum) / (now.n + reference.n);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / now.n + 1 / reference.n));
    return (now.sum / now.n - reference.sum / reference.n) / error < -1.96;
  };
}

export interface Goal {
  readonly by: number;
  readonly falseAlarmDays: number;
}

/** One of our detectors with a baseline estimated from the past; it starts again after an alarm. */
export function detector(method: DetectionMethod, past: Past, goal: Goal): Watcher {
  const n = past.looks.reduce((total, look) => total + look.n, 0);
  const sum = past.looks.reduce((total, look) => total + look.sum, 0);
  const moments = { n, sum, sumOfSquares: sum };
  const baseline = baselineOf(moments, {
    bounds: { low: 0, high: 1 },
    designEffect: designEffectOf(past.sessions, moments),
  });
  const planned =
    baseline === null
      ? null
      : planDetection(method, baseline, {
          direction: 'fall',
          by: goal.by,
          falseAlarmSamples: goal.falseAlarmDays * past.samplesPerDay,
        });
  // Without enough of a past it waits, as the program does.
  if (planned === null) return () => false;
  let state = planned.detector.initial;
  return (look) => {
    state = planned.detector.observe(state, { ...look, sumOfSquares: look.sum });
    if (!planned.detector.isAlarm(state)) return false;
    state = planned.detector.initial;
    return true;
  };
}
