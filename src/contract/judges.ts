import { z } from 'zod';
import { Estimate, Id, PageQuery, ProjectQuery, page, Time } from './common.ts';

/** A name of a rubric: what its scores name as evaluator, behind `judge:`. */
export const RubricName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 _ - and begin with a letter');

/** `binary`: 0 and 1; `three`: 0, 1 and 2; `five`: 1 to 5. The highest is good. */
export const RubricScale = z.enum(['binary', 'three', 'five']);
export type RubricScale = z.infer<typeof RubricScale>;

/** How many levels each scale has, lowest first. */
export const SCALE_LEVELS: Readonly<Record<RubricScale, number>> = { binary: 2, three: 3, five: 5 };

/** One question of a rubric; its verdict becomes one score. */
export const RubricCriterion = z.strictObject({
  /** The name of the score: `faithfulness`, `overall` … */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of a-z 0-9 _ and begin with a letter'),
  question: z.string().min(1).max(2_000),
  /** What each level means, lowest first; as many as the scale has. */
  levels: z.array(z.string().min(1).max(500)).min(2).max(5),
});
export type RubricCriterion = z.infer<typeof RubricCriterion>;

/** A judged example, to show the judge what is meant. */
export const RubricExample = z.strictObject({
  prompt: z.string().max(4_000),
  answer: z.string().max(4_000),
  /** A level of the scale for each criterion, in their order. */
  verdicts: z.array(z.number().int().min(0).max(5)).min(1).max(6),
  why: z.string().max(1_000),
});

/**
 * What happens without asking: `worst` and `best` give that score, `skip` gives none, `ask` asks all the same.
 */
export const WithoutAsking = z.enum(['ask', 'worst', 'best', 'skip']);

const rubricFields = {
  title: z.string().min(1).max(120),
  description: z.string().max(2_000).default(''),
  /** `answer`: the answer alone; `swap`: the answer and the one to the prompt with the group swapped. */
  method: z.enum(['answer', 'swap']).default('answer'),
  criteria: z.array(RubricCriterion).min(1).max(6),
  scale: RubricScale,
  /** Rules that hold for every criterion. */
  rules: z.array(z.string().min(1).max(500)).max(20).default([]),
  examples: z.array(RubricExample).max(8).default([]),
  /** Without these nothing is asked and nothing said. */
  needs: z
    .array(z.enum(['context', 'reference']))
    .max(2)
    .default([]),
  whenEmpty: WithoutAsking.default('worst'),
  whenRefused: WithoutAsking.default('ask'),
  /** The model or route that judges; null: the project's, else `OPENAI_MODEL_JUDGE`. */
  model: z.string().min(1).max(256).nullable().default(null),
  temperature: z.number().min(0).max(2).nullable().default(0),
  maxOutputTokens: z.number().int().min(64).max(16_384).default(1_500),
  /** Asks for probabilities of the verdict's tokens and weighs levels by them, where the provider offers that. */
  weighLevels: z.boolean().default(false),
};

interface Sized {
  readonly scale: RubricScale;
  readonly criteria: readonly RubricCriterion[];
  readonly examples: readonly z.infer<typeof RubricExample>[];
}

const levelsFit = ({ scale, criteria }: Sized): boolean =>
  criteria.every(({ levels }) => levels.length === SCALE_LEVELS[scale]);
const namesDiffer = ({ criteria }: Sized): boolean =>
  new Set(criteria.map(({ name }) => name)).size === criteria.length;
const examplesFit = ({ scale, criteria, examples }: Sized): boolean => {
  const lowest = scale === 'five' ? 1 : 0;
  return examples.every(
    ({ verdicts }) =>
      verdicts.length === criteria.length &&
      verdicts.every((level) => level >= lowest && level < lowest + SCALE_LEVELS[scale]),
  );
};

/** What a version of a rubric says; never changed afterwards. */
export const RubricContent = z
  .strictObject(rubricFields)
  .refine(levelsFit, 'every criterion needs as many levels as the scale has')
  .refine(namesDiffer, 'criteria need different names')
  .refine(examplesFit, 'every example needs a verdict on the scale for each criterion');
export type RubricContent = z.infer<typeof RubricContent>;

/** A share of interactions, from 0 to 1. */
const Share = z.number().min(0).max(1);

/**
 * Which interactions are judged: each with the highest of the rates that apply to it. The draw depends on the
 * interaction's id alone, so it is the same however often it is made.
 */
