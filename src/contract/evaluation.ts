import { z } from 'zod';
import { ChannelCatalogEntry } from './channels.ts';
import { Id, PageQuery, ProjectQuery, page, RangeQuery, Time } from './common.ts';
import { Score, ScoreSource } from './interactions.ts';

/** `GET /api/v1/evaluation/status`; L's `/scheduler/status` is made from the same facts. */
export const EvaluationStatus = z.object({
  enabled: z.boolean(),
  intervalMinutes: z.number(),
  batchSize: z.number().int(),
  judgeType: z.enum(['rule', 'llm']),
  nextRunAt: Time.nullable(),
  lastRunAt: Time.nullable(),
  totalRuns: z.number().int(),
  pending: z.number().int(),
  setAside: z.number().int(),
  lastRun: z
    .object({
      evaluated: z.number().int(),
      failed: z.number().int(),
      /** 0 to 1; null when nothing was evaluated. */
      averageScore: z.number().nullable(),
      /** At or below `NOTIFICATION_SCORE_THRESHOLD`. */
      lowQuality: z.number().int(),
    })
    .nullable(),
  evaluators: z.array(
    z.object({ id: z.string(), title: z.string(), version: z.string(), kind: z.string() }),
  ),
});
export type EvaluationStatus = z.infer<typeof EvaluationStatus>;

/** An interaction that could not be evaluated after all retries. */
export const SetAside = z.object({
  interactionId: z.uuid(),
  createdAt: Time,
  attempts: z.number().int(),
  reason: z.string(),
  setAsideAt: Time,
});

/** `POST /api/v1/evaluation/runs`: scores what is due now. */
export const RunReply = z.object({
  evaluated: z.number().int(),
  failed: z.number().int(),
  /** 0 to 1; null when nothing was evaluated. */
  averageScore: z.number().nullable(),
});
/** At most `limit` interactions; the reply comes when they are scored. */
export const RunRequest = z.strictObject({
  limit: z.number().int().min(1).max(10_000).default(1000),
});

export const SetAsideQuery = ProjectQuery.extend(PageQuery.shape);
export const SetAsidePage = page(SetAside);
/** `POST /api/v1/evaluation/set-aside/retry`: these, or all of the project. */
export const RetryRequest = z.strictObject({
  interactionIds: z.array(Id).min(1).max(1000).optional(),
});
export const RetryReply = z.object({ retried: z.number().int() });

/** `GET /api/v1/catalog`: what can be switched on, with a JSON Schema of the options of each. */
export const CatalogReply = z.object({
  evaluators: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      title: z.string(),
      description: z.string(),
      kind: z.enum(['rule', 'detector', 'judge']),
      needs: z.array(z.string()),
      options: z.record(z.string(), z.unknown()),
    }),
  ),
  channels: z.array(ChannelCatalogEntry),
});

/** `GET /api/v1/scores`: by the time of scoring, newest first. With `interactionId` the default range is all time. */
export const ScoreQuery = RangeQuery.extend(PageQuery.shape).extend({
  interactionId: Id.optional(),
  name: z.string().max(64).optional(),
  source: ScoreSource.optional(),
  evaluator: z.string().max(128).optional(),
  flagged: z.stringbool().optional(),
});
export const ScorePage = page(Score);

/** `POST /evaluate-once` of LLM-Quality-Observer; averages on its scale of 1 to 5. */
export const EvaluateOnceQuery = ProjectQuery.extend({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  judge_type: z.enum(['rule', 'llm']).default('rule'),
});
export const EvaluateOnceReply = z.object({
  evaluated: z.number().int(),
  failed: z.number().int(),
  judge_type: z.enum(['rule', 'llm']),
  judge_model: z.string(),
  message: z.string(),
  evaluated_count: z.number().int(),
  average_score_overall: z.number().nullable(),
  /** Rules do not judge these; judges do. */
  average_score_instruction_following: z.number().nullable(),
  average_score_truthfulness: z.number().nullable(),
});

/** `GET /scheduler/status` of LLM-Quality-Observer; `average_score` on its scale of 1 to 5. */
export const SchedulerStatus = z.object({
  enabled: z.boolean(),
  interval_minutes: z.number(),
  batch_size: z.number().int(),
  judge_type: z.enum(['rule', 'llm']),
  next_run_time: Time.nullable(),
  last_run_time: Time.nullable(),
  total_runs: z.number().int(),
  last_run_stats: z
    .object({
      evaluated_count: z.number().int(),
      average_score: z.number().nullable(),
      low_quality_count: z.number().int(),
    })
    .nullable(),
});
export const SchedulerTriggered = z.object({ message: z.string(), job_id: z.string() });

/** `POST /agent/feedback` of tcVocLLM. */
export const AgentFeedback = z.strictObject({
  interaction_id: z.string().min(1).max(128),
  rating: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  comment: z.string().max(4000).nullish(),
});
export const AgentFeedbackReply = z.object({ ok: z.literal(true) });
