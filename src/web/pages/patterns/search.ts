import type { PatternFailure, PatternOrder } from '../../../contract/patterns.ts';
import { present, readChoice, readText } from '../../frame/search.ts';

const FAILURES = ['error', 'low_quality', 'flagged'] as const satisfies readonly PatternFailure[];
const ORDERS = { failures: true, rate: true, change: true, calls: true } as const;

export interface PatternsSearch {
  /** Kinds of failure with commas between; absent: all. */
  failures?: string | undefined;
  order?: PatternOrder | undefined;
  q?: string | undefined;
  worse?: true | undefined;
  /** The pattern in the panel. */
  pattern?: string | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readPatternsSearch(search: Record<string, unknown>): PatternsSearch {
  const failures = failuresOf(readText(search['failures']));
  return present({
    failures: failures.length === FAILURES.length ? undefined : failures.join(','),
    order: readChoice<PatternOrder>(search['order'], ORDERS),
    q: readText(search['q']),
    worse: search['worse'] === true ? true : undefined,
    pattern: readText(search['pattern']),
  });
}

/** The kinds that a text names; all of them when it names none. */
export function failuresOf(text: string | undefined): readonly PatternFailure[] {
  const named = new Set(text?.split(','));
  const known = FAILURES.filter((failure) => named.has(failure));
  return known.length === 0 ? FAILURES : known;
}
