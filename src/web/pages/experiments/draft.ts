import type { Experiment } from '../../../contract/experiments.ts';
import { CallParameters } from '../../../contract/prompts.ts';
import type { ExperimentBody } from '../../data/experiments.ts';

export interface ArmDraft {
  /** Stays while the name is typed. */
  readonly key: number;
  readonly name: string;
  readonly weight: number | null;
  readonly model: string;
  readonly prompt: string;
  /** JSON text; empty: the caller's. */
  readonly parameters: string;
  readonly shadow: boolean;
  readonly budgetUsd: number | null;
  readonly samplePercent: number | null;
}

export interface GuardDraft {
  readonly key: number;
  readonly metric: string;
  readonly worseBy: number | null;
  readonly unit: 'absolute' | 'percent';
}

/** An experiment while it is written. */
export interface ExperimentDraft {
  readonly name: string;
  readonly hypothesis: string;
  readonly kind: 'model' | 'prompt';
  readonly target: string;
  readonly unit: Experiment['unit'];
  readonly arms: readonly ArmDraft[];
  /** The key of the control arm. */
  readonly control: number;
  readonly metric: string;
  readonly direction: 'usual' | 'higher' | 'lower';
  readonly guards: readonly GuardDraft[];
  readonly alpha: number | null;
  readonly minimumUnits: number | null;
  readonly plannedUnits: number | null;
  readonly stopPolicy: Experiment['stopPolicy'];
  /** Further metrics to watch; kept as they are. */
  readonly metrics: readonly string[];
}

export function emptyArm(key: number, name: string): ArmDraft {
  return {
    key,
    name,
    weight: 1,
    model: '',
    prompt: '',
    parameters: '',
    shadow: false,
    budgetUsd: null,
    samplePercent: 100,
  };
}

/** The beginning of a new experiment: two arms, one guard. */
export function emptyDraft(about: {
  on?: string | undefined;
  against?: string | undefined;
}): ExperimentDraft {
  return {
    name: '',
    hypothesis: '',
    kind: 'model',
    target: about.on ?? '',
    unit: 'user',
    arms: [emptyArm(1, 'control'), { ...emptyArm(2, 'candidate'), model: about.against ?? '' }],
    control: 1,
    metric: 'score:overall',
    direction: 'usual',
    guards: [{ key: 1, metric: 'error_rate', worseBy: 0.02, unit: 'absolute' }],
    alpha: 0.05,
    minimumUnits: 100,
    plannedUnits: null,
    stopPolicy: 'notify',
    metrics: [],
  };
}

const MICRO = 1_000_000;

/** A draft as it was left. */
export function draftOf(experiment: Experiment): ExperimentDraft {
  const arms = experiment.arms.map((arm, at) => ({
    key: at,
    name: arm.name,
    weight: arm.weight,
    model: arm.model ?? '',
    prompt: arm.prompt ?? '',
    parameters: Object.keys(arm.parameters).length === 0 ? '' : JSON.stringify(arm.parameters),
    shadow: arm.shadow,
    budgetUsd: arm.budgetMicroUsd === null ? null : arm.budgetMicroUsd / MICRO,
    samplePercent: arm.sampleRate * 100,
  }));
  const { name, hypothesis, target, unit, alpha, minimumUnits, plannedUnits } = experiment;
  return {
    name,
    hypothesis,
    kind: target.kind,
    target: target.name,
    unit,
    arms,
    control: arms.find((arm) => arm.name === experiment.control)?.key ?? 0,
    metric: experiment.primaryMetric,
    direction: experiment.direction,
    guards: experiment.guards.map(({ metric, worseBy, unit: counted }, key) => ({
      key,
      metric,
      worseBy,
      unit: counted,
    })),
    alpha,
    minimumUnits,
    plannedUnits,
    stopPolicy: experiment.stopPolicy,
    metrics: experiment.metrics,
  };
}

/** The settings of an arm; null when the text is none. */
export function readParameters(text: string): CallParameters | null {
  if (text.trim() === '') return {};
  try {
    const read = CallParameters.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function armBody(arm: ArmDraft): ExperimentBody['arms'][number] {
  return {
    name: arm.name.trim(),
    weight: arm.weight ?? 1,
    model: textOrNull(arm.model),
    prompt: textOrNull(arm.prompt),
    parameters: readParameters(arm.parameters) ?? {},
    shadow: arm.shadow,
    budgetMicroUsd: arm.shadow && arm.budgetUsd !== null ? Math.round(arm.budgetUsd * MICRO) : null,
    sampleRate: (arm.samplePercent ?? 100) / 100,
  };
}

/** What is sent. Settings that are no settings are as if nothing were there: look at them before. */
export function bodyOf(draft: ExperimentDraft): ExperimentBody {
  return {
    name: draft.name.trim(),
    hypothesis: draft.hypothesis.trim(),
    target: { kind: draft.kind, name: draft.target.trim() },
    unit: draft.unit,
    arms: draft.arms.map(armBody),
    control: draft.arms.find(({ key }) => key === draft.control)?.name.trim() ?? '',
    primaryMetric: draft.metric,
    ...(draft.direction === 'usual' ? {} : { direction: draft.direction }),
    guards: draft.guards.map(({ metric, worseBy, unit }) => ({
      metric,
      worseBy: worseBy ?? 0,
      unit,
    })),
    alpha: draft.alpha ?? 0.05,
    minimumUnits: draft.minimumUnits ?? 100,
    ...(draft.plannedUnits === null ? {} : { plannedUnits: draft.plannedUnits }),
    stopPolicy: draft.stopPolicy,
    metrics: [...draft.metrics],
  };
}
