import { type Bins, countOf } from '../../analytics/bins.ts';
import { binMiddle } from '../../core/histogram.ts';
import { generator } from '../../statistics/generator.ts';
import { designEffect, GROUPS } from '../../statistics/random-groups.ts';
import { isFraction, type MetricFacts } from './metric-facts.ts';
import type { GroupSum, Point, Total } from './points.ts';

/** What a steady series is like: nothing in it ever changes but by chance and by the time of day. */
export interface Steady {
  readonly facts: MetricFacts;
  /** Expected observations at each step of a day. */
  readonly profile: readonly number[];
  readonly stepMs: number;
  readonly mean: number;
  readonly deviation: number;
  /** Observations of a session, all of them alike. */
  readonly sessionSize: number;
  /** For percentiles. */
  readonly bins: Bins | null;
}

const DAY_MS = 86_400_000;

/** The steady series with the volume by time of day, the level, the spread and the sessions of an observed one. */
export function steadyOf(
  facts: MetricFacts,
  {
    points,
    total,
    days,
    stepMs,
  }: { points: readonly Point[]; total: Total; days: number; stepMs: number },
): Steady {
  const profile = Array.from({ length: DAY_MS / stepMs }, () => 0);
  for (const { at, n } of points) {
    const step = Math.floor((at % DAY_MS) / stepMs);
    profile[step] = (profile[step] ?? 0) + n / days;
  }
  const { n, sum, sumOfSquares } = total;
  const mean = n === 0 ? 0 : sum / n;
  const variance = n < 2 ? 0 : Math.max(0, sumOfSquares - sum * mean) / (n - 1);
  const sessionSize = Math.max(1, Math.round(designEffect(total) ?? 1));
  return {
    ...{ facts, stepMs, mean, sessionSize },
    profile: smooth(profile),
    deviation: Math.sqrt(variance),
    bins: total.bins,
  };
}

/** Means over half an hour on each side, so that single calls make no peaks. */
function smooth(profile: readonly number[]): number[] {
  const reach = Math.max(0, Math.round((profile.length / 48) | 0));
  return profile.map((_, at) => {
    let sum = 0;
    for (let by = -reach; by <= reach; by++) {
      sum += profile[(at + by + profile.length) % profile.length] ?? 0;
    }
    return sum / (2 * reach + 1);
  });
}

/** A change of level that is put into a steady series: added to the mean, or to the volume as a factor. */
export interface Shift {
  readonly mean: number;
  readonly factor: number;
}

export const NO_SHIFT: Shift = { mean: 0, factor: 1 };

/** Draws points of a steady series; the same seed gives the same points. */
export class Simulation {
  readonly #steady: Steady;
  readonly #random: () => number;
  readonly #upTo: readonly number[];

  constructor(steady: Steady, seed: number) {
    this.#steady = steady;
    this.#random = generator(seed);
    let sum = 0;
    this.#upTo = (steady.bins?.counts ?? []).map((count) => (sum += count));
  }

  /** Points of [from, to) with the shift in them; steps without observations are left out. */
  points({ from, to }: { from: number; to: number }, shift: Shift = NO_SHIFT): Point[] {
    const { stepMs, profile, sessionSize } = this.#steady;
    const points: Point[] = [];
    for (let at = from; at < to; at += stepMs) {
      const expected = (profile[Math.floor((at % DAY_MS) / stepMs)] ?? 0) * shift.factor;
      const sessions = this.#poisson(expected / sessionSize);
      if (sessions > 0) points.push(this.#point(at, sessions, shift));
    }
    return points;
  }

  #point(at: number, sessions: number, { mean: by }: Shift): Point {
    const { sessionSize: size, facts } = this.#steady;
    const groups = new Map<number, [n: number, sum: number]>();
    const bins = new Map<number, number>();
    let sum = 0;
    let sumsq = 0;
    for (let session = 0; session < sessions; session++) {
      const bin = facts.family === 'percentile' ? this.#bin(by) : null;
      const value = bin === null ? this.#value(by) : binMiddle(bin);
      if (bin !== null) bins.set(bin, (bins.get(bin) ?? 0) + size);
      sum += size * value;
      sumsq += size * value * value;
      const group = Math.floor(this.#random() * GROUPS);
      const [n, part] = groups.get(group) ?? [0, 0];
      groups.set(group, [n + size, part + size * value]);
    }
    return {
      ...{ at, n: sessions * size, sum, sumsq },
      bins: bins.size === 0 ? null : sortedBins(bins),
      groups: [...groups].map(([group, [n, part]]): GroupSum => [group, n, part]),
    };
  }

  #value(by: number): number {
    const { facts, mean, deviation } = this.#steady;
    if (facts.family === 'rate') return this.#random() < mean + by ? 1 : 0;
    const drawn = mean + by + deviation * this.#normal();
    if (isFraction(facts)) return Math.min(1, Math.max(0, drawn));
    return Math.max(0, drawn);
  }

  /** A bin as often as it was observed; a shift multiplies what is in it. */
  #bin(by: number): number {
    const bins = this.#steady.bins ?? { bins: [0], counts: [1] };
    const place = this.#random() * countOf(bins);
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#upTo[middle] ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    // Bins are steps of a logarithm: adding to the number multiplies the value.
    const factor = Math.max(0.01, 1 + by / Math.max(1e-9, this.#steady.mean));
    return (bins.bins[low] ?? 0) + Math.round(Math.log(factor) / Math.log(1.01 / 0.99));
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  /** A Poisson count: by waiting times when small, by the normal when large. */
  #poisson(expected: number): number {
    if (expected <= 0) return 0;
    if (expected > 50) {
      return Math.max(0, Math.round(expected + Math.sqrt(expected) * this.#normal()));
    }
    let n = 0;
    for (let left = Math.exp(-expected), product = this.#random(); product > left; n++) {
      product *= this.#random();
    }
    return n;
  }
}

function sortedBins(counts: ReadonlyMap<number, number>): Bins {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { bins: sorted.map(([bin]) => bin), counts: sorted.map(([, count]) => count) };
}
