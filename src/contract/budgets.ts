import { z } from 'zod';
import { Estimate, Id, page, Time } from './common.ts';

export const BudgetScope = z.enum(['project', 'key', 'user', 'model']);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** Calendar periods are those of UTC, weeks begin on Monday (ISO 8601); `total` never ends. */
export const BudgetPeriod = z.enum(['day', 'week', 'month', 'total']);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

/** Share of the limit that is spent: `warning` from 60 %, `critical` from 80 %, `exceeded` from 100 %. */
export const BudgetLevel = z.enum(['ok', 'warning', 'critical', 'exceeded']);
export type BudgetLevel = z.infer<typeof BudgetLevel>;

/** The same steps in the words of llm-monitoring-framework. */
export const AlertLevel = z.enum(['none', 'info', 'warning', 'critical']);
export type AlertLevel = z.infer<typeof AlertLevel>;

const MAX_LIMIT_MICRO_USD = 1_000_000_000_000_000;

const settings = {
  name: z.string().trim().min(1).max(128),
  scope: BudgetScope,
  /** The key's id, the user or the model that it is about; `*`: each of them has the limit for itself. */
  match: z.string().min(1).max(256),
  period: BudgetPeriod,
  limitMicroUsd: z.number().int().min(1).max(MAX_LIMIT_MICRO_USD),
  /** `block` refuses calls that could exceed the limit; `warn` only tells. */
  onExceeded: z.enum(['block', 'warn']),
  /** What happens to a call whose price is unknown, and that therefore nobody can hold against a limit. */
  unpriced: z.enum(['block', 'allow']),
  enabled: z.boolean(),
};

/** `POST /api/v1/budgets`. Without `unpriced`, a budget that blocks refuses what has no price. */
export const NewBudget = z.strictObject({
  ...settings,
  match: settings.match.default('*'),
  onExceeded: settings.onExceeded.default('block'),
  unpriced: settings.unpriced.optional(),
  enabled: settings.enabled.default(true),
});
export type NewBudget = z.infer<typeof NewBudget>;

/** `PATCH /api/v1/budgets/{id}`: what it is about and its period stay; make a new one for that. */
export const BudgetChange = z.strictObject({
  name: settings.name.optional(),
  limitMicroUsd: settings.limitMicroUsd.optional(),
  onExceeded: settings.onExceeded.optional(),
  unpriced: settings.unpriced.optional(),
  enabled: settings.enabled.optional(),
});
export type BudgetChange = z.infer<typeof BudgetChange>;

/**
 * Where one account of a budget stands in a period. `reserved` is held for calls under way, for calls that are
 * not booked yet, and by processes for calls to come; remaining = limit − spent − reserved, never below 0.
 */
export const BudgetAccount = z.object({
  /** The key id, user or model; empty for the project. */
  subject: z.string(),
  periodStart: Time,
  /** Null for `total`. */
  periodEnd: Time.nullable(),
  spentMicroUsd: z.number().int(),
  spentUsd: z.number(),
  reservedMicroUsd: z.number().int(),
  remainingMicroUsd: z.number().int(),
  /** Spent share of the limit; may be above 1. */
  usedShare: z.number(),
  level: BudgetLevel,
  alertLevel: AlertLevel,
});
export type BudgetAccount = z.infer<typeof BudgetAccount>;

/** What is expected to be spent when the period ends, with its 95 % interval, in micro-USD. */
export const Projection = Estimate.extend({
  /** Whole days that are needed for a projection; with fewer, `value` is null: "not enough data (n of m)". */
  needed: z.number().int(),
});
export type Projection = z.infer<typeof Projection>;

export const Budget = z.object({
  id: Id,
  ...settings,
  createdAt: Time,
  updatedAt: Time,
  limitUsd: z.number(),
  /** The account that has used most; of a budget for each (`*`) one of many. */
  current: BudgetAccount,
  /** Accounts of the current period by level. */
  accounts: z.object({
    ok: z.number().int(),
    warning: z.number().int(),
    critical: z.number().int(),
    exceeded: z.number().int(),
  }),
  /** Of the current account, to the end of the period; null for `total` and budgets for each. */
  projection: Projection.nullable(),
});
export type Budget = z.infer<typeof Budget>;

export const BudgetPage = page(Budget);

/** `GET /api/v1/budgets/{id}/accounts`: the accounts of the current period, those that have used most first. */
export const BudgetAccountPage = page(BudgetAccount);

/** One step of an account from a level to another, up or down. */
export const BudgetCrossing = z.object({
  id: Id,
  budgetId: Id,
  budgetName: z.string(),
  subject: z.string(),
  periodStart: Time,
  at: Time,
  from: BudgetLevel,
  to: BudgetLevel,
  spentMicroUsd: z.number().int(),
  limitMicroUsd: z.number().int(),
});
export type BudgetCrossing = z.infer<typeof BudgetCrossing>;

/** `GET /api/v1/budgets/crossings` (of all) and `GET /api/v1/budgets/{id}/crossings`, newest first. */
export const BudgetCrossingPage = page(BudgetCrossing);
