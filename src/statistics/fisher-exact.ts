/** Two groups of yes and no. */
export interface TwoRates {
  readonly successes: number;
  readonly n: number;
  readonly otherSuccesses: number;
  readonly otherN: number;
}

/** Terms this much smaller than the sum change nothing. */
const NEGLIGIBLE = 1e-16;

/**
 * The probability of at least so many successes in the first group if both had one rate: Fisher's exact test, one
 * sided, from 0 to 1. Assumes independent observations; conservative for small groups.
 * Source: Fisher 1935, The Design of Experiments, ch. II; hypergeometric tail.
 */
export function fisherGreater({ successes, n, otherSuccesses, otherN }: TwoRates): number {
  const all = n + otherN;
  const yes = successes + otherSuccesses;
  const most = Math.min(n, yes);
  if (successes <= Math.max(0, yes - otherN)) return 1;
  let term = Math.exp(
    logChoose(yes, successes) + logChoose(all - yes, n - successes) - logChoose(all, n),
  );
  let tail = 0;
  for (let at = successes; at <= most; at += 1) {
    tail += term;
    const ratio = ((yes - at) * (n - at)) / ((at + 1) * (all - yes - n + at + 1));
    if (ratio < 1 && term < tail * NEGLIGIBLE) break;
    term *= ratio;
  }
  return Math.min(1, tail);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Below it factorials are summed exactly; above, Stirling's series is right to 1e-12. */
const EXACT = 32;

function logFactorial(n: number): number {
  if (n < EXACT) {
    let sum = 0;
    for (let at = 2; at <= n; at += 1) sum += Math.log(at);
    return sum;
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
