import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Redis } from '../store/redis.ts';
import { GRAINS } from './allowance.ts';
import type { Use } from './local-limits.ts';
import type { Demand, LimitRule } from './rules.ts';
import { ADMIT, GIVE_BACK, LATEST, LOOK, RENEW } from './shared-scripts.ts';
import type { Levels } from './verdict.ts';

/** A place that nobody renews is free after this long: the process that held it is gone. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 20_000;
const RENEWED_AT_ONCE = 500;
const LOOKED_AT = 1000;

export interface SharedTake {
  readonly taken: boolean;
  readonly levels: Levels;
  /** Names the call when it is given back. */
  readonly lease: string;
}

/**
 * Allowances in Redis, for all processes together. Every method rejects when Redis does not answer. A
 * take that was refused for its silence may have counted all the same: requests run off within a minute,
 * places when their lease ends.
 */
export interface SharedLimits {
  take(demands: readonly Demand[]): Promise<SharedTake>;
  giveBack(demands: readonly Demand[], lease: string, tokens: number | null): Promise<void>;
  /** What is in use of the project's allowances that were used last. */
  uses(projectId: string, ruleOf: (id: string) => LimitRule | null): Promise<Use[]>;
  close(): void;
}

/** Opens the way; leases of calls under way are renewed until `close`. */
export function createSharedLimits(deps: { redis: Redis; clock: Clock }): SharedLimits {
  return new RedisLimits(deps.redis, deps.clock);
}

class RedisLimits implements SharedLimits {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #holder = randomUUID();
  /** Keys of the places that calls under way hold, by lease. */
  readonly #held = new Map<string, readonly string[]>();
  readonly #timer: NodeJS.Timeout;
  #calls = 0;

  constructor(redis: Redis, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.#renew(), RENEW_EVERY_MS).unref();
  }

  async take(demands: readonly Demand[]): Promise<SharedTake> {
    const lease = `${this.#holder}:${this.#calls++}`;
    const projectId = demands[0]?.rule.projectId ?? '';
    const keys = demands.map(keyOf);
    const costs = demands.flatMap(({ rule, amount }) => [
      kindOf(rule),
      rule.limit,
      kindOf(rule) === 'c' ? 1 : amount * GRAINS,
    ]);
    const nowMs = this.#now();
    const args = [nowMs, lease, nowMs + LEASE_MS, ...costs];
    const answer = numbers(await this.#redis.run(ADMIT, [indexOf(projectId), ...keys], args));
    const [taken, ...levels] = answer;
    const places = keys.filter((_, index) => isPlace(demands[index]));
    if (taken === 1 && places.length > 0) this.#held.set(lease, places);
    return { taken: taken === 1, levels, lease };
  }

  async giveBack(demands: readonly Demand[], lease: string, tokens: number | null): Promise<void> {
    this.#held.delete(lease);
    const due = demands.filter(
      ({ rule, amount }) =>
        rule.metric === 'concurrent_requests' ||
        (rule.metric === 'tokens_per_minute' && tokens !== null && tokens !== amount),
    );
    if (due.length === 0) return;
    const corrections = due.flatMap(({ rule, amount }) => [
      kindOf(rule),
      rule.limit,
      Math.round(((tokens ?? amount) - amount) * GRAINS),
    ]);
    await this.#redis.run(GIVE_BACK, due.map(keyOf), [this.#now(), lease, ...corrections]);
  }

  async uses(projectId: string, ruleOf: (id: string) => LimitRule | null): Promise<Use[]> {
    const found = texts(await this.#redis.run(LATEST, [indexOf(projectId)], [LOOKED_AT]));
    const known = found.flatMap((key) => {
      const [ruleId, subject] = splitKey(key, projectId);
      const rule = ruleOf(ruleId);
      return rule === null ? [] : [{ key, rule, subject }];
    });
    if (known.length === 0) return [];
    const kinds = known.flatMap(({ rule }) => [kindOf(rule), rule.limit]);
    const keys = known.map(({ key }) => key);
    const levels = numbers(await this.#redis.run(LOOK, keys, [this.#now(), ...kinds]));
    return known.map(({ rule, subject }, index) => ({ rule, subject, level: levels[index] ?? 0 }));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #now(): number {
    return Math.floor(this.#clock.now());
  }

  async #renew(): Promise<void> {
    const leases = [...this.#held].flatMap(([lease, keys]) => keys.map((key) => ({ lease, key })));
    for (const [, some] of Map.groupBy(leases, ({ key }) => slotOf(key))) {
      for (let at = 0; at < some.length; at += RENEWED_AT_ONCE) {
        // What ended while the ones before were renewed must not come back.
        const part = some
          .slice(at, at + RENEWED_AT_ONCE)
          .filter(({ lease }) => this.#held.has(lease));
        if (part.length === 0) continue;
        const nowMs = this.#now();
        const args = [nowMs, nowMs + LEASE_MS, ...part.map(({ lease }) => lease)];
        const keys = part.map(({ key }) => key);
        // What cannot be renewed now is renewed by the next turn, before the lease ends.
        await this.#redis.run(RENEW, keys, args).catch(() => undefined);
      }
    }
  }
}

function isPlace(demand: Demand | undefined): boolean {
  return demand?.rule.metric === 'concurrent_requests';
}

/** `c` counts calls under way, `b` is an allowance by the minute. */
function kindOf(rule: LimitRule): 'c' | 'b' {
  return rule.metric === 'concurrent_requests' ? 'c' : 'b';
}

// Braces name the slot in a cluster: one script may only touch keys of one slot.
function prefixOf(projectId: string): string {
  return `lqo:{${projectId}}:limit:`;
}

function keyOf(demand: Demand): string {
  return prefixOf(demand.rule.projectId) + demand.key;
}

function indexOf(projectId: string): string {
  return `lqo:{${projectId}}:limits`;
}

function slotOf(key: string): string {
  return key.slice(0, key.indexOf('}'));
}

/** Rule and subject; ids of rules have no colon. */
function splitKey(key: string, projectId: string): [string, string] {
  const rest = key.slice(prefixOf(projectId).length);
  const colon = rest.indexOf(':');
  return [rest.slice(0, colon), rest.slice(colon + 1)];
}

function numbers(answer: unknown): number[] {
  return Array.isArray(answer) ? answer.map(Number) : [];
}

function texts(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
