import { z } from 'zod';
import { Estimate, Id, RangeQuery, Time } from './common.ts';

/** Ways a call can fail: an error, `overall` below 3 of 5, anything flagged by an automatic score. */
export const PATTERN_FAILURES = ['error', 'low_quality', 'flagged'] as const;
export const PatternFailure = z.enum(PATTERN_FAILURES);
export type PatternFailure = z.infer<typeof PatternFailure>;

/** Below so many calls a pattern's rate says nothing. */
export const MIN_PATTERN_CALLS = 20;

export const PatternOrder = z.enum(['failures', 'rate', 'change', 'calls']);
export type PatternOrder = z.infer<typeof PatternOrder>;

const Failures = z
  .string()
  .max(64)
  .default(PATTERN_FAILURES.join(','))
  .transform((text) => text.split(','))
  .pipe(z.array(PatternFailure).min(1))
  .describe('What counts as failed: some of error, low_quality, flagged, with commas between.');

export const PatternsQuery = RangeQuery.extend({
  failures: Failures,
  order: PatternOrder.default('failures'),
  /** Only patterns whose words hold this text. */
  q: z.string().max(200).optional(),
  /** Only patterns that fail more often than the rest. */
  worse: z.enum(['true', 'false']).default('false'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A template: words, and places that change from prompt to prompt. */
const TemplatePart = z.union([
  z.object({ text: z.string() }),
  z.object({ parameter: z.enum(['number', 'name', 'quote', 'url', 'email', 'id', 'text']) }),
]);
export type TemplatePart = z.infer<typeof TemplatePart>;

const count = z.number().int().nonnegative();

const Figures = z.object({
  /** All calls, and those that are known to have failed; `rate.n` are those of which all chosen kinds are known. */
  calls: count,
  failed: count,
  rate: Estimate,
  errors: count,
  lowQuality: count,
  flagged: count,
});

export const Pattern = Figures.extend({
  id: Id,
  template: z.array(TemplatePart),
  /** The rate drawn towards the mean of all patterns by what n is worth; null without calls. */
  shrunk: z.number().nullable(),
  /** Fails more often than the rest at a false discovery rate of 5 %; null below the smallest useful n. */
  isWorse: z.boolean().nullable(),
  before: Estimate,
  /** Rate now minus rate before, with its 95 % interval; null where either is unknown. */
  change: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Words that a search finds calls of this pattern by. */
  searchText: z.string().nullable(),
});
export type Pattern = z.infer<typeof Pattern>;

export const PatternsReply = z.object({
  /** Whole hours (UTC) around the asked range, and as long before. */
  from: Time,
  to: Time,
  minCalls: count,
  all: Figures,
  /** Calls without words, and of forms that are too rare to be kept. */
  other: Figures,
  /** Patterns that match, of which `items` holds the first. */
  total: count,
  items: z.array(Pattern),
  /** Hours of the project that wait to be counted. */
  waitingHours: count,
});
export type PatternsReply = z.infer<typeof PatternsReply>;

export const PatternQuery = RangeQuery.extend({ failures: Failures });

export const PatternReply = z.object({
  pattern: Pattern,
  interval: z.enum(['hour', 'day']),
  points: z.array(z.object({ at: Time, calls: count, failed: count, rate: Estimate })),
  /** Other forms that belong to it, the most frequent first. */
  forms: z.array(z.object({ template: z.array(TemplatePart), calls: count })),
  /** Some of its calls, failed ones first, with personal data and secrets hidden. */
  examples: z.array(
    z.object({
      interactionId: Id,
      at: Time,
      failures: z.array(PatternFailure),
      model: z.string().nullable(),
      promptPreview: z.string(),
      responsePreview: z.string(),
    }),
  ),
});
export type PatternReply = z.infer<typeof PatternReply>;
