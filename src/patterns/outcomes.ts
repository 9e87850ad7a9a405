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

/** What a failure rate is made of, and what was seen to fail. */
export interface FailureCounts {
  /** Calls of which every chosen kind of failure is known, and those of them that failed. */
  readonly known: number;
  readonly failed: number;
  /** All calls that are known to have failed, whatever else is unknown of them. */
  readonly seen: number;
}

/**
 * How many failed in one of the chosen ways. Errors are known of every call, quality and flags only of those that were
 * scored, so errors count at the rate at which the others were scored: otherwise a project that scores one call in ten
 * would seem to fail ten times as often as it does. Assumes that what was scored was not chosen by how it went.
 */
export function countFailures(
  counts: readonly number[],
  failures: ReadonlySet<PatternFailure>,
): FailureCounts {
  let [errors, others, known, failed, seen] = [0, 0, 0, 0, 0];
  const isErrorChosen = failures.has('error');
  for (const [place, count] of counts.entries()) {
    const state = stateAt(place, failures);
    if (state === 'failed') seen += count;
    if (isErrorChosen && place >= 9) {
      errors += count;
      continue;
    }
    others += count;
    if (!isComplete(place, failures)) continue;
    known += count;
    if (state === 'failed') failed += count;
  }
  const counted = Math.round(others === 0 ? errors : (errors * known) / others);
  return { known: known + counted, failed: failed + counted, seen };
}

function isComplete(place: number, failures: ReadonlySet<PatternFailure>): boolean {
  const isQualityKnown = !failures.has('low_quality') || Math.floor((place % 9) / 3) > 0;
  return isQualityKnown && (!failures.has('flagged') || place % 3 > 0);
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
  return countFailures(counts, new Set([failure])).seen;
}
