import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { type Interval, type Moments, meanInterval, rateInterval } from './intervals.ts';
import { twoSidedP } from './normal.ts';
import { NORMAL_95 } from './student-t.ts';

/** One part of the traffic, before and after. */
export interface Slice<Key> {
  readonly key: Key;
  readonly before: Moments;
  readonly after: Moments;
}

export interface ChangeQuestion<Key> {
  readonly before: Moments;
  readonly after: Moments;
  readonly slices: readonly Slice<Key>[];
  /** Values are 0 or 1, so that intervals of rates apply. */
  readonly isRate: boolean;
  /** How many observations of sessions say as much as one independent one; at least 1. */
  readonly designEffect: number;
}

/** What a slice has to do with a change of the whole. */
export interface SliceChange<Key> {
  readonly key: Key;
  readonly before: Interval;
  readonly after: Interval;
  /**
   * How much of the change of the whole it makes, in units of the values, by having changed itself and by having become a
   * larger or smaller part. The contributions of slices that split the traffic add up to the change.
   */
  readonly contribution: Interval;
  /** The same as a share of the change; null where the whole did not change. */
  readonly share: number | null;
  /** Contribution beyond what a change that is the same everywhere would give it. */
  readonly excess: number;
  /** Of "this slice changed like the rest", and adjusted over all slices; null below {@link LEAST_SLICE}. */
  readonly pValue: number | null;
  readonly qValue: number | null;
  /** It contributes in the direction of the change, more than its part, and that is no chance (q at most 5 %). */
  readonly explains: boolean;
}

/** Observations, before and after together, below which a slice is shown and not tested. */
export const LEAST_SLICE = 20;
const FALSE_DISCOVERIES = 0.05;

/**
 * Which slices explain a change of a mean or rate, the largest contribution first. Of the slices said to explain it, at
 * most 5 % are innocent on average.
 *
 * With 1ₛ for "belongs to the slice" and M for the mean of the whole, the contribution is the difference between after
 * and before of the mean of 1ₛ (x − M_before), and the excess that of 1ₛ (x − M_own), which is 0 when slice and rest
 * change alike and neither grows at the other's cost. Variances by linearisation; large samples.
 * Source: Särndal, Swensson, Wretman 1992, §5.5; Kitagawa 1955, JASA 50, for parts of a difference of rates; Benjamini,
 * Hochberg 1995.
 */
export function rankSlices<Key>(question: ChangeQuestion<Key>): SliceChange<Key>[] {
  const { before, after, slices } = question;
  if (before.n === 0 || after.n === 0) return [];
  const change = after.sum / after.n - before.sum / before.n;
  const measured = slices.map((slice) => measure(question, slice));
  const qValues = benjaminiHochberg(measured.map(({ pValue }) => pValue));
  return measured
    .map((one, at) => {
      const qValue = qValues[at] ?? null;
      const isAlong = one.excess * change > 0 && (one.contribution.value ?? 0) * change > 0;
      return {
        ...one,
        share: change === 0 ? null : (one.contribution.value ?? 0) / change,
        qValue,
        explains: isAlong && qValue !== null && qValue <= FALSE_DISCOVERIES,
      };
    })
    .sort(
      (a, b) =>
        Number(b.explains) - Number(a.explains) ||
        Math.sign(change || 1) * ((b.contribution.value ?? 0) - (a.contribution.value ?? 0)),
    );
}

type Measured<Key> = Omit<SliceChange<Key>, 'share' | 'qValue' | 'explains'>;

function measure<Key>(question: ChangeQuestion<Key>, slice: Slice<Key>): Measured<Key> {
  const { before, after, designEffect } = question;
  const meanBefore = before.sum / before.n;
  const [was, is] = [
    partOf(slice.before, before, meanBefore),
    partOf(slice.after, after, meanBefore),
  ];
  const contribution = is.centred - was.centred;
  const growth = is.weight - was.weight;
  // Observations before also move the mean that everything is measured from.
  const varianceBefore =
    (1 + growth) ** 2 * was.squares + growth ** 2 * was.restSquares - was.centred ** 2;
  const variance =
    Math.max(0, is.squares - is.centred ** 2) / after.n + Math.max(0, varianceBefore) / before.n;
  const half = NORMAL_95 * Math.sqrt(variance * designEffect);
  const { excess, pValue } = excessOf(question, slice);
  const n = slice.before.n + slice.after.n;
  const isTested = n >= LEAST_SLICE;
  return {
    key: slice.key,
    before: intervalOf(slice.before, question),
    after: intervalOf(slice.after, question),
    contribution: {
      value: contribution,
      n,
      low: isTested ? contribution - half : null,
      high: isTested ? contribution + half : null,
    },
    excess,
    pValue: isTested ? pValue : null,
  };
}

/** As wide as the number of independent observations that say as much makes it, with the true n. */
function intervalOf(
  moments: Moments,
  { isRate, designEffect }: Omit<ChangeQuestion<unknown>, 'slices'>,
): Interval {
  const { n, sum, sumOfSquares } = moments;
  const effective = {
    n: n / designEffect,
    sum: sum / designEffect,
    sumOfSquares: sumOfSquares / designEffect,
  };
  const interval = isRate ? rateInterval(effective.sum, effective.n) : meanInterval(effective);
  return { ...interval, n };
}

interface Part {
  readonly weight: number;
  /** Means over the whole of (x − centre) and its square within the slice, and of the square outside. */
  readonly centred: number;
  readonly squares: number;
  readonly restSquares: number;
}

function partOf(slice: Moments, whole: Moments, centre: number): Part {
  const squares = squaresAround(slice, centre);
  return {
    weight: slice.n / whole.n,
    centred: (slice.sum - slice.n * centre) / whole.n,
    squares: squares / whole.n,
    restSquares: Math.max(0, squaresAround(whole, centre) - squares) / whole.n,
  };
}

function squaresAround({ n, sum, sumOfSquares }: Moments, centre: number): number {
  return Math.max(0, sumOfSquares - 2 * centre * sum + n * centre * centre);
}

/** What the slice contributes beyond a change that is the same everywhere, and the chance of that much. */
function excessOf<Key>(
  { before, after, designEffect }: ChangeQuestion<Key>,
  slice: Slice<Key>,
): { excess: number; pValue: number } {
  const [was, is] = [
    partOf(slice.before, before, before.sum / before.n),
    partOf(slice.after, after, after.sum / after.n),
  ];
  const excess = is.centred - was.centred;
  const variance = varianceOfPart(is, after.n) + varianceOfPart(was, before.n);
  if (!(variance > 0)) return { excess, pValue: 1 };
  return { excess, pValue: twoSidedP(excess / Math.sqrt(variance * designEffect)) };
}

/** What never varied within a slice is not known without error, so one more observation of the whole is added. */
function varianceOfPart(part: Part, n: number): number {
  const { weight, squares, restSquares, centred } = part;
  const spread = (1 - weight) ** 2 * squares + weight ** 2 * restSquares - centred ** 2;
  return Math.max(0, spread) / n + (squares + restSquares) / n ** 2;
}
