/** Numbers in [0, 1), the same at every run: for simulations. */
export type Random = () => number;

/** Mulberry32: small, seeded, good enough to simulate with. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A standard normal value (Box, Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Sums of values, as `Moments` wants them. */
export interface Sums {
  n: number;
  sum: number;
  sumOfSquares: number;
}

export function noSums(): Sums {
  return { n: 0, sum: 0, sumOfSquares: 0 };
}

export function addValue(sums: Sums, value: number): void {
  sums.n += 1;
  sums.sum += value;
  sums.sumOfSquares += value * value;
}
