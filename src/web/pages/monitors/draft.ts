import {
  type Monitor,
  type MonitorCondition,
  type MonitorMetric,
  NewMonitor,
} from '../../../contract/monitors.ts';
import { type ConditionKind, conditionsFor, METRICS, type MetricKind } from './metric-facts.ts';

/** A monitor while it is written: a number that is missing is NaN, so that it cannot be taken for one. */
export type MonitorDraft = NewMonitor;

/** The metric of that kind as it begins. */
export function metricOf(kind: MetricKind): MonitorMetric {
  switch (kind) {
    case 'score_mean':
      return { kind, score: 'quality' };
    case 'score_rate':
      return { kind, score: 'quality', passAt: 0.6 };
    case 'latency':
      return { kind, percentile: 95, of: 'total' };
    case 'tokens':
      return { kind, type: 'total' };
    case 'cache_hit_rate':
      return { kind, cache: 'answers' };
    case 'judge_anchor':
      return { kind, rubric: 'overall' };
    default:
      return { kind };
  }
}

/** Where a limit begins, in the metric's unit: something that many would want. */
const LIMITS: Readonly<Record<MetricKind, number>> = {
  score_mean: 0.6,
  score_rate: 0.8,
  flag_rate: 0.05,
  error_rate: 0.05,
  latency: 10_000,
  cost: 10,
  tokens: 1_000_000,
  volume: 1_000,
  feedback_rate: 0.8,
  rag_hit_rate: 0.8,
  cache_hit_rate: 0.2,
  evaluation_lag: 3_600,
  ledger_drops: 0,
  spool_age: 300,
  channel_failures: 0,
  budget: 0.8,
  judge_anchor: 0.6,
};

const GOOD_WHEN_HIGH: readonly MetricKind[] = [
  'score_mean',
  'score_rate',
  'feedback_rate',
  'rag_hit_rate',
  'cache_hit_rate',
  'judge_anchor',
];

/** How much of a change is worth finding: points of shares and scores, milliseconds of latency. */
function usualChange(kind: MetricKind): number {
  return METRICS[kind].unit === 'ms' ? 500 : 0.05;
}

/** The condition of that kind as it begins for the metric. */
export function conditionOf(kind: ConditionKind, metric: MetricKind): MonitorCondition {
  const isHighGood = GOOD_WHEN_HIGH.includes(metric);
  const direction = isHighGood ? 'fall' : 'rise';
  const { family, isTraffic } = METRICS[metric];
  switch (kind) {
    case 'threshold':
      return {
        kind,
        comparison: isHighGood ? 'below' : 'above',
        fire: LIMITS[metric],
        windowMinutes: isTraffic ? 60 : 15,
        forMinutes: 0,
        minSamples: isTraffic ? 50 : 1,
        certain: isTraffic && family !== 'sum',
      };
    case 'change': {
      const isSum = family === 'sum';
      return {
        kind,
        direction,
        by: isSum ? 0.5 : usualChange(metric),
        relative: isSum,
        windowMinutes: 360,
        reference: 'week_before',
        minSamples: 50,
      };
    }
    case 'drift':
      return {
        kind,
        method: 'cusum',
        direction,
        by: usualChange(metric),
        falseAlarmDays: 30,
        baselineDays: 14,
        minSamples: 100,
      };
    case 'absence':
      return { kind, forMinutes: 30 };
    case 'burn_rate':
      return { kind, objective: 0.99, minSamples: 50 };
    case 'budget_level':
      return { kind, level: 'critical' };
  }
}

/** The beginning of a new monitor: drift of quality, which is what the program is for. */
export function emptyDraft(): MonitorDraft {
  const begun = NewMonitor.parse({
    name: 'new',
    metric: metricOf('score_rate'),
    condition: conditionOf('drift', 'score_rate'),
  });
  return { ...begun, name: '' };
}

/** The draft with another metric; the condition stays when it says the same of the new one. */
export function withMetric(draft: MonitorDraft, kind: MetricKind): MonitorDraft {
  const before = draft.metric.kind;
  const choices = conditionsFor(kind);
  const fits =
    choices.includes(draft.condition.kind) &&
    METRICS[before].unit === METRICS[kind].unit &&
    GOOD_WHEN_HIGH.includes(before) === GOOD_WHEN_HIGH.includes(kind);
  const first = choices[0] ?? 'threshold';
  const same = choices.includes(draft.condition.kind) ? draft.condition.kind : first;
  return {
    ...draft,
    metric: metricOf(kind),
    condition: fits ? draft.condition : conditionOf(same, kind),
    slice: METRICS[kind].isTraffic ? draft.slice : {},
  };
}

/** A monitor that is there as a draft. */
export function draftOf(monitor: Monitor): MonitorDraft {
  const { metric, slice, condition, severity, enabled, channels, renotifyMinutes } = monitor;
  const { name, description, escalation, labels, groupBy, runbookUrl } = monitor;
  return {
    ...{ name, description, metric, slice, condition, severity, enabled, channels },
    ...{ renotifyMinutes, escalation, labels, groupBy, runbookUrl },
  };
}

/** What is sent, or null while something is missing. */
export function bodyOf(draft: MonitorDraft): NewMonitor | null {
  return NewMonitor.safeParse(draft).data ?? null;
}

/** What is asked of the last 30 days: names and messages make no difference. Null while something is missing. */
export function backtestOf({ metric, slice, condition }: MonitorDraft): NewMonitor | null {
  return NewMonitor.safeParse({ name: 'backtest', metric, slice, condition }).data ?? null;
}

/** One label on each line, name=value; null when a line is none. */
export function readLabels(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? null : ([line.slice(0, at).trim(), line.slice(at + 1).trim()] as const);
  });
  const known = entries.filter((entry) => entry !== null);
  if (known.length < entries.length) return null;
  const read = NewMonitor.shape.labels.safeParse(Object.fromEntries(known));
  return read.success ? read.data : null;
}
