import { describe, expect, it } from 'vitest';
import {
  addValue,
  normal,
  noSums,
  type Random,
  type Sums,
  seeded,
} from '../../test/support/seeded-random.ts';
import type { Moments } from './intervals.ts';
import {
  type ContrastPart,
  contrastOf,
  mixtureVariance,
  type RefinedEstimate,
  sequentialInterval,
  sequentialPValue,
  tunedMixture,
  unitsForEffect,
  varianceOf,
} from './mixture-sequence.ts';

const RATE = { low: 0, high: 1 };

function difference(
  a: Moments,
  b: Moments,
  bounds: ContrastPart['bounds'],
): RefinedEstimate | null {
  return contrastOf([
    { moments: b, factor: 1, bounds },
    { moments: a, factor: -1, bounds },
  ]);
}

interface Experiment {
  /** One observation of an arm (0 control, 1 treatment). */
  readonly draw: (random: Random, arm: number) => number;
  readonly bounds?: ContrastPart['bounds'];
  readonly runs?: number;
  readonly unitsPerArm?: number;
  readonly first?: number;
  readonly planned?: number;
  /** Share of control. */
  readonly share?: number;
  readonly lookEvery?: number;
}

interface Outcome {
  /** Share of runs in which some look found a difference. */
  readonly ours: number;
  readonly naive: number;
  /** Share of runs in which every look's interval held the true difference 0. */
  readonly covered: number;
  /** Units an arm at which ours stopped: the median of the runs that did. */
  readonly medianStop: number;
}

/** Runs an experiment many times and looks at it all the time. */
function simulate(experiment: Experiment): Outcome {
  const random = seeded(20_261_121);
  const { runs = 1500, first = 100 } = experiment;
  let naive = 0;
  let covered = 0;
  const stops: number[] = [];
  for (let run = 0; run < runs; run++) {
    const result = runOnce(experiment, random, first);
    if (result.naive) naive += 1;
    if (result.covered) covered += 1;
    if (result.stop !== null) stops.push(result.stop);
  }
  stops.sort((a, b) => a - b);
  return {
    ours: stops.length / runs,
    naive: naive / runs,
    covered: covered / runs,
    medianStop: stops[stops.length >> 1] ?? Number.POSITIVE_INFINITY,
  };
}

function runOnce(
  {
    draw,
    bounds = null,
    unitsPerArm = 2000,
    planned = 1000,
    share = 0.5,
    lookEvery = 1,
  }: Experiment,
  random: Random,
  first: number,
): { stop: number | null; naive: boolean; covered: boolean } {
  const arms = [noSums(), noSums()] as const;
  const result = { stop: null as number | null, naive: false, covered: true };
  let variance: number | null = null;
  for (let unit = 1; unit <= 2 * unitsPerArm; unit++) {
    const arm = random() < share ? 0 : 1;
    addValue(arms[arm], draw(random, arm));
    if (unit % lookEvery > 0 || Math.min(arms[0].n, arms[1].n) < first) continue;
    const estimate = difference(arms[0], arms[1], bounds);
    if (estimate === null) continue;
    variance ??= mixtureVariance(estimate, { alpha: 0.05, planned });
    const p = sequentialPValue(estimate, { mixtureVariance: variance });
    if (p <= 0.05) {
      result.stop ??= unit / 2;
      result.covered = false;
    }
    if (Math.abs(estimate.value / estimate.standardError) > 1.96) result.naive = true;
  }
  return result;
}

