import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';

export type CostBucket = 'day' | 'week' | 'month';

/** The smallest range of whole days, weeks (from Monday) or months (UTC) around a range. */
export function wholeBuckets(range: TimeRange, bucket: CostBucket): TimeRange {
  if (bucket !== 'month') return wholeUnits(range, bucket);
  const from = bucketOf(range.from, 'month');
  const last = bucketOf(new Date(range.to.getTime() - 1), 'month');
  return { from, to: nextMonth(last) };
}

/** The starts of all buckets of a range of whole ones, in order. */
export function bucketStarts(aligned: TimeRange, bucket: CostBucket): Date[] {
  if (bucket !== 'month') return unitStarts(aligned, bucket);
  const starts: Date[] = [];
  for (let at = aligned.from; at < aligned.to; at = nextMonth(at)) starts.push(at);
  return starts;
}

/** The start of the bucket that holds a time. */
export function bucketOf(at: Date, bucket: CostBucket): Date {
  if (bucket === 'month') return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
  return wholeUnits({ from: at, to: at }, bucket).from;
}

export function nextMonth(start: Date): Date {
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
}
