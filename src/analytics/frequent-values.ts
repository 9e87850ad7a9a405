/** Counts by value, as stored in `facet_rollups`. */
export type ValueCounts = Readonly<Record<string, number>>;

/** How many values of a facet are kept a day. */
export const KEPT_VALUES = 256;

/**
 * The most frequent values after adding some, in bounded room: exact up to 256 values a day; beyond, each count is
 * low by at most the day's total divided by 257, so no value more frequent than that is ever missing.
 * Source: Misra, Gries 1982; the merge is that of Agarwal et al. 2013, "Mergeable summaries", §3.
 */
export function addFrequent(kept: ValueCounts, added: ReadonlyMap<string, number>): ValueCounts {
  const counts = new Map(Object.entries(kept));
  for (const [value, count] of added) counts.set(value, (counts.get(value) ?? 0) + count);
  const sorted = [...counts].filter(([, count]) => count > 0).sort(byCount);
  const surplus = sorted[KEPT_VALUES]?.[1] ?? 0;
  return Object.fromEntries(
    sorted
      .slice(0, KEPT_VALUES)
      .map(([value, count]): [string, number] => [value, count - surplus])
      .filter(([, count]) => count > 0),
  );
}

function byCount([, a]: [string, number], [, b]: [string, number]): number {
  return b - a;
}