export const SamplingPlan = z.strictObject({
  /** Of everything that is evaluated. */
  base: Share.default(0),
  /** Of what a local evaluator flagged. */
  flagged: Share.default(0),
  /** Of what local evaluators leave unclear (`details.clear` is false, or a score between the bounds). */
  unclear: Share.default(0),
  unclearBetween: z.tuple([Share, Share]).default([0.35, 0.65]),
  /** Of what users liked little. */
  lowFeedback: Share.default(0),
  /** Of the first day of a prompt's version. */
  newPromptVersion: Share.default(0),
});
export type SamplingPlan = z.infer<typeof SamplingPlan>;

/** How a project uses a rubric. */
export const RubricPlan = z.strictObject({
  enabled: z.boolean(),
  /** Instead of the rubric's own model; null: no other. */
  model: z.string().min(1).max(256).nullable().default(null),
  sampling: SamplingPlan,
});
export type RubricPlan = z.infer<typeof RubricPlan>;

export const Rubric = z.object({
  name: z.string(),
  /** Newest first of its kind; `builtin` ones come with the program. */
  version: z.number().int(),
  builtIn: z.boolean(),
  content: RubricContent,
  plan: RubricPlan,
  /** Who will be asked: the plan's, the rubric's, the project's or the installation's model. */
  judgeModel: z.string(),
  updatedAt: Time.nullable(),
});
export type Rubric = z.infer<typeof Rubric>;

export const RubricsReply = z.object({ items: z.array(Rubric) });
export const RubricVersion = z.object({
  version: z.number().int(),
  content: RubricContent,
  createdAt: Time.nullable(),
  createdBy: z.string().nullable(),
});
export const RubricVersionPage = page(RubricVersion);
export const RubricVersionsQuery = ProjectQuery.extend(PageQuery.shape);
export const RubricParams = z.object({ name: RubricName });
export const NewRubric = z.strictObject({ name: RubricName, content: RubricContent });
/** A new version of a rubric of one's own. */
export const NewRubricVersion = z.strictObject({ content: RubricContent });

/** `PUT /api/v1/judges/settings`. */
export const JudgeSettings = z.strictObject({
  /** What judges may spend in a day (UTC), in micro-USD; nothing is asked beyond it. */
  dailyBudgetMicroUsd: z.number().int().min(0).max(1_000_000_000_000),
  /** Questions under way at once. */
  concurrency: z.number().int().min(1).max(64),
  /** Questions begun in a minute. */
  perMinute: z.number().int().min(1).max(100_000),
  /** The model of rubrics that name none; null: `OPENAI_MODEL_JUDGE`. */
  model: z.string().min(1).max(256).nullable(),
});
export type JudgeSettings = z.infer<typeof JudgeSettings>;

/** Counts since midnight UTC. */
export const JudgeCounts = z.object({
  /** Questions that were answered, repairs included. */
  asked: z.number().int(),
  /** Interactions judged by an answer of today. */
  judged: z.number().int(),
  /** Interactions whose verdict was known from the same content. */
  reused: z.number().int(),
  /** Interactions that a rule decided or left out without asking. */
  decidedByRule: z.number().int(),
  /** Judgings that failed, each try counted. */
  failed: z.number().int(),
  /** Replies that could not be read as they came, of `asked`. */
  unreadable: z.number().int(),
});
export type JudgeCounts = z.infer<typeof JudgeCounts>;

export const JudgeState = z.object({
  rubric: z.string(),
  title: z.string(),
  builtIn: z.boolean(),
  version: z.number().int(),
  model: z.string(),
  enabled: z.boolean(),
  scores: z.array(z.string()),
  today: JudgeCounts,
  /** Failed among judgings of today. */
  failureRate: Estimate,
  /** Unreadable among replies of today. */
  unreadableRate: Estimate,
  waiting: z.number().int(),
  setAside: z.number().int(),
  /** Models of the same family as the judge that it judged in the last week: judges favour their own kind. */
  sameFamily: z.array(z.string()),
});
export type JudgeState = z.infer<typeof JudgeState>;

/** `GET /api/v1/judges`. */
export const JudgesReply = z.object({
  settings: JudgeSettings,
  budget: z.object({
    day: z.iso.date(),
    limitMicroUsd: z.number().int(),
    spentMicroUsd: z.number().int(),
    /** Held for questions under way. */
    reservedMicroUsd: z.number().int(),
    leftMicroUsd: z.number().int(),
    /** Since when judging waits for tomorrow or for more budget; null while it goes on. */
    exhaustedSince: Time.nullable(),
  }),
  /** Why nothing can be asked at all; null when it can. */
  problem: z.string().nullable(),
  items: z.array(JudgeState),
});
export type JudgesReply = z.infer<typeof JudgesReply>;

