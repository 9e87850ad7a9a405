import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/support/seeded-random.ts';
import { sampleRatioLogOdds, sampleRatioPValue } from './sample-ratio.ts';

const even = (a: number, b: number): { share: number; count: number }[] => [
  { share: 0.5, count: a },
  { share: 0.5, count: b },
];

describe('the odds against stated shares', () => {
  it('equal a worked value', () => {
    // A uniform prior gives a run of ten 1/11, even shares give it 1/1024.
    expect(Math.exp(sampleRatioLogOdds(even(10, 0), 2))).toBeCloseTo(1024 / 11, 8);
    // One unit tells nothing about even shares.
    expect(sampleRatioLogOdds(even(1, 0), 2)).toBeCloseTo(0, 12);
    // Three arms, one unit each: 3! · Γ(3)/Γ(6) against 1/27, with a uniform prior.
    const three = [1, 1, 1].map((count) => ({ share: 1 / 3, count }));
    expect(Math.exp(sampleRatioLogOdds(three, 3))).toBeCloseTo((2 / 120) * 27, 10);
  });

  it('are infinite for units in an arm that gets none', () => {
    const arms = [
      { share: 1, count: 5 },
      { share: 0, count: 1 },
    ];
    expect(sampleRatioPValue(arms)).toBe(0);
  });

  it('do not depend on the order of arms', () => {
    const arms = [
      { share: 0.2, count: 40 },
      { share: 0.8, count: 190 },
    ];
    expect(sampleRatioLogOdds(arms.toReversed())).toBeCloseTo(sampleRatioLogOdds(arms), 10);
  });
});

/** The share of runs in which some look of many has a p-value of at most alpha, and the median unit it happens at. */
function alarms(
  given: { share: number; real: number; units: number; runs: number },
  alpha: number,
): { share: number; median: number } {
  const random = seeded(31);
  const stops: number[] = [];
  for (let run = 0; run < given.runs; run++) {
    const stop = firstAlarm(given, alpha, random);
    if (stop !== null) stops.push(stop);
  }
  stops.sort((a, b) => a - b);
  return {
    share: stops.length / given.runs,
    median: stops[stops.length >> 1] ?? Number.POSITIVE_INFINITY,
  };
}

function firstAlarm(
  { share, real, units }: { share: number; real: number; units: number },
  alpha: number,
  random: () => number,
): number | null {
  let first = 0;
  for (let unit = 1; unit <= units; unit++) {
    if (random() < real) first += 1;
    const arms = [
      { share, count: first },
      { share: 1 - share, count: unit - first },
    ];
    if (sampleRatioPValue(arms) <= alpha) return unit;
  }
  return null;
}

describe('given units that are shared out as designed', () => {
  it.each([0.5, 0.9])('raises at most alpha false alarms over all looks (share %d)', (share) => {
    const { share: raised } = alarms({ share, real: share, units: 2000, runs: 500 }, 0.05);
    expect(raised).toBeLessThanOrEqual(0.05);
  });
});

describe('given units that are lost in one arm', () => {
  it('sees 45 to 55 instead of 50 to 50 within some thousand units', () => {
    const found = alarms({ share: 0.5, real: 0.45, units: 6000, runs: 100 }, 0.001);
    expect(found.share).toBeGreaterThan(0.95);
    expect(found.median).toBeLessThan(3000);
  });
});
