import type { TestedDifference } from '../../../contract/analytics.ts';
import type { DifferenceUnit } from '../../ui/difference.ts';
import { toneOf } from '../../ui/difference-line.tsx';

/**
 * A change against the period before. `ratio` is relative (0.1 = a tenth more), null when it cannot be told. `verdict`
 * says more than `unclear` only where a test found a difference.
 */
export interface Change {
  readonly ratio: number | null;
  readonly verdict: 'better' | 'worse' | 'unclear';
  /** The test behind the verdict; null where none is made: sums and counts are exact. */
  readonly tested: {
    readonly difference: TestedDifference;
    readonly unit: DifferenceUnit;
    readonly good: 'up' | 'down';
  } | null;
}

function ratio(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return now / before - 1;
}

/** A change that was tested. */
export function testedChange(
  now: number | null,
  before: number | null,
  tested: NonNullable<Change['tested']>,
): Change {
  return {
    ratio: ratio(now, before),
    verdict: toneOf(tested.difference, tested.good),
    tested,
  };
}

/** A change of a sum or count: told, never judged. */
export function plainChange(now: number | null, before: number | null): Change {
  return { ratio: ratio(now, before), verdict: 'unclear', tested: null };
}