/** A judging that failed for good, with the judge's words. */
export const JudgeFailure = z.object({
  id: z.string(),
  rubric: z.string(),
  interactionId: z.string(),
  interactionCreatedAt: Time,
  attempts: z.number().int(),
  reason: z.string(),
  rawReply: z.string().nullable(),
  setAsideAt: Time,
});
export type JudgeFailure = z.infer<typeof JudgeFailure>;
export const JudgeFailurePage = page(JudgeFailure);
export const JudgeFailuresQuery = ProjectQuery.extend(PageQuery.shape);
export const RetriedReply = z.object({ retried: z.number().int() });

/** One score that a judge gave in a preview. */
const PreviewScore = z.object({
  name: z.string(),
  value: z.number(),
  native: z.number().nullable(),
  label: z.string(),
  flagged: z.boolean(),
  reason: z.string().nullable(),
  evidence: z.array(z.string()),
});

/** `POST /api/v1/rubrics/preview`: judges chosen interactions without storing scores. */
export const PreviewRequest = z.strictObject({
  content: RubricContent,
  model: z.string().min(1).max(256).nullable().default(null),
  interactionIds: z.array(Id).min(1).max(10),
  /** Only says what it would cost. */
  estimateOnly: z.boolean().default(false),
});
export const PreviewReply = z.object({
  model: z.string(),
  /** The most that it may cost; null when the model has no price. */
  estimateMicroUsd: z.number().int().nullable(),
  /** What it cost; null when only estimated, or the model has no price. */
  costMicroUsd: z.number().int().nullable(),
  items: z.array(
    z.object({
      interactionId: z.string(),
      scores: z.array(PreviewScore),
      costMicroUsd: z.number().int().nullable(),
      /** What the judge wrote; null when it was not asked. */
      rawReply: z.string().nullable(),
      /** Why there is no score; null when there is one. */
      problem: z.string().nullable(),
    }),
  ),
});
export type PreviewReply = z.infer<typeof PreviewReply>;

/** `POST /api/v1/judges/compare`: which of two answers is better, asked in both orders. */
export const CompareRequest = z.strictObject({
  prompt: z.string().max(50_000),
  answerA: z.string().max(50_000),
  answerB: z.string().max(50_000),
  reference: z.string().max(50_000).nullable().default(null),
  model: z.string().min(1).max(256).nullable().default(null),
});
export const CompareReply = z.object({
  /** `tie` also when the two orders disagree. */
  winner: z.enum(['a', 'b', 'tie']),
  consistent: z.boolean(),
  model: z.string(),
  costMicroUsd: z.number().int().nullable(),
  reasons: z.array(z.string()),
});
export type CompareReply = z.infer<typeof CompareReply>;

/** Which interactions a backfill judges. */
const BackfillFilter = z.strictObject({
  from: Time,
  to: Time,
  model: z.string().max(256).optional(),
  promptName: z.string().max(256).optional(),
  tag: z.string().max(64).optional(),
  /** Only what is flagged already. */
  flagged: z.boolean().optional(),
});
export type BackfillFilter = z.infer<typeof BackfillFilter>;

/** A share of what fits is judged, at most `limit` interactions, newest first. */
export const NewJudgeBackfill = z.strictObject({
  rubric: RubricName,
  filter: BackfillFilter,
  share: z.number().gt(0).max(1).default(1),
  limit: z.number().int().min(1).max(1_000_000).default(10_000),
});
export type NewJudgeBackfill = z.infer<typeof NewJudgeBackfill>;

export const BackfillEstimate = z.object({
  /** Interactions that fit and have no score of this version yet, after `share` and `limit`. */
  interactions: z.number().int(),
  model: z.string(),
  /** What one judging costs by the last hundred of this rubric, or by its longest reply; null without a price. */
  perInteractionMicroUsd: z.number().int().nullable(),
  costMicroUsd: z.number().int().nullable(),
  dailyBudgetMicroUsd: z.number().int(),
});
export const JudgeBackfill = z.object({
  id: z.string(),
  rubric: z.string(),
  version: z.number().int(),
  filter: BackfillFilter,
  share: z.number(),
  state: z.enum(['running', 'paused', 'done', 'cancelled']),
  queued: z.number().int(),
  waiting: z.number().int(),
  done: z.number().int(),
  setAside: z.number().int(),
  createdAt: Time,
  createdBy: z.string(),
});
export type JudgeBackfill = z.infer<typeof JudgeBackfill>;
export const JudgeBackfillPage = page(JudgeBackfill);
export const BackfillParams = z.object({ id: Id });
export const BackfillChange = z.strictObject({ state: z.enum(['running', 'paused', 'cancelled']) });
