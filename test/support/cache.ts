import type { AnswerCache, CachedAnswer, CacheQuestion } from '../../src/cache/answer-cache.ts';
import { CacheDirectory, type CachePolicy } from '../../src/cache/cache-directory.ts';
import {
  type AnswerCacheDeps,
  createAnswerCache,
  type OwnAnswerCache,
} from '../../src/cache/create-answer-cache.ts';
import { CACHE_OPERATIONS } from '../../src/contract/cache.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import { type TestClock, testClock } from './clock.ts';
import { PROJECT } from './limits.ts';

export function cachePolicy(policy: Partial<CachePolicy> = {}): CachePolicy {
  return {
    projectId: PROJECT,
    ttlSeconds: 60,
    maxBytes: 10_000_000,
    operations: CACHE_OPERATIONS,
    onlyDeterministic: false,
    perUser: false,
    epoch: 0,
    ...policy,
  };
}

/** A chat of the test project with this body (text as it is, anything else as JSON). */
export function cacheQuestion(
  body: object | string,
  question: Partial<CacheQuestion> = {},
): CacheQuestion {
  return {
    projectId: PROJECT,
    dialect: 'openai',
    path: '/chat/completions',
    stream: false,
    variant: '',
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ...question,
  };
}

export interface TestCache {
  readonly cache: OwnAnswerCache;
  readonly clock: TestClock;
  readonly directory: CacheDirectory;
  /** Sum over labels of a metric, or of the series with this label value. */
  count(name: string, label?: string): Promise<number>;
  answer(answer?: Partial<CachedAnswer>): CachedAnswer;
}

/** A cache with these policies, whose clock stands still. */
export function testCache(
  policies: readonly CachePolicy[] = [cachePolicy()],
  options: Partial<AnswerCacheDeps> & { clock?: TestClock } = {},
): TestCache {
  const clock = options.clock ?? testClock();
  const directory = new CacheDirectory();
  directory.replace({ version: 1, policies });
  const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  const cache = createAnswerCache({
    directory,
    clock,
    log: createLog('silent'),
    metrics,
    ...options,
  });
  return {
    cache,
    clock,
    directory,
    answer: (answer = {}) => ({
      status: 200,
      contentType: 'application/json',
      body: Buffer.from('{"answer":1}'),
      provider: 'demo',
      model: 'm',
      storedAtMs: clock.now(),
      costMicroUsd: 25,
      ...answer,
    }),
    async count(name, label): Promise<number> {
      const found = await metrics.registry.getSingleMetric(name)?.get();
      const values = found?.values.filter(
        ({ labels }) => label === undefined || Object.values(labels).includes(label),
      );
      return values?.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
  };
}

const STAYS = new AbortController().signal;

/** The answer that the cache has for a question; null for a miss, which is abandoned. */
export async function answered(
  cache: AnswerCache,
  question: CacheQuestion,
): Promise<CachedAnswer | null> {
  const found = await cache.lookUp(question, STAYS);
  if (found.kind === 'hit') return found.answer;
  found.abandon();
  return null;
}

/** Looks a question up that must be a miss, and stores the answer. */
export async function fill(
  cache: AnswerCache,
  question: CacheQuestion,
  answer: CachedAnswer,
): Promise<void> {
  const found = await cache.lookUp(question, STAYS);
  if (found.kind === 'hit') throw new Error('there was an answer already');
  found.store(answer);
}
