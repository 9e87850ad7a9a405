import { z } from 'zod';
import { Id, PageQuery, ProjectQuery, page, Time } from './common.ts';
import { InteractionQuery } from './interactions.ts';

const BackfillStatus = z.enum(['running', 'paused', 'done', 'cancelled', 'failed']);

/** The filters of the interactions' list, as JSON. */
export const BackfillFilters = z.strictObject(
  InteractionQuery.omit({ project: true, from: true, to: true, limit: true, cursor: true }).extend({
    flagged: z.boolean().optional(),
    minLatencyMs: z.number().optional(),
    minCostUsd: z.number().optional(),
  }).shape,
);
export type BackfillFilters = z.infer<typeof BackfillFilters>;

/** Evaluates stored interactions again: these evaluators over everything that fits, newest first. */
export const NewBackfill = z.strictObject({
  /** Ids of evaluators, `custom_rules`, or judges as `judge:<rubric>`. */
  evaluators: z.array(z.string().min(1).max(128)).min(1).max(50),
  filters: BackfillFilters.default({}),
  /** Default: the last 24 hours; at most 400 days. */
  from: Time.optional(),
  to: Time.optional(),
});
export type NewBackfill = z.infer<typeof NewBackfill>;

export const Backfill = z.object({
  id: Id,
  status: BackfillStatus,
  evaluators: z.array(z.string()),
  filters: BackfillFilters,
  from: Time,
  to: Time,
  /** About how many interactions fit; null when that is not known beforehand. */
  estimate: z.number().int().nullable(),
  /** Interactions that were looked at. */
  lookedAt: z.number().int(),
  /** Those of them that were evaluated, or handed to a judge. */
  taken: z.number().int(),
  /** Those that could not be evaluated. */
  failed: z.number().int(),
  /** 0 to 1: how much of the range is behind it. */
  progress: z.number(),
  /** Why it stopped; null unless it failed. */
  error: z.string().nullable(),
  createdAt: Time,
  createdBy: z.string(),
  updatedAt: Time,
  finishedAt: Time.nullable(),
});
export type Backfill = z.infer<typeof Backfill>;

export const BackfillListQuery = PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() });
export const BackfillPage = page(Backfill);
