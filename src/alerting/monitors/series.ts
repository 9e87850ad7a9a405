import { type Bins, mergeBins } from '../../analytics/bins.ts';
import { GROUPS } from '../../statistics/random-groups.ts';
import type { Point, Total } from './points.ts';

/** Fields of a total before its groups: n, sum, sum of squares. */
const HEAD = 3;
const WIDTH = HEAD + 2 * GROUPS;

/**
 * Points in order of time, of which any stretch is summed up in a time that does not depend on its length (but for
 * percentiles, whose bins are merged).
 */
export class Series {
  readonly points: readonly Point[];
  readonly #upTo: Float64Array;
  readonly #hasBins: boolean;

  constructor(points: readonly Point[]) {
    this.points = points;
    this.#hasBins = points.some(({ bins }) => bins !== null);
    this.#upTo = prefixSums(points);
  }

  /** The sum of what was observed in [from, to). */
  total(from: number, to: number): Total {
    const first = this.#firstAt(from);
    const end = this.#firstAt(to);
    const field = (at: number): number =>
      (this.#upTo[end * WIDTH + at] ?? 0) - (this.#upTo[first * WIDTH + at] ?? 0);
    const groups = Array.from({ length: GROUPS }, (_, group) => ({
      n: field(HEAD + 2 * group),
      sum: field(HEAD + 2 * group + 1),
    }));
    return {
      n: field(0),
      sum: field(1),
      sumOfSquares: field(2),
      groups,
      bins: this.#hasBins ? this.#bins(first, end) : null,
      last: end > first ? (this.points[end - 1]?.sum ?? null) : null,
    };
  }

  /** Count, sum and sum of squares of [from, to), without groups and bins. */
  moments(from: number, to: number): { n: number; sum: number; sumOfSquares: number } {
    const first = this.#firstAt(from) * WIDTH;
    const end = this.#firstAt(to) * WIDTH;
    const field = (at: number): number =>
      (this.#upTo[end + at] ?? 0) - (this.#upTo[first + at] ?? 0);
    return { n: field(0), sum: field(1), sumOfSquares: field(2) };
  }

  /** When anything was seen last before a time: the start of that point; null: never. */
  lastBefore(time: number): number | null {
    return this.points[this.#firstAt(time) - 1]?.at ?? null;
  }

  #bins(first: number, end: number): Bins {
    return mergeBins(this.points.slice(first, end).flatMap(({ bins }) => bins ?? []));
  }

  /** The place of the first point that is not before a time. */
  #firstAt(time: number): number {
    let low = 0;
    let high = this.points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.points[middle]?.at ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function prefixSums(points: readonly Point[]): Float64Array {
  const upTo = new Float64Array((points.length + 1) * WIDTH);
  points.forEach((point, at) => {
    const before = at * WIDTH;
    const after = before + WIDTH;
    upTo.copyWithin(after, before, after);
    add(upTo, after, point.n);
    add(upTo, after + 1, point.sum);
    add(upTo, after + 2, point.sumsq);
    for (const [group, n, sum] of point.groups) {
      add(upTo, after + HEAD + 2 * group, n);
      add(upTo, after + HEAD + 2 * group + 1, sum);
    }
  });
  return upTo;
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}
