import type { Estimate } from '../../../contract/common.ts';
import type { Monitor, MonitorCondition, MonitorMetric } from '../../../contract/monitors.ts';
import {
  baselineOf,
  type ChangeDetector,
  type DetectionGoal,
  type DetectorState,
  likelyChange,
} from '../../../statistics/change-detector.ts';
import { type Detection, planDetection, planRecovery } from '../../../statistics/detection.ts';
import { designEffect } from '../../../statistics/random-groups.ts';
import type { Finding } from '../finding.ts';
import { factsOf, isFraction } from '../metric-facts.ts';
import { estimateOf, type Total } from '../points.ts';
import type { Series } from '../series.ts';

const DAY_MS = 86_400_000;

export type Drift = Extract<MonitorCondition, { kind: 'drift' }>;

/** What a metric was like before anything changed. Plain JSON. */
export interface DriftBaseline {
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly designEffect: number;
  readonly samplesPerDay: number;
  readonly estimate: Estimate;
}

/** Where a drift monitor stands. Plain JSON. */
export interface DriftMemory {
  readonly baseline: DriftBaseline;
  /** `alarmed`: the detector of the way back is at work. */
  readonly phase: 'watching' | 'alarmed';
  readonly detector: DetectorState;
  /** Most likely moment of the change that was found. */
  readonly changedAt: number | null;
}

/** The detectors of a baseline; null where it is too uncertain for any. */
export interface DriftPlan {
  readonly watch: Detection;
  readonly recover: Detection;
}

/**
 * The baseline of a total that was observed over so many days; null below the smallest number of samples. Values are
 * means of calls, also for latencies, of which percentiles have no steps.
 */
export function learnBaseline(
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Drift },
  { total, days }: { readonly total: Total; readonly days: number },
): DriftBaseline | null {
  if (total.n < condition.minSamples || days <= 0) return null;
  const { n, sum, sumOfSquares } = total;
  return {
    ...{ n, sum, sumOfSquares },
    designEffect: designEffect(total) ?? 1,
    samplesPerDay: n / days,
    estimate: meanEstimate(metric, total),
  };
}

/** The mean, for latencies too. */
function meanEstimate(metric: MonitorMetric, total: Total): Estimate {
  if (metric.kind !== 'latency') return estimateOf(metric, total);
  return estimateOf({ kind: 'judge_anchor', rubric: '' }, total);
}

const plans = new Map<string, DriftPlan | null>();
const MAX_PLANS = 500;

/** The detectors for a baseline and condition. Remembered, because thresholds take milliseconds to find. */
export function planDrift(
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Drift },
  baseline: DriftBaseline,
): DriftPlan | null {
  const key = JSON.stringify([metric.kind, condition, baseline]);
  const known = plans.get(key);
  if (known !== undefined) return known;
  if (plans.size >= MAX_PLANS) plans.clear();
  const plan = makePlan({ metric, condition }, baseline);
  plans.set(key, plan);
  return plan;
}

function makePlan(
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Drift },
  { designEffect: effect, samplesPerDay, ...moments }: DriftBaseline,
): DriftPlan | null {
  const bounds = isFraction(factsOf(metric)) ? { low: 0, high: 1 } : null;
  const baseline = baselineOf(moments, { bounds, designEffect: effect });
  if (baseline === null) return null;
  const goal: DetectionGoal = {
    direction: condition.direction,
    by: condition.by,
    falseAlarmSamples: Math.max(10, condition.falseAlarmDays * samplesPerDay),
  };
  const watch = planDetection(condition.method, baseline, goal);
  const recover = planRecovery(condition.method, baseline, goal);
  return watch === null || recover === null ? null : { watch, recover };
}

/** A detector at its start, on a new baseline. */
export function startDrift(baseline: DriftBaseline, plan: DriftPlan): DriftMemory {
  return { baseline, phase: 'watching', detector: plan.watch.detector.initial, changedAt: null };
}

/** Takes in what was observed in [from, to). */
export function stepDrift(
  memory: DriftMemory,
  plan: DriftPlan,
  { series, from, to }: { readonly series: Series; readonly from: number; readonly to: number },
): DriftMemory {
  const moments = series.moments(from, to);
  if (moments.n === 0) return memory;
  const detector = detectorOf(memory, plan);
  const next = detector.observe(memory.detector, { at: from, ...moments });
  if (!detector.isAlarm(next)) return { ...memory, detector: next };
  if (memory.phase === 'watching') {
    const changedAt = likelyChange(next) ?? from;
    return { ...memory, phase: 'alarmed', detector: plan.recover.detector.initial, changedAt };
  }
  return startDrift(memory.baseline, plan);
}

function detectorOf({ phase }: DriftMemory, plan: DriftPlan): ChangeDetector {
  return (phase === 'watching' ? plan.watch : plan.recover).detector;
}

/** What the memory says at a moment. Shown is the mean since the change, without one that of the last day. */
export function findDrift(
  memory: DriftMemory,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Drift },
  { series, at }: { readonly series: Series; readonly at: number },
): Finding {
  const { changedAt, baseline, phase } = memory;
  const from = changedAt ?? at - DAY_MS;
  return {
    verdict: phase === 'alarmed' ? 'holds' : 'clear',
    kind: condition.direction === 'fall' ? 'drift_down' : 'drift_up',
    current: meanEstimate(metric, series.total(from, at)),
    against: baseline.estimate.value,
    details: {
      by: condition.by,
      falseAlarmDays: condition.falseAlarmDays,
      method: condition.method,
    },
    changedAt,
  };
}

/** Delays beyond this are told as this. */
const LONGEST_DELAY = 1_000_000;

/** What a drift monitor knows of itself. */
export function driftFigures(
  memory: DriftMemory,
  plan: DriftPlan,
  condition: Drift,
): NonNullable<Monitor['drift']> {
  const { baseline, detector } = memory;
  return {
    baseline: baseline.estimate,
    threshold: plan.watch.detector.threshold,
    statistic:
      memory.phase === 'watching'
        ? plan.watch.detector.statistic(detector)
        : plan.watch.detector.threshold,
    samplesPerDay: baseline.samplesPerDay,
    falseAlarmDays: plan.watch.falseAlarmSamples / baseline.samplesPerDay,
    delaySamples: Math.min(LONGEST_DELAY, plan.watch.medianDelay(condition.by) ?? LONGEST_DELAY),
  };
}
