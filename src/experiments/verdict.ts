import type {
  ArmComparison,
  ArmResult,
  ExperimentVerdict,
  GuardResult,
  SampleRatio,
} from '../contract/experiments.ts';
import { type Design, neededUnits } from './design.ts';

interface Asked {
  readonly design: Design;
  readonly started: boolean;
}

interface Found {
  readonly arms: readonly ArmResult[];
  readonly guards: readonly GuardResult[];
  readonly sampleRatio: SampleRatio;
}

/**
 * The one sentence of an experiment. What makes the rest worthless goes first: units that are shared out wrongly, then
 * violated guards, then too little data, then the primary metric. Shadows answer nobody and decide nothing.
 */
export function tellVerdict({ design, started }: Asked, found: Found): ExperimentVerdict {
  const metric = design.primaryMetric;
  const answering = found.arms.filter(({ shadow }) => !shadow);
  const n = Math.min(...answering.map((arm) => arm.metrics[0]?.n ?? 0));
  const needed = neededUnits(metric, design.minimumUnits);
  const common = { arm: null, metric, n, needed };
  if (!started) {
    return { ...common, kind: 'not_started', words: 'The experiment has not started.' };
  }
  if (found.sampleRatio.state === 'mismatch') {
    return { ...common, kind: 'sample_ratio_mismatch', words: mismatchWords(found.sampleRatio) };
  }
  const violated = found.guards.find(
    ({ state, arm }) => state === 'violated' && answering.some((one) => one.arm === arm),
  );
  if (violated !== undefined) {
    const words = guardWords(violated);
    return { ...common, kind: 'guard_violated', arm: violated.arm, metric: violated.metric, words };
  }
  const settled = settledArm(answering);
  if (settled !== null) {
    const { arm, comparison } = settled;
    const kind = comparison.state === 'better' ? 'better' : 'worse';
    return { ...common, kind, arm, words: settledWords(arm, design, comparison) };
  }
  if (n < needed) {
    const words = `Not enough data (${n} of ${needed} ${unitWord(design)} in the smallest arm).`;
    return { ...common, kind: 'not_enough_data', words };
  }
  const words = `No difference in ${metric} is beyond doubt yet (${n} ${unitWord(design)} in the smallest arm).`;
  return { ...common, kind: 'undecided', words };
}

/** The better arm of the greatest difference; where none is better, a worse one. */
function settledArm(
  arms: readonly ArmResult[],
): { readonly arm: string; readonly comparison: ArmComparison } | null {
  const primary = arms.flatMap(({ arm, comparisons: [comparison] }) =>
    comparison === undefined ? [] : { arm, comparison },
  );
  const size = ({ comparison }: { comparison: ArmComparison }): number =>
    Math.abs(comparison.value ?? 0);
  const best = (state: 'better' | 'worse'): (typeof primary)[number] | undefined =>
    primary
      .filter(({ comparison }) => comparison.state === state)
      .sort((a, b) => size(b) - size(a))[0];
  return best('better') ?? best('worse') ?? null;
}

function settledWords(arm: string, design: Design, comparison: ArmComparison): string {
  const { metric, value, low, high, n, pValue } = comparison;
  const between =
    low === null || high === null
      ? ''
      : ` (${signed(metric, low)} to ${signed(metric, high)}, always valid at ${level(comparison.alpha)})`;
  return `${arm} is ${comparison.state} than ${design.control} in ${metric}: ${signed(metric, value ?? 0)}${between}, p ${pText(pValue)}, ${n} ${unitWord(design)} in the smaller arm.`;
}

function guardWords({ arm, metric, worseBy, unit, harm }: GuardResult): string {
  const show = (value: number): string =>
    unit === 'percent' ? `${round(value)} %` : figure(metric, value);
  const measured = harm.value === null ? '' : `: it is worse by ${show(harm.value)}`;
  return `${arm} is worse than control in ${metric} by more than ${show(worseBy)}${measured} (${harm.n} units in the smaller arm).`;
}

function mismatchWords({ arms, pValue }: SampleRatio): string {
  const total = arms.reduce((sum, { units }) => sum + units, 0);
  const shares = arms.map(
    ({ arm, units, expectedShare }) =>
      `${arm} has ${units} of ${total} units (${round((100 * units) / total)} % instead of ${round(100 * expectedShare)} %)`,
  );
  return `Units are not shared out as designed: ${shares.join(', ')}; p ${pText(pValue)}. Results cannot be trusted until the cause is found.`;
}

function unitWord({ unit }: Design): string {
  return { user: 'users', session: 'sessions', request: 'calls' }[unit];
}

function signed(metric: string, value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${figure(metric, Math.abs(value))}`;
}

/** A value of a metric with its unit. */
function figure(metric: string, value: number): string {
  if (metric === 'cost') return `$${Number((value / 1e6).toPrecision(3))}`;
  if (metric === 'latency' || metric === 'first_token') return `${round(value)} ms`;
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function level(alpha: number): string {
  return `${round(100 * (1 - alpha))} %`;
}

function pText(pValue: number | null): string {
  if (pValue === null) return 'unknown';
  return pValue < 0.001 ? '< 0.001' : `= ${pValue.toPrecision(2)}`;
}
