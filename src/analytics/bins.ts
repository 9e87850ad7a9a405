import type { Percentile } from '../contract/common.ts';
import { binMiddle, binUpperEdge } from '../core/histogram.ts';
import { quantileRanks, smallestForQuantile } from '../statistics/quantile-ranks.ts';

/** Counts by logarithmic bin (`core/histogram.ts`): bin numbers ascend, counts belong to the same place. */
export interface Bins {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

export const NO_BINS: Bins = { bins: [], counts: [] };

/** Bins from loose counts; bins that came to nothing are left out. */
export function binsOf(counts: ReadonlyMap<number, number>): Bins {
  const sorted = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  return { bins: sorted.map(([bin]) => bin), counts: sorted.map(([, count]) => count) };
}

/** Adds the loose counts to the bins; negative counts take away, never below zero. */
export function addCounts(to: Bins, counts: ReadonlyMap<number, number>): Bins {
  const merged = new Map<number, number>(to.bins.map((bin, at) => [bin, to.counts[at] ?? 0]));
  for (const [bin, count] of counts) merged.set(bin, (merged.get(bin) ?? 0) + count);
  return binsOf(merged);
}

/** The sum of many. Linear for one, which is what most chart points are made of. */
export function mergeBins(all: readonly Bins[]): Bins {
  const [first = NO_BINS, ...rest] = all;
  if (rest.length === 0) return first;
  const merged = new Map<number, number>();
  for (const { bins, counts } of all) {
    for (let at = 0; at < bins.length; at++) {
      const bin = bins[at] ?? 0;
      merged.set(bin, (merged.get(bin) ?? 0) + (counts[at] ?? 0));
    }
  }
  return binsOf(merged);
}

export function countOf(bins: Bins): number {
  let total = 0;
  for (const count of bins.counts) total += count;
  return total;
}

/**
 * The values at the given quantiles (ascending, in [0, 1]), each within 1 % of the exact one; nulls below two
 * samples, because one sample has no distribution. Between two ranks it interpolates linearly, so the median of two
 * values lies between them (type 7 of Hyndman and Fan 1996, as spreadsheets and NumPy have it).
 */
export function quantilesOf(bins: Bins, quantiles: readonly number[]): (number | null)[] {
  const total = countOf(bins);
  if (total < 2) return quantiles.map(() => null);
  let at = 0;
  let upTo = bins.counts[0] ?? 0;
  return quantiles.map((q) => {
    const position = q * (total - 1);
    const rank = Math.floor(position);
    while (rank >= upTo && at < bins.bins.length - 1) upTo += bins.counts[++at] ?? 0;
    const value = binMiddle(bins.bins[at] ?? 0);
    const isLastOfBin = rank + 1 >= upTo;
    const next = isLastOfBin ? binMiddle(bins.bins[at + 1] ?? bins.bins[at] ?? 0) : value;
    return value + (position - rank) * (next - value);
  });
}

/** {@link quantilesOf} with 95 % intervals between order statistics, whose ends are within 1 % as well. */
export function percentilesOf(bins: Bins, quantiles: readonly number[]): Percentile[] {
  const n = countOf(bins);
  const values = quantilesOf(bins, quantiles);
  return quantiles.map((q, place) => {
    const ranks = quantileRanks(q, n);
    return {
      value: values[place] ?? null,
      n,
      low: ranks === null ? null : valueAtRank(bins, ranks.low),
      high: ranks === null ? null : valueAtRank(bins, ranks.high),
      needed: smallestForQuantile(q),
    };
  });
}

/** The value at a place of the sorted sample, counted from 1. */
function valueAtRank({ bins, counts }: Bins, rank: number): number {
  let at = 0;
  let upTo = counts[0] ?? 0;
  while (rank > upTo && at < bins.length - 1) upTo += counts[++at] ?? 0;
  return binMiddle(bins[at] ?? 0);
}

/** The counted values one by one, ascending; of more than `most` evenly spaced order statistics. */
export function spreadOut(bins: Bins, most: number): number[] {
  const total = countOf(bins);
  const n = Math.min(total, most);
  let at = 0;
  let upTo = bins.counts[0] ?? 0;
  return Array.from({ length: n }, (_, place) => {
    const rank = Math.ceil(((place + 0.5) * total) / n);
    while (rank > upTo && at < bins.bins.length - 1) upTo += bins.counts[++at] ?? 0;
    return binMiddle(bins.bins[at] ?? 0);
  });
}

/** How many neighbouring bins a chart shows as one bar: steps of 17 %. */
const BINS_A_BAR = 8;

/** A distribution for a chart: upper edge and count, coarser than the stored bins. */
export function barsOf(bins: Bins): { toMs: number; count: number }[] {
  const bars = new Map<number, number>();
  bins.bins.forEach((bin, at) => {
    const bar = Math.ceil(bin / BINS_A_BAR) * BINS_A_BAR;
    bars.set(bar, (bars.get(bar) ?? 0) + (bins.counts[at] ?? 0));
  });
  return [...bars].map(([bar, count]) => ({ toMs: binUpperEdge(bar), count }));
}

/**
 * The stored form: for each bin two LEB128 numbers, the zigzag distance to the bin before and the count.
 * About a tenth of the same counts as jsonb, so a roll-up row stays in its page.
 */
export function packBins({ bins, counts }: Bins): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  bins.forEach((bin, at) => {
    const distance = bin - before;
    putNumber(bytes, distance < 0 ? -2 * distance - 1 : 2 * distance);
    putNumber(bytes, counts[at] ?? 0);
    before = bin;
  });
  return Uint8Array.from(bytes);
}

/** The bins of their stored form. */
export function unpackBins(bytes: Uint8Array): Bins {
  const bins: number[] = [];
  const counts: number[] = [];
  const reader = { bytes, at: 0 };
  let bin = 0;
  while (reader.at < bytes.length) {
    const zigzag = takeNumber(reader);
    bin += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    bins.push(bin);
    counts.push(takeNumber(reader));
  }
  return { bins, counts };
}

// Arithmetic instead of shifts: counts may pass 2^31.
function putNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function takeNumber(reader: { readonly bytes: Uint8Array; at: number }): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value += (byte % 128) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
}
