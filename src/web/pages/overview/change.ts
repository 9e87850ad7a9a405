import type { Estimate } from '../../../contract/common.ts';

/**
 * A change against the period before. `ratio` is relative (0.1 = a tenth more), null when it cannot
 * be told. `verdict` is only ever said when the two 95 % intervals do not touch.
 */
export interface Change {
  readonly ratio: number | null;
  readonly verdict: 'better' | 'worse' | 'unclear';
}

function ratio(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return now / before - 1;
}

/** A change of a mean or a rate; `good` is the direction that is better. */
export function estimateChange(now: Estimate, before: Estimate, good: 'up' | 'down'): Change {
  const change = ratio(now.value, before.value);
  if (now.low === null || now.high === null || before.low === null || before.high === null)
    return { ratio: change, verdict: 'unclear' };
  const rose = now.low > before.high;
  const fell = now.high < before.low;
  if (!rose && !fell) return { ratio: change, verdict: 'unclear' };
  return { ratio: change, verdict: rose === (good === 'up') ? 'better' : 'worse' };
}

/** A change of a sum or a percentile: told, never judged. */
export function plainChange(now: number | null, before: number | null): Change {
  return { ratio: ratio(now, before), verdict: 'unclear' };
}

/** A change of a count: told, never judged. */
export function countChange(now: number, before: number): Change {
  return plainChange(now, before);
}
