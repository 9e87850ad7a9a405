import {
  type Baseline,
  type Bucket,
  type ChangeDetector,
  type DetectionGoal,
  type DetectorState,
  extendRun,
} from './change-detector.ts';
import { averageRunLength, type LatticeWalk, runLengthQuantile, walkOf } from './lattice-walk.ts';

/**
 * Page's CUSUM of log-likelihood ratios for a mean that falls or rises by at least `by`.
 *
 * Values without bounds are taken for normal. Bounded ones are measured in steps of the two-point law with the same mean
 * and variance that has one point at the bad bound: for rates that is the Bernoulli law, for anything else the law with
 * the heaviest tail there can be (Bennett 1962), so that skewed scores raise no more alarms than planned. Sessions make
 * observations count as n / design effect. Thresholds allow for the baseline being an estimate: they are chosen for the
 * false-alarm rate averaged over where the true mean may be.
 *
 * Sources: Page 1954, Biometrika 41; Lorden 1971, Ann. Math. Stat. 42(6); Reynolds, Stoumbos 1999, J. Quality
 * Technology 31(1); Brook, Evans 1972, Biometrika 59(3); Bennett 1962, JASA 57, eq. 8.
 */
export interface Cusum extends ChangeDetector {
  readonly design: CusumDesign;
}

/** How one observation moves the statistic: by `constant + slope · value` before the design effect. */
export interface CusumDesign {
  readonly baseline: Baseline;
  readonly direction: 'fall' | 'rise';
  /** The change it is built for: `by`, or less where the bound is nearer. */
  readonly by: number;
  readonly slope: number;
  readonly constant: number;
}

/** A fall to the very bound would make one good answer proof that nothing changed. */
const NEAREST_TO_BOUND = 0.05;

/** The steps of a CUSUM for this change; `by` above 0. */
export function designCusum(
  baseline: Baseline,
  { direction, by }: { readonly direction: 'fall' | 'rise'; readonly by: number },
): CusumDesign {
  const sign = direction === 'fall' ? -1 : 1;
  const { mean, variance, bounds } = baseline;
  if (bounds === null) {
    const slope = (sign * by) / variance;
    return { baseline, direction, by, slope, constant: -slope * (mean + (sign * by) / 2) };
  }
  // Distance from the bound that values move towards.
  const bad = direction === 'fall' ? bounds.low : bounds.high;
  const room = Math.abs(mean - bad);
  const far = room + variance / room;
  const change = Math.min(by, room * (1 - NEAREST_TO_BOUND));
  const atFar = Math.log((room - change) / room);
  const atBad = Math.log((far - room + change) / (far - room));
  const perDistance = (atFar - atBad) / far;
  const slope = direction === 'fall' ? perDistance : -perDistance;
  return { baseline, direction, by: change, slope, constant: atBad - slope * bad };
}

/** A detector of this design that alarms at `threshold` (natural logarithms, above 0). */
export function cusum(design: CusumDesign, threshold: number): Cusum {
  const { slope, constant, baseline } = design;
  const observe = (state: DetectorState, { n, sum, at }: Bucket): DetectorState => {
    if (n <= 0) return state;
    const gain = (constant * n + slope * sum) / baseline.designEffect;
    const run = extendRun(state, gain, at);
    return { ...run, logs: [run.run] };
  };
  const statistic = ({ logs }: DetectorState): number => logs[0] ?? 0;
  return {
    design,
    threshold,
    initial: { logs: [0], run: 0, since: null },
    observe,
    statistic,
    isAlarm: (state) => statistic(state) >= threshold - 1e-9,
  };
}

/** Seven points and weights of Gauss and Hermite for the standard normal (Abramowitz, Stegun 1964, table 25.10). */
const NODES: readonly (readonly [at: number, weight: number])[] = [
  [0, 0.457142857],
  [-1.154405395, 0.240123179],
  [1.154405395, 0.240123179],
  [-2.366759411, 0.030757124],
  [2.366759411, 0.030757124],
  [-3.750439718, 0.000548269],
  [3.750439718, 0.000548269],
];

/** Sessions come in lumps and their likeness is an estimate: simulated alarms exceed the model by up to a tenth. */
const CAUTION = 0.85;
/** A baseline whose uncertainty asks for more than this many times the threshold of a known one is too short. */
const DEAREST = 2;

/**
 * The lowest threshold with at most one false alarm in `falseAlarmSamples` observations on average, over all the means
 * that the baseline may truly have; null where the baseline is too uncertain for that (wait for more of it).
 */
export function thresholdFor(design: CusumDesign, falseAlarmSamples: number): number | null {
  const cell = cellOf(design);
  const wanted = (CAUTION * design.baseline.designEffect) / falseAlarmSamples;
  const walks = nodesOf(design).map(({ mean, weight }) => ({
    weight,
    walk: walkAt(design, mean, cell),
  }));
  const exact = leastStates(walks.slice(0, 1).map(asKnown), wanted, Number.POSITIVE_INFINITY);
  if (exact === null) return null;
  const states = leastStates(walks, wanted, Math.ceil(DEAREST * exact));
  return states === null ? null : (states - edgeOf(design)) * cell;
}

interface WeightedWalk {
  readonly walk: LatticeWalk;
  readonly weight: number;
}

function asKnown({ walk }: WeightedWalk): WeightedWalk {
  return { walk, weight: 1 };
}

