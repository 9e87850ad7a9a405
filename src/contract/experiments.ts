import { z } from 'zod';
import { Id, PageQuery, ProjectQuery, page, Time } from './common.ts';
import { CallParameters } from './prompts.ts';

/**
 * What an experiment measures, as one value a unit (the mean over the unit's calls): `cost` in micro-USD a
 * call, `latency` and `first_token` in ms, `error_rate`, `feedback` and `score:<name>` from 0 to 1.
 */
export const ExperimentMetric = z
  .string()
  .max(140)
  .regex(
    /^(?:cost|latency|first_token|error_rate|feedback|score:[\w.:/-]{1,128})$/,
    'must be cost, latency, first_token, error_rate, feedback or score:<name>',
  );

export const ExperimentStatus = z.enum(['draft', 'running', 'paused', 'stopped', 'decided']);
export type ExperimentStatus = z.infer<typeof ExperimentStatus>;

const ArmName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -');

/** One arm. Without model, parameters and prompt it leaves calls as they are. */
export const ExperimentArm = z.strictObject({
  name: ArmName,
  /** Share among the arms that answer, relative to the sum of their weights; meaningless for shadows. */
  weight: z.number().min(0).max(1_000_000).default(1),
  /** Replaces the caller's model (a model or route name). */
  model: z.string().min(1).max(256).nullable().default(null),
  /** Replaces the caller's settings. */
  parameters: CallParameters.default({}),
  /** `name@version` with a version number: its messages go before the caller's. */
  prompt: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}@[1-9]\d{0,8}$/, 'must be name@version')
    .nullable()
    .default(null),
  /** Called beside the answering arm, its answer recorded and never shown. */
  shadow: z.boolean().default(false),
  /** What a shadow may spend in the whole experiment; needed for shadows. */
  budgetMicroUsd: z.number().int().min(1).max(1e15).nullable().default(null),
  /** The part of calls that a shadow sees, 0 to 1. */
  sampleRate: z.number().gt(0).max(1).default(1),
});
export type ExperimentArm = z.infer<typeof ExperimentArm>;

export const ExperimentGuard = z.strictObject({
  metric: ExperimentMetric,
  /** How much worse than control is too much: in the metric's unit, or in percent of control. */
  worseBy: z.number().min(0).max(1e12),
  unit: z.enum(['absolute', 'percent']).default('absolute'),
  /** Which way is better; default: lower for cost, latency, first_token and error_rate, higher for the rest. */
  direction: z.enum(['higher', 'lower']).optional(),
});
export type ExperimentGuard = z.infer<typeof ExperimentGuard>;

const design = {
  name: z.string().min(1).max(200),
  hypothesis: z.string().max(4000).default(''),
  /** The calls it is about: by the model (or route) that callers name, or by the prompt of `x-lqo-prompt`. */
  target: z.strictObject({
    kind: z.enum(['model', 'prompt']),
    name: z.string().min(1).max(256),
  }),
  /** What is assigned. Where it is unknown: user, then session, then the single call. */
  unit: z.enum(['user', 'session', 'request']).default('user'),
  arms: z.array(ExperimentArm).min(2).max(10),
  /** The arm that the others are compared with. */
  control: ArmName,
  primaryMetric: ExperimentMetric,
  /** Which way is better; default as for guards. */
  direction: z.enum(['higher', 'lower']).optional(),
  guards: z.array(ExperimentGuard).max(10).default([]),
  /** Further metrics to watch, without a part in decisions. */
  metrics: z.array(ExperimentMetric).max(10).default([]),
  /** How often a decision may be wrong in the whole life of the experiment, however often somebody looks. */
  alpha: z.number().min(0.0001).max(0.2).default(0.05),
  /** Units an arm needs before anything is said about it. */
  minimumUnits: z.number().int().min(20).max(10_000_000).default(100),
  /** Units an arm at which the intervals are to be narrowest; default: ten times the minimum. */
  plannedUnits: z.number().int().min(20).max(1_000_000_000).optional(),
  /** When a guard is violated or an arm is surely worse: tell, stop, or give everybody control. */
  stopPolicy: z.enum(['notify', 'stop', 'roll_back']).default('notify'),
};

