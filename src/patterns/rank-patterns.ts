import { MIN_PATTERN_CALLS, type Pattern, type PatternOrder } from '../contract/patterns.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { fisherGreater } from '../statistics/fisher-exact.ts';
import { type Interval, rateInterval } from '../statistics/intervals.ts';
import { ratePrior, shrunkRate } from '../statistics/shrink-rates.ts';
import { differenceOfRates } from '../statistics/two-samples.ts';
import type { FailureCounts } from './outcomes.ts';

export interface CountedPattern {
  readonly id: string;
  /** All calls, whatever is known of them. */
  readonly calls: number;
  readonly now: FailureCounts;
  readonly before: FailureCounts;
}

export interface RankedPattern extends CountedPattern {
  readonly rate: Interval;
  readonly rateBefore: Interval;
  readonly shrunk: number | null;
  readonly isWorse: boolean | null;
  readonly change: Pattern['change'];
}

const FALSE_DISCOVERY_RATE = 0.05;

/**
 * Patterns with what can be said of them. The rate is drawn towards the mean of all patterns (empirical Bayes), and
 * "worse than the rest" is Fisher's exact test against all other calls with the false discovery rate of Benjamini and
 * Hochberg 1995 held at 5 % over the patterns that are large enough. The tests are not independent, all being about
 * the same rest; the procedure holds under such positive dependence (Benjamini, Yekutieli 2001).
 */
export function rankPatterns(
  patterns: readonly CountedPattern[],
  { rest, order }: { readonly rest: FailureCounts; readonly order: PatternOrder },
): RankedPattern[] {
  const prior = ratePrior(patterns.map(({ now }) => ({ successes: now.failed, n: now.known })));
  const all = patterns.reduce(
    (sum, { now }) => ({ known: sum.known + now.known, failed: sum.failed + now.failed }),
    { known: rest.known, failed: rest.failed },
  );
  const worse = worseThanRest(patterns, all);
  const ranked = patterns.map((pattern) => {
    const { id, now, before } = pattern;
    const rate = rateInterval(now.failed, now.known);
    const rateBefore = rateInterval(before.failed, before.known);
    const group = { successes: now.failed, n: now.known };
    return {
      ...pattern,
      ...{ rate, rateBefore },
      shrunk: prior === null || now.known === 0 ? null : shrunkRate(group, prior),
      isWorse: worse.get(id) ?? null,
      change: changeOf(now, before),
    };
  });
  return ranked.toSorted(
    (a, b) => keyOf(b, order) - keyOf(a, order) || b.calls - a.calls || (a.id < b.id ? -1 : 1),
  );
}

function keyOf({ shrunk, now, calls, change }: RankedPattern, order: PatternOrder): number {
  switch (order) {
    case 'failures':
      return now.seen;
    case 'rate':
      return shrunk ?? -1;
    case 'change':
      // What surely rose comes before what may have.
      return change?.low ?? -2;
    case 'calls':
      return calls;
  }
}

function worseThanRest(
  patterns: readonly CountedPattern[],
  all: Pick<FailureCounts, 'known' | 'failed'>,
): ReadonlyMap<string, boolean> {
  const tested = patterns.filter(({ now }) => now.known >= MIN_PATTERN_CALLS);
  const adjusted = benjaminiHochberg(
    tested.map(({ now }) =>
      fisherGreater({
        successes: now.failed,
        n: now.known,
        otherSuccesses: all.failed - now.failed,
        otherN: all.known - now.known,
      }),
    ),
  );
  return new Map(tested.map(({ id }, at) => [id, (adjusted[at] ?? 1) <= FALSE_DISCOVERY_RATE]));
}

function changeOf(now: FailureCounts, before: FailureCounts): Pattern['change'] {
  if (now.known < MIN_PATTERN_CALLS || before.known < MIN_PATTERN_CALLS) return null;
  const { value, low, high } = differenceOfRates(
    { successes: before.failed, n: before.known },
    { successes: now.failed, n: now.known },
  );
  return value === null || low === null || high === null ? null : { value, low, high };
}
