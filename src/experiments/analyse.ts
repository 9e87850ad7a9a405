import type {
  ArmResult,
  ExperimentFigures,
  ExperimentLook,
  GuardResult,
  SampleRatio,
} from '../contract/experiments.ts';
import type { Moments } from '../statistics/intervals.ts';
import { sampleRatioPValue } from '../statistics/sample-ratio.ts';
import { armMean, compareArms, guardArm, type LookMemory, NO_MOMENTS } from './compare-arms.ts';
import { type Design, metricsOf, usualDirection } from './design.ts';
import type { ExperimentSums } from './read-sums.ts';
import { shadowState } from './shadow-budget.ts';
import { tellVerdict } from './verdict.ts';

/** Sample-ratio mismatches make every other number worthless, so a false one must be rare. */
const SAMPLE_RATIO_ALPHA = 0.001;
const SAMPLE_RATIO_MINIMUM = 20;

/** What an analysis is made of. `memory` is added to: keep it for the next look. */
export interface Look {
  readonly design: Design;
  readonly started: boolean;
  readonly sums: ExperimentSums;
  readonly memory: LookMemory;
  readonly at: Date;
}

type Arm = Design['arms'][number];

/** The figures of one look at an experiment. */
export function analyse(look: Look): ExperimentFigures {
  const { design } = look;
  const arms = design.arms.map((arm) => armResult(look, arm));
  const guards = guardResults(look);
  const sampleRatio = sampleRatioOf(look);
  const found = { arms, guards, sampleRatio };
  return { at: look.at.toISOString(), verdict: tellVerdict(look, found), ...found };
}

function momentsOf({ sums }: Look, arm: string, metric: string): Moments {
  return sums.arms.get(arm)?.metrics.get(metric) ?? NO_MOMENTS;
}

/** How many arms are compared with control: they share the level. */
function compared({ arms }: Design): number {
  return Math.max(1, arms.length - 1);
}

function armResult(look: Look, arm: Arm): ArmResult {
  const { design, sums, memory } = look;
  const known = sums.arms.get(arm.name);
  const metrics = metricsOf(design);
  const looking = { memory, design, alpha: design.alpha };
  return {
    arm: arm.name,
    control: arm.name === design.control,
    shadow: arm.shadow,
    units: known?.units ?? 0,
    calls: known?.calls ?? 0,
    metrics: metrics.map((metric) => ({
      metric,
      ...armMean(looking, arm.name, { metric, moments: momentsOf(look, arm.name, metric) }),
    })),
    comparisons: arm.name === design.control ? [] : comparisonsOf(look, arm, metrics),
    shadowBudget: arm.shadow ? shadowBudgetOf(look, arm) : null,
  };
}

function comparisonsOf(look: Look, arm: Arm, metrics: readonly string[]): ArmResult['comparisons'] {
  const { design, memory } = look;
  const guarded = new Map(design.guards.map((guard) => [guard.metric, guard.direction]));
  const others = metrics.filter((metric) => metric !== design.primaryMetric);
  return metrics.map((metric) => {
    const primary = metric === design.primaryMetric;
    const share = compared(design) * (primary ? 1 : others.length);
    const looking = { memory, design, alpha: design.alpha / share };
    const pair = pairOf(look, arm, metric);
    const direction = primary ? design.direction : (guarded.get(metric) ?? usualDirection(metric));
    const role = primary ? 'primary' : guarded.has(metric) ? 'guard' : 'other';
    return compareArms(looking, pair, { role, direction });
  });
}

function pairOf(
  look: Look,
  arm: Arm,
  metric: string,
): { arm: string; metric: string; of: Moments; control: Moments } {
  return {
    arm: arm.name,
    metric,
    of: momentsOf(look, arm.name, metric),
    control: momentsOf(look, look.design.control, metric),
  };
}

function guardResults(look: Look): GuardResult[] {
  const { design, memory } = look;
  const alpha = design.alpha / (compared(design) * Math.max(1, design.guards.length));
  return design.guards.flatMap((guard) =>
    design.arms
      .filter(({ name }) => name !== design.control)
      .map((arm) => guardArm({ memory, design, alpha }, pairOf(look, arm, guard.metric), guard)),
  );
}

function sampleRatioOf({ design, sums, memory }: Look): SampleRatio {
  const answering = design.arms.filter(({ shadow }) => !shadow);
  const total = answering.reduce((sum, { weight }) => sum + weight, 0);
  const arms = answering.map(({ name, weight }) => ({
    arm: name,
    expectedShare: weight / total,
    units: sums.arms.get(name)?.units ?? 0,
  }));
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const common = { arms, alpha: SAMPLE_RATIO_ALPHA };
  if (units < SAMPLE_RATIO_MINIMUM) return { ...common, pValue: null, state: 'not_enough_data' };
  const now = sampleRatioPValue(
    arms.map((arm) => ({ share: arm.expectedShare, count: arm.units })),
  );
  const pValue = Math.min(now, memory.pValues['sample ratio'] ?? 1);
  memory.pValues['sample ratio'] = pValue;
  return { ...common, pValue, state: pValue <= SAMPLE_RATIO_ALPHA ? 'mismatch' : 'ok' };
}

function shadowBudgetOf({ sums }: Look, arm: Arm): ArmResult['shadowBudget'] {
  const booked = sums.spend.find((spend) => spend.arm === arm.name);
  const budgetMicroUsd = arm.budgetMicroUsd ?? 0;
  return {
    budgetMicroUsd,
    spentMicroUsd: booked?.microUsd ?? 0,
    unpricedCalls: booked?.unpricedCalls ?? 0,
    state: shadowState(budgetMicroUsd, booked),
  };
}

/** The primary metric of a look, for the series over time. */
export function lookOf(figures: ExperimentFigures): ExperimentLook {
  return {
    at: figures.at,
    sampleRatioPValue: figures.sampleRatio.pValue,
    arms: figures.arms.map(({ arm, units, metrics, comparisons }) => {
      const [{ metric: _, ...metric } = { metric: '', n: 0, value: null, low: null, high: null }] =
        metrics;
      const [primary] = comparisons;
      const difference =
        primary === undefined
          ? null
          : { n: primary.n, value: primary.value, low: primary.low, high: primary.high };
      return { arm, units, metric, difference, pValue: primary?.pValue ?? null };
    }),
  };
}
