import type { AlwaysValid, ArmComparison, GuardResult } from '../contract/experiments.ts';
import type { Moments } from '../statistics/intervals.ts';
import {
  contrastOf,
  mixtureVariance,
  type RefinedEstimate,
  sequentialInterval,
  sequentialPValue,
  varianceOf,
} from '../statistics/mixture-sequence.ts';
import { boundsOf, type Design, type Direction, neededUnits } from './design.ts';

/**
 * What looks have to remember, by the name of what is looked at: the mixture fixed at the first look, the smallest
 * p-value so far, and what was once beyond doubt (which stays so).
 */
export interface LookMemory {
  readonly mixtures: Record<string, number>;
  readonly pValues: Record<string, number>;
  readonly settled: Record<string, string>;
}

export function noMemory(): LookMemory {
  return { mixtures: {}, pValues: {}, settled: {} };
}

export const NO_MOMENTS: Moments = { n: 0, sum: 0, sumOfSquares: 0 };

/** How a look is made: what it remembers (and adds to), and at which level. */
export interface Looking {
  readonly memory: LookMemory;
  readonly design: Design;
  readonly alpha: number;
}

/** One arm's mean of a metric with its always-valid interval. */
export function armMean(looking: Looking, arm: string, of: MetricMoments): AlwaysValid {
  const { moments, metric } = of;
  const value = moments.n === 0 ? null : moments.sum / moments.n;
  const found = estimate(looking, `mean ${arm} ${metric}`, [{ ...of, factor: 1 }]);
  if (found === null) return { n: moments.n, value, low: null, high: null };
  const bounds = boundsOf(metric);
  return {
    n: moments.n,
    value,
    low: Math.max(bounds?.low ?? 0, found.low),
    high: Math.min(bounds?.high ?? Number.POSITIVE_INFINITY, found.high),
  };
}

export interface MetricMoments {
  readonly metric: string;
  readonly moments: Moments;
}

/** Two arms in one metric. */
export interface ArmPair {
  readonly arm: string;
  readonly metric: string;
  readonly of: Moments;
  readonly control: Moments;
}

/** The arm minus control: difference, interval, p-value and what follows. */
export function compareArms(
  looking: Looking,
  pair: ArmPair,
  { role, direction }: { role: ArmComparison['role']; direction: Direction },
): ArmComparison {
  const { metric, of, control } = pair;
  const key = `${role} ${pair.arm} ${metric}`;
  const known = of.n > 0 && control.n > 0;
  const value = known ? of.sum / of.n - control.sum / control.n : null;
  const base = known ? control.sum / control.n : 0;
  const found = estimate(looking, key, [
    { metric, moments: of, factor: 1 },
    { metric, moments: control, factor: -1 },
  ]);
  const common = {
    metric,
    role,
    n: Math.min(of.n, control.n),
    value,
    relative: value === null || base === 0 ? null : value / base,
    alpha: looking.alpha,
  };
  if (found === null || value === null) {
    const state = 'not_enough_data' as const;
    return { ...common, low: null, high: null, effectSize: null, pValue: null, state };
  }
  const good = direction === 'higher' ? value > 0 : value < 0;
  const pValue = remember(looking, key, {
    pValue: sequentialPValue(found.estimate, found),
    settled: good ? 'better' : 'worse',
  });
  const state = looking.memory.settled[key];
  // No two means are further apart than the values can be.
  const bounds = boundsOf(metric);
  const most = bounds === null ? Number.POSITIVE_INFINITY : bounds.high - bounds.low;
  return {
    ...common,
    low: Math.max(-most, found.low),
    high: Math.min(most, found.high),
    effectSize: effectSize(value, of, control),
    pValue,
    state: state === 'better' || state === 'worse' ? state : 'undecided',
  };
}

/** Cohen's d: the difference in standard deviations between units; null where nothing varies. */
function effectSize(difference: number, of: Moments, control: Moments): number | null {
  const deviation = Math.sqrt((varianceOf(of, null) + varianceOf(control, null)) / 2);
  return deviation > 0 ? difference / deviation : null;
}

/** How much worse an arm is than control, beside what its guard allows. */
export function guardArm(
  looking: Looking,
  pair: ArmPair,
  guard: Design['guards'][number],
): GuardResult {
  const { of, control, metric } = pair;
  const key = `allowed ${pair.arm} ${metric}`;
  const sign = guard.direction === 'lower' ? 1 : -1;
  const base = control.n > 0 ? control.sum / control.n : 0;
  const percent = guard.unit === 'percent';
  // In percent the question is whether the arm passes (1 ± p) times control: a sum of means again, no ratio.
  const allowed = percent ? 1 + (sign * guard.worseBy) / 100 : 1;
  const nullValue = percent ? 0 : guard.worseBy;
  const found = estimate(looking, key, [
    { metric, moments: of, factor: sign },
    { metric, moments: control, factor: -sign * allowed },
  ]);
  const scale = percent ? 100 / Math.abs(base) : 1;
  const shift = percent ? guard.worseBy : 0;
  const known = of.n > 0 && control.n > 0 && Number.isFinite(scale);
  const value = known ? sign * (of.sum / of.n - base) * scale : null;
  const common = { arm: pair.arm, metric, worseBy: guard.worseBy, unit: guard.unit };
  const n = Math.min(of.n, control.n);
  if (found === null || value === null) {
    const harm = { n, value, low: null, high: null };
    return { ...common, state: 'not_enough_data', harm, pValue: null };
  }
  const beyond = found.estimate.value > nullValue;
  const pValue = remember(looking, key, {
    pValue: beyond ? sequentialPValue(found.estimate, { ...found, nullValue }) : 1,
    settled: 'violated',
  });
  const violated = looking.memory.settled[key] === 'violated';
  return {
    ...common,
    state: violated ? 'violated' : found.high < nullValue ? 'ok' : 'watching',
    harm: { n, value, low: shift + found.low * scale, high: shift + found.high * scale },
    pValue,
  };
}

interface Found {
  readonly estimate: RefinedEstimate;
  readonly mixtureVariance: number;
  readonly low: number;
  readonly high: number;
}

/** Null below the needed number of units, or where nothing varies. */
function estimate(
  { memory, design, alpha }: Looking,
  key: string,
  parts: readonly (MetricMoments & { readonly factor: number })[],
): Found | null {
  const enough = parts.every(
    ({ metric, moments }) => moments.n >= neededUnits(metric, design.minimumUnits),
  );
  if (!enough) return null;
  const found = contrastOf(
    parts.map(({ metric, moments, factor }) => ({ moments, factor, bounds: boundsOf(metric) })),
  );
  if (found === null) return null;
  const variance =
    memory.mixtures[key] ?? mixtureVariance(found, { alpha, planned: design.plannedUnits });
  memory.mixtures[key] = variance;
  const interval = sequentialInterval(found, { alpha, mixtureVariance: variance });
  return { estimate: found, mixtureVariance: variance, ...interval };
}

/** The smallest p-value so far; what it settles the first time stays settled. */
function remember(
  { memory, alpha }: Looking,
  key: string,
  look: { readonly pValue: number; readonly settled: string },
): number {
  const pValue = Math.min(look.pValue, memory.pValues[key] ?? 1);
  memory.pValues[key] = pValue;
  if (look.pValue <= alpha) memory.settled[key] ??= look.settled;
  return pValue;
}
