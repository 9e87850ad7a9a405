import { z } from 'zod';
import { Id, page, Time } from './common.ts';

/** Whose calls a limit counts together. */
export const LIMIT_SCOPES = ['ip', 'user', 'key', 'model', 'project'] as const;
export const LIMIT_METRICS = [
  'requests_per_minute',
  'tokens_per_minute',
  'concurrent_requests',
] as const;

export const LimitScope = z.enum(LIMIT_SCOPES);
export type LimitScope = z.infer<typeof LimitScope>;
export const LimitMetric = z.enum(LIMIT_METRICS);
export type LimitMetric = z.infer<typeof LimitMetric>;

const match = z
  .string()
  .min(1)
  .max(256)
  .describe(
    'One subject: an address, a user id, the id of a key, a model name as callers write it. `*`: every one, each with an allowance of its own. For the scope `project` only `*`.',
  );
const most = z
  .number()
  .int()
  .min(1)
  .max(1_000_000_000)
  .describe(
    'Requests or tokens a minute, or requests at the same time. An allowance by the minute refills evenly and can be used at once when it is full.',
  );

/** A rule of a project. */
export const Limit = z.object({
  id: Id,
  scope: LimitScope,
  match,
  metric: LimitMetric,
  limit: most,
  enabled: z.boolean(),
  createdAt: Time,
  updatedAt: Time,
});
export type Limit = z.infer<typeof Limit>;

export const LimitPage = page(Limit);

/**
 * A new rule. A rule for one subject takes the place of the `*` rule of the same scope and metric; rules of
 * different scopes and metrics all hold at once. Calls that name no user are not counted by rules for users.
 */
export const NewLimit = z.strictObject({
  scope: LimitScope,
  match: match.default('*'),
  metric: LimitMetric,
  limit: most,
  enabled: z.boolean().default(true),
});
export type NewLimit = z.infer<typeof NewLimit>;

/** What is given is changed. Whom and what a rule counts stays; that would be another rule. */
export const LimitChange = z
  .strictObject({ limit: most.optional(), enabled: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'needs limit or enabled');
export type LimitChange = z.infer<typeof LimitChange>;

/** How much of an allowance is used now. */
export const LimitUse = z.object({
  limitId: Id,
  scope: LimitScope,
  metric: LimitMetric,
  /** Address (IPv6: its /64 network), user, key id, model; the project's id for the scope `project`. */
  subject: z.string(),
  limit: z.number().int(),
  /** May exceed `limit` when calls cost more tokens than was expected of them. */
  used: z.number(),
  /** `used / limit`. */
  usedShare: z.number(),
  /** Milliseconds until all of it is free again; null for concurrent requests. */
  resetsInMs: z.number().int().nullable(),
});
export type LimitUse = z.infer<typeof LimitUse>;

/** Where allowances are kept: in this process, or in Redis for all; `away`: Redis does not answer, each process counts for itself. */
export const LimitStore = z.enum(['local', 'shared', 'away']);
export type LimitStore = z.infer<typeof LimitStore>;

/** The subjects that are nearest to their limits, nearest first. */
export const LimitStatus = z.object({ at: Time, store: LimitStore, items: z.array(LimitUse) });
export type LimitStatus = z.infer<typeof LimitStatus>;
