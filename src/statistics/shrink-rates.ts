/** A group's successes out of its n. */
export interface GroupRate {
  readonly successes: number;
  readonly n: number;
}

/** What the groups have in common: their mean rate, and how many observations that knowledge is worth. */
export interface RatePrior {
  readonly mean: number;
  /** Infinite when the groups differ no more than chance makes them. */
  readonly strength: number;
}

/**
 * The beta distribution of the groups' true rates, by the method of moments: the spread between groups beyond what
 * chance explains. Null without observations. Assumes that groups are exchangeable.
 * Source: Kleinman 1973, JASA 68(341), eq. 2.3 to 2.6 (weights n).
 */
export function ratePrior(groups: readonly GroupRate[]): RatePrior | null {
  const used = groups.filter(({ n }) => n > 0);
  const total = used.reduce((sum, { n }) => sum + n, 0);
  if (total === 0) return null;
  const mean = used.reduce((sum, { successes }) => sum + successes, 0) / total;
  const spread = used.reduce((sum, { successes, n }) => sum + n * (successes / n - mean) ** 2, 0);
  const chance = mean * (1 - mean);
  const squares = used.reduce((sum, { n }) => sum + n * n, 0);
  const k = used.length;
  // Of the spread, n and the mean rate m: E = m(1 − m)[(k − 1)(1 − share) + share(N − Σn²/N)].
  const excess = spread / chance - (k - 1);
  // The share of the variance that is between groups; at its ends groups are alike, or all or nothing.
  const share = excess / (total - squares / total - (k - 1));
  if (!(share > 0)) return { mean, strength: Number.POSITIVE_INFINITY };
  return { mean, strength: Math.max(0, 1 / Math.min(1, share) - 1) };
}

/** A group's rate drawn towards the mean of all, by as much as its own n is too small to know better. */
export function shrunkRate({ successes, n }: GroupRate, { mean, strength }: RatePrior): number {
  if (strength === Number.POSITIVE_INFINITY || n + strength === 0) return mean;
  return (successes + strength * mean) / (n + strength);
}
