import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answered, cachePolicy, cacheQuestion, fill, testCache } from '../../test/support/cache.ts';
import { PROJECT } from '../../test/support/limits.ts';
import type { CacheLookUp } from './answer-cache.ts';
import { sumCounts } from './create-answer-cache.ts';

const question = cacheQuestion({ model: 'm', messages: [] });
const other = (n: number): ReturnType<typeof cacheQuestion> => cacheQuestion({ model: `m${n}` });
const stays = new AbortController().signal;

function mustMiss(found: CacheLookUp): Extract<CacheLookUp, { kind: 'miss' }> {
  if (found.kind !== 'miss') throw new Error('a hit');
  return found;
}

describe('an answer', () => {
  it('is given again as it was, byte by byte, until its time is over', async () => {
    const { cache, clock, answer, count } = testCache();
    const body = Buffer.from([0, 255, 10, 13, 128]);
    const made = answer({ body, contentType: 'text/event-stream', costMicroUsd: 40 });
    await fill(cache, question, made);
    clock.pass(59_999);
    expect(await answered(cache, question)).toEqual(made);
    clock.pass(1);
    expect(await answered(cache, question)).toBeNull();
    expect(await count('lqo_cache_lookups_total', 'hit')).toBe(1);
    expect(await count('lqo_cache_lookups_total', 'miss')).toBe(2);
    expect(await count('lqo_cache_removed_total', 'age')).toBe(1);
    expect(cache.counts(PROJECT)).toMatchObject({
      store: 'memory',
      hits: 1,
      misses: 2,
      entries: 0,
      bytes: 0,
    });
  });

  it('does not change when the memory it came in is used again', async () => {
    const { cache, answer } = testCache();
    const memory = Buffer.from('xx the answer xx');
    await fill(cache, question, answer({ body: memory.subarray(3, 13) }));
    memory.fill('!');
    expect((await answered(cache, question))?.body.toString()).toBe('the answer');
  });

  it.each([199, 301, 404, 429, 500])('of status %i is not kept', async (status) => {
    const { cache, answer } = testCache();
    await fill(cache, question, answer({ status }));
    expect(await answered(cache, question)).toBeNull();
  });

  it('that is too large is not kept', async () => {
    const { cache, answer } = testCache([cachePolicy()], { maxAnswerBytes: 10 });
    await fill(cache, question, answer({ body: Buffer.alloc(11) }));
    expect(await answered(cache, question)).toBeNull();
    await fill(cache, question, answer({ body: Buffer.alloc(10) }));
    expect(await answered(cache, question)).not.toBeNull();
  });

  it('is kept for the operations and projects that want it', async () => {
    const { cache, answer } = testCache([cachePolicy({ operations: ['embeddings'] })]);
    expect([cache.applies(PROJECT, 'embeddings'), cache.applies(PROJECT, 'chat')]).toEqual([
      true,
      false,
    ]);
    expect(cache.applies('another', 'embeddings')).toBe(false);
    const theirs = { ...question, projectId: 'another' };
    await fill(cache, theirs, answer());
    expect(await answered(cache, theirs)).toBeNull();
  });

  it('is never given to a call that has to be made', async () => {
    const { cache, answer, count } = testCache();
    const acting = cacheQuestion({ model: 'm', store: true });
    await fill(cache, acting, answer());
    expect(await answered(cache, acting)).toBeNull();
    expect(await count('lqo_cache_lookups_total', 'bypass')).toBe(2);
    expect(cache.counts(PROJECT)).toMatchObject({ bypassed: 2, misses: 0 });
  });
});

describe('given a change of the settings', () => {
  it('a shorter time holds at once', async () => {
    const { cache, clock, directory, answer } = testCache();
    await fill(cache, question, answer());
    clock.pass(30_000);
    directory.replace({ version: 2, policies: [cachePolicy({ ttlSeconds: 20 })] });
    expect(await answered(cache, question)).toBeNull();
  });

  it('nothing of an earlier epoch is found, nor kept when it comes late', async () => {
    const { cache, directory, answer, count } = testCache();
    await fill(cache, question, answer());
    const late = mustMiss(await cache.lookUp(other(1), stays));
    directory.replace({ version: 2, policies: [cachePolicy({ epoch: 1 })] });
    expect(await answered(cache, question)).toBeNull();
    late.store(answer());
    expect(await answered(cache, other(1))).toBeNull();
    expect(cache.counts(PROJECT)).toMatchObject({ entries: 0, bytes: 0 });
    expect(await count('lqo_cache_removed_total', 'emptied')).toBe(1);
  });

  it('a project that keeps no answers any more holds none', async () => {
    const { cache, directory, answer, count } = testCache();
    await fill(cache, question, answer());
    directory.replace({ version: 2, policies: [] });
    expect(await count('lqo_cache_entries')).toBe(0);
    expect(await count('lqo_cache_bytes')).toBe(0);
  });

  it('a smaller size holds at once', async () => {
    const { cache, directory, answer } = testCache();
    for (let n = 0; n < 10; n += 1) {
      await fill(cache, other(n), answer({ body: Buffer.alloc(1000) }));
    }
    directory.replace({ version: 2, policies: [cachePolicy({ maxBytes: 5100 })] });
    expect(cache.counts(PROJECT)).toMatchObject({ entries: 3, bytes: 5100 });
    expect(await answered(cache, other(9))).not.toBeNull();
    expect(await answered(cache, other(6))).toBeNull();
  });
});

