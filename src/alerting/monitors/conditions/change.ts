import type { Estimate } from '../../../contract/common.ts';
import type { MonitorCondition, MonitorMetric } from '../../../contract/monitors.ts';
import { REFERENCE_MINUTES } from '../check-monitor.ts';
import type { Finding } from '../finding.ts';
import { factsOf } from '../metric-facts.ts';
import { estimateOf } from '../points.ts';
import type { Series } from '../series.ts';

const MINUTE_MS = 60_000;
/** Part of the wanted change that may be left when it is told as over. */
const LEFT = 0.5;

type Change = Extract<MonitorCondition, { kind: 'change' }>;

/** How far before the window its reference ends, in minutes. */
export function referenceMinutes({ reference, windowMinutes }: Change): number {
  return REFERENCE_MINUTES[reference] ?? windowMinutes;
}

/**
 * The window before `at` held against the same stretch of the reference: holds when they differ by at least `by` and the
 * 95 % interval of the difference leaves out 0. The interval is made of those of both sides (MOVER; Zou, Donner 2008,
 * Statistics in Medicine 27(10), after Newcombe 1998), so it takes sessions into account as they do.
 */
export function judgeChange(
  series: Series,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Change },
  at: number,
): Finding {
  const windowMs = condition.windowMinutes * MINUTE_MS;
  const backMs = referenceMinutes(condition) * MINUTE_MS;
  const current = estimateOf(metric, series.total(at - windowMs, at));
  const reference = estimateOf(metric, series.total(at - backMs - windowMs, at - backMs));
  const fell = condition.direction === 'fall' || isBelow(current, reference, condition);
  const finding = {
    kind: fell ? 'fell' : 'rose',
    current,
    against: reference.value,
    details: {
      windowMinutes: condition.windowMinutes,
      reference: condition.reference,
      referenceN: reference.n,
    },
    changedAt: null,
  } as const;
  const { family } = factsOf(metric);
  const n = family === 'sum' ? Math.max(current.n, reference.n) : Math.min(current.n, reference.n);
  if (n < condition.minSamples || current.value === null || reference.value === null) {
    return { ...finding, verdict: 'unknown' };
  }
  return {
    ...finding,
    verdict: verdictOf(condition, { current, reference, fell, isSum: family === 'sum' }),
  };
}

function isBelow(current: Estimate, reference: Estimate, { direction }: Change): boolean {
  return direction === 'either' && (current.value ?? 0) < (reference.value ?? 0);
}

function verdictOf(
  { by, relative }: Change,
  { current, reference, fell, isSum }: Compared,
): Finding['verdict'] {
  const sign = fell ? -1 : 1;
  const size = sign * ((current.value ?? 0) - (reference.value ?? 0));
  const wanted = relative ? by * Math.abs(reference.value ?? 0) : by;
  const [high, low] = fell ? [reference, current] : [current, reference];
  const margin = marginOf(high, low, isSum);
  if (size >= wanted && size > 0 && margin !== null && size > margin) return 'holds';
  return size >= LEFT * wanted && size > 0 ? 'between' : 'clear';
}

interface Compared {
  readonly current: Estimate;
  readonly reference: Estimate;
  readonly fell: boolean;
  readonly isSum: boolean;
}

/** By how much the difference high − low may be smaller than it looks; null where that is unknown. */
function marginOf(high: Estimate, low: Estimate, isSum: boolean): number | null {
  if (high.value === null || high.low === null || low.value === null) return null;
  const above = low.high === null ? fewAbove(high, low, isSum) : low.high - low.value;
  return above === null ? null : Math.hypot(high.value - high.low, above);
}

/**
 * A sum of a handful of calls has no interval of its own; it could be of about 2 √n + 4 calls more (the upper limit of
 * a Poisson count; Garwood 1936, Biometrika 28), each worth what calls of the other side are worth.
 */
function fewAbove(high: Estimate, low: Estimate, isSum: boolean): number | null {
  if (!isSum || high.n === 0) return null;
  return ((high.value ?? 0) / high.n) * (2 * Math.sqrt(low.n) + 4);
}
