import type { MonitorCondition, MonitorMetric, MonitorPoints } from '../../../contract/monitors.ts';

export type MetricKind = MonitorMetric['kind'];
export type ConditionKind = MonitorCondition['kind'];
export type Unit = MonitorPoints['unit'];

interface MetricFacts {
  readonly unit: Unit;
  readonly family: 'rate' | 'mean' | 'percentile' | 'sum' | 'level';
  /** Made of calls, so it can be sliced and can stop. */
  readonly isTraffic: boolean;
}

const rate: MetricFacts = { unit: 'share', family: 'rate', isTraffic: true };

export const METRICS: Readonly<Record<MetricKind, MetricFacts>> = {
  score_mean: { unit: 'score', family: 'mean', isTraffic: true },
  score_rate: rate,
  flag_rate: rate,
  error_rate: rate,
  latency: { unit: 'ms', family: 'percentile', isTraffic: true },
  cost: { unit: 'usd', family: 'sum', isTraffic: true },
  tokens: { unit: 'tokens', family: 'sum', isTraffic: true },
  volume: { unit: 'calls', family: 'sum', isTraffic: true },
  feedback_rate: rate,
  rag_hit_rate: rate,
  cache_hit_rate: rate,
  evaluation_lag: { unit: 'seconds', family: 'level', isTraffic: false },
  ledger_drops: { unit: 'records', family: 'sum', isTraffic: false },
  spool_age: { unit: 'seconds', family: 'level', isTraffic: false },
  channel_failures: { unit: 'records', family: 'sum', isTraffic: false },
  budget: { unit: 'share', family: 'level', isTraffic: false },
  judge_anchor: { unit: 'score', family: 'mean', isTraffic: false },
};

export const METRIC_KINDS = Object.keys(METRICS).filter(isMetricKind);

/** Whether the word names a metric. */
export function isMetricKind(word: string): word is MetricKind {
  return word in METRICS;
}

/** The conditions that make sense for the metric, the most useful one first; the server says the same. */
export function conditionsFor(kind: MetricKind): readonly ConditionKind[] {
  const { family, isTraffic } = METRICS[kind];
  if (kind === 'budget') return ['budget_level', 'threshold'];
  if (kind === 'judge_anchor') return ['drift', 'threshold'];
  if (!isTraffic) return ['threshold'];
  if (family === 'rate') return ['drift', 'threshold', 'change', 'burn_rate', 'absence'];
  if (family === 'sum') return ['change', 'threshold', 'absence'];
  return ['drift', 'threshold', 'change', 'absence'];
}