export const NewExperiment = z.strictObject(design);
export type NewExperiment = z.infer<typeof NewExperiment>;

/** Name and hypothesis at any time; the rest only of a draft. */
export const ExperimentChange = z.strictObject({
  name: design.name.optional(),
  hypothesis: z.string().max(4000).optional(),
  target: design.target.optional(),
  unit: z.enum(['user', 'session', 'request']).optional(),
  arms: design.arms.optional(),
  control: ArmName.optional(),
  primaryMetric: ExperimentMetric.optional(),
  direction: z.enum(['higher', 'lower']).optional(),
  guards: z.array(ExperimentGuard).max(10).optional(),
  metrics: z.array(ExperimentMetric).max(10).optional(),
  alpha: z.number().min(0.0001).max(0.2).optional(),
  minimumUnits: z.number().int().min(20).max(10_000_000).optional(),
  plannedUnits: z.number().int().min(20).max(1_000_000_000).optional(),
  stopPolicy: z.enum(['notify', 'stop', 'roll_back']).optional(),
});
export type ExperimentChange = z.infer<typeof ExperimentChange>;

export const Experiment = z.object({
  id: Id,
  ...design,
  direction: z.enum(['higher', 'lower']),
  plannedUnits: z.number().int(),
  guards: z.array(ExperimentGuard.extend({ direction: z.enum(['higher', 'lower']) })),
  status: ExperimentStatus,
  /** The arm that was decided for; null before. */
  decidedArm: z.string().nullable(),
  /** Whether every call gets the decided arm now. */
  serving: z.boolean(),
  createdAt: Time,
  createdBy: z.string(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
});
export type Experiment = z.infer<typeof Experiment>;

export const ExperimentListQuery = ProjectQuery.extend({
  ...PageQuery.shape,
  cursor: Id.optional(),
  status: ExperimentStatus.optional(),
});
export const ExperimentPage = page(Experiment);

/** Ends an experiment with a choice. `serve`: from now on every call gets the arm, until the experiment is stopped. */
export const ExperimentDecide = z.strictObject({
  arm: ArmName,
  serve: z.boolean().default(false),
  note: z.string().max(4000).default(''),
});
export const ExperimentNote = z.strictObject({ note: z.string().max(4000).default('') });

/** A value with its always-valid interval: true at all times together, with probability 1 − alpha. */
export const AlwaysValid = z.object({
  /** Units observed. */
  n: z.number().int(),
  value: z.number().nullable(),
  /** Null below the smallest useful number of units. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type AlwaysValid = z.infer<typeof AlwaysValid>;

/** An arm beside control in one metric: arm minus control. */
export const ArmComparison = AlwaysValid.extend({
  metric: z.string(),
  role: z.enum(['primary', 'guard', 'other']),
  /** The difference as a part of control's value; null when that is zero or unknown. */
  relative: z.number().nullable(),
  /** In standard deviations between units (Cohen's d). */
  effectSize: z.number().nullable(),
  /** Anytime-valid: the smallest so far. */
  pValue: z.number().nullable(),
  /** `better` or `worse` than control beyond doubt; `undecided` so far; `not_enough_data`. */
  state: z.enum(['better', 'worse', 'undecided', 'not_enough_data']),
  /** The level that this comparison is held to (alpha shared among arms). */
  alpha: z.number(),
});
export type ArmComparison = z.infer<typeof ArmComparison>;

export const ArmResult = z.object({
  arm: z.string(),
  control: z.boolean(),
  shadow: z.boolean(),
  units: z.number().int(),
  calls: z.number().int(),
  metrics: z.array(AlwaysValid.extend({ metric: z.string() })),
  /** Empty for control. */
  comparisons: z.array(ArmComparison),
  /** Of shadows. */
  shadowBudget: z
    .object({
      budgetMicroUsd: z.number().int(),
      spentMicroUsd: z.number().int(),
      /** Calls whose cost nobody knows. */
      unpricedCalls: z.number().int(),
      state: z.enum(['open', 'spent', 'unpriced']),
    })
    .nullable(),
});
export type ArmResult = z.infer<typeof ArmResult>;

export const GuardResult = z.object({
  arm: z.string(),
  metric: z.string(),
  worseBy: z.number(),
  unit: z.enum(['absolute', 'percent']),
  /** `ok`: surely not worse by as much; `violated`: surely worse by more; `watching`: neither yet. */
  state: z.enum(['not_enough_data', 'watching', 'ok', 'violated']),
  /** How much worse the arm is (positive is worse), in the guard's unit, with its always-valid interval. */
  harm: AlwaysValid,
  pValue: z.number().nullable(),
});
export type GuardResult = z.infer<typeof GuardResult>;

export const SampleRatio = z.object({
  arms: z.array(z.object({ arm: z.string(), expectedShare: z.number(), units: z.number().int() })),
  pValue: z.number().nullable(),
  alpha: z.number(),
  state: z.enum(['ok', 'mismatch', 'not_enough_data']),
});
export type SampleRatio = z.infer<typeof SampleRatio>;

export const ExperimentVerdict = z.object({
  kind: z.enum([
    'not_started',
    'not_enough_data',
    'undecided',
    'better',
    'worse',
    'guard_violated',
    'sample_ratio_mismatch',
  ]),
  /** The arm it is about. */
  arm: z.string().nullable(),
  metric: z.string().nullable(),
  /** In English, with the numbers. */
  words: z.string(),
  /** Units of the smallest arm, and how many it needs. */
  n: z.number().int(),
  needed: z.number().int(),
});
export type ExperimentVerdict = z.infer<typeof ExperimentVerdict>;

/** The primary metric at one look. */
export const ExperimentLook = z.object({
  at: Time,
  arms: z.array(
    z.object({
      arm: z.string(),
      units: z.number().int(),
      metric: AlwaysValid,
      /** Null for control. */
      difference: AlwaysValid.nullable(),
      pValue: z.number().nullable(),
    }),
  ),
  sampleRatioPValue: z.number().nullable(),
});
export type ExperimentLook = z.infer<typeof ExperimentLook>;

export const ExperimentFigures = z.object({
  at: Time,
  verdict: ExperimentVerdict,
  arms: z.array(ArmResult),
  guards: z.array(GuardResult),
  sampleRatio: SampleRatio,
});
export type ExperimentFigures = z.infer<typeof ExperimentFigures>;

export const ExperimentResults = ExperimentFigures.extend({
  experiment: Experiment,
  /** Oldest first, at most one an hour, at most 1,000 (evenly thinned). */
  looks: z.array(ExperimentLook),
});
export type ExperimentResults = z.infer<typeof ExperimentResults>;

/** What was decided, by whom, and the figures of that moment; never changed afterwards. */
export const ExperimentDecision = z.object({
  id: Id,
  at: Time,
  /** `user:<email>`, `key:<prefix>` or `lqo` for automatic ones. */
  actor: z.string(),
  kind: z.enum(['start', 'pause', 'resume', 'stop', 'roll_back', 'decide', 'notice']),
  arm: z.string().nullable(),
  reason: z.string(),
  /** Null at the start. */
  figures: ExperimentFigures.nullable(),
});
export type ExperimentDecision = z.infer<typeof ExperimentDecision>;
/** Newest first. */
export const ExperimentDecisionPage = page(ExperimentDecision);

/** How many units an experiment needs: a fixed-sample answer and one for sequential looks. */
export const PlanQuery = ProjectQuery.extend({
  /** The smallest difference worth seeing, in the metric's unit. */
  difference: z.coerce.number().gt(0),
  /** Standard deviation between units; for a rate p it is √(p (1 − p)). */
  standardDeviation: z.coerce.number().gt(0),
  alpha: z.coerce.number().min(0.0001).max(0.2).default(0.05),
  power: z.coerce.number().min(0.5).max(0.99).default(0.8),
});
export const PlanAnswer = z.object({
  fixedUnitsPerArm: z.number().int(),
  sequentialUnitsPerArm: z.number().int(),
});
