import { z } from 'zod';

/** Times travel as ISO 8601 UTC text. */
export const Time = z.iso.datetime({ offset: true });
export const Id = z.uuid();

/** The body of every error of our own API. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    details: z.unknown().nullable(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Which project a signed-in user looks at (slug). An API key is bound to its project and needs none. */
export const ProjectQuery = z.object({ project: z.string().max(64).optional() });

/** A time range: `from` inclusive, `to` exclusive. Default: the last 24 hours. At most 400 days. */
export const RangeQuery = ProjectQuery.extend({ from: Time.optional(), to: Time.optional() });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

/** A list: `nextCursor` is null on the last page; `estimate` counts all that match, null when unknown. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    estimate: z.number().int().nullable(),
  });

/**
 * A number with its uncertainty: `n` observations, `low` and `high` of the 95 % interval.
 * `value` is null when nothing was observed; the interval is null when n is too small for one.
 */
export const Estimate = z.object({
  value: z.number().nullable(),
  n: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Estimate = z.infer<typeof Estimate>;

/** A percentile; below `needed` observations it has no interval. */
export const Percentile = Estimate.extend({ needed: z.number().int() });
export type Percentile = z.infer<typeof Percentile>;
