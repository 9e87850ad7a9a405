import { z } from 'zod';
import { Estimate, Id, PageQuery, ProjectQuery, page, Time } from './common.ts';
import { DatasetMessage } from './datasets.ts';
import { CallParameters } from './prompts.ts';

export const RunStatus = z.enum(['running', 'paused', 'done', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;

const Name = z.string().min(1).max(200);
const EvaluatorId = z.string().min(1).max(200);

const wish = {
  dataset: Id,
  /** Default: the latest. */
  version: z.number().int().min(1).optional(),
  /** A model or route as callers of the gateway name it. */
  model: z.string().min(1).max(256),
  /** `name`, `name@3` or `name@label`; what it means is fixed when the run is made. */
  prompt: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:@(?:[1-9]\d{0,8}|[a-z][a-z0-9._-]{0,63}))?$/)
    .optional(),
  /** Go before those of the prompt. */
  parameters: CallParameters.default({}),
  /** What `GET /api/v1/runs/evaluators` lists; default: the rules. */
  evaluators: z.array(EvaluatorId).max(30).optional(),
};

export const RunEstimateRequest = z.strictObject(wish);
export type RunEstimateRequest = z.infer<typeof RunEstimateRequest>;

export const NewRun = z.strictObject({
  ...wish,
  name: Name.optional(),
  /** Calls at the same time. */
  concurrency: z.number().int().min(1).max(32).default(4),
  timeoutMs: z.number().int().min(1_000).max(600_000).default(120_000),
  /** Pauses before more is spent; what is under way may come on top. */
  limitUsd: z.number().positive().max(1_000_000).optional(),
});
export type NewRun = z.infer<typeof NewRun>;

export const RunEstimate = z.object({
  items: z.number().int(),
  /** Counted by the model's tokenizer, or by that of a like model. */
  inputTokens: z.number().int(),
  /** Expected: as long as the answers this model gave in earlier runs, else as the references. */
  outputTokens: z.number().int(),
  outputFrom: z.enum(['earlier_runs', 'references', 'assumed']),
  /** By the dearest provider that may serve it; null when a price is not known. Without what judges cost. */
  costUsd: z.number().nullable(),
  costMicroUsd: z.number().int().nullable(),
  /** What calls a judge on top of the answers. */
  judges: z.number().int(),
});
export type RunEstimate = z.infer<typeof RunEstimate>;

export const RunEvaluatorInfo = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  kind: z.enum(['rule', 'detector', 'judge', 'reference']),
  version: z.string(),
});
export type RunEvaluatorInfo = z.infer<typeof RunEvaluatorInfo>;
export const RunEvaluatorsReply = z.object({ items: z.array(RunEvaluatorInfo) });

/** A figure over the answered items of a run. `native` none: all are from 0 to 1, 1 is good. */
export const RunMetric = z.object({
  name: z.string(),
  estimate: Estimate,
  /** Every item passed or failed. */
  isRate: z.boolean(),
  flagged: z.number().int(),
});
export type RunMetric = z.infer<typeof RunMetric>;

export const RunProgress = z.object({
  total: z.number().int(),
  waiting: z.number().int(),
  /** Asked or being scored. */
  active: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
});
export type RunProgress = z.infer<typeof RunProgress>;

export const DatasetRun = z.object({
  id: Id,
  name: z.string(),
  dataset: z.object({ id: Id, name: z.string(), version: z.number().int() }),
  model: z.string(),
  prompt: z.object({ name: z.string(), version: z.number().int() }).nullable(),
  parameters: CallParameters,
  evaluators: z.array(z.string()),
  concurrency: z.number().int(),
  timeoutMs: z.number().int(),
  limitUsd: z.number().nullable(),
  status: RunStatus,
  /** Why it stands still; null while all is well. */
  notice: z.string().nullable(),
  progress: RunProgress,
  /** Of the calls whose price is known. */
  costUsd: z.number(),
  costMicroUsd: z.number().int(),
  /** Answered calls whose cost is not known (yet). */
  uncosted: z.number().int(),
  quality: Estimate,
  createdAt: Time,
  createdBy: z.string(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
});
export type DatasetRun = z.infer<typeof DatasetRun>;

export const DatasetRunPage = page(DatasetRun);

export const RunListQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  cursor: Id.optional(),
  dataset: Id.optional(),
  status: RunStatus.optional(),
});

export const RunDetail = DatasetRun.extend({
  metrics: z.array(RunMetric),
  latencyMs: z.object({
    n: z.number().int(),
    p50: z.number().nullable(),
    p95: z.number().nullable(),
  }),
  tokens: z.object({ input: z.number().int(), output: z.number().int() }),
  /** Failed items by reason, most frequent first. */
  errors: z.array(z.object({ code: z.string(), message: z.string(), count: z.number().int() })),
});
export type RunDetail = z.infer<typeof RunDetail>;

