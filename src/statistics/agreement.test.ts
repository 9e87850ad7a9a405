import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seeded } from '../../test/support/seeded-random.ts';
import {
  confusionTable,
  judgeAccuracy,
  type KappaScale,
  kappaOf,
  kappaStandardError,
  type Pair,
  type Table,
} from './agreement.ts';
import { krippendorffAlpha } from './krippendorff.ts';

const BINARY: KappaScale = { levels: 2, weights: 'none' };

function pairsOf(table: Table): Pair[] {
  const pairs: Pair[] = [];
  for (const [person, row] of table.entries()) {
    for (const [judge, count] of row.entries()) {
      for (let at = 0; at < count; at += 1) {
        pairs.push({ person, judge, weight: 1, cluster: `${pairs.length}` });
      }
    }
  }
  return pairs;
}

/** One answer of a judge with known kappa: both marginals are `rate`. */
function draw(random: Random, { rate, kappa }: { rate: number; kappa: number }): [number, number] {
  const person = random() < rate ? 1 : 0;
  const copies = random() < kappa;
  return [person, copies ? person : random() < rate ? 1 : 0];
}

describe('kappa', () => {
  // Fleiss, Levin, Paik 2003, table 18.1: two clinicians, 100 patients, three diagnoses.
  const clinicians = [
    [75, 1, 4],
    [5, 4, 1],
    [0, 0, 10],
  ];

  it('equals worked values', () => {
    const kappa = kappaOf(pairsOf(clinicians), { levels: 3, weights: 'none' });
    expect(kappa.value).toBeCloseTo(0.676, 3);
    expect(kappa.observed).toBeCloseTo(0.89, 10);
    expect(kappa.expected).toBeCloseTo(0.66, 10);
    expect(kappaStandardError(clinicians, 'none')).toBeCloseTo(0.088, 3);
  });

  it('counts near misses as the weights say', () => {
    const near = [
      [20, 5, 0],
      [5, 20, 5],
      [0, 5, 20],
    ];
    const of = (weights: KappaScale['weights']): number =>
      kappaOf(pairsOf(near), { levels: 3, weights }).value ?? Number.NaN;
    // By hand: shares of the margins are 25/80, 30/80, 25/80.
    expect(of('none')).toBeCloseTo((60 / 80 - 2150 / 6400) / (1 - 2150 / 6400), 10);
    // Seen disagreement 20 · ½ of 80; by chance ½ · 4 · 25 · 30 + 2 · 25 · 25 of 6400.
    expect(of('linear')).toBeCloseTo(1 - 10 / 80 / ((1500 + 1250) / 6400), 10);
    expect(of('quadratic')).toBeCloseTo(1 - 5 / 80 / ((750 + 1250) / 6400), 10);
    expect(of('quadratic')).toBeGreaterThan(of('linear'));
    expect(of('linear')).toBeGreaterThan(of('none'));
  });

  it('says what 30 labels say: not much', () => {
    const { low, high } = kappaOf(
      pairsOf([
        [11, 2],
        [2, 15],
      ]),
      BINARY,
    );
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.85);
  });

  it('keeps an interval where everybody agrees', () => {
    const { value, low, high } = kappaOf(
      pairsOf([
        [4, 0],
        [0, 16],
      ]),
      BINARY,
    );
    expect(value).toBe(1);
    expect(high).toBe(1);
    expect(low).toBeLessThan(0.75);
  });

  it('is unknown where one level alone was used, or nothing was labelled', () => {
    expect(
      kappaOf(
        pairsOf([
          [0, 0],
          [0, 12],
        ]),
        BINARY,
      ),
    ).toMatchObject({ value: null, low: null });
    expect(kappaOf([], BINARY)).toMatchObject({ value: null, n: 0, low: null, observed: null });
  });

  it.each([
    { n: 30, rate: 0.8, kappa: 0.72 },
    { n: 50, rate: 0.5, kappa: 0.4 },
    { n: 50, rate: 0.9, kappa: 0.9 },
    { n: 200, rate: 0.8, kappa: 0.72 },
  ])('covers the truth: $n labels, rate $rate, kappa $kappa', ({ n, ...truth }) => {
    const random = seeded(20_261_121);
    let covered = 0;
    const runs = 1500;
    for (let run = 0; run < runs; run += 1) {
      const pairs = Array.from({ length: n }, (_, at): Pair => {
        const [person, judge] = draw(random, truth);
        return { person, judge, weight: 1, cluster: `${at}` };
      });
      const { low, high } = kappaOf(pairs, BINARY);
      // Nothing said covers nothing wrong.
      if (low === null || high === null || (low <= truth.kappa && truth.kappa <= high))
        covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.915);
  });

  it('covers the truth where sessions repeat themselves, which single pairs would not', () => {
    const random = seeded(7);
    let clustered = 0;
    let naive = 0;
    const runs = 800;
    for (let run = 0; run < runs; run += 1) {
      const pairs: Pair[] = [];
      for (let session = 0; session < 40; session += 1) {
        const [person, judge] = draw(random, { rate: 0.7, kappa: 0.6 });
        // A session of five answers that are all judged like the first.
        for (let turn = 0; turn < 5; turn += 1) {
          pairs.push({ person, judge, weight: 1, cluster: `${session}` });
        }
      }
      const within = ({ low, high }: { low: number | null; high: number | null }): number =>
        (low ?? -1) <= 0.6 && 0.6 <= (high ?? 1) ? 1 : 0;
      clustered += within(kappaOf(pairs, BINARY));
      naive += within(
        kappaOf(
          pairs.map((pair, at) => ({ ...pair, cluster: `${at}` })),
          BINARY,
        ),
      );
    }
    expect(clustered / runs).toBeGreaterThan(0.91);
    expect(naive / runs).toBeLessThan(0.75);
  });

  it('never leaves −1 to 1, whatever the table', () => {
    const counts = fc.array(fc.array(fc.nat(6), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    const weights = fc.constantFrom('none', 'linear', 'quadratic');
    fc.assert(
      fc.property(counts, weights, (table, kind) => {
        const { value, low, high } = kappaOf(pairsOf(table), { levels: 3, weights: kind });
        if (value === null) return;
        expect(value).toBeGreaterThanOrEqual(-1);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        if (low === null || high === null) return;
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value - 1e-12);
      }),
    );
  });
});

