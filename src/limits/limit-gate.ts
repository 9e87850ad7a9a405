import type { LimitStore, LimitUse } from '../contract/limits.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Redis } from '../store/redis.ts';
import { GRAINS, resetMs } from './allowance.ts';
import type { Admission, LimitGate } from './gate.ts';
import type { LimitDirectory } from './limit-directory.ts';
import { LocalLimits, type Use } from './local-limits.ts';
import type { Demand, LimitRule } from './rules.ts';
import { createSharedLimits, type SharedLimits, type SharedTake } from './shared-limits.ts';
import { type Levels, limitHeaders, refusal } from './verdict.ts';

export interface LimitGateDeps {
  readonly directory: LimitDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'limits'>;
  /** Shares allowances with other processes; null: this process counts for itself. */
  readonly redis?: Redis | null;
  /** Subjects in memory. Beyond, the oldest starts afresh: some 200 bytes each. */
  readonly maxSubjects?: number;
}

/** The gate of a process, and what it can tell. */
export interface OwnLimitGate extends LimitGate {
  /** Whether the project has any rule at all: without, `admit` costs nothing. */
  applies(projectId: string): boolean;
  /** The allowances of a project that are nearest to their end, and where they are counted. Never rejects. */
  busiest(projectId: string, limit: number): Promise<{ store: LimitStore; items: LimitUse[] }>;
  close(): Promise<void>;
}

const MAX_SUBJECTS = 100_000;
const LOG_EVERY_MS = 60_000;

/** The answer to calls that no rule is about. */
export const UNLIMITED: Admission = {
  admitted: true,
  headers: [],
  countsTokens: false,
  release: () => undefined,
};

/**
 * Admits calls by the rules in `directory`: all that hold for a call at once, none of them taken when another
 * refuses. With Redis every admission is one step there for all processes; while it is away each process goes on
 * with what it has counted itself (counted in `lqo_limit_fallbacks_total`, logged once a minute).
 */
export function createLimitGate(deps: LimitGateDeps): OwnLimitGate {
  return new Gate(deps);
}

class Gate implements OwnLimitGate {
  readonly #deps: LimitGateDeps;
  readonly #local: LocalLimits;
  readonly #redis: Redis | null;
  readonly #shared: SharedLimits | null;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: LimitGateDeps) {
    const { clock, metrics, redis = null, maxSubjects = MAX_SUBJECTS } = deps;
    this.#deps = deps;
    this.#redis = redis;
    this.#shared = redis === null ? null : createSharedLimits({ redis, clock });
    this.#local = new LocalLimits({
      clock,
      maxSubjects,
      onForget: (): void => metrics.limits.forgotten.inc(),
    });
  }

  applies(projectId: string): boolean {
    return this.#deps.directory.applies(projectId);
  }

  admit(subject: Parameters<LimitGate['admit']>[0]): Admission | Promise<Admission> {
    const demands = this.#deps.directory.demandsOf(subject);
    if (demands.length === 0) return UNLIMITED;
    if (this.#shared === null) return this.#admitLocally(demands);
    if (this.#redis?.available !== true) return this.#fallBack(demands, null);
    return this.#admitShared(this.#shared, demands);
  }

  async busiest(
    projectId: string,
    limit: number,
  ): Promise<{ store: LimitStore; items: LimitUse[] }> {
    const { store, uses } = await this.#uses(projectId);
    const items = uses
      .filter(({ level }) => level > 0)
      .map(toLimitUse)
      .sort((a, b) => b.usedShare - a.usedShare)
      .slice(0, limit);
    return { store, items };
  }

  async close(): Promise<void> {
    this.#shared?.close();
  }

  async #uses(projectId: string): Promise<{ store: LimitStore; uses: Use[] }> {
    const { directory } = this.#deps;
    const ruleOf = (id: string): LimitRule | null => directory.rule(projectId, id);
    const own = this.#local.uses(projectId, ruleOf);
    if (this.#shared === null) return { store: 'local', uses: own };
    if (this.#redis?.available !== true) return { store: 'away', uses: own };
    try {
      return { store: 'shared', uses: await this.#shared.uses(projectId, ruleOf) };
    } catch {
      return { store: 'away', uses: own };
    }
  }

  #admitLocally(demands: readonly Demand[]): Admission {
    const { taken, levels } = this.#local.take(demands);
    this.#deps.metrics.limits.subjects.set(this.#local.size);
    if (!taken) return this.#refuse(demands, levels);
    return this.#admitted({ demands, levels, lease: null });
  }

  async #admitShared(shared: SharedLimits, demands: readonly Demand[]): Promise<Admission> {
    let take: SharedTake;
    try {
      take = await shared.take(demands);
    } catch (thrown) {
      return this.#fallBack(demands, thrown);
    }
    if (!take.taken) return this.#refuse(demands, take.levels);
    // Counted here too, so that the process knows its own part should Redis go away.
    this.#local.book(demands);
    this.#deps.metrics.limits.subjects.set(this.#local.size);
    return this.#admitted({ demands, levels: take.levels, lease: take.lease });
  }

  #fallBack(demands: readonly Demand[], cause: unknown): Admission {
    this.#complain(cause);
    this.#deps.metrics.limits.fallbacks.inc();
    return this.#admitLocally(demands);
  }

  #refuse(demands: readonly Demand[], levels: Levels): Admission {
    const { admission, demand } = refusal(demands, levels);
    const { scope, metric } = demand.rule;
    this.#deps.metrics.limits.refusals.inc({ scope, metric });
    return admission;
  }

  #admitted(call: {
    readonly demands: readonly Demand[];
    readonly levels: Levels;
    /** Null: Redis does not know of the call. */
    readonly lease: string | null;
  }): Admission {
    const { demands, levels, lease } = call;
    let over = false;
    return {
      admitted: true,
      headers: limitHeaders(demands, levels),
      countsTokens: demands.some(({ rule }) => rule.metric === 'tokens_per_minute'),
      release: (tokens): void => {
        if (over) return;
        over = true;
        this.#local.giveBack(demands, tokens);
        if (lease === null) return;
        this.#shared?.giveBack(demands, lease, tokens).catch((cause: unknown) => {
          this.#complain(cause);
        });
      },
    };
  }

  #complain(cause: unknown): void {
    const { clock, log } = this.#deps;
    const nowMs = clock.monotonic();
    if (nowMs - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = nowMs;
    const err = cause === null ? undefined : asError(cause);
    log.warn({ err }, 'limits: Redis is away, each process counts for itself');
  }
}

function toLimitUse({ rule, subject, level }: Use): LimitUse {
  const concurrent = rule.metric === 'concurrent_requests';
  const used = concurrent ? level : Math.round((level / GRAINS) * 1000) / 1000;
  return {
    limitId: rule.id,
    scope: rule.scope,
    metric: rule.metric,
    subject,
    limit: rule.limit,
    used,
    usedShare: used / rule.limit,
    resetsInMs: concurrent ? null : resetMs(level, rule.limit),
  };
}
