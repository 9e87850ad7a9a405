import { z } from 'zod';
import { Id, ProjectQuery, Time } from './common.ts';

/**
 * The endpoints of llm-monitoring-framework with their documented fields, and more beside them. Values are from 0 to
 * 1 with 1 good; what is not known is null.
 */

const unit = z.number().min(0).max(1);
const text = (length: number) => z.string().max(length);
const count = z.number().int().nonnegative();

/** Characters of a prompt, an answer or a passage; the detectors read the first 20,000 of each. */
const MAX_TEXT = 500_000;
export const MAX_BATCH = 500;

/** One finished call. `check_*: false` leaves a check out of the assessment. */
export const InferenceRequest = z.object({
  prompt: text(MAX_TEXT),
  response: text(MAX_TEXT),
  model_name: text(256).min(1).default('unknown'),
  user_id: text(256).nullish(),
  session_id: text(256).nullish(),
  /** Passages that the answer must be grounded in. */
  context: z.array(text(MAX_TEXT)).max(100).nullish(),
  response_time_ms: z.number().nonnegative().nullish(),
  prompt_tokens: count.nullish(),
  completion_tokens: count.nullish(),
  tags: z.array(text(128)).max(50).nullish(),
  check_hallucination: z.boolean().default(true),
  check_toxicity: z.boolean().default(true),
  check_bias: z.boolean().default(true),
  check_pii: z.boolean().default(true),
  check_prompt_injection: z.boolean().default(true),
});
export type InferenceRequest = z.infer<typeof InferenceRequest>;

export const SAFETY_FLAGS = [
  'hallucination',
  'toxicity',
  'bias',
  'pii_leak',
  'prompt_injection',
] as const;
export const SafetyFlag = z.enum(SAFETY_FLAGS);
export type SafetyFlag = z.infer<typeof SafetyFlag>;

const Quality = z.object({
  semantic_similarity: unit.nullable(),
  /** Support by the passages; null without passages: nothing local can know. */
  factual_accuracy: unit.nullable(),
  response_relevance: unit.nullable(),
  coherence_score: unit.nullable(),
  response_length: count,
  topic_category: z.string(),
});

const assessed = {
  /** 12 hexadecimal digits; also the trace of the interaction. */
  trace_id: z.string(),
  interaction_id: Id,
  /** Null when none of its parts is known. */
  quality_score: unit.nullable(),
  safety_score: unit,
  is_safe: z.boolean(),
  /** Null for models without a price. */
  cost_usd: z.number().nullable(),
};

export const InferenceReply = z.object({
  ...assessed,
  safety_flags: z.array(SafetyFlag),
  timestamp: Time,
  quality: Quality,
  /** By check: its score, spans and evaluator with version; left out for checks that were not asked for. */
  details: z.record(z.string(), z.unknown()),
});
export type InferenceReply = z.infer<typeof InferenceReply>;

/** Items of `POST /evaluate` are checked one by one, so that a bad one spoils no other. */
export const EvaluateRequest = z.array(z.unknown()).min(1).max(MAX_BATCH);
export const EvaluateReply = z.object({
  evaluated_count: count,
  results: z.array(z.object({ ...assessed, index: count, safety_flags: z.array(SafetyFlag) })),
  /** Items that were not taken, by their place in the request from 0. */
  rejected: z.array(z.object({ index: count, reason: z.string() })),
});

/** Validation errors as the framework tells them. */
export const ValidationReply = z.object({
  detail: z.array(
    z.object({
      loc: z.array(z.union([z.string(), z.number()])),
      msg: z.string(),
      type: z.string(),
    }),
  ),
});

/** `24h`, `7d` and `1h`; anything else is 30 days. Whole hours up to now. */
export const PeriodQuery = ProjectQuery.extend({ time_period: text(16).default('24h') });

export const NoData = z.object({ message: z.string() });

export const QualityMetrics = z.object({
  time_period: z.string(),
  average_quality: unit,
  average_quality_low: z.number().nullable(),
  average_quality_high: z.number().nullable(),
  total_evaluations: count,
});

export const SafetyMetrics = z.object({
  time_period: z.string(),
  total_interactions: count,
  safety_violations: count,
  violation_rate: unit,
  violation_rate_low: z.number().nullable(),
  violation_rate_high: z.number().nullable(),
  common_flags: z.array(SafetyFlag),
  flag_counts: z.record(SafetyFlag, count),
});

export const RelevanceMetrics = z.object({
  time_period: z.string(),
  total_evaluations: count,
  relevance_metrics: z.object({
    average_overall_relevance: unit.nullable(),
    average_overall_relevance_low: unit.nullable(),
    average_overall_relevance_high: unit.nullable(),
    /** Lexical or embedding similarity of question and answer. */
    average_topical_relevance: unit.nullable(),
    average_topical_relevance_low: unit.nullable(),
    average_topical_relevance_high: unit.nullable(),
    /** Support by the passages, where there were some. */
    average_contextual_relevance: unit.nullable(),
    average_contextual_relevance_low: unit.nullable(),
    average_contextual_relevance_high: unit.nullable(),
    /** What a judge says of relevance; null without judgements. */
    average_intent_relevance: unit.nullable(),
    average_intent_relevance_low: unit.nullable(),
    average_intent_relevance_high: unit.nullable(),
    /** How many scores each mean stands on: not all have passages, few are judged. */
    overall_count: count,
    topical_count: count,
    contextual_count: count,
    intent_count: count,
  }),
  topic_distribution: z.record(z.string(), count),
  quality_insights: z.object({
    /** Relevance below 0.6. */
    low_relevance_count: count,
    low_relevance_rate: unit.nullable(),
    low_relevance_rate_low: unit.nullable(),
    low_relevance_rate_high: unit.nullable(),
    most_problematic_topics: z.array(z.string()),
  }),
});

export const FeedbackMetrics = z.object({
  time_period: z.string(),
  total_feedback: count,
  positive_feedback: count,
  negative_feedback: count,
  neutral_feedback: count,
  /** Positive among positive and negative; null without either. */
  satisfaction_rate: unit.nullable(),
  satisfaction_rate_low: unit.nullable(),
  satisfaction_rate_high: unit.nullable(),
  /** The newest comments with bad ratings, and those that ask for something. */
  common_complaints: z.array(z.string()),
  improvement_suggestions: z.array(z.string()),
});

/** `POST /feedback`: a rating of −1, 0 or 1, or stars, about an interaction by its id or its trace. */
export const FrameworkFeedback = z.object({
  trace_id: text(128).min(1),
  rating: z.union([z.literal(-1), z.literal(0), z.literal(1)]).nullish(),
  user_rating: z.number().int().min(1).max(5).nullish(),
  user_feedback: text(4000).nullish(),
  user_id: text(256).nullish(),
});
export const FrameworkFeedbackReply = z.object({ status: z.literal('ok'), feedback_id: Id });
