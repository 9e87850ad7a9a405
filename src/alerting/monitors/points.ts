import { type Bins, quantilesOf } from '../../analytics/bins.ts';
import type { Estimate } from '../../contract/common.ts';
import type { MonitorMetric } from '../../contract/monitors.ts';
import {
  designEffect,
  type GroupedSums,
  groupedMean,
  groupedRate,
  groupedTotal,
} from '../../statistics/random-groups.ts';
import { NORMAL_95 } from '../../statistics/student-t.ts';
import { factsOf, isFraction } from './metric-facts.ts';

/** Number of a group of sessions, and the count and sum of its observations. */
export type GroupSum = readonly [group: number, n: number, sum: number];

/** What was observed in one minute. */
export interface Point {
  /** Start of the minute, in milliseconds of the epoch. */
  readonly at: number;
  readonly n: number;
  readonly sum: number;
  readonly sumsq: number;
  /** For percentiles; null for other metrics. */
  readonly bins: Bins | null;
  readonly groups: readonly GroupSum[];
}

/** What was observed in a stretch of time, summed up; of levels the last one counts. */
export interface Total extends GroupedSums {
  readonly bins: Bins | null;
  readonly last: number | null;
}

const MINUTE_MS = 60_000;

/** The metric over the total, with n and its 95 % interval where one can be had. */
export function estimateOf(metric: MonitorMetric, total: Total): Estimate {
  const facts = factsOf(metric);
  switch (facts.family) {
    case 'rate':
      return groupedRate(total);
    case 'mean':
      return groupedMean(total, isFraction(facts) ? { low: 0, high: 1 } : undefined);
    case 'sum':
      return facts.traffic ? groupedTotal(total) : exactly(total.sum, total.n);
    case 'level':
      return exactly(total.last, total.n);
    case 'percentile':
      return percentileOf(metric, total);
    default:
      return facts.family satisfies never;
  }
}

function exactly(value: number | null, n: number): Estimate {
  return { value, n, low: value, high: value };
}

/**
 * A percentile between the two order statistics that enclose it in 95 % of samples (normal approximation of the
 * binomial; Conover 1999, Practical Nonparametric Statistics, §3.2), with n divided by the design effect of the mean.
 */
function percentileOf(metric: MonitorMetric, total: Total): Estimate {
  const p = metric.kind === 'latency' ? metric.percentile / 100 : 0.5;
  const { bins, n } = total;
  if (bins === null) return { value: null, n, low: null, high: null };
  const [value = null] = quantilesOf(bins, [p]);
  const effect = designEffect(total);
  if (effect === null || n * (1 - p) < 1) return { value, n, low: null, high: null };
  const half = NORMAL_95 * Math.sqrt((p * (1 - p) * effect) / n);
  const [low = null, high = null] = quantilesOf(bins, [
    Math.max(0, p - half),
    Math.min(1, p + half),
  ]);
  return { value, n, low, high };
}

/** The start of the minute that holds a time. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}
