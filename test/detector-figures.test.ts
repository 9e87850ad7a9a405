import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, figuresOf } from '../bench/detectors/figures.ts';

interface Scored {
  readonly label: 0 | 1;
  readonly score: number;
}

/** Every pair looked at, as the definition says. */
function byPairs(rows: readonly Scored[]): number {
  const positive = rows.filter(({ label }) => label === 1);
  const negative = rows.filter(({ label }) => label === 0);
  let wins = 0;
  for (const one of positive)
    for (const other of negative)
      wins += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0;
  return wins / (positive.length * negative.length);
}

/** A generator of numbers in [0, 1) that gives the same ones on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('the area under the curve', () => {
  it('is the share of pairs in the right order, ties half', () => {
    const row = fc.record({
      label: fc.constantFrom<0 | 1>(0, 1),
      score: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        const { value, low, high } = areaUnderCurve(rows);
        if (value === null) {
          expect(new Set(rows.map(({ label }) => label)).size).toBe(1);
          return;
        }
        expect(value).toBeCloseTo(byPairs(rows), 10);
        if (low === null || high === null) return;
        expect(low).toBeLessThanOrEqual(value + 1e-9);
        expect(high).toBeGreaterThanOrEqual(value - 1e-9);
      }),
    );
  });

  it('has an interval that covers the truth about 95 times of 100', () => {
    // Positives are the larger of two uniform numbers: they win two of three pairs.
    const random = seeded(20_261_121);
    const truth = 2 / 3;
    let covered = 0;
    const runs = 400;
    for (let run = 0; run < runs; run += 1) {
      const rows: Scored[] = Array.from({ length: 120 }, (_, at) =>
        at % 2 === 0
          ? { label: 1, score: Math.max(random(), random()) }
          : { label: 0, score: random() },
      );
      const { low, high } = areaUnderCurve(rows);
      if ((low ?? 1) <= truth && truth <= (high ?? 0)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.92);
    expect(covered / runs).toBeLessThan(0.98);
  });
});

it('counts finds and alarms apart', () => {
  const row = (label: 0 | 1, found: boolean, alarm: boolean) => ({
    label,
    found,
    alarm,
    score: Number(found) + Number(alarm),
    lang: 'en',
  });
  const figures = figuresOf([
    row(1, true, true),
    row(1, true, false),
    row(1, false, false),
    row(0, true, false),
    row(0, false, false),
  ]);
  expect(figures).toMatchObject({
    n: 5,
    positives: 3,
    precision: { value: 2 / 3 },
    recall: { value: 2 / 3 },
    falseFinds: { value: 0.5 },
    alarmRecall: { value: 1 / 3 },
    falseAlarms: { value: 0 },
  });
  expect(figures.f1.value).toBeCloseTo(2 / 3);
  expect(figuresOf([]).auc.value).toBeNull();
});