describe('an always-valid interval', () => {
  it('equals theorem 2.2 of Waudby-Smith et al. 2021', () => {
    // σ = 2, t = 100, ρ = 0.3, α = 0.05, worked by hand from their formula.
    const [sigma, t, rho, alpha] = [2, 100, 0.3, 0.05];
    const half =
      sigma *
      Math.sqrt(
        ((2 * (t * rho ** 2 + 1)) / (t ** 2 * rho ** 2)) *
          Math.log(Math.sqrt(t * rho ** 2 + 1) / alpha),
      );
    expect(half).toBeCloseTo(0.60714, 5);
    const estimate = { value: 1, standardError: sigma / Math.sqrt(t), n: t };
    const interval = sequentialInterval(estimate, { alpha, mixtureVariance: (sigma * rho) ** 2 });
    expect(interval.high - 1).toBeCloseTo(half, 12);
    expect(1 - interval.low).toBeCloseTo(half, 12);
  });

  it('has the p-value of Johari, Pekelis, Walsh 2015, equation 11', () => {
    const [n, v, tau2, mean] = [100, 1, 0.5, 0.4];
    const ratio =
      Math.sqrt(v / (v + n * tau2)) *
      Math.exp((n ** 2 * tau2 * mean ** 2) / (2 * v * (v + n * tau2)));
    const estimate = { value: mean, standardError: Math.sqrt(v / n), n };
    expect(sequentialPValue(estimate, { mixtureVariance: tau2 })).toBeCloseTo(1 / ratio, 12);
    expect(1 / ratio).toBeCloseTo(0.0028, 4);
  });

  it('excludes a value exactly when its p-value is below alpha', () => {
    const random = seeded(5);
    for (let round = 0; round < 200; round++) {
      const estimate = { value: 4 * random() - 2, standardError: 0.1 + random(), n: 50 };
      const options = { alpha: 0.01 + 0.1 * random(), mixtureVariance: 0.01 + random() };
      const { low, high } = sequentialInterval(estimate, options);
      const excluded = low > 0 || high < 0;
      expect(sequentialPValue(estimate, options) < options.alpha).toBe(excluded);
    }
  });

  it('is narrowest at the planned size', () => {
    const at = (n: number, planned: number): number => {
      const estimate = { value: 0, standardError: 1 / Math.sqrt(n), n };
      const variance = mixtureVariance(
        { value: 0, standardError: 0.1, n: 100 },
        { alpha: 0.05, planned },
      );
      return sequentialInterval(estimate, { alpha: 0.05, mixtureVariance: variance }).high;
    };
    for (const other of [250, 500, 2000, 4000])
      expect(at(1000, 1000)).toBeLessThan(at(1000, other));
    // The multiple of the standard error there is √(1 + v), 3.03 instead of 1.96.
    expect(at(1000, 1000) * Math.sqrt(1000)).toBeCloseTo(Math.sqrt(1 + tunedMixture(0.05)), 9);
    expect(Math.sqrt(1 + tunedMixture(0.05))).toBeCloseTo(3.0, 1);
  });

  it('says nothing about fewer than two units or about values that never vary', () => {
    const one = { n: 1, sum: 3, sumOfSquares: 9 };
    const equal = { n: 10, sum: 30, sumOfSquares: 90 };
    expect(difference(one, equal, null)).toBeNull();
    expect(difference(equal, equal, null)).toBeNull();
  });

  it('does not take a rate of 0 for certain', () => {
    const none = { n: 100, sum: 0, sumOfSquares: 0 };
    expect(varianceOf(none, null)).toBe(0);
    // Two more values, 0 and 1: variance of one 1 among 102.
    expect(varianceOf(none, RATE)).toBeCloseTo((1 - 1 / 102) / 101, 12);
  });
});

describe('given equal arms and a look after every unit', () => {
  const cases: Readonly<Record<string, Experiment>> = {
    'normal values': { draw: (random) => normal(random) },
    'a rate of 0.8': { draw: (random) => (random() < 0.8 ? 1 : 0), bounds: RATE },
    'a rate of 0.01, arms 80 to 20': {
      draw: (random) => (random() < 0.01 ? 1 : 0),
      bounds: RATE,
      share: 0.8,
    },
    'a rate of 0.1 from 20 units on': {
      draw: (random) => (random() < 0.1 ? 1 : 0),
      bounds: RATE,
      first: 20,
      planned: 200,
    },
    'skewed cost (log-normal, σ 1)': { draw: (random) => Math.exp(normal(random)) },
    'very skewed cost (log-normal, σ 1.5), arms 80 to 20': {
      draw: (random) => Math.exp(1.5 * normal(random)),
      share: 0.8,
    },
  };
  it.each(Object.entries(cases))('raises at most 5 % false alarms: %s', (_, experiment) => {
    const { ours, naive, covered } = simulate(experiment);
    expect(ours).toBeLessThanOrEqual(0.05);
    expect(covered).toBeGreaterThanOrEqual(0.95);
    // What everybody does instead.
    expect(naive).toBeGreaterThan(0.17);
  });

  it('stays far below a z-test that is looked at 30 times', () => {
    const experiment: Experiment = {
      draw: (random) => (random() < 0.85 ? 1 : 0),
      bounds: RATE,
      runs: 1000,
      unitsPerArm: 3000,
      lookEvery: 200,
      planned: 3000,
    };
    const { ours, naive } = simulate(experiment);
    expect(naive).toBeGreaterThan(0.24);
    expect(naive).toBeLessThan(0.33);
    expect(ours).toBeLessThan(0.025);
  });
});

