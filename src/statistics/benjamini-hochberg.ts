/**
 * Adjusts p-values so that of all taken for discoveries at q or below, a share of at most q is false on average; valid for
 * independent and for positively dependent tests. Nulls (not tested) stay null and count for nothing.
 * Source: Benjamini, Hochberg 1995, JRSS-B 57(1); Benjamini, Yekutieli 2001, Ann. Stat. 29(4), for dependence.
 */
export function benjaminiHochberg(pValues: readonly (number | null)[]): (number | null)[] {
  const order = pValues
    .flatMap((p, at) => (p === null ? [] : [{ p, at }]))
    .sort((a, b) => b.p - a.p);
  const adjusted = pValues.map<number | null>(() => null);
  let smallest = 1;
  for (const [place, { p, at }] of order.entries()) {
    smallest = Math.min(smallest, (p * order.length) / (order.length - place));
    // Rounding may bring it below.
    adjusted[at] = Math.max(p, smallest);
  }
  return adjusted;
}
