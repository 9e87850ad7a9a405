/**
 * A mergeable logarithmic histogram of positive numbers with a bounded relative error
 * (DDSketch, Masson, Rim, Lee 2019, VLDB 12(12), §2): bin i holds (γ^(i−1), γ^i] with γ = (1+α)/(1−α), and
 * a quantile answered with the bin's middle is off by at most α. Here α = 1 %.
 */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/** Values at or below this are counted in the zero bin (one microsecond, when the unit is ms). */
const SMALLEST = 1e-3;
const ZERO_BIN = -100_000;

/** Sparse counts by bin; keys are decimal bin numbers, as stored in jsonb. */
export type Histogram = Record<string, number>;

export function binOf(value: number): number {
  return value <= SMALLEST ? ZERO_BIN : Math.ceil(Math.log(value) / LOG_GAMMA);
}

/** Counts a value; mutates and answers the same histogram. */
export function addValue(histogram: Histogram, value: number, count = 1): Histogram {
  const bin = binOf(value);
  histogram[bin] = (histogram[bin] ?? 0) + count;
  return histogram;
}

/** Adds the counts of `from` to `into`; mutates and answers `into`. */
export function mergeHistogram(into: Histogram, from: Histogram): Histogram {
  for (const [bin, count] of Object.entries(from)) into[bin] = (into[bin] ?? 0) + count;
  return into;
}

export function histogramCount(histogram: Histogram): number {
  let total = 0;
  for (const count of Object.values(histogram)) total += count;
  return total;
}

/**
 * The value at quantile q in [0, 1], within 1 % of the exact one; null below two samples, because one sample
 * has no distribution. The rank is the nearest one to q·(n−1).
 */
export function quantile(histogram: Histogram, q: number): number | null {
  const bins = Object.entries(histogram)
    .map(([bin, count]) => ({ bin: Number(bin), count }))
    .sort((a, b) => a.bin - b.bin);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total < 2) return null;
  let rank = Math.round(q * (total - 1));
  for (const { bin, count } of bins) {
    if (rank < count) return binMiddle(bin);
    rank -= count;
  }
  return binMiddle(bins.at(-1)?.bin ?? ZERO_BIN);
}

/** The value a bin answers with: within 1 % of everything in it. */
export function binMiddle(bin: number): number {
  return bin === ZERO_BIN ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
}

/** The largest value a bin holds. */
export function binUpperEdge(bin: number): number {
  return bin === ZERO_BIN ? SMALLEST : GAMMA ** bin;
}
