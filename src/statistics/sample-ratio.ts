import { logGamma } from './student-t.ts';

/**
 * A sequential test that counts follow the stated shares: the posterior odds of a Dirichlet-multinomial model against the
 * shares are a martingale when the shares are true, so looking after every unit raises no false alarm beyond alpha.
 * Assumes that units are assigned independently and each is counted once.
 * Source: Lindon, Malek 2020, "Anytime-valid inference for multinomial count data", arXiv:2011.03567, eqs. 4 and 5.
 */

/** How strongly the alternative is gathered around the stated shares: sees shifts of a few percent best. */
const CONCENTRATION = 100;

/** One arm: its share (all shares add up to 1) and the units it was given. */
export interface SharedCount {
  readonly share: number;
  readonly count: number;
}

/** ln of the odds against the stated shares; infinite when an arm of share 0 has units. */
export function sampleRatioLogOdds(
  arms: readonly SharedCount[],
  concentration: number = CONCENTRATION,
): number {
  const open = arms.filter(({ share }) => share > 0);
  if (arms.some(({ share, count }) => share <= 0 && count > 0)) return Number.POSITIVE_INFINITY;
  const total = open.reduce((sum, { count }) => sum + count, 0);
  return open.reduce(
    (sum, { share, count }) =>
      sum +
      logGamma(concentration * share + count) -
      logGamma(concentration * share) -
      count * Math.log(share),
    logGamma(concentration) - logGamma(concentration + total),
  );
}

/** The p-value of this look, in (0, 1]; the smallest over all looks is valid and what to report. */
export function sampleRatioPValue(arms: readonly SharedCount[]): number {
  return Math.min(1, Math.exp(-sampleRatioLogOdds(arms)));
}