/** The fewest states with a rate of alarms of at most `wanted`; null if `most` are not enough. */
function leastStates(walks: readonly WeightedWalk[], wanted: number, most: number): number | null {
  const isEnough = (states: number): boolean =>
    walks.reduce((sum, { walk, weight }) => sum + weight / averageRunLength(walk, states), 0) <=
    wanted;
  let low = 0;
  let high = Math.min(most, 16);
  while (!isEnough(high)) {
    if (high >= most) return null;
    low = high;
    high = Math.min(most, Math.ceil(high * 1.5));
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Means that the baseline may have, with their weights. */
function nodesOf({ baseline }: CusumDesign): { mean: number; weight: number }[] {
  const { mean, variance, n, designEffect, bounds } = baseline;
  const error = Math.sqrt((variance * designEffect) / n);
  return NODES.map(([at, weight]) => ({ mean: clip(mean + at * error, bounds), weight }));
}

function clip(mean: number, bounds: Baseline['bounds']): number {
  if (bounds === null) return mean;
  const margin = 1e-6 * (bounds.high - bounds.low);
  return Math.min(bounds.high - margin, Math.max(bounds.low + margin, mean));
}

/** The grid is at least so fine in proportion to the smallest step, and no finer than so many cells up to a threshold. */
const CELLS_A_STEP = 4;
const MOST_CELLS = 1_500;
const USUAL_THRESHOLD = 8;

function cellOf(design: CusumDesign): number {
  const { variance, bounds } = design.baseline;
  if (bounds === null) {
    const distance = Math.abs(design.by) / Math.sqrt(variance);
    return Math.max(Math.min(distance / 8, USUAL_THRESHOLD / 200), USUAL_THRESHOLD / MOST_CELLS);
  }
  const [atBad, atFar] = twoPoints(design);
  const smallest = Math.min(Math.abs(atBad.gain), Math.abs(atFar.gain));
  return Math.max(smallest / CELLS_A_STEP, USUAL_THRESHOLD / MOST_CELLS);
}

/** Steps of any size are rounded to the middle of a cell, so the last cell begins half a cell earlier. */
function edgeOf({ baseline }: CusumDesign): number {
  return baseline.bounds === null ? 0.5 : 0;
}

interface Point {
  readonly gain: number;
  readonly distance: number;
}

/** The two values of the law that a bounded design is made for, by their distance from the bad bound. */
function twoPoints({ baseline, direction, slope, constant }: CusumDesign): [Point, Point] {
  const bounds = baseline.bounds ?? { low: 0, high: 1 };
  const bad = direction === 'fall' ? bounds.low : bounds.high;
  const room = Math.abs(baseline.mean - bad);
  const distance = room + baseline.variance / room;
  const far = direction === 'fall' ? bad + distance : bad - distance;
  return [
    { gain: constant + slope * bad, distance: 0 },
    { gain: constant + slope * far, distance },
  ];
}

/** What the statistic does with each observation when the true mean is `mean`. */
function walkAt(design: CusumDesign, mean: number, cell: number): LatticeWalk {
  const { baseline, direction, slope, constant } = design;
  if (baseline.bounds === null) {
    return normalWalk(
      constant + slope * mean,
      Math.abs(slope) * Math.sqrt(baseline.variance),
      cell,
    );
  }
  const [atBad, atFar] = twoPoints(design);
  const bad = direction === 'fall' ? baseline.bounds.low : baseline.bounds.high;
  const share = Math.min(1, Math.abs(mean - bad) / atFar.distance);
  return walkOf([
    { cells: atBad.gain / cell, chance: 1 - share },
    { cells: atFar.gain / cell, chance: share },
  ]);
}

/** Normal steps, cut at five standard deviations. */
function normalWalk(mean: number, deviation: number, cell: number): LatticeWalk {
  const reach = Math.ceil((5 * deviation) / cell);
  const centre = Math.round(mean / cell);
  const moves = Array.from({ length: 2 * reach + 1 }, (_, at) => {
    const cells = centre + at - reach;
    return { cells, chance: Math.exp(-0.5 * ((cells * cell - mean) / deviation) ** 2) };
  });
  const total = moves.reduce((sum, { chance }) => sum + chance, 0);
  return walkOf(moves.map(({ cells, chance }) => ({ cells, chance: chance / total })));
}

/** What a CUSUM with this threshold does; in observations. */
export interface CusumFigures {
  /** On average between false alarms, were the baseline exact. */
  readonly falseAlarmSamples: number;
  /** From a change of `by` to the alarm, when the statistic stood at 0: on average, and in half of the cases. */
  readonly meanDelay: number;
  readonly medianDelay: number;
}

/** How long a CUSUM takes, by the law it was designed for, or after a change of `by` instead of the design's own. */
export function cusumFigures(
  design: CusumDesign,
  threshold: number,
  by: number = design.by,
): CusumFigures {
  const cell = cellOf(design);
  const states = Math.max(1, Math.round(threshold / cell + edgeOf(design)));
  const { mean, designEffect, bounds } = design.baseline;
  const changed = clip(mean + (design.direction === 'fall' ? -by : by), bounds);
  const after = walkAt(design, changed, cell);
  const meanDelay = averageRunLength(after, states) * designEffect;
  const median = runLengthQuantile(after, states, 0.5);
  return {
    falseAlarmSamples: averageRunLength(walkAt(design, mean, cell), states) * designEffect,
    meanDelay,
    medianDelay: median === null ? meanDelay : median * designEffect,
  };
}

/** A CUSUM that meets the goal; null where the baseline is not known well enough for it. */
export function planCusum(baseline: Baseline, goal: DetectionGoal): Cusum | null {
  const design = designCusum(baseline, goal);
  const threshold = thresholdFor(design, goal.falseAlarmSamples);
  return threshold === null ? null : cusum(design, threshold);
}
