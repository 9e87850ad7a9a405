import type { LimitMetric, LimitScope } from '../contract/limits.ts';
import { GRAINS, remaining, resetMs, waitMs } from './allowance.ts';
import type { Admission } from './gate.ts';
import type { Demand } from './rules.ts';

/** In use, by demand: grains, or for concurrent requests their number. */
export type Levels = readonly number[];

/** Nobody knows when a call under way ends. */
const CONCURRENT_RETRY_MS = 1000;
const WINDOW_SECONDS = 60;

const WHO: Record<LimitScope, string> = {
  ip: 'this address',
  user: 'this user',
  key: 'this key',
  model: 'this model',
  project: 'this project',
};
const WHAT: Record<LimitMetric, (limit: number) => string> = {
  requests_per_minute: (limit) => `${count(limit, 'request')} a minute`,
  tokens_per_minute: (limit) => `${count(limit, 'token')} a minute`,
  concurrent_requests: (limit) => `${count(limit, 'request')} at the same time`,
};

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Whether what is in use leaves room for a demand. */
export function fits({ rule, amount }: Demand, level: number): boolean {
  if (rule.metric === 'concurrent_requests') return level + amount <= rule.limit;
  return level + amount * GRAINS <= rule.limit * GRAINS;
}

/** The refusal of a call: the rule with the longest wait is named. `levels` are those before the call. */
export function refusal(
  demands: readonly Demand[],
  levels: Levels,
): { readonly admission: Admission & { admitted: false }; readonly demand: Demand } {
  let worst: { demand: Demand; retryAfterMs: number } | null = null;
  for (const [index, demand] of demands.entries()) {
    const level = levels[index] ?? 0;
    if (fits(demand, level)) continue;
    const { rule, amount } = demand;
    const retryAfterMs =
      rule.metric === 'concurrent_requests'
        ? CONCURRENT_RETRY_MS
        : waitMs(level, rule.limit, amount);
    if (worst === null || retryAfterMs > worst.retryAfterMs) worst = { demand, retryAfterMs };
  }
  if (worst === null) throw new Error('A refusal needs a demand that does not fit.');
  const { demand, retryAfterMs } = worst;
  const { rule } = demand;
  const retryAfter = ['retry-after', String(Math.ceil(retryAfterMs / 1000))];
  const limit = `${WHAT[rule.metric](rule.limit)} for ${WHO[rule.scope]}`;
  const headers = [...limitHeaders(demands, levels), ...retryAfter];
  return { admission: { admitted: false, headers, retryAfterMs, limit }, demand };
}

interface Tightest {
  readonly limit: number;
  readonly left: number;
  readonly resetMs: number;
}

/**
 * Headers with names and values in turn. `x-ratelimit-*` as OpenAI has them and the IETF draft's
 * `ratelimit` and `ratelimit-policy` (draft-ietf-httpapi-ratelimit-headers-10), each about the rule of which least
 * is left. Concurrent requests have no header of their own.
 */
export function limitHeaders(demands: readonly Demand[], levels: Levels): string[] {
  const requests = tightest('requests_per_minute', demands, levels);
  const tokens = tightest('tokens_per_minute', demands, levels);
  const headers: string[] = [];
  const policies: string[] = [];
  const states: string[] = [];
  const tell = (kind: 'requests' | 'tokens', found: Tightest | null): void => {
    if (found === null) return;
    const { limit, left } = found;
    headers.push(`x-ratelimit-limit-${kind}`, String(limit));
    headers.push(`x-ratelimit-remaining-${kind}`, String(left));
    headers.push(`x-ratelimit-reset-${kind}`, duration(found.resetMs));
    const unit = kind === 'requests' ? '' : `;qu="${kind}"`;
    policies.push(`"${kind}";q=${limit}${unit};w=${WINDOW_SECONDS}`);
    states.push(`"${kind}";r=${left};t=${Math.ceil(found.resetMs / 1000)}`);
  };
  tell('requests', requests);
  tell('tokens', tokens);
  if (states.length > 0) {
    headers.push('ratelimit-policy', policies.join(', '), 'ratelimit', states.join(', '));
  }
  return headers;
}

function tightest(
  metric: LimitMetric,
  demands: readonly Demand[],
  levels: Levels,
): Tightest | null {
  let found: Tightest | null = null;
  for (const [index, { rule }] of demands.entries()) {
    if (rule.metric !== metric) continue;
    const level = levels[index] ?? 0;
    const left = remaining(level, rule.limit);
    if (found !== null && found.left <= left) continue;
    found = { limit: rule.limit, left, resetMs: resetMs(level, rule.limit) };
  }
  return found;
}

/** Milliseconds the way OpenAI writes them: `0s`, `12ms`, `1.5s`, `6m0s`, `1h0m3s`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000);
  if (minutes === 0) return `${seconds}s`;
  if (minutes < 60) return `${minutes}m${seconds}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`;
}
