import type { CacheStore } from '../contract/cache.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Redis } from '../store/redis.ts';
import type { AnswerCache, CachedAnswer, CacheLookUp, CacheQuestion } from './answer-cache.ts';
import type { CacheDirectory, CachePolicy } from './cache-directory.ts';
import { type Flight, Flights } from './flights.ts';
import { MemoryStore } from './memory-store.ts';
import { QuestionKeys } from './question-key.ts';
import { fromBytes, toBytes } from './stored-form.ts';

export interface AnswerCacheDeps {
  readonly directory: CacheDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'cache'>;
  /** A shared store behind the memory; null: memory only. */
  readonly redis?: Redis | null;
  /** Memory for the answers of all projects. */
  readonly maxBytes?: number;
  /** Larger answers are not kept. */
  readonly maxAnswerBytes?: number;
  /** How long a call waits for the same call under way before it goes on its own. */
  readonly maxWaitMs?: number;
}

/** What the cache of a project did in this process, and holds. */
export interface CacheCounts {
  readonly store: CacheStore;
  readonly sinceMs: number;
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly shared: number;
  readonly misses: number;
  readonly bypassed: number;
}

/** The cache of a process, and what it can tell. */
export interface OwnAnswerCache extends AnswerCache {
  counts(projectId: string): CacheCounts;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
const MAX_BYTES = 256 * MIB;
const MAX_ANSWER_BYTES = 4 * MIB;
const MAX_WAIT_MS = 30_000;
const SWEEP_EVERY_MS = 60_000;
const LOG_EVERY_MS = 60_000;

type Miss = Extract<CacheLookUp, { kind: 'miss' }>;
type Count = 'hits' | 'shared' | 'misses' | 'bypassed';

/** A miss whose answer nobody wants. */
const UNWANTED: Miss = { kind: 'miss', store: () => undefined, abandon: () => undefined };

interface Asked {
  readonly key: string;
  readonly policy: CachePolicy;
}

/**
 * Answers by the exact question: SHA-256 of project, way and canonical request (question-key.ts says what counts).
 * Memory first, then Redis where there is one; what Redis gave stays in memory too. Of the same calls at the
 * same time in this process one is made and the others wait for it: until it is answered, until it is abandoned (then
 * each goes on, and the first to notice leads newcomers), until `maxWaitMs` after it began, or until they leave.
 */
export function createAnswerCache(deps: AnswerCacheDeps): OwnAnswerCache {
  return new Cache(deps);
}

class Cache implements OwnAnswerCache {
  readonly #deps: AnswerCacheDeps;
  readonly #memory: MemoryStore;
  readonly #keys = new QuestionKeys();
  readonly #flights: Flights;
  readonly #counts = new Map<string, Record<Count, number>>();
  readonly #sinceMs: number;
  readonly #timer: NodeJS.Timeout;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: AnswerCacheDeps) {
    const { directory, clock, metrics, maxBytes = MAX_BYTES } = deps;
    this.#deps = deps;
    this.#sinceMs = clock.now();
    this.#flights = new Flights(deps.maxWaitMs ?? MAX_WAIT_MS);
    this.#memory = new MemoryStore({
      maxBytes,
      onRemove: (reason): void => metrics.cache.removed.inc({ reason }),
    });
    directory.onReplace(() => {
      this.#memory.keepOnly((projectId) => directory.policy(projectId));
      this.#measure();
    });
    this.#timer = setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
  }

  applies(projectId: string, operation: string): boolean {
    return this.#deps.directory.policy(projectId)?.operations.includes(operation) === true;
  }

  async lookUp(question: CacheQuestion, signal: AbortSignal): Promise<CacheLookUp> {
    const policy = this.#deps.directory.policy(question.projectId);
    if (policy === null) return UNWANTED;
    const key = this.#keys.keyOf(question, policy);
    if (key === null) {
      this.#count(policy, 'bypassed');
      this.#deps.metrics.cache.lookUps.inc({ result: 'bypass' });
      return UNWANTED;
    }
    const asked = { key, policy };
    const kept = this.#memory.get(policy.projectId, key, this.#notBefore(policy));
    if (kept !== null) return this.#hit(asked, kept, 'hit');
    const nowMs = this.#deps.clock.monotonic();
    const flight = this.#flights.find(key, nowMs);
    if (flight === null) return this.#lead(asked);
    return this.#follow(asked, flight, signal);
  }

  counts(projectId: string): CacheCounts {
    const { redis = null } = this.#deps;
    const shared = redis?.available === true ? 'redis' : 'away';
    return {
      store: redis === null ? 'memory' : shared,
      sinceMs: this.#sinceMs,
      ...this.#memory.holds(projectId),
      ...(this.#counts.get(projectId) ?? noCounts()),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  async #lead(asked: Asked): Promise<CacheLookUp> {
    const flight = this.#flights.begin(asked.key, this.#deps.clock.monotonic());
    const shared = await this.#readShared(asked);
    if (shared === null) return this.#miss(asked, flight);
    this.#memory.put(asked.policy, asked.key, shared);
    this.#measure();
    flight.land(shared);
    return this.#hit(asked, shared, 'hit');
  }

  async #follow(asked: Asked, flight: Flight, signal: AbortSignal): Promise<CacheLookUp> {
    const { clock } = this.#deps;
    const landing = await this.#flights.wait(flight, clock.monotonic(), signal);
    switch (landing.kind) {
      case 'answer':
        return this.#hit(asked, landing.answer, 'shared');
      case 'left':
        return UNWANTED;
      default: {
        // The first that goes on is waited for by those who come now; those who waited once do not wait again.
        const nowMs = clock.monotonic();
        const first = this.#flights.find(asked.key, nowMs) === null;
        return this.#miss(asked, first ? this.#flights.begin(asked.key, nowMs) : null);
      }
    }
  }

  #hit(asked: Asked, answer: CachedAnswer, result: 'hit' | 'shared'): CacheLookUp {
    this.#deps.metrics.cache.lookUps.inc({ result });
    this.#count(asked.policy, 'hits');
    if (result === 'shared') this.#count(asked.policy, 'shared');
    return { kind: 'hit', answer };
  }

  /** `flight` null: nobody waits for this call. */
  #miss(asked: Asked, flight: Flight | null): Miss {
    this.#count(asked.policy, 'misses');
    this.#deps.metrics.cache.lookUps.inc({ result: 'miss' });
    let over = false;
    const end = (answer: CachedAnswer | null): void => {
      if (over) return;
      over = true;
      const good = answer !== null && answer.status >= 200 && answer.status < 300;
      if (good) this.#keep(asked, answer);
      flight?.land(good ? answer : null);
    };
    return { kind: 'miss', store: end, abandon: (): void => end(null) };
  }

  #keep({ key, policy }: Asked, answer: CachedAnswer): void {
    const { redis = null, metrics, maxAnswerBytes = MAX_ANSWER_BYTES } = this.#deps;
    // Emptied, changed or switched off while the call was under way.
    const now = this.#deps.directory.policy(policy.projectId);
    if (now?.epoch !== policy.epoch || answer.body.length > maxAnswerBytes) return;
    this.#memory.put(now, key, answer);
    this.#measure();
    if (redis === null) return;
    const left = answer.storedAtMs + now.ttlSeconds * 1000 - this.#deps.clock.now();
    if (left <= 0) return;
    redis.write(sharedKey({ key, policy }), toBytes(answer), left).catch((thrown: unknown) => {
      metrics.cache.storeErrors.inc({ action: 'write' });
      this.#complain(thrown);
    });
  }

  async #readShared(asked: Asked): Promise<CachedAnswer | null> {
    const { redis = null, metrics } = this.#deps;
    if (redis === null) return null;
    try {
      const bytes = await redis.read(sharedKey(asked));
      const answer = bytes === null ? null : fromBytes(bytes);
      if (answer === null || answer.storedAtMs <= this.#notBefore(asked.policy)) return null;
      return answer;
    } catch (thrown) {
      metrics.cache.storeErrors.inc({ action: 'read' });
      this.#complain(thrown);
      return null;
    }
  }

  /** Answers made then or earlier are too old. */
  #notBefore(policy: CachePolicy): number {
    return this.#deps.clock.now() - policy.ttlSeconds * 1000;
  }

  #sweep(): void {
    const { directory } = this.#deps;
    this.#memory.sweep((projectId) => {
      const policy = directory.policy(projectId);
      return policy === null ? Number.POSITIVE_INFINITY : this.#notBefore(policy);
    });
    this.#measure();
  }

  #measure(): void {
    this.#deps.metrics.cache.bytes.set(this.#memory.bytes);
    this.#deps.metrics.cache.entries.set(this.#memory.entries);
  }

  #count({ projectId }: CachePolicy, what: Count): void {
    let counts = this.#counts.get(projectId);
    if (counts === undefined) {
      counts = noCounts();
      this.#counts.set(projectId, counts);
    }
    counts[what] += 1;
  }

  #complain(thrown: unknown): void {
    const { clock, log } = this.#deps;
    const nowMs = clock.monotonic();
    if (nowMs - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = nowMs;
    log.warn({ err: asError(thrown) }, 'cache: Redis is away, answers come from memory alone');
  }
}

/** What several processes did together: memories add up, and the oldest counts since when. */
export function sumCounts(all: readonly [CacheCounts, ...CacheCounts[]]): CacheCounts {
  const [first, ...others] = all;
  return others.reduce(
    (sum, counts) => ({
      store: counts.store === 'away' ? 'away' : sum.store,
      sinceMs: Math.min(sum.sinceMs, counts.sinceMs),
      entries: sum.entries + counts.entries,
      bytes: sum.bytes + counts.bytes,
      hits: sum.hits + counts.hits,
      shared: sum.shared + counts.shared,
      misses: sum.misses + counts.misses,
      bypassed: sum.bypassed + counts.bypassed,
    }),
    first,
  );
}

function sharedKey({ key, policy }: Asked): string {
  return `lqo:{${policy.projectId}}:answer:${key}`;
}

function noCounts(): Record<Count, number> {
  return { hits: 0, shared: 0, misses: 0, bypassed: 0 };
}
