import type { Interval } from './intervals.ts';
import { tCritical95 } from './student-t.ts';

/** How far two values are apart: the same or not, or by the square of their difference. */
export type AlphaMetric = 'nominal' | 'interval';

interface UnitSums {
  /** Disagreement within the unit, and its number of values. */
  readonly within: number;
  readonly values: readonly number[];
}

/**
 * Krippendorff's alpha: how far several people agree about the same items beyond chance, 1 at best. Not everybody has
 * to have judged everything; items with fewer than two values say nothing. `n` counts items with two or more. The 95 %
 * interval is a jackknife over items with t; none below three items.
 * Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; Efron, Stein 1981, Annals of Statistics 9(3).
 */
export function krippendorffAlpha(
  units: readonly (readonly number[])[],
  metric: AlphaMetric,
): Interval {
  const known = units.filter((unit) => unit.length > 1).map((unit) => sumsOf(unit, metric));
  const n = known.length;
  const value = alphaOf(known, metric);
  if (value === null || n < 3) return { value, n, low: null, high: null };
  const without = known.map((_, left) =>
    alphaOf(
      known.filter((__, at) => at !== left),
      metric,
    ),
  );
  const defined = without.filter((one) => one !== null);
  if (defined.length < n) return { value, n, low: null, high: null };
  const mean = defined.reduce((sum, one) => sum + one, 0) / n;
  const squares = defined.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half = tCritical95(n - 1) * Math.sqrt((squares * (n - 1)) / n);
  if (half === 0) return { value, n, low: null, high: null };
  return { value, n, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

function sumsOf(unit: readonly number[], metric: AlphaMetric): UnitSums {
  let within = 0;
  for (const [at, one] of unit.entries()) {
    for (const other of unit.slice(at + 1)) within += 2 * distance(one, other, metric);
  }
  return { within: within / (unit.length - 1), values: unit };
}

function alphaOf(units: readonly UnitSums[], metric: AlphaMetric): number | null {
  const counts = new Map<number, number>();
  let within = 0;
  let total = 0;
  for (const unit of units) {
    within += unit.within;
    total += unit.values.length;
    for (const value of unit.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (total < 2) return null;
  let between = 0;
  for (const [one, countOne] of counts) {
    for (const [other, countOther] of counts) {
      between += countOne * countOther * distance(one, other, metric);
    }
  }
  // With one value alone there is nothing that chance could have got wrong.
  return between === 0 ? null : 1 - ((total - 1) * within) / between;
}

function distance(one: number, other: number, metric: AlphaMetric): number {
  if (metric === 'nominal') return one === other ? 0 : 1;
  return (one - other) ** 2;
}
