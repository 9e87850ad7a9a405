import type { NewExperiment } from '../contract/experiments.ts';
import { AppError } from '../core/errors.ts';

export type Direction = 'higher' | 'lower';

/** What is fixed from the start of an experiment on, everything filled in; kept as JSON. */
export interface Design {
  readonly unit: NewExperiment['unit'];
  readonly arms: readonly NewExperiment['arms'][number][];
  readonly control: string;
  readonly primaryMetric: string;
  readonly direction: Direction;
  readonly guards: readonly (Omit<NewExperiment['guards'][number], 'direction'> & {
    readonly direction: Direction;
  })[];
  readonly metrics: readonly string[];
  readonly alpha: number;
  readonly minimumUnits: number;
  readonly plannedUnits: number;
  readonly stopPolicy: NewExperiment['stopPolicy'];
}

const LOWER_IS_BETTER = new Set(['cost', 'latency', 'first_token', 'error_rate']);

/** Which way is better where nobody said so. */
export function usualDirection(metric: string): Direction {
  return LOWER_IS_BETTER.has(metric) ? 'lower' : 'higher';
}

/** Where single values of a metric can lie; null where there is no upper end. */
export function boundsOf(metric: string): { readonly low: number; readonly high: number } | null {
  const open = metric === 'cost' || metric === 'latency' || metric === 'first_token';
  return open ? null : { low: 0, high: 1 };
}

/** Skewed metrics need so many units before a normal approximation holds (see docs/experiments.md). */
const SKEWED_MINIMUM = 100;

/** Units an arm needs in this metric before anything is said. */
export function neededUnits(metric: string, minimumUnits: number): number {
  return boundsOf(metric) === null ? Math.max(minimumUnits, SKEWED_MINIMUM) : minimumUnits;
}

/** The design with every default filled in. Throws `invalid_request` for one that cannot work. */
export function completeDesign(given: NewExperiment): Design {
  assertArms(given);
  return {
    unit: given.unit,
    arms: given.arms,
    control: given.control,
    primaryMetric: given.primaryMetric,
    direction: given.direction ?? usualDirection(given.primaryMetric),
    guards: given.guards.map((guard) => ({
      ...guard,
      direction: guard.direction ?? usualDirection(guard.metric),
    })),
    metrics: given.metrics,
    alpha: given.alpha,
    minimumUnits: given.minimumUnits,
    plannedUnits: given.plannedUnits ?? 10 * given.minimumUnits,
    stopPolicy: given.stopPolicy,
  };
}

function assertArms({ arms, control, target, guards }: NewExperiment): void {
  const refuse = (message: string): never => {
    throw new AppError('invalid_request', message);
  };
  const names = new Set(arms.map(({ name }) => name));
  if (names.size < arms.length) refuse('Every arm needs a name of its own.');
  const controlArm = arms.find(({ name }) => name === control);
  if (controlArm === undefined) refuse('control has to be the name of an arm.');
  if (controlArm?.shadow === true) refuse('The control arm has to answer: it cannot be a shadow.');
  const answering = arms.filter(({ shadow }) => !shadow);
  if (answering.some(({ weight }) => weight <= 0)) {
    refuse('Every arm that answers needs a weight above 0.');
  }
  if (arms.some(({ shadow, budgetMicroUsd }) => shadow && budgetMicroUsd === null)) {
    refuse('A shadow needs budgetMicroUsd: what it may spend in the whole experiment.');
  }
  if (target.kind === 'prompt' && answering.some(({ prompt }) => prompt === null)) {
    refuse('In an experiment on a prompt every arm that answers needs a prompt.');
  }
  const guarded = guards.map(({ metric }) => metric);
  if (new Set(guarded).size < guarded.length) refuse('A metric can have one guard.');
}

/** Every metric that the experiment looks at, the primary one first, each once. */
export function metricsOf(
  design: Pick<Design, 'primaryMetric' | 'guards' | 'metrics'>,
): readonly string[] {
  const guarded = design.guards.map(({ metric }) => metric);
  return [...new Set([design.primaryMetric, ...guarded, ...design.metrics])];
}

/** Prompt name and version of an arm; null when it has none. */
export function promptOf(arm: {
  readonly prompt: string | null;
}): { readonly name: string; readonly version: string } | null {
  if (arm.prompt === null) return null;
  const at = arm.prompt.lastIndexOf('@');
  return { name: arm.prompt.slice(0, at), version: arm.prompt.slice(at + 1) };
}
