/**
 * A mergeable logarithmic histogram of positive numbers with a bounded relative error
 * (DDSketch, Masson, Rim, Lee 2019, VLDB 12(12), §2): bin i holds (γ^(i−1), γ^i] with γ = (1+α)/(1−α), and
 * a quantile answered with the bin's middle is off by at most α. Here α = 1 %.
 */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
export const LOG_GAMMA = Math.log(GAMMA);

/** Values at or below this are counted in the zero bin (one microsecond, when the unit is ms). */
export const SMALLEST = 1e-3;
export const ZERO_BIN = -100_000;

/** The bin that counts a value. */
export function binOf(value: number): number {
  return value <= SMALLEST ? ZERO_BIN : Math.ceil(Math.log(value) / LOG_GAMMA);
}

/** The value a bin answers with: within 1 % of everything in it. */
export function binMiddle(bin: number): number {
  return bin === ZERO_BIN ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
}

/** The largest value a bin holds. */
export function binUpperEdge(bin: number): number {
  return bin === ZERO_BIN ? SMALLEST : GAMMA ** bin;
}