/** Labels of 1,000 answers of which the judge is right about 90 % of the good ones; what it calls bad is labelled more. */
function unequallyLabelled(random: Random): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at < 1000; at += 1) {
    const person = random() < 0.85 ? 1 : 0;
    const judge = random() < (person === 1 ? 0.9 : 0.3) ? 1 : 0;
    const chance = judge === 1 ? 0.05 : 0.5;
    if (random() < chance) pairs.push({ person, judge, weight: 1 / chance, cluster: `${at}` });
  }
  return pairs;
}

describe('the accuracy of a judge', () => {
  it('tells good and bad answers apart', () => {
    const pairs = pairsOf([
      [45, 5],
      [10, 140],
    ]);
    const { sensitivity, specificity, agreement } = judgeAccuracy(pairs);
    expect(sensitivity).toMatchObject({ value: 140 / 150, n: 150 });
    // Newcombe 1998: Wilson for 45 of 50.
    expect(specificity.value).toBeCloseTo(0.9, 10);
    expect(specificity.low).toBeCloseTo(0.7864, 4);
    expect(specificity.high).toBeCloseTo(0.9565, 4);
    expect(agreement.value).toBeCloseTo(185 / 200, 10);
    expect(confusionTable(pairs, 2)).toEqual([
      [45, 5],
      [10, 140],
    ]);
  });

  it('is unbiased when answers that the judge calls bad were labelled more often', () => {
    const random = seeded(11);
    const sums = { weighted: 0, plain: 0 };
    const runs = 300;
    for (let run = 0; run < runs; run += 1) {
      const pairs = unequallyLabelled(random);
      const plain = pairs.map((pair) => ({ ...pair, weight: 1 }));
      sums.weighted += (judgeAccuracy(pairs).sensitivity.value ?? 0) / runs;
      sums.plain += (judgeAccuracy(plain).sensitivity.value ?? 0) / runs;
    }
    expect(sums.weighted).toBeCloseTo(0.9, 1);
    expect(sums.plain).toBeLessThan(0.6);
  });
});

describe("Krippendorff's alpha", () => {
  // Krippendorff 2011: four observers, twelve units, some not seen by all.
  const units = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
  ];

  it('equals worked values', () => {
    expect(krippendorffAlpha(units, 'nominal')).toMatchObject({ n: 11 });
    expect(krippendorffAlpha(units, 'nominal').value).toBeCloseTo(0.743, 3);
    expect(krippendorffAlpha(units, 'interval').value).toBeCloseTo(0.849, 3);
  });

  it('has an interval that covers the truth', () => {
    const random = seeded(3);
    const kappa = 0.6;
    let covered = 0;
    const runs = 500;
    for (let run = 0; run < runs; run += 1) {
      const sample = Array.from({ length: 80 }, () => draw(random, { rate: 0.7, kappa }));
      const { low, high } = krippendorffAlpha(sample, 'nominal');
      if ((low ?? -1) <= kappa && kappa <= (high ?? 1)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.92);
  });

  it('says nothing where nothing was judged twice or one value alone was used', () => {
    expect(krippendorffAlpha([[1], [2]], 'nominal')).toMatchObject({ value: null, n: 0 });
    expect(
      krippendorffAlpha(
        [
          [1, 1],
          [1, 1],
        ],
        'nominal',
      ).value,
    ).toBeNull();
  });
});
