import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectSum } from './projection.ts';
import { stratifiedTotal } from './stratified.ts';

/** Mulberry32: small, seeded, good enough to simulate with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('the projection of a sum', () => {
  it('equals a worked value', () => {
    // Mean 10, s 2 of 5 days, 10 days left: 30 + 100 ± 2.7764 · 2 · √(10 + 100 / 5).
    const { value, low, high, n } = projectSum({
      soFar: 30,
      daily: [10 - 2 * Math.SQRT2, 10, 10, 10, 10 + 2 * Math.SQRT2],
      daysLeft: 10,
    });
    expect(n).toBe(5);
    expect(value).toBeCloseTo(130, 9);
    expect(high).toBeCloseTo(130 + 2.776445 * 2 * Math.sqrt(30), 4);
    expect(low).toBeCloseTo(130 - 2.776445 * 2 * Math.sqrt(30), 4);
  });

  it('holds the truth 95 times in 100, for days that are alike', () => {
    const random = seeded(11);
    const runs = 4000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const daily = Array.from({ length: 7 }, () => 100 + 15 * normal(random));
      const rest = Array.from({ length: 20 }, () => 100 + 15 * normal(random));
      const { low, high } = projectSum({ soFar: 0, daily, daysLeft: 20 });
      const truth = rest.reduce((sum, one) => sum + one, 0);
      if ((low ?? truth + 1) <= truth && truth <= (high ?? 0)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.938);
    expect(covered / runs).toBeLessThan(0.962);
  });

  it('says nothing below three days, and never less than what is spent', () => {
    expect(projectSum({ soFar: 5, daily: [1, 2], daysLeft: 3 })).toEqual({
      value: null,
      n: 2,
      low: null,
      high: null,
    });
    const { low } = projectSum({ soFar: 5, daily: [0, 0, 90], daysLeft: 3 });
    expect(low).toBe(5);
  });
});

describe('the total of strata', () => {
  it('is the sum when everything was looked at', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1000), { minLength: 1 }), { minLength: 1 }), (all) => {
        const strata = all.map((values) => ({ size: values.length, values }));
        const { value, low, high } = stratifiedTotal(strata);
        expect(value).toBeCloseTo(
          all.flat().reduce((sum, one) => sum + one, 0),
          6,
        );
        expect([low, high]).toEqual([null, null]);
      }),
    );
  });

  it('holds the truth about 95 times in 100', () => {
    const random = seeded(5);
    const runs = 2000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const populations = [40, 400, 1500].map((size, at) =>
        Array.from({ length: size }, () => (random() < 0.3 ? 0 : (at + 1) * 10 * random())),
      );
      const strata = populations.map((population) => ({
        size: population.length,
        values: Array.from(
          { length: Math.min(40, population.length) },
          () => population[Math.floor(random() * population.length)] ?? 0,
        ),
      }));
      const truth = populations.flat().reduce((sum, one) => sum + one, 0);
      const { low, high } = stratifiedTotal(strata);
      if ((low ?? truth + 1) <= truth && truth <= (high ?? 0)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(covered / runs).toBeLessThan(0.97);
  });

  it('is unknown when nothing was looked at', () => {
    expect(stratifiedTotal([{ size: 4, values: [] }])).toMatchObject({ value: null, n: 0 });
  });
});
