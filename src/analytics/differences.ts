import type { Differences, TestedDifference } from '../contract/analytics.ts';
import { differenceOfEstimates } from '../statistics/difference-of-estimates.ts';
import { holm } from '../statistics/paired.ts';
import { smallestForQuantile } from '../statistics/quantile-ranks.ts';
import {
  type Difference,
  differenceOfMeans,
  differenceOfRates,
  LEAST_SAMPLE,
  mannWhitney,
} from '../statistics/two-samples.ts';
import { type Bins, countOf, mergeBins, percentilesOf, spreadOut } from './bins.ts';
import type { QualitySums } from './score-sums.ts';
import { costPerRequest } from './totals.ts';
import type { UsageSums } from './usage-sums.ts';

export interface ComparedSums {
  readonly usage: UsageSums;
  readonly quality: QualitySums;
}

type Metric = keyof Differences;
interface RawDifference extends Difference {
  readonly needed: number;
  /** What no difference is. */
  readonly null: number;
}

/** Below this adjusted p-value a difference is called one. */
const LEVEL = 0.05;
/** Of more calls the ranks are compared by this many order statistics. */
const MOST_RANKED = 4_000;

/**
 * How much each pair differs, second minus first, with intervals; p-values are adjusted over all of them (Holm), so that of
 * many pairs that are alike one in twenty sets shows any difference. Assumes independent calls.
 */
export function compareAll(
  pairs: readonly { readonly first: ComparedSums; readonly second: ComparedSums }[],
): Differences[] {
  const raw = pairs.map(({ first, second }) => rawDifferences(first, second));
  const tested = raw.flatMap((differences) =>
    Object.values(differences).filter(({ pValue }) => pValue !== null),
  );
  const adjusted = holm(tested.map(({ pValue }) => pValue ?? 1));
  const of = new Map(tested.map((difference, at) => [difference, adjusted[at] ?? 1]));
  const told = (difference: RawDifference): TestedDifference =>
    toTested(difference, of.get(difference) ?? null);
  return raw.map((differences) => ({
    quality: told(differences.quality),
    flagRate: told(differences.flagRate),
    errorRate: told(differences.errorRate),
    costPerRequest: told(differences.costPerRequest),
    p50LatencyMs: told(differences.p50LatencyMs),
    p95LatencyMs: told(differences.p95LatencyMs),
    slower: told(differences.slower),
  }));
}

function toTested(raw: RawDifference, pValue: number | null): TestedDifference {
  const { value, n, low, high, needed } = raw;
  return { value, n, low, high, needed, pValue, verdict: verdictOf(raw, pValue) };
}

function verdictOf(raw: RawDifference, pValue: number | null): TestedDifference['verdict'] {
  const { value, low, high } = raw;
  if (value === null || low === null || high === null) return 'not_enough';
  if (pValue === null || pValue >= LEVEL) return 'unclear';
  return value > raw.null ? 'higher' : 'lower';
}

function rawDifferences(
  first: ComparedSums,
  second: ComparedSums,
): Readonly<Record<Metric, RawDifference>> {
  const [latencyOfFirst, latencyOfSecond] = [first, second].map(({ usage }) =>
    mergeBins(usage.latencyBins),
  ) as [Bins, Bins];
  const percentiles = [latencyOfFirst, latencyOfSecond].map((bins) =>
    percentilesOf(bins, [0.5, 0.95]),
  );
  const percentile = (at: number, q: number): RawDifference => {
    const [a, b] = [percentiles[0]?.[at], percentiles[1]?.[at]];
    return from(differenceOfEstimates(a ?? NOTHING, b ?? NOTHING), smallestForQuantile(q));
  };
  return {
    quality: from(differenceOfMeans(momentsOf(first.quality), momentsOf(second.quality))),
    flagRate: from(differenceOfRates(flagsOf(first), flagsOf(second))),
    errorRate: from(differenceOfRates(errorsOf(first), errorsOf(second))),
    costPerRequest: from(
      differenceOfEstimates(
        costPerRequest(first.usage.costParts),
        costPerRequest(second.usage.costParts),
      ),
    ),
    p50LatencyMs: percentile(0, 0.5),
    p95LatencyMs: percentile(1, 0.95),
    slower: slower(latencyOfFirst, latencyOfSecond),
  };
}

const NOTHING = { value: null, n: 0, low: null, high: null };

function from(difference: Difference, needed: number = LEAST_SAMPLE): RawDifference {
  const { value, n, low, high, pValue } = difference;
  return { value, n, low, high, pValue, needed, null: 0 };
}

/** The chance that a call of the second is slower than one of the first. */
function slower(first: Bins, second: Bins): RawDifference {
  const { value, low, high, pValue } = mannWhitney(
    spreadOut(first, MOST_RANKED),
    spreadOut(second, MOST_RANKED),
  );
  const n = Math.min(countOf(first), countOf(second));
  return { value, n, low, high, pValue, needed: LEAST_SAMPLE, null: 0.5 };
}

function momentsOf({ n, valueSum, valueSumsq }: QualitySums): {
  n: number;
  sum: number;
  sumOfSquares: number;
} {
  return { n, sum: valueSum, sumOfSquares: valueSumsq };
}

function flagsOf({ quality }: ComparedSums): { successes: number; n: number } {
  return { successes: quality.flagged, n: quality.evaluated };
}

function errorsOf({ usage }: ComparedSums): { successes: number; n: number } {
  return { successes: usage.errors, n: usage.requests };
}
