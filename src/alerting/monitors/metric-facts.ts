import type { MonitorMetric, MonitorPoints } from '../../contract/monitors.ts';

export type Unit = MonitorPoints['unit'];

/**
 * What kind of number a metric is: a share of observations, a mean of them, a percentile, a sum over the window, or
 * a level that is read off the program at a moment.
 */
export type Family = 'rate' | 'mean' | 'percentile' | 'sum' | 'level';

export interface MetricFacts {
  readonly family: Family;
  readonly unit: Unit;
  /** Made of traffic, so that it can be sliced and can be absent; false for what is about the program. */
  readonly traffic: boolean;
}

const FACTS: Readonly<Record<MonitorMetric['kind'], MetricFacts>> = {
  score_mean: { family: 'mean', unit: 'score', traffic: true },
  score_rate: { family: 'rate', unit: 'share', traffic: true },
  flag_rate: { family: 'rate', unit: 'share', traffic: true },
  error_rate: { family: 'rate', unit: 'share', traffic: true },
  latency: { family: 'percentile', unit: 'ms', traffic: true },
  cost: { family: 'sum', unit: 'usd', traffic: true },
  tokens: { family: 'sum', unit: 'tokens', traffic: true },
  volume: { family: 'sum', unit: 'calls', traffic: true },
  feedback_rate: { family: 'rate', unit: 'share', traffic: true },
  rag_hit_rate: { family: 'rate', unit: 'share', traffic: true },
  cache_hit_rate: { family: 'rate', unit: 'share', traffic: true },
  evaluation_lag: { family: 'level', unit: 'seconds', traffic: false },
  ledger_drops: { family: 'sum', unit: 'records', traffic: false },
  spool_age: { family: 'level', unit: 'seconds', traffic: false },
  channel_failures: { family: 'sum', unit: 'records', traffic: false },
  budget: { family: 'level', unit: 'share', traffic: false },
  judge_anchor: { family: 'mean', unit: 'score', traffic: false },
};

/** What kind of number a metric is and in which unit. */
export function factsOf(metric: Pick<MonitorMetric, 'kind'>): MetricFacts {
  return FACTS[metric.kind];
}

/** Whether a value of the metric lies between 0 and 1. */
export function isFraction({ unit }: MetricFacts): boolean {
  return unit === 'share' || unit === 'score';
}
