import type { MonitorCondition, MonitorMetric, NewMonitor } from '../../contract/monitors.ts';
import { AppError } from '../../core/errors.ts';
import { factsOf, isFraction, type MetricFacts } from './metric-facts.ts';

type Of<Kind extends MonitorCondition['kind']> = Extract<MonitorCondition, { kind: Kind }>;

interface Asked {
  readonly metric: MonitorMetric;
  readonly facts: MetricFacts;
}

/** Refuses a monitor that could never say anything sensible. Throws `invalid_request` that says why. */
export function assertSensible(monitor: Pick<NewMonitor, 'metric' | 'slice' | 'condition'>): void {
  const problem = problemOf(monitor);
  if (problem !== null) throw new AppError('invalid_request', problem);
}

function problemOf({
  metric,
  slice,
  condition,
}: Pick<NewMonitor, 'metric' | 'slice' | 'condition'>): string | null {
  const facts = factsOf(metric);
  const sliced = Object.values(slice).some((part) => part !== undefined);
  if (sliced && !facts.traffic) {
    return `${metric.kind} is not about single calls, so it has no slice.`;
  }
  const asked = { metric, facts };
  switch (condition.kind) {
    case 'threshold':
      return thresholdProblem(asked, condition);
    case 'change':
      return changeProblem(asked, condition);
    case 'drift':
      return driftProblem(asked, condition);
    case 'absence':
      return facts.traffic ? null : `absence is about traffic, and ${metric.kind} is not.`;
    case 'burn_rate':
      return facts.family === 'rate' ? null : `burn_rate needs a rate, and ${metric.kind} is none.`;
    case 'budget_level':
      return metric.kind === 'budget'
        ? null
        : `budget_level needs the metric budget, not ${metric.kind}.`;
    default:
      return condition satisfies never;
  }
}

function thresholdProblem(
  { metric, facts }: Asked,
  { comparison, fire, resolve, certain }: Of<'threshold'>,
): string | null {
  if (metric.kind !== 'budget' && isFraction(facts) && (fire < 0 || fire > 1)) {
    return `${metric.kind} lies between 0 and 1, so fire must, too.`;
  }
  if (fire < 0) return `${metric.kind} is never below 0, so fire must not be.`;
  if (certain && (facts.family === 'level' || !facts.traffic)) {
    return `${metric.kind} is known exactly and has no interval: leave out certain.`;
  }
  if (resolve === undefined) return null;
  const beyond = comparison === 'above' ? resolve > fire : resolve < fire;
  return beyond
    ? `A monitor that fires ${comparison} ${fire} cannot resolve at ${resolve}, which is still ${comparison} it.`
    : null;
}

function changeProblem(
  { metric, facts }: Asked,
  { direction, by, relative, windowMinutes, reference }: Of<'change'>,
): string | null {
  if (!facts.traffic) return `change compares traffic, and ${metric.kind} is not about traffic.`;
  if (relative && direction === 'fall' && by > 1) {
    return 'Nothing can fall by more than all of it: by must be at most 1 when relative.';
  }
  if (!relative && isFraction(facts) && by > 1) {
    return `${metric.kind} lies between 0 and 1, so by must be at most 1.`;
  }
  const overlap = REFERENCE_MINUTES[reference];
  return overlap !== null && windowMinutes > overlap
    ? `A window of ${windowMinutes} minutes overlaps its reference (${reference}).`
    : null;
}

/** How far back a reference window lies; null: just before the window. */
export const REFERENCE_MINUTES: Readonly<Record<Of<'change'>['reference'], number | null>> = {
  previous: null,
  day_before: 1_440,
  week_before: 10_080,
};

function driftProblem({ metric, facts }: Asked, { by, direction }: Of<'drift'>): string | null {
  if (facts.family === 'sum' || facts.family === 'level') {
    return `drift needs a rate, a mean or a latency, and ${metric.kind} is none.`;
  }
  if (isFraction(facts) && by >= 1) {
    return `${metric.kind} lies between 0 and 1, so it cannot ${direction} by ${by}.`;
  }
  return null;
}
