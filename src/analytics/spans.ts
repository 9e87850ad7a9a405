import type { TimeRange } from '../core/time-range.ts';
import type { SqlValue } from '../store/database.ts';
import { GRAIN_MS, type Grain } from './tally.ts';

/** Roll-up rows of one grain over a stretch of time. */
export interface Span extends TimeRange {
  readonly grain: Grain;
}

/** Everything that was ever counted. */
export const ALL_TIME: readonly Span[] = [
  { grain: 'day', from: new Date(0), to: new Date('9999-01-01T00:00:00Z') },
];

/**
 * The fewest roll-up rows that cover a range of whole hours exactly: days where whole days lie in it, hours before
 * and after.
 */
export function cheapestSpans({ from, to }: TimeRange): Span[] {
  const day = GRAIN_MS.day;
  const firstDay = new Date(Math.ceil(from.getTime() / day) * day);
  const lastDay = new Date(Math.floor(to.getTime() / day) * day);
  if (firstDay >= lastDay) return [{ grain: 'hour', from, to }];
  const spans: Span[] = [
    { grain: 'hour', from, to: firstDay },
    { grain: 'day', from: firstDay, to: lastDay },
    { grain: 'hour', from: lastDay, to },
  ];
  return spans.filter((span) => span.from < span.to);
}

/** A statement's parameters, numbered as they are added. */
export class Params {
  readonly values: SqlValue[] = [];

  /** The place holder of a new parameter, with its type where the context does not tell. */
  add(value: SqlValue): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** The condition that picks the rows of the spans, for a table with `grain` and `at`. */
export function inSpans(spans: readonly Span[], params: Params): string {
  const parts = spans.map(
    ({ grain, from, to }) =>
      `(grain = '${grain}' and at >= ${params.add(from)} and at < ${params.add(to)})`,
  );
  return `(${parts.join(' or ')})`;
}
