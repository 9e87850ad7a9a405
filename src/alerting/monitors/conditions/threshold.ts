import type { Estimate } from '../../../contract/common.ts';
import type { MonitorCondition, MonitorMetric } from '../../../contract/monitors.ts';
import type { Finding } from '../finding.ts';
import { factsOf } from '../metric-facts.ts';
import { estimateOf } from '../points.ts';
import { LEVEL_SHARE } from '../read-series.ts';
import type { Series } from '../series.ts';

const MINUTE_MS = 60_000;

type Threshold = Extract<MonitorCondition, { kind: 'threshold' }>;

/** The window before `at` held against a limit. Sums and levels are known whatever n is; sums of nothing are 0. */
export function judgeThreshold(
  series: Series,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Threshold },
  at: number,
): Finding {
  const { comparison, fire, windowMinutes, minSamples } = condition;
  const { family } = factsOf(metric);
  const current = estimateOf(metric, series.total(at - windowMinutes * MINUTE_MS, at));
  const finding = {
    kind: comparison,
    current,
    against: fire,
    details: { windowMinutes },
    changedAt: null,
  } as const;
  const needed = family === 'sum' ? 0 : family === 'level' ? 1 : minSamples;
  if (current.n < needed || current.value === null) return { ...finding, verdict: 'unknown' };
  return { ...finding, verdict: verdictOf(condition, current, current.value) };
}

function verdictOf(
  { comparison, fire, resolve = fire, certain }: Threshold,
  { low, high }: Estimate,
  value: number,
): Finding['verdict'] {
  const beyond = (limit: number, x: number): boolean =>
    comparison === 'above' ? x > limit : x < limit;
  const nearest = comparison === 'above' ? low : high;
  const surely = !certain || (nearest !== null && beyond(fire, nearest));
  if (beyond(fire, value) && surely) return 'holds';
  return beyond(resolve, value) ? 'between' : 'clear';
}

type BudgetLevel = Extract<MonitorCondition, { kind: 'budget_level' }>;

/** The highest used share of the budgets just before `at`, held against the share from which the level holds. */
export function judgeBudgetLevel(
  series: Series,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: BudgetLevel },
  at: number,
): Finding {
  const against = LEVEL_SHARE[condition.level];
  const current = estimateOf(metric, series.total(at - BUDGET_KNOWN_MS, at));
  const finding = { kind: 'budget', current, against, details: {}, changedAt: null } as const;
  if (current.value === null) return { ...finding, verdict: 'unknown' };
  return { ...finding, verdict: current.value >= against ? 'holds' : 'clear' };
}

/** How long a level that was read is taken for the present one. */
const BUDGET_KNOWN_MS = 5 * MINUTE_MS;
