import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestClock, testClock } from '../../test/support/clock.ts';
import {
  headersOf,
  limitRule,
  limitSubject,
  PROJECT,
  type TestGate,
  testGate,
} from '../../test/support/limits.ts';
import { firstDifference, rules, steps } from '../../test/support/limits-model.ts';
import { redisInstalled, startRedis, type TestRedis, until } from '../../test/support/redis.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { openRedis, type Redis } from '../store/redis.ts';
import type { Admission } from './gate.ts';
import type { LimitRule } from './rules.ts';

const log = createLog('silent');
/** A minute is longer than any pause of a busy machine; only what stands still on purpose misses it. */
const PATIENT_MS = 60_000;

describe.skipIf(!redisInstalled())('limits shared through Redis', () => {
  let server: TestRedis;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const each of open.splice(0)) await each.close();
  });
  afterAll(() => server.stop());

  async function connect(deadlineMs = PATIENT_MS, url = server.url): Promise<Redis> {
    const redis = openRedis({ url, clock: systemClock, log, deadlineMs });
    open.push(redis);
    await until(() => redis.available, 'Redis is connected');
    return redis;
  }
  /** Gates as of processes of their own, with rules that nobody else has. */
  async function gates(
    all: readonly LimitRule[],
    options: { deadlineMs?: number; clock?: TestClock } = {},
  ): Promise<{ one: TestGate; two: TestGate; redis: Redis; clock: TestClock }> {
    const own = all.map((rule) => ({ ...rule, id: randomUUID() }));
    const clock = options.clock ?? testClock();
    const redis = await connect(options.deadlineMs);
    const one = testGate(own, { redis, clock });
    const two = testGate(own, { redis: await connect(options.deadlineMs), clock });
    open.push(one.gate, two.gate);
    return { one, two, redis, clock };
  }

  describe('given two processes', () => {
    it('admits exactly as many of 200 concurrent calls as the limit says', async () => {
      const { one, two } = await gates([
        limitRule({ limit: 70 }),
        limitRule({ metric: 'concurrent_requests', limit: 40 }),
      ]);
      const calls = await Promise.all(
        Array.from({ length: 200 }, (_, n) => [one, two][n % 2]?.gate.admit(limitSubject())),
      );
      const admitted = calls.filter((call) => call?.admitted === true);
      expect(admitted).toHaveLength(40);
      for (const call of admitted) if (call?.admitted) call.release(null);
      while (await placesInUse(one)) await new Promise((resolve) => setTimeout(resolve, 5));
      const more = await Promise.all(
        Array.from({ length: 200 }, (_, n) => [one, two][n % 2]?.gate.admit(limitSubject())),
      );
      expect(more.filter((call) => call?.admitted === true)).toHaveLength(30);
      expect(await one.count('lqo_limit_fallbacks_total')).toBe(0);
    });

    it('corrects tokens for all of them, and refills by the time', async () => {
      const { one, two, clock } = await gates([
        limitRule({ metric: 'tokens_per_minute', limit: 1000 }),
      ]);
      const call = mustAdmit(await one.gate.admit(limitSubject({ estimatedTokens: 900 })));
      const refused = await two.gate.admit(limitSubject({ estimatedTokens: 200 }));
      expect(refused).toMatchObject({ admitted: false, retryAfterMs: 6000 });
      expect(headersOf(refused)).toMatchObject({ 'x-ratelimit-remaining-tokens': '100' });
      call.release(500);
      // On the connection of the first: what follows is read after it.
      const still = await one.gate.admit(limitSubject({ estimatedTokens: 501 }));
      expect(still).toMatchObject({ admitted: false, retryAfterMs: 60 });
      clock.pass(60);
      expect((await two.gate.admit(limitSubject({ estimatedTokens: 501 }))).admitted).toBe(true);
    });

    it('goes on when Redis has forgotten the scripts', async () => {
      const { one } = await gates([limitRule({ limit: 2 })]);
      await one.gate.admit(limitSubject());
      server.forgetScripts();
      expect((await one.gate.admit(limitSubject())).admitted).toBe(true);
      expect((await one.gate.admit(limitSubject())).admitted).toBe(false);
      expect(await one.count('lqo_limit_fallbacks_total')).toBe(0);
    });

    it('tells the use of both', async () => {
      const { one, two } = await gates([limitRule({ limit: 10 })]);
      await one.gate.admit(limitSubject({ keyId: 'k:1' }));
      await two.gate.admit(limitSubject({ keyId: 'k:1' }));
      const { store, items } = await one.gate.busiest(PROJECT, 5);
      expect(store).toBe('shared');
      expect(items).toEqual([expect.objectContaining({ subject: 'k:1', used: 2, usedShare: 0.2 })]);
    });
  });

  it('decides as the plainest model does, as long as places are not renewed', async () => {
    const soon = steps.map((all) =>
      all.map((step) => (step.kind === 'pass' ? { ...step, ms: step.ms % 700 } : step)),
    );
    const redis = await connect();
    await fc.assert(
      fc.asyncProperty(rules, soon, async (all, doings) => {
        const own = all.map((rule) => ({ ...rule, id: `${randomUUID()}-${rule.metric}` }));
        const { gate, clock } = testGate(own, { redis });
        const settled = (): Promise<unknown> => redis.read('nothing');
        expect(await firstDifference(own, doings, { gate, clock, settled })).toBeNull();
        await gate.close();
      }),
      { numRuns: 60 },
    );
  });

  it('frees the places of a process that was killed', async () => {
    const rule = limitRule({ metric: 'concurrent_requests', limit: 1, id: randomUUID() });
    const clock = testClock();
    const dead = testGate([rule], { redis: await connect(), clock });
    const alive = testGate([rule], { redis: await connect(), clock });
    open.push(alive.gate);
    expect((await dead.gate.admit(limitSubject())).admitted).toBe(true);
    await dead.gate.close();
    clock.pass(59_000);
    expect((await alive.gate.admit(limitSubject())).admitted).toBe(false);
    clock.pass(1_000);
    expect((await alive.gate.admit(limitSubject())).admitted).toBe(true);
  });

  it('keeps the places of calls that take long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { one, two, redis, clock } = await gates([
      limitRule({ metric: 'concurrent_requests', limit: 1 }),
    ]);
    const call = mustAdmit(await one.gate.admit(limitSubject()));
    for (let turn = 0; turn < 5; turn += 1) {
      clock.pass(50_000);
      vi.advanceTimersByTime(20_000);
      await redis.read('nothing');
      expect((await two.gate.admit(limitSubject())).admitted).toBe(false);
    }
    call.release(null);
    await redis.read('nothing');
    vi.advanceTimersByTime(20_000);
    expect((await two.gate.admit(limitSubject())).admitted).toBe(true);
  });

  describe('given a Redis that goes away', () => {
    it('begins alone when Redis is not there yet', async () => {
      const own = await startRedis();
      open.push({ close: () => own.stop() });
      await own.kill();
      const redis = openRedis({ url: own.url, clock: systemClock, log, deadlineMs: PATIENT_MS });
      open.push(redis);
      const one = testGate([limitRule({ limit: 1, id: randomUUID() })], { redis });
      open.push(one.gate);
      const alone = await Promise.all([1, 2].map(() => one.gate.admit(limitSubject())));
      expect(alone.map(({ admitted }) => admitted)).toEqual([true, false]);
      await own.restart();
      await until(() => redis.available, 'Redis is there');
      expect((await one.gate.admit(limitSubject())).admitted).toBe(true);
      expect((await one.gate.admit(limitSubject())).admitted).toBe(false);
    });

    it('goes on with what it has counted itself, and shares again when Redis is back', async () => {
      const own = await startRedis();
      open.push({ close: () => own.stop() });
      const rule = limitRule({ limit: 3, id: randomUUID() });
      const redis = await connect(PATIENT_MS, own.url);
      const one = testGate([rule], { redis });
      open.push(one.gate);
      expect((await one.gate.admit(limitSubject())).admitted).toBe(true);
      await own.kill();
      await until(() => !redis.available, 'the connection is lost');
      const alone = await Promise.all([1, 2, 3].map(() => one.gate.admit(limitSubject())));
      expect(alone.map(({ admitted }) => admitted)).toEqual([true, true, false]);
      expect(await one.count('lqo_limit_fallbacks_total')).toBe(3);
      expect((await one.gate.busiest(PROJECT, 5)).store).toBe('away');
      await own.restart();
      await until(() => redis.available, 'Redis is back');
      expect((await one.gate.admit(limitSubject())).admitted).toBe(true);
      expect((await one.gate.busiest(PROJECT, 5)).store).toBe('shared');
    });

    it('does not wait for one that stands still', async () => {
      const own = await startRedis();
      open.push({ close: () => own.stop() });
      const redis = await connect(50, own.url);
      const one = testGate([limitRule({ id: randomUUID() })], { redis });
      open.push(one.gate);
      own.freeze();
      expect((await one.gate.admit(limitSubject())).admitted).toBe(true);
      expect(redis.available).toBe(false);
      // Nobody is asked for a while: the answer is there at once.
      expect(one.gate.admit(limitSubject())).toMatchObject({ admitted: true });
      own.thaw();
      await until(() => redis.available, 'Redis is asked again');
    });
  });

  it('refuses a URL that is none of Redis', () => {
    expect(() => openRedis({ url: 'http://x', clock: systemClock, log })).toThrow('REDIS_URL');
  });
});

async function placesInUse({ gate }: TestGate): Promise<boolean> {
  const { items } = await gate.busiest(PROJECT, 10);
  return items.some(({ metric }) => metric === 'concurrent_requests');
}

function mustAdmit(admission: Admission): Extract<Admission, { admitted: true }> {
  if (!admission.admitted) throw new Error(`refused: ${admission.limit}`);
  return admission;
}