export const RunScore = z.object({
  name: z.string(),
  value: z.number(),
  label: z.string().nullable(),
  reason: z.string().nullable(),
  source: z.enum(['rule', 'detector', 'judge', 'reference']),
  evaluator: z.string(),
  evaluatorVersion: z.string(),
  flagged: z.boolean(),
});
export type RunScore = z.infer<typeof RunScore>;

export const RunResult = z.object({
  position: z.number().int(),
  itemId: Id,
  key: z.string(),
  status: z.enum(['waiting', 'asking', 'answered', 'done', 'failed']),
  question: z.string(),
  messages: z.array(DatasetMessage),
  reference: z.string().nullable(),
  answer: z.string().nullable(),
  finishReason: z.string().nullable(),
  interactionId: Id.nullable(),
  quality: z.number().nullable(),
  scores: z.array(RunScore),
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  costUsd: z.number().nullable(),
  latencyMs: z.number().nullable(),
  attempts: z.number().int(),
  errorCode: z.string().nullable(),
  error: z.string().nullable(),
});
export type RunResult = z.infer<typeof RunResult>;

export const RunResultQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  /** `failed`: without an answer; `flagged`: a score is flagged; `low`: quality below one half. */
  show: z.enum(['all', 'failed', 'flagged', 'low']).default('all'),
});
export const RunResultPage = page(RunResult);

/** The difference of two runs in one figure, over the items that both answered: this run minus the baseline. */
export const RunDifference = z.object({
  metric: z.string(),
  /** Pairs. */
  n: z.number().int(),
  baseline: z.number().nullable(),
  candidate: z.number().nullable(),
  difference: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Two-sided, and the same adjusted for all figures compared here (Holm); null below 10 pairs. */
  pValue: z.number().nullable(),
  adjustedPValue: z.number().nullable(),
  method: z.enum(['mcnemar', 'bootstrap', 't']),
  /** Items that became better, worse, or stayed as they were. */
  better: z.number().int(),
  worse: z.number().int(),
  same: z.number().int(),
  /** Higher is better for all but cost and latency. */
  higherIsBetter: z.boolean(),
  unit: z.enum(['score', 'usd', 'ms']),
  verdict: z.enum(['better', 'worse', 'no_difference', 'not_enough_data']),
});
export type RunDifference = z.infer<typeof RunDifference>;

export const RunComparison = z.object({
  run: DatasetRun,
  baseline: DatasetRun,
  pairs: z.number().int(),
  /** Items that only one of the two answered. */
  onlyRun: z.number().int(),
  onlyBaseline: z.number().int(),
  /** Pairs that a comparison needs. */
  needed: z.number().int(),
  differences: z.array(RunDifference),
});
export type RunComparison = z.infer<typeof RunComparison>;

export const CompareQuery = ProjectQuery.extend({ baseline: Id });
export const ComparedItemsQuery = CompareQuery.extend({
  metric: z.string().min(1).max(64).default('quality'),
  show: z.enum(['all', 'worse', 'better']).default('all'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});

export const ComparedItem = z.object({
  key: z.string(),
  question: z.string(),
  reference: z.string().nullable(),
  baseline: z.object({
    position: z.number().int(),
    answer: z.string().nullable(),
    value: z.number(),
    interactionId: Id.nullable(),
  }),
  candidate: z.object({
    position: z.number().int(),
    answer: z.string().nullable(),
    value: z.number(),
    interactionId: Id.nullable(),
  }),
  difference: z.number(),
});
export type ComparedItem = z.infer<typeof ComparedItem>;
/** The worst changes first; the cursor is how many came before. */
export const ComparedItemPage = page(ComparedItem);

export const GateRequest = z.strictObject({
  /** `quality>=0.8`, `lower(exact_match)>=0.9`, `error_rate<=0.02`, `no-regression vs baseline within 0.05`. */
  gates: z.array(z.string().min(1).max(300)).min(1).max(50),
  /** What `baseline` in a gate means. */
  baseline: Id.optional(),
  /** Below this many answered items (or pairs) a gate fails for want of data. */
  minItems: z.number().int().min(2).max(10_000).default(20),
});
export type GateRequest = z.infer<typeof GateRequest>;

export const GateResult = z.object({
  gate: z.string(),
  passed: z.boolean(),
  outcome: z.enum(['passed', 'failed', 'not_enough_data']),
  /** One sentence with the figures. */
  reason: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
});
export type GateResult = z.infer<typeof GateResult>;
export const GateReply = z.object({ passed: z.boolean(), results: z.array(GateResult) });
export type GateReply = z.infer<typeof GateReply>;