describe('given one arm and a look after every unit', () => {
  function coverage(
    draw: (random: Random) => number,
    truth: number,
    bounds: ContrastPart['bounds'],
  ): number {
    const random = seeded(42);
    const runs = 1000;
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      if (misses(() => draw(random), truth, bounds)) missed += 1;
    }
    return 1 - missed / runs;
  }

  function misses(draw: () => number, truth: number, bounds: ContrastPart['bounds']): boolean {
    const sums = noSums();
    let variance: number | null = null;
    for (let unit = 1; unit <= 2000; unit++) {
      addValue(sums, draw());
      const estimate = unit < 100 ? null : contrastOf([{ moments: sums, factor: 1, bounds }]);
      if (estimate === null) continue;
      variance ??= mixtureVariance(estimate, { alpha: 0.05, planned: 1000 });
      const options = { mixtureVariance: variance, nullValue: truth };
      if (sequentialPValue(estimate, options) <= 0.05) return true;
    }
    return false;
  }

  it('covers the truth at all looks together 95 times in 100', () => {
    expect(coverage(normal, 0, null)).toBeGreaterThan(0.95);
    expect(coverage((random) => (random() < 0.3 ? 1 : 0), 0.3, RATE)).toBeGreaterThan(0.95);
    expect(coverage((random) => -Math.log(1 - random()), 1, null)).toBeGreaterThan(0.95);
  });

  it('covers a little less where values are rare or very skewed, as the guide says', () => {
    expect(coverage((random) => (random() < 0.05 ? 1 : 0), 0.05, RATE)).toBeGreaterThan(0.9);
    const skewed = coverage((random) => Math.exp(normal(random)), Math.exp(0.5), null);
    expect(skewed).toBeGreaterThan(0.9);
    expect(skewed).toBeLessThan(0.95);
  });
});

describe('given users who come back, alike within themselves', () => {
  /** Users with a level of their own arrive and call again and again; looks after every 40th call. */
  function clustered(effect: number, analyse: 'units' | 'calls'): number {
    const random = seeded(77);
    const runs = 800;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      if (foundIn(random, effect, analyse)) found += 1;
    }
    return found / runs;
  }

  interface User {
    readonly arm: 0 | 1;
    readonly level: number;
    n: number;
    sum: number;
  }

  /** A sequence of looks at two arms: whether this one finds a difference. */
  function looks(): (arms: readonly [Sums, Sums]) => boolean {
    let variance: number | null = null;
    return ([control, treatment]) => {
      if (Math.min(control.n, treatment.n) < 100) return false;
      const estimate = difference(control, treatment, null);
      if (estimate === null) return false;
      variance ??= mixtureVariance(estimate, { alpha: 0.05, planned: 400 });
      return sequentialPValue(estimate, { mixtureVariance: variance }) <= 0.05;
    };
  }

  function foundIn(random: Random, effect: number, analyse: 'units' | 'calls'): boolean {
    const users: User[] = [];
    const arms = [noSums(), noSums()] as const;
    const look = looks();
    for (let call = 1; call <= 4000; call++) {
      const user = caller(users, random);
      const value = user.level + effect * user.arm + normal(random);
      if (analyse === 'calls') addValue(arms[user.arm], value);
      else exchange(arms[user.arm], user, value);
      user.n += 1;
      user.sum += value;
      if (call % 40 === 0 && look(arms)) return true;
    }
    return false;
  }

  /** New users come all the time, beside those who come back. */
  function caller(users: User[], random: Random): User {
    const known = users[Math.floor(random() * users.length)];
    if (known !== undefined && users.length >= 60 && random() >= 0.15) return known;
    const user: User = { arm: random() < 0.5 ? 0 : 1, level: normal(random), n: 0, sum: 0 };
    users.push(user);
    return user;
  }

  /** The unit's mean so far gives way to the one with the new value. */
  function exchange(sums: Sums, user: User, value: number): void {
    if (user.n > 0) {
      const before = user.sum / user.n;
      sums.n -= 1;
      sums.sum -= before;
      sums.sumOfSquares -= before * before;
    }
    addValue(sums, (user.sum + value) / (user.n + 1));
  }

  it('raises at most 5 % false alarms on the means of users', () => {
    expect(clustered(0, 'units')).toBeLessThanOrEqual(0.05);
  });

  it('would raise many on single calls', () => {
    expect(clustered(0, 'calls')).toBeGreaterThan(0.2);
  });

  it('finds an effect of half a standard deviation between users', () => {
    expect(clustered(0.5, 'units')).toBeGreaterThan(0.8);
  });
});

describe('given arms that differ', () => {
  it('finds 4 points of 85 % in 3,000 units an arm about nine times in ten, most often in half of them', () => {
    const { ours, medianStop } = simulate({
      draw: (random, arm) => (random() < 0.85 + 0.04 * arm ? 1 : 0),
      bounds: RATE,
      unitsPerArm: 3000,
      planned: 3000,
      lookEvery: 200,
      runs: 400,
    });
    expect(ours).toBeGreaterThan(0.85);
    expect(medianStop).toBeLessThan(1800);
  });

  it('has the power it promises at the size it asks for', () => {
    const sought = { difference: 0.25, standardDeviation: 1, alpha: 0.05, power: 0.8 };
    const { fixed, sequential } = unitsForEffect(sought);
    // 2 (1.960 + 0.842)² / 0.25² = 251.2.
    expect(fixed).toBe(252);
    expect(sequential / fixed).toBeGreaterThan(1.7);
    expect(sequential / fixed).toBeLessThan(2);
    const { ours } = simulate({
      draw: (random, arm) => normal(random) + 0.25 * arm,
      unitsPerArm: sequential,
      planned: sequential,
      runs: 800,
    });
    expect(ours).toBeGreaterThan(0.79);
    expect(ours).toBeLessThan(0.9);
  });
});
