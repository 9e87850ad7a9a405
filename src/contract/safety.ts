import { z } from 'zod';
import { Estimate, Id, PageQuery, page, RangeQuery, Time } from './common.ts';

/** Scores that are about safety, whoever gives them. */
export const SAFETY_SCORES = [
  'toxicity',
  'pii',
  'secrets',
  'prompt_injection',
  'indirect_injection',
  'bias_cues',
  'grounding',
  'harmlessness',
  'bias',
  'faithfulness',
] as const;
export const SafetyScore = z.enum(SAFETY_SCORES);
export type SafetyScore = z.infer<typeof SafetyScore>;

const count = z.number().int().nonnegative();

export const SafetyQuery = RangeQuery.extend({
  interval: z.enum(['hour', 'day']).default('day'),
  model: z.string().max(256).optional(),
});

/** One kind of flag: how many were scored, how many flagged, and how grave they are by their labels. */
const SafetyType = z.object({
  name: SafetyScore,
  n: count,
  flagged: count,
  rate: Estimate,
  /** Most frequent first, without those that say all is well: `advisory`, `alert`, `poor` … */
  labels: z.array(z.object({ label: z.string(), count })),
});

export const SafetyReply = z.object({
  interval: z.enum(['hour', 'day']),
  /** Only kinds that were scored in the range, the most flagged first. */
  types: z.array(SafetyType),
  points: z.array(
    z.object({
      at: Time,
      types: z.array(z.object({ name: SafetyScore, n: count, flagged: count, rate: Estimate })),
    }),
  ),
  /** Who and what was flagged most, among the newest flags of the range (at most `lookedAt`). */
  users: z.array(z.object({ userId: z.string().nullable(), flagged: count, interactions: count })),
  prompts: z.array(
    z.object({
      promptName: z.string().nullable(),
      promptVersion: z.string().nullable(),
      flagged: count,
      interactions: count,
    }),
  ),
  lookedAt: count,
});
export type SafetyReply = z.infer<typeof SafetyReply>;

export const SafetyExamplesQuery = RangeQuery.extend(PageQuery.shape).extend({
  name: SafetyScore.optional(),
  model: z.string().max(256).optional(),
});

/** A flagged score with what was said, personal data and secrets hidden. */
export const SafetyExample = z.object({
  scoreId: Id,
  name: SafetyScore,
  value: z.number(),
  label: z.string().nullable(),
  reason: z.string().nullable(),
  evaluator: z.string(),
  scoredAt: Time,
  interactionId: Id,
  interactionAt: Time,
  model: z.string().nullable(),
  userId: z.string().nullable(),
  promptPreview: z.string(),
  responsePreview: z.string(),
});
export type SafetyExample = z.infer<typeof SafetyExample>;
export const SafetyExamplesPage = page(SafetyExample);
export type SafetyExamplesPage = z.infer<typeof SafetyExamplesPage>;
