import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  answered,
  cachePolicy,
  cacheQuestion,
  fill,
  type TestCache,
  testCache,
} from '../../test/support/cache.ts';
import { testClock } from '../../test/support/clock.ts';
import { PROJECT } from '../../test/support/limits.ts';
import { redisInstalled, startRedis, type TestRedis, until } from '../../test/support/redis.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { openRedis, type Redis } from '../store/redis.ts';
import { fromBytes, toBytes } from './stored-form.ts';

const PATIENT_MS = 60_000;
let questions = 0;
/** A question that no other test asks. */
const ask = (): ReturnType<typeof cacheQuestion> => cacheQuestion({ model: `m${questions++}` });

describe.skipIf(!redisInstalled())('answers shared through Redis', () => {
  let server: TestRedis;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  afterAll(() => server.stop());

  async function connect(url = server.url, deadlineMs = PATIENT_MS): Promise<Redis> {
    const redis = openRedis({ url, clock: systemClock, log: createLog('silent'), deadlineMs });
    open.push(redis);
    await until(() => redis.available, 'Redis is connected');
    return redis;
  }
  function cache(redis: Redis, ...args: Parameters<typeof testCache>): TestCache {
    const [policies, options] = args;
    const made = testCache(policies, { ...options, redis });
    open.push(made.cache);
    return made;
  }
  /** What was written is read after it on the same connection. */
  const settled = (redis: Redis): Promise<unknown> => redis.read('nothing');

  it('are found by another process, as they were', async () => {
    const redis = await connect();
    const one = cache(redis);
    const two = cache(await connect());
    const question = ask();
    const answer = one.answer({ body: Buffer.from([0, 255, 10]), model: null, costMicroUsd: null });
    await fill(one.cache, question, answer);
    await settled(redis);
    expect(await answered(two.cache, question)).toEqual(answer);
    expect(two.cache.counts(PROJECT)).toMatchObject({
      store: 'redis',
      hits: 1,
      entries: 1,
    });
    // The question itself is in no key.
    expect(server.keys().join()).toMatch(new RegExp(`lqo:\\{${PROJECT}\\}:answer:[\\w-]{43}`));
  });

  it('are looked for once by the same questions at the same time', async () => {
    const redis = await connect();
    const one = cache(redis);
    const question = ask();
    await fill(one.cache, question, one.answer());
    await settled(redis);
    const two = cache(await connect());
    const stays = new AbortController().signal;
    const all = await Promise.all(
      Array.from({ length: 50 }, () => two.cache.lookUp(question, stays)),
    );
    expect(all.every(({ kind }) => kind === 'hit')).toBe(true);
    expect(await two.count('lqo_cache_lookups_total', 'shared')).toBe(49);
  });

  it('are not given when they are too old or of an earlier epoch', async () => {
    const redis = await connect();
    const clock = testClock();
    const one = cache(redis, [cachePolicy()], { clock });
    const question = ask();
    await fill(one.cache, question, one.answer());
    await settled(redis);
    const emptied = cache(redis, [cachePolicy({ epoch: 1 })], { clock });
    expect(await answered(emptied.cache, question)).toBeNull();
    clock.pass(60_000);
    const later = cache(redis, [cachePolicy()], { clock });
    expect(await answered(later.cache, question)).toBeNull();
  });

  it('are missed and counted while Redis is away, and memory goes on', async () => {
    const own = await startRedis();
    open.push({ close: () => own.stop() });
    const redis = await connect(own.url);
    const one = cache(redis);
    const question = ask();
    await own.kill();
    await until(() => !redis.available, 'the connection is lost');
    await fill(one.cache, question, one.answer());
    expect(await answered(one.cache, question)).not.toBeNull();
    await settled(redis).catch(() => undefined);
    expect(await one.count('lqo_cache_store_errors_total', 'read')).toBe(1);
    expect(await one.count('lqo_cache_store_errors_total', 'write')).toBe(1);
    expect(one.cache.counts(PROJECT)).toMatchObject({ store: 'away', hits: 1, misses: 1 });
    await own.restart();
    await until(() => redis.available, 'Redis is back');
    expect(await answered(one.cache, ask())).toBeNull();
    expect(await one.count('lqo_cache_store_errors_total', 'read')).toBe(1);
  });

  it('are missed when Redis stands still', async () => {
    const own = await startRedis();
    open.push({ close: () => own.stop() });
    const one = cache(await connect(own.url, 50));
    own.freeze();
    expect(await answered(one.cache, ask())).toBeNull();
    expect(await one.count('lqo_cache_store_errors_total', 'read')).toBe(1);
    own.thaw();
  });
});

describe('the stored form', () => {
  const { answer } = testCache();

  it('is read as it was written', () => {
    const made = answer({ body: Buffer.alloc(0), model: 'ü' });
    expect(fromBytes(toBytes(made))).toEqual(made);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length alone', Buffer.from([0, 0, 0, 9])],
    ['no JSON', Buffer.from([0, 0, 0, 1, 123])],
    ['another head', Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{}')])],
  ])('is nothing for %s', (_, bytes) => {
    expect(fromBytes(bytes)).toBeNull();
  });
});
