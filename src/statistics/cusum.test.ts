import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seeded } from '../../test/support/seeded-random.ts';
import {
  type Bucket,
  baselineOf,
  designEffectOf,
  likelyChange,
  replay,
} from './change-detector.ts';
import { cusum, cusumFigures, designCusum, planCusum, thresholdFor } from './cusum.ts';
import { averageRunLength, runLengthQuantile, walkOf } from './lattice-walk.ts';

const RATE = { low: 0, high: 1 };
const rate = (mean: number, n = 1e12) => ({
  mean,
  variance: mean * (1 - mean),
  n,
  designEffect: 1,
  bounds: RATE,
});
const standard = { mean: 0, variance: 1, n: 1e12, designEffect: 1, bounds: null };

describe('run lengths on a lattice', () => {
  it('equal what can be worked out by hand', () => {
    // A fair coin from 0 with a floor: reaching 3 takes 3 · 4 steps.
    const coin = walkOf([
      { cells: -1, chance: 0.5 },
      { cells: 1, chance: 0.5 },
    ]);
    expect(averageRunLength(coin, 3)).toBeCloseTo(12, 9);
    // Only upwards: the number of steps is fixed.
    const up = walkOf([{ cells: 1, chance: 1 }]);
    expect(averageRunLength(up, 7)).toBeCloseTo(7, 9);
    expect(runLengthQuantile(up, 7, 0.5)).toBe(7);
    // One step in ten: geometric, half of them within 7.
    const rare = walkOf([
      { cells: 0, chance: 0.9 },
      { cells: 1, chance: 0.1 },
    ]);
    expect(averageRunLength(rare, 1)).toBeCloseTo(10, 9);
    expect(runLengthQuantile(rare, 1, 0.5)).toBe(7);
  });

  it('give up where counting a quantile out would take too long', () => {
    const never = walkOf([
      { cells: -1, chance: 0.6 },
      { cells: 1, chance: 0.4 },
    ]);
    expect(runLengthQuantile(never, 10_000, 0.5)).toBeNull();
  });

  it('keep the mean of steps that are no whole number of cells', () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), (cells) => {
        const { down, chances } = walkOf([{ cells, chance: 1 }]);
        const mean = chances.reduce((sum, chance, at) => sum + chance * (at - down), 0);
        expect(mean).toBeCloseTo(cells, 9);
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('the run length of a CUSUM', () => {
  it('equals the table of normal observations', () => {
    // Montgomery 2009, Introduction to Statistical Quality Control, table 9.3 (k = 1/2, two-sided); one side alone has
    // twice the run length under control.
    const design = designCusum(standard, { direction: 'rise', by: 1 });
    const four = cusumFigures(design, 4);
    const five = cusumFigures(design, 5);
    expect(four.falseAlarmSamples / (2 * 168)).toBeCloseTo(1, 1);
    expect(five.falseAlarmSamples / (2 * 465)).toBeCloseTo(1, 1);
    expect(four.meanDelay).toBeCloseTo(8.38, 1);
    expect(five.meanDelay).toBeCloseTo(10.4, 1);
  });

  it('equals its simulation for a rate', () => {
    const design = designCusum(rate(0.9), { direction: 'fall', by: 0.1 });
    const threshold = thresholdFor(design, 2_000) ?? 0;
    const random = seeded(5);
    const lengths = Array.from({ length: 1_000 }, () => {
      const detector = cusum(design, threshold);
      const { alarm } = replay(
        detector,
        ones(() => (random() < 0.9 ? 1 : 0), 1e6),
      );
      return (alarm?.at ?? 1e6) + 1;
    });
    const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
    // Three standard errors of a mean of 1,000 geometric run lengths are a tenth of it.
    expect(mean / cusumFigures(design, threshold).falseAlarmSamples).toBeCloseTo(1, 0.9);
    expect(mean).toBeGreaterThan(1_900);
  });

  it('meets the budget by the lowest threshold that does', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        fc.double({ min: 0.02, max: 0.2, noNaN: true }),
        fc.integer({ min: 500, max: 200_000 }),
        (mean, by, budget) => {
          const design = designCusum(rate(mean), { direction: 'fall', by });
          const threshold = thresholdFor(design, budget) ?? Number.NaN;
          expect(cusumFigures(design, threshold).falseAlarmSamples).toBeGreaterThanOrEqual(
            budget * 0.999,
          );
          expect(threshold).toBeLessThan(Math.log(budget) + 3);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes a higher threshold where the baseline is less known, and none where it is not known', () => {
    const at = (n: number) =>
      thresholdFor(designCusum(rate(0.9, n), { direction: 'fall', by: 0.05 }), 14_400);
    const [sure, known, little] = [at(1e9) ?? 0, at(5_000) ?? 0, at(1_000) ?? 0];
    expect(known).toBeGreaterThan(sure);
    expect(little).toBeGreaterThan(known);
    expect(at(30)).toBeNull();
  });
});

function* ones(draw: () => number, n: number): Generator<Bucket> {
  for (let at = 0; at < n; at++) {
    const x = draw();
    yield { at, n: 1, sum: x, sumOfSquares: x * x };
  }
}

describe('a CUSUM', () => {
  it('raises no more alarms on coarse buckets than on single observations', () => {
    const random = seeded(3);
    const detector = cusum(designCusum(rate(0.9), { direction: 'fall', by: 0.05 }), 3);
    for (let run = 0; run < 50; run++) {
      const values = Array.from({ length: 2_000 }, () => (random() < 0.9 ? 1 : 0));
      let single = detector.initial;
      let coarse = detector.initial;
      for (let at = 0; at < values.length; at += 10) {
        const part = values.slice(at, at + 10);
        for (const [place, x] of part.entries()) {
          single = detector.observe(single, { at: at + place, n: 1, sum: x, sumOfSquares: x });
        }
        const sum = part.reduce<number>((total, x) => total + x, 0);
        coarse = detector.observe(coarse, { at, n: part.length, sum, sumOfSquares: sum });
        expect(detector.statistic(coarse)).toBeLessThanOrEqual(detector.statistic(single) + 1e-9);
      }
    }
  });

  it('mirrors a fall of passes in a rise of failures', () => {
    const fall = designCusum(rate(0.9), { direction: 'fall', by: 0.05 });
    const rise = designCusum(rate(0.1), { direction: 'rise', by: 0.05 });
    // One failure, one pass.
    expect(fall.constant).toBeCloseTo(rise.constant + rise.slope, 9);
    expect(fall.constant + fall.slope).toBeCloseTo(rise.constant, 9);
    expect(fall.constant).toBeCloseTo(Math.log(0.15 / 0.1), 9);
  });

  it('survives being stored as JSON', () => {
    const detector = cusum(designCusum(rate(0.9), { direction: 'fall', by: 0.05 }), 3);
    const bucket = { at: 60_000, n: 10, sum: 5, sumOfSquares: 5 };
    const state = detector.observe(detector.initial, bucket);
    const stored = JSON.parse(JSON.stringify(state)) as typeof state;
    expect(stored).toEqual(state);
    expect(detector.observe(stored, bucket)).toEqual(detector.observe(state, bucket));
  });

  it('ignores buckets without observations', () => {
    const detector = cusum(designCusum(rate(0.9), { direction: 'fall', by: 0.05 }), 3);
    const state = detector.observe(detector.initial, { at: 1, n: 0, sum: 0, sumOfSquares: 0 });
    expect(state).toEqual(detector.initial);
  });

  it('stays finite for a fall larger than the mean, and a baseline without any failure', () => {
    const all = baselineOf({ n: 1_000, sum: 1_000, sumOfSquares: 1_000 }, { bounds: RATE });
    expect(all?.mean).toBeCloseTo(1 - 1 / 1_002, 9);
    for (const baseline of [all, rate(0.03)]) {
      if (baseline === null) throw new Error('no baseline');
      const { slope, constant } = designCusum(baseline, { direction: 'fall', by: 0.2 });
      expect(Number.isFinite(slope) && Number.isFinite(constant)).toBe(true);
    }
  });

  it('knows about when the change began', () => {
    const random = seeded(9);
    const errors = Array.from({ length: 200 }, () => {
      const detector = cusum(designCusum(rate(0.9), { direction: 'fall', by: 0.1 }), 7);
      let at = 0;
      const draw = () => (random() < (at++ < 3_000 ? 0.9 : 0.8) ? 1 : 0);
      const { state, alarm } = replay(detector, ones(draw, 20_000));
      if (alarm === null || alarm.at < 3_000) return 0;
      return Math.abs((likelyChange(state) ?? 0) - 3_000);
    }).sort((a, b) => a - b);
    expect(errors[100]).toBeLessThan(50);
  });

  it('raises no more alarms on skewed scores than planned, where a normal one would', () => {
    const random = seeded(12);
    // Mostly perfect, sometimes far off: mean 0.95.
    const draw = () => (random() < 0.9 ? 1 : random());
    const variance = 0.9 + 0.1 / 3 - 0.95 ** 2;
    const budget = 1_000;
    const alarmsOf = (bounds: typeof RATE | null) => {
      const baseline = { mean: 0.95, variance, n: 1e12, designEffect: 1, bounds };
      const detector = planCusum(baseline, {
        direction: 'fall',
        by: 0.05,
        falseAlarmSamples: budget,
      });
      if (detector === null) throw new Error('no detector');
      let state = detector.initial;
      let alarms = 0;
      for (const bucket of ones(draw, 300_000)) {
        state = detector.observe(state, bucket);
        if (detector.isAlarm(state)) {
          alarms += 1;
          state = detector.initial;
        }
      }
      return alarms;
    };
    // 300 planned; 352 are three standard errors more.
    expect(alarmsOf(RATE)).toBeLessThan(352);
    expect(alarmsOf(null)).toBeGreaterThan(400);
  });
});

describe('the design effect', () => {
  it('is 1 for independent values and the size of sessions whose values are equal', () => {
    const random = seeded(4);
    const sessionsOf = (equal: boolean) =>
      Array.from({ length: 2_000 }, () => {
        const shared = normal(random);
        return Array.from({ length: 5 }, () => (equal ? shared : normal(random)));
      });
    const effect = (sessions: number[][]) => {
      const all = sessions.flat();
      return designEffectOf(
        sessions.map((one) => ({ n: one.length, sum: one.reduce((a, b) => a + b, 0) })),
        {
          n: all.length,
          sum: all.reduce((a, b) => a + b, 0),
          sumOfSquares: all.reduce((a, b) => a + b * b, 0),
        },
      );
    };
    expect(effect(sessionsOf(false))).toBeLessThan(1.1);
    expect(effect(sessionsOf(true))).toBeGreaterThan(4.6);
    expect(effect(sessionsOf(true))).toBeLessThan(5.4);
    expect(effect(sessionsOf(true).slice(0, 19))).toBe(1);
  });
});
