import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seeded } from '../../test/support/seeded-random.ts';
import { allocateLabels, expectedHalfWidth, expectedSpread } from './allocation.ts';
import { type Observation, weightedMean, weightedRate } from './clustered.ts';
import { rateInterval } from './intervals.ts';
import {
  type CorrectedMean,
  type Labelled,
  predictionPowered,
  toStrata,
} from './prediction-powered.ts';
import { correctedRate } from './rogan-gladen.ts';

function chance(random: Random, rate: number): number {
  return random() < rate ? 1 : 0;
}

function hits(random: Random, n: number, rate: number): number {
  let count = 0;
  for (let at = 0; at < n; at += 1) count += chance(random, rate);
  return count;
}

/** Sixty sessions with a rate of their own (mean 0.8), four answers each. */
function alikeSessions(random: Random): Observation[] {
  return Array.from({ length: 60 }, (_, session) => {
    const rate = random() < 0.5 ? 0.65 : 0.95;
    const cluster = `${session}`;
    return [1, 2, 3, 4].map(() => ({ value: chance(random, rate), weight: 1, cluster }));
  }).flat();
}

describe('the rate of a weighted, clustered sample', () => {
  it("is Wilson's where all weigh the same and nobody belongs together", () => {
    const sample = Array.from({ length: 50 }, (_, at) => ({
      value: at < 45 ? 1 : 0,
      weight: 3,
      cluster: `${at}`,
    }));
    const { low, high } = rateInterval(45, 50);
    const weighted = weightedRate(sample);
    expect(weighted.value).toBeCloseTo(0.9, 10);
    // The variance of a sample of 50 divides by 49.
    expect(weighted.low).toBeCloseTo(low ?? 0, 2);
    expect(weighted.high).toBeCloseTo(high ?? 0, 2);
  });

  it('covers the truth in sessions that are alike', () => {
    const random = seeded(5);
    let covered = 0;
    const runs = 1000;
    for (let run = 0; run < runs; run += 1) {
      const { low, high } = weightedRate(alikeSessions(random));
      if ((low ?? 0) <= 0.8 && 0.8 <= (high ?? 1)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });
});

describe('a rate corrected for the errors of the judge', () => {
  it('equals worked values', () => {
    const of = (sens: number, spec: number) =>
      correctedRate(
        { hits: 900, n: 1000 },
        { sensitivity: { hits: sens, n: 100 }, specificity: { hits: spec, n: 100 } },
      );
    expect(of(95, 70).value).toBeCloseTo(0.6 / 0.65, 10);
    expect(of(90, 90)).toMatchObject({ value: 1, clamped: false });
    expect(of(85, 90)).toMatchObject({ value: 1, clamped: true, naive: 0.9 });
    expect(of(85, 90).raw).toBeGreaterThan(1);
  });

  it('knows nothing from a judge that is no better than chance', () => {
    const blind = { sensitivity: { hits: 50, n: 100 }, specificity: { hits: 50, n: 100 } };
    expect(correctedRate({ hits: 90, n: 100 }, blind)).toMatchObject({ value: null, youden: 0 });
    const unknown = { ...blind, specificity: { hits: 0, n: 0 } };
    expect(correctedRate({ hits: 90, n: 100 }, unknown)).toMatchObject({ value: null, naive: 0.9 });
  });

  it.each([
    { truth: 0.8, sens: 0.9, spec: 0.8, n: 2000, labels: 60 },
    { truth: 0.92, sens: 0.95, spec: 0.7, n: 500, labels: 40 },
    { truth: 0.5, sens: 0.75, spec: 0.75, n: 300, labels: 100 },
  ])('covers the truth $truth with $labels labels of each kind', (scene) => {
    const random = seeded(17);
    const runs = 1500;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const { truth, sens, spec, n, labels } = scene;
      const passes = hits(random, n, truth * sens + (1 - truth) * (1 - spec));
      const { low, high } = correctedRate(
        { hits: passes, n },
        {
          sensitivity: { hits: hits(random, labels, sens), n: labels },
          specificity: { hits: hits(random, labels, spec), n: labels },
        },
      );
      if ((low ?? 0) <= truth && truth <= (high ?? 1)) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });

  it('stays within 0 and 1', () => {
    const share = fc
      .tuple(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([n, rate]) => ({ n, hits: Math.round(n * rate) }));
    fc.assert(
      fc.property(share, share, share, (judged, sensitivity, specificity) => {
        const { value, low, high } = correctedRate(judged, { sensitivity, specificity });
        if (value === null || low === null || high === null) return;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
    );
  });
});

interface World {
  readonly sessions: number;
  /** How often the judge is right; otherwise it is too kind. */
  readonly skill: number;
  readonly labelChance: (judge: number) => number;
}

/** The plan asks the judge about half of the quiet answers and all of the bad ones. */
function answersOf(random: Random, { sessions, skill, labelChance }: World): Labelled[] {
  return Array.from({ length: 3 * sessions }, (_, at) => at).flatMap((at) => {
    const session = Math.floor(at / 3);
    const person = chance(random, session % 5 < 2 ? 0.55 : 0.9);
    const judge = chance(random, skill) === 1 ? 0.25 + 0.7 * person : 0.6 + 0.4 * random();
    const judgeChance = judge < 0.5 ? 1 : 0.5;
    if (random() >= judgeChance) return [];
    const weight = 1 / judgeChance / labelChance(judge);
    return [{ person, judge, weight, judgedWeight: 1 / judgeChance, cluster: `${session}` }];
  });
}

const TRUTH = 0.4 * 0.55 + 0.6 * 0.9;

function lookAt(random: Random, world: World): { naive: number; corrected: CorrectedMean } {
  const answers = answersOf(random, world);
  const judged = weightedMean(
    answers.map(({ judge, judgedWeight, cluster }) => ({
      value: judge,
      weight: judgedWeight,
      cluster,
    })),
  );
  const labelled = answers.filter(({ judge }) => random() < world.labelChance(judge));
  const corrected = judged === null ? null : predictionPowered({ judged, labelled });
  if (judged === null || corrected === null) throw new Error('labels are missing');
  return { naive: judged.mean, corrected };
}

const stratumOf = (judge: number): number => Math.min(4, Math.floor(judge * 5));

/** A random sample first, then many of those that the judge calls bad; weighted up to what is known of each part. */
function twoRounds(random: Random): CorrectedMean {
  const world = { sessions: 500, skill: 0.8, labelChance: () => 1 };
  const answers = answersOf(random, world).map((one) => ({
    ...one,
    stratum: stratumOf(one.judge),
  }));
  const judged = weightedMean(
    answers.map((one) => ({ value: one.judge, weight: one.judgedWeight, cluster: one.cluster })),
  );
  const labelled = answers.flatMap((one) => {
    if (random() < 0.08) return [{ ...one, weight: one.judgedWeight / 0.08 }];
    const second = one.judge < 0.5 ? 0.5 : 0.05;
    return random() < second ? [{ ...one, weight: one.judgedWeight / second }] : [];
  });
  const weights = [0, 1, 2, 3, 4].map((stratum) =>
    answers.reduce((sum, one) => sum + (one.stratum === stratum ? one.judgedWeight : 0), 0),
  );
  const corrected =
    judged === null ? null : predictionPowered({ judged, labelled: toStrata(labelled, weights) });
  if (corrected === null) throw new Error('labels are missing');
  return corrected;
}

describe('quality corrected by labels (prediction-powered)', () => {
  it.each([
    { name: 'simple random labels', labelChance: () => 0.12 },
    {
      name: 'more labels of bad scores',
      labelChance: (judge: number) => (judge < 0.5 ? 0.4 : 0.08),
    },
  ])('is unbiased and covers the truth: $name', ({ labelChance }) => {
    const random = seeded(23);
    const runs = 1000;
    const tally = { covered: 0, error: 0, naive: 0, width: 0, alone: 0 };
    for (let run = 0; run < runs; run += 1) {
      const { naive, corrected } = lookAt(random, { sessions: 400, skill: 0.8, labelChance });
      if (corrected.low <= TRUTH && TRUTH <= corrected.high) tally.covered += 1;
      tally.error += (corrected.raw - TRUTH) / runs;
      tally.naive += (naive - TRUTH) / runs;
      tally.width += (corrected.high - corrected.low) / runs;
      tally.alone += (corrected.labelsAlone.high - corrected.labelsAlone.low) / runs;
    }
    expect(tally.covered / runs).toBeGreaterThan(0.92);
    expect(Math.abs(tally.error)).toBeLessThan(0.01);
    expect(Math.abs(tally.naive)).toBeGreaterThan(0.02);
    // A judge that is often right makes the interval narrower than labels alone.
    expect(tally.width).toBeLessThan(0.9 * tally.alone);
  });

  it('covers the truth when labels came in two rounds, the second where they help most', () => {
    const random = seeded(31);
    const runs = 1000;
    const tally = { covered: 0, error: 0 };
    for (let run = 0; run < runs; run += 1) {
      const corrected = twoRounds(random);
      if (corrected.low <= TRUTH && TRUTH <= corrected.high) tally.covered += 1;
      tally.error += (corrected.raw - TRUTH) / runs;
    }
    expect(tally.covered / runs).toBeGreaterThan(0.92);
    expect(Math.abs(tally.error)).toBeLessThan(0.005);
  });

  it('does not believe a judge that knows nothing, and loses nothing by asking it', () => {
    const random = seeded(29);
    const runs = 100;
    const tally = { width: 0, alone: 0, power: 0 };
    for (let run = 0; run < runs; run += 1) {
      const { corrected } = lookAt(random, { sessions: 400, skill: 0, labelChance: () => 0.2 });
      tally.power += corrected.power / runs;
      tally.width += (corrected.high - corrected.low) / runs;
      tally.alone += (corrected.labelsAlone.high - corrected.labelsAlone.low) / runs;
    }
    expect(tally.power).toBeLessThan(0.15);
    expect(tally.width).toBeLessThanOrEqual(tally.alone * 1.001);
  });

  it('says nothing below ten independent labels and something honest where all agree', () => {
    const judged = { mean: 1, variance: 0, n: 1000, clusters: 1000, weight: 1000 };
    const same = (n: number): Labelled[] =>
      Array.from({ length: n }, (_, at) => ({
        person: 1,
        judge: 1,
        weight: 10,
        judgedWeight: 1,
        cluster: `${at}`,
      }));
    expect(predictionPowered({ judged, labelled: same(9) })).toBeNull();
    expect(predictionPowered({ judged, labelled: [] })).toBeNull();
    const corrected = predictionPowered({ judged, labelled: same(30) });
    expect(corrected).toMatchObject({ value: 1, high: 1, nLabelled: 30, nJudged: 1000 });
    // Wilson for 30 of 30: 0.886.
    expect(corrected?.low).toBeCloseTo(0.886, 2);
  });
});

describe('where labels help most', () => {
  const stratum = { weight: 100, available: 1000, labelled: 0, spread: 0.5 };

  it("follows Neyman's allocation", () => {
    const strata = [
      { ...stratum, weight: 600, spread: 0.1 },
      { ...stratum, weight: 300, spread: 0.4 },
      { ...stratum, weight: 100, spread: 0.5 },
    ];
    // In proportion to 60, 120 and 50.
    expect(allocateLabels(strata, 230)).toEqual([60, 120, 50]);
  });

  it('looks at every stratum, gives no more than there is, and fills what is behind', () => {
    const tiny = { ...stratum, weight: 1, spread: 0.001 };
    expect(allocateLabels([stratum, tiny], 10)[1]).toBe(2);
    expect(allocateLabels([{ ...stratum, available: 3 }, stratum], 10)).toEqual([3, 7]);
    expect(allocateLabels([{ ...stratum, labelled: 8 }, stratum], 10)).toEqual([1, 9]);
    expect(allocateLabels([{ ...stratum, available: 2 }], 10)).toEqual([2]);
    expect(allocateLabels([], 10)).toEqual([]);
  });

  it('beats an equal split, as expected and as it turns out', () => {
    const strata = [
      { ...stratum, weight: 900, spread: 0.1 },
      { ...stratum, weight: 100, spread: 0.5 },
    ];
    const best = expectedHalfWidth(strata, allocateLabels(strata, 100), 0) ?? 1;
    const equal = expectedHalfWidth(strata, [50, 50], 0) ?? 0;
    const proportional = expectedHalfWidth(strata, [90, 10], 0) ?? 0;
    expect(best).toBeLessThan(equal);
    expect(best).toBeLessThan(proportional);
    expect(expectedHalfWidth(strata, [50, 0], 0)).toBeNull();
  });

  it('draws a spread from its labels, and from a guess where there are few', () => {
    expect(expectedSpread([], 0.5)).toBeCloseTo(0.5, 10);
    expect(expectedSpread([], 0.99)).toBeCloseTo(0.2, 10);
    const many = Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? 0.1 : -0.1));
    expect(expectedSpread(many, 0.5)).toBeCloseTo(0.1, 1);
    expect(expectedSpread([0, 0], 0.5)).toBeGreaterThan(0.3);
  });
});
