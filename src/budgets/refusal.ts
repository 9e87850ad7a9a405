import type { LeaseReply } from './authority.ts';
import type { BudgetRule } from './budget.ts';
import { periodEnd } from './periods.ts';
import type { Reservation } from './reserve.ts';

type Refusal = Extract<Reservation, { granted: false }>;

/** A budget that never ends is looked at again by people; callers are told to come back tomorrow. */
const NEVER_MS = 86_400_000;

interface RefusedBy {
  readonly rule: BudgetRule;
  readonly subject: string;
  readonly period: string;
  readonly nowMs: number;
}

/** The refusal of a call that could exceed a budget: which one, its limit, what is spent, when it begins anew. */
export function exceeded(
  by: RefusedBy,
  { reply, estimateMicroUsd }: { reply: LeaseReply; estimateMicroUsd: number },
): Refusal {
  const { limitMicroUsd, spentMicroUsd, freeMicroUsd } = reply;
  const held = Math.max(0, limitMicroUsd - spentMicroUsd - freeMicroUsd);
  const heldText = held > 0 ? `, ${usd(held)} held for calls under way` : '';
  return refusal(
    by,
    `The budget ${nameOf(by)} of ${usd(limitMicroUsd)}${perOf(by.rule)} does not allow this call: ${usd(spentMicroUsd)} spent${heldText}, and the call may cost up to ${usd(estimateMicroUsd)}.`,
  );
}

/** The refusal of a call whose model has no price. */
export function unpriced(by: RefusedBy, model: string): Refusal {
  return refusal(
    by,
    `The budget ${nameOf(by)} of ${usd(by.rule.limitMicroUsd)}${perOf(by.rule)} refuses calls that have no price: none is known for ${model}. Add one under prices, or let the budget allow calls without a price.`,
  );
}

/** The refusal of a call when nobody can be asked what is left. */
export function unreachable(by: RefusedBy): Refusal {
  const retry = new Date(by.nowMs + 1000);
  return {
    granted: false,
    message: `The budget ${nameOf(by)} of ${usd(by.rule.limitMicroUsd)}${perOf(by.rule)} cannot be checked at the moment; try again.`,
    resetsAt: retry,
  };
}

function refusal({ rule, period, nowMs }: RefusedBy, message: string): Refusal {
  const end = periodEnd(rule.period, new Date(period));
  const resets = end === null ? 'It does not reset.' : `It resets at ${end.toISOString()}.`;
  return {
    granted: false,
    message: `${message} ${resets}`,
    resetsAt: end ?? new Date(nowMs + NEVER_MS),
  };
}

function nameOf({ rule, subject }: RefusedBy): string {
  // Keys are not told by id: the caller is the key.
  return rule.match === '*' && (rule.scope === 'user' || rule.scope === 'model')
    ? `"${rule.name}" (${rule.scope} ${subject})`
    : `"${rule.name}"`;
}

function perOf({ period }: BudgetRule): string {
  return period === 'total' ? ' in total' : ` a ${period}`;
}

/** `12.50 USD`; small amounts with as many digits as they need. */
export function usd(microUsd: number): string {
  const digits = microUsd >= 10_000 || microUsd === 0 ? 2 : 6;
  return `${(microUsd / 1_000_000).toFixed(digits)} USD`;
}
