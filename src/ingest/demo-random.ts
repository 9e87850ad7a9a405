/** Random numbers that a seed repeats. */
export interface Random {
  /** From 0 (inclusive) to 1. */
  next(): number;
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  /** True with this chance. */
  chance(probability: number): boolean;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** How often something happens that happens `mean` times on average (Poisson; Knuth 1969 §3.4.1). */
  poisson(mean: number): number;
  /** A positive number around `median`, rarely much larger (log-normal). */
  around(median: number, spread: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): small, even enough for sample data, not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability): boolean => next() < probability,
    pick: pickWith(below),
    poisson: (mean): number => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count += 1;
      return count;
    },
    around: (median, spread): number => {
      // Box and Muller (1958): two even numbers make a normal one.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
  };
}

function pickWith(below: (bound: number) => number): Random['pick'] {
  return (values) => values[below(values.length)] ?? values[0];
}
