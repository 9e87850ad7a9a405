import type { PatternFailure } from '../contract/patterns.ts';

/** What is known of one call. Null: not known, which is not the same as fine. */
export interface Outcome {
  readonly isError: boolean;
  readonly isLow: boolean | null;
  readonly isFlagged: boolean | null;
}

/** Ways a call can have gone: error × quality × flags. */
export const PLACES = 18;

/** The place of an outcome in the counts. */
export function placeOf({ isError, isLow, isFlagged }: Outcome): number {
  return (isError ? 9 : 0) + 3 * known(isLow) + known(isFlagged);
}

function known(value: boolean | null): number {
  if (value === null) return 0;
  return value ? 2 : 1;
}

/** Calls of which the chosen kinds of failure are known, and those that failed in one of them. */
export interface FailureCounts {
  readonly known: number;
  readonly failed: number;
}

/**
 * How many failed in one of the chosen ways. A call with a failure counts as failed whatever else is unknown; one
 * without counts as fine only where every chosen kind is known.
 */
export function countFailures(
  counts: readonly number[],
  failures: ReadonlySet<PatternFailure>,
): FailureCounts {
  let all = 0;
  let failed = 0;
  for (const [place, count] of counts.entries()) {
    const state = stateAt(place, failures);
    if (state !== 'unknown') all += count;
    if (state === 'failed') failed += count;
  }
  return { known: all, failed };
}

/** Whether a call at this place failed, was fine, or is not known to have been either. */
export function stateAt(
  place: number,
  failures: ReadonlySet<PatternFailure>,
): 'failed' | 'fine' | 'unknown' {
  const digits = {
    error: place >= 9 ? 2 : 1,
    low: Math.floor((place % 9) / 3),
    flagged: place % 3,
  };
  const chosen = [
    ...(failures.has('error') ? [digits.error] : []),
    ...(failures.has('low_quality') ? [digits.low] : []),
    ...(failures.has('flagged') ? [digits.flagged] : []),
  ];
  if (chosen.includes(2)) return 'failed';
  return chosen.includes(0) ? 'unknown' : 'fine';
}

/** The counts of one kind of failure, whatever the others. */
export function countOne(counts: readonly number[], failure: PatternFailure): number {
  return countFailures(counts, new Set([failure])).failed;
}
