import { describe, expect, it } from 'vitest';
import { normal, type Random, seeded } from '../../test/support/seeded-random.ts';
import { bucketsOf, observed, type Stream } from '../../test/support/simulated-stream.ts';
import {
  type Baseline,
  baselineOf,
  type ChangeDetector,
  designEffectOf,
} from './change-detector.ts';
import { type Detection, type DetectionMethod, planDetection, planRecovery } from './detection.ts';

const RATE = { low: 0, high: 1 };
const passes = (rate: number) => (random: Random) => (random() < rate ? 1 : 0);
const clip = (value: number) => Math.min(1, Math.max(0, value));

/** One month of 480 judged answers a day. */
const MONTH = 14_400;
const GOAL = { direction: 'fall', by: 0.05, falseAlarmSamples: MONTH } as const;

const STREAMS: Readonly<Record<string, Stream>> = {
  'independent passes': { sessionSize: 1, likeness: 0, draw: passes(0.9) },
  'passes in sessions of 4, alike by 0.3': { sessionSize: 4, likeness: 0.3, draw: passes(0.9) },
  'passes in sessions of 8, alike by 0.8': { sessionSize: 8, likeness: 0.8, draw: passes(0.9) },
  'scores about 0.8': {
    sessionSize: 4,
    likeness: 0.5,
    draw: (random) => clip(0.8 + 0.15 * normal(random)),
  },
};

/** The baseline as a program sees it: estimated from two weeks. */
function estimated(stream: Stream, random: Random, isClustered = true): Baseline {
  const { moments, sessions } = observed(stream, random, MONTH / 2);
  const designEffect = isClustered ? designEffectOf(sessions, moments) : 1;
  const baseline = baselineOf(moments, { bounds: RATE, designEffect });
  if (baseline === null) throw new Error('no baseline');
  return baseline;
}

function planned(method: DetectionMethod, baseline: Baseline): Detection {
  const detection = planDetection(method, baseline, GOAL);
  if (detection === null) throw new Error('no detector');
  return detection;
}

/** Alarms over so many observations; the detector starts again after each. */
function alarmsOver(
  detector: ChangeDetector,
  stream: Stream,
  [random, n]: [Random, number],
): number {
  let state = detector.initial;
  let alarms = 0;
  for (const bucket of bucketsOf(stream, random, 8 / stream.sessionSize)) {
    if (bucket.at >= n) return alarms;
    state = detector.observe(state, bucket);
    if (detector.isAlarm(state)) {
      alarms += 1;
      state = detector.initial;
    }
  }
  return alarms;
}

describe.each(['cusum', 'e_process'] as const)('%s with an estimated baseline', (method) => {
  it.each(Object.entries(STREAMS))(
    'raises at most one false alarm a month: %s',
    (_name, stream) => {
      const random = seeded(2_026);
      const projects = 100;
      const months = 2;
      let alarms = 0;
      for (let project = 0; project < projects; project++) {
        const { detector } = planned(method, estimated(stream, random));
        alarms += alarmsOver(detector, stream, [random, months * MONTH]);
      }
      // Baselines differ, so alarms come in clumps: 200 months at 1 have a standard error of about 0.1.
      expect(alarms / (projects * months)).toBeLessThan(1.1);
    },
  );

  it('raises many more where sessions are taken for independent answers', () => {
    const stream = STREAMS['passes in sessions of 8, alike by 0.8'];
    if (stream === undefined) throw new Error('no stream');
    const random = seeded(8);
    let alarms = 0;
    for (let project = 0; project < 30; project++) {
      const { detector } = planned(method, estimated(stream, random, false));
      alarms += alarmsOver(detector, stream, [random, MONTH]);
    }
    expect(alarms / 30).toBeGreaterThan(3);
  });

  it('finds a fall as fast as it says', () => {
    const random = seeded(31);
    const stream: Stream = { sessionSize: 1, likeness: 0, draw: passes(0.85) };
    const baseline = { mean: 0.9, variance: 0.09, n: 7_200, designEffect: 1, bounds: RATE };
    const { detector, medianDelay } = planned(method, baseline);
    const delays = Array.from({ length: 300 }, () => {
      let state = detector.initial;
      for (const bucket of bucketsOf(stream, random)) {
        state = detector.observe(state, bucket);
        if (detector.isAlarm(state)) return bucket.at + 1;
      }
      return 0;
    }).sort((a, b) => a - b);
    expect((delays[150] ?? 0) / (medianDelay(0.05) ?? 1)).toBeGreaterThan(0.85);
    expect((delays[150] ?? 0) / (medianDelay(0.05) ?? 1)).toBeLessThan(1.15);
    expect(medianDelay(0.1) ?? 0).toBeLessThan((medianDelay(0.05) ?? 0) / 1.7);
  });

  it('sees when a fall is over', () => {
    const baseline = { mean: 0.9, variance: 0.09, n: 7_200, designEffect: 1, bounds: RATE };
    const back = planRecovery(method, baseline, GOAL);
    if (back === null) throw new Error('no detector');
    const random = seeded(6);
    const alarmsAt = (rate: number, n: number) =>
      alarmsOver(back.detector, { sessionSize: 1, likeness: 0, draw: passes(rate) }, [random, n]);
    expect(alarmsAt(0.9, 3_000)).toBeGreaterThan(0);
    expect(alarmsAt(0.84, 3_000)).toBe(0);
  });

  it('says null where the baseline is too short for the change', () => {
    const baseline = { mean: 0.9, variance: 0.09, n: 60, designEffect: 1, bounds: RATE };
    expect(planDetection(method, baseline, { ...GOAL, by: 0.02 })).toBeNull();
  });
});

describe('an e-detector', () => {
  it('is not for values without bounds', () => {
    const baseline = { mean: 900, variance: 90_000, n: 9_000, designEffect: 1, bounds: null };
    expect(planDetection('e_process', baseline, { ...GOAL, by: 100 })).toBeNull();
    expect(planDetection('cusum', baseline, { ...GOAL, by: 100 })).not.toBeNull();
  });

  it('keeps its promise at the very mean it bets against, whatever the distribution', () => {
    const random = seeded(17);
    for (const draw of [
      passes(0.9),
      (r: Random) => 0.8 + 0.2 * r(),
      (r: Random) => r() ** (1 / 9),
    ]) {
      const baseline = { mean: 0.9, variance: 0.01, n: 1e12, designEffect: 1, bounds: RATE };
      const detection = planDetection('e_process', baseline, { ...GOAL, falseAlarmSamples: 500 });
      if (detection === null) throw new Error('no detector');
      const stream: Stream = { sessionSize: 1, likeness: 0, draw };
      expect(alarmsOver(detection.detector, stream, [random, 100_000])).toBeLessThan(200);
    }
  });
});
