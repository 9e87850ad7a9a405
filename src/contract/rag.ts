import { z } from 'zod';
import { Estimate, Id, RangeQuery, Time } from './common.ts';

export const RagQuery = RangeQuery.extend({
  interval: z.enum(['hour', 'day']).default('hour'),
  /** The least score that counts as a hit, in hundredths; without it any passage is a hit. */
  cutoff: z.coerce.number().min(-20).max(20).optional(),
});

const count = z.number().int().nonnegative();
const Distribution = z.array(z.object({ value: count, count }));

const RagFigures = {
  retrievals: count,
  /** Of retrievals of which it is known; under a cut-off, a list without scores is unknown. */
  hitRate: Estimate,
  rerankRate: Estimate,
  cacheHitRate: Estimate,
};

export const RagReply = z.object({
  /** Whole hours or days (UTC) around the asked range. */
  from: Time,
  to: Time,
  interval: z.enum(['hour', 'day']),
  /** The cut-off that was used, rounded to hundredths; null without one. */
  cutoff: z.number().nullable(),
  ...RagFigures,
  errorRate: Estimate,
  /** Retrievals of which it is not known whether they hit. */
  unknownHits: count,
  /** Retrievals with hits whose scores are known, and how their best scores lie (by tenths). */
  scored: count,
  relevance: z.array(z.object({ from: z.number(), count })),
  hits: Distribution,
  selected: Distribution,
  latencyMs: z.object({ n: count, p50: z.number().nullable(), p95: z.number().nullable() }),
  /** Mean of the scores `grounding` of the range, 1 is good, and the share that is flagged. */
  grounding: z.object({ mean: Estimate, flagged: Estimate }),
  points: z.array(z.object({ at: Time, ...RagFigures, p95Ms: z.number().nullable() })),
  slowest: z.array(
    z.object({
      spanId: Id,
      at: Time,
      ms: z.number(),
      query: z.string().nullable(),
      hits: count.nullable(),
      interactionId: Id.nullable(),
    }),
  ),
  /** Queries that found nothing, the most frequent first; rare ones of busy days may be missing. */
  misses: z.array(z.object({ query: z.string(), count })),
});
export type RagReply = z.infer<typeof RagReply>;