describe('memory', () => {
  it('is bounded in bytes, and the least recently used goes first', async () => {
    const { cache, answer, count } = testCache([cachePolicy({ maxBytes: 17_000 })]);
    const body = Buffer.alloc(1000);
    for (let n = 0; n < 10; n += 1) await fill(cache, other(n), answer({ body }));
    expect(await answered(cache, other(0))).not.toBeNull();
    await fill(cache, other(10), answer({ body }));
    expect(await answered(cache, other(1))).toBeNull();
    expect(await answered(cache, other(0))).not.toBeNull();
    expect(cache.counts(PROJECT)).toMatchObject({ entries: 10, bytes: 17_000 });
    expect(await count('lqo_cache_removed_total', 'size')).toBe(1);
  });

  it('of all projects together is bounded, and the largest gives first', async () => {
    const small = cachePolicy({ projectId: 'small' });
    const { cache, answer } = testCache([cachePolicy(), small], { maxBytes: 17_000 });
    const body = Buffer.alloc(1000);
    const theirs = { ...question, projectId: 'small' };
    await fill(cache, theirs, answer({ body }));
    for (let n = 0; n < 30; n += 1) await fill(cache, other(n), answer({ body }));
    expect(cache.counts(PROJECT)).toMatchObject({ entries: 9 });
    expect(await answered(cache, theirs)).not.toBeNull();
  });

  it('holds nothing larger than all of it', async () => {
    const { cache, answer } = testCache([cachePolicy({ maxBytes: 1500 })]);
    await fill(cache, question, answer({ body: Buffer.alloc(801) }));
    expect(cache.counts(PROJECT).entries).toBe(0);
  });
});

describe('given the same question at the same time', () => {
  it('makes one call of 200, and all have its answer', async () => {
    const { cache, answer, count } = testCache();
    const asked = Array.from({ length: 200 }, () => cache.lookUp(question, stays));
    const leader = mustMiss(await (asked[0] ?? Promise.reject(new Error())));
    let landed = 0;
    for (const each of asked.slice(1)) void each.then(() => (landed += 1));
    await setImmediate();
    expect(landed).toBe(0);
    leader.store(answer());
    const found = await Promise.all(asked.slice(1));
    expect(found.every(({ kind }) => kind === 'hit')).toBe(true);
    expect(await count('lqo_cache_lookups_total', 'shared')).toBe(199);
    expect(await count('lqo_cache_lookups_total', 'miss')).toBe(1);
    expect(cache.counts(PROJECT)).toMatchObject({ hits: 199, shared: 199, misses: 1 });
  });

  it('keeps different questions apart', async () => {
    const { cache } = testCache();
    const found = await Promise.all([1, 2, 3].map((n) => cache.lookUp(other(n), stays)));
    expect(found.every(({ kind }) => kind === 'miss')).toBe(true);
  });

  it.each(['abandoned', 'failed'])('lets all go on when the call is %s', async (how) => {
    const { cache, answer } = testCache();
    const asked = Array.from({ length: 5 }, () => cache.lookUp(question, stays));
    const leader = mustMiss(await (asked[0] ?? Promise.reject(new Error())));
    if (how === 'failed') leader.store(answer({ status: 500 }));
    else leader.abandon();
    leader.store(answer());
    const found = await Promise.all(asked.slice(1));
    expect(found.map(({ kind }) => kind)).toEqual(['miss', 'miss', 'miss', 'miss']);
    // The first of them leads those who come now.
    const newcomer = cache.lookUp(question, stays);
    mustMiss(found[2] ?? (await newcomer)).abandon();
    mustMiss(found[0] ?? (await newcomer)).store(answer());
    expect((await newcomer).kind).toBe('hit');
  });

  it('lets a call leave that is cut off while it waits', async () => {
    const { cache, answer, count } = testCache();
    const leader = mustMiss(await cache.lookUp(question, stays));
    const leaving = new AbortController();
    const asked = cache.lookUp(question, leaving.signal);
    const patient = cache.lookUp(question, stays);
    leaving.abort();
    mustMiss(await asked).store(answer({ provider: 'nobody' }));
    leader.store(answer());
    expect(await patient).toMatchObject({ kind: 'hit', answer: { provider: 'demo' } });
    expect(mustMiss(await cache.lookUp(other(1), AbortSignal.abort()))).toBeDefined();
    expect(await count('lqo_cache_lookups_total', 'miss')).toBe(2);
  });

  it('waits no longer than it may for a call that never ends', async () => {
    const { cache, clock } = testCache([cachePolicy()], { maxWaitMs: 20 });
    mustMiss(await cache.lookUp(question, stays));
    // In time by the clock, and the wait itself is bounded.
    mustMiss(await cache.lookUp(question, stays));
    clock.pass(20);
    const next = mustMiss(await cache.lookUp(question, stays));
    const follower = cache.lookUp(question, stays);
    next.abandon();
    mustMiss(await follower);
  });

  it('gives an answer that is too large to keep to those who wait for it', async () => {
    const { cache, answer } = testCache([cachePolicy()], { maxAnswerBytes: 5 });
    const leader = mustMiss(await cache.lookUp(question, stays));
    const follower = cache.lookUp(question, stays);
    leader.store(answer());
    expect((await follower).kind).toBe('hit');
    expect(await answered(cache, question)).toBeNull();
  });
});

describe('what it counts', () => {
  it('adds up over processes', async () => {
    const one = testCache();
    const two = testCache();
    for (const { cache, answer } of [one, two]) {
      await fill(cache, question, answer());
      await answered(cache, question);
    }
    const sum = sumCounts([one.cache.counts(PROJECT), two.cache.counts(PROJECT)]);
    expect(sum).toMatchObject({ hits: 2, misses: 2, entries: 2 });
  });
});
