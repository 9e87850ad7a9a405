/**
 * Quantiles of Student's t distribution. The probability is the regularised incomplete beta function, by the
 * continued fraction of Lentz (Press et al., Numerical Recipes, 3rd ed. 2007, §6.4); the quantile is found by bisection
 * on it, because that cannot diverge.
 */
const known = new Map<string, number>();
const MAX_KNOWN = 10_000;

/** The t with P(T ≤ t) = p for `df` > 0 degrees of freedom; p in (0, 1). Accurate to about 1e-9. */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1) || !(df > 0)) throw new RangeError('p must be in (0, 1) and df above 0');
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentTQuantile(1 - p, df);
  const key = `${p}/${df}`;
  const found = known.get(key) ?? searchQuantile(p, df);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, found);
  return found;
}

/** P(T ≤ t) for `df` degrees of freedom. */
export function studentTProbability(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), { a: df / 2, b: 0.5 });
  return t > 0 ? 1 - tail : tail;
}

/** The 97.5 % point of the standard normal distribution. */
export const NORMAL_95 = 1.959963984540054;

/**
 * The half width factor of a 95 % interval: the 97.5 % point of Student's t. From 200 degrees of freedom on by its
 * expansion about the normal (Abramowitz, Stegun 1964, 26.7.5), which is exact to 1e-9 there and costs nothing.
 */
export function tCritical95(df: number): number {
  if (df < 200) return studentTQuantile(0.975, df);
  const z = NORMAL_95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / df + second / df ** 2 + third / df ** 3;
}

function searchQuantile(p: number, df: number): number {
  let high = 1;
  while (studentTProbability(high, df) < p) high *= 2;
  let low = high / 2 === 0.5 ? 0 : high / 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentTProbability(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

interface BetaShape {
  readonly a: number;
  readonly b: number;
}

function incompleteBeta(x: number, { a, b }: BetaShape): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // The fraction converges quickly on this side only; the other side is its mirror image.
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, { a, b })) / a
    : 1 - (front * betaFraction(1 - x, { a: b, b: a })) / b;
}

const TINY = 1e-300;

function betaFraction(x: number, { a, b }: BetaShape): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return fraction;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

// Lanczos approximation with g = 7, n = 9 (Godfrey 2001); relative error below 1e-14 for positive arguments.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (shifted + i);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}
