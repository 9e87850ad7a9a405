import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestFeatures } from '../../test/support/gateway-server.ts';
import {
  MemorySpool,
  startTestGateway,
  TEST_KEY,
  type TestGateway,
} from '../../test/support/gateway-server.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { type PlannedRouter, plannedRouter, targetAt } from '../../test/support/planned-router.ts';
import type { CacheLookUp } from '../cache/answer-cache.ts';
import { AppError } from '../core/errors.ts';
import type { RoutePlan, RouteQuestion, Router } from '../routing/router.ts';

/** How one call goes, decided before it is made. */
interface Fate {
  readonly targets: readonly string[];
  readonly delayMs: number;
  readonly stream: boolean;
  readonly limits: 'none' | 'admit' | 'wait' | 'refuse';
  readonly budgets: 'none' | 'grant' | 'wait' | 'refuse' | 'settle_throws';
  readonly cache: 'none' | 'miss' | 'slow_miss' | 'hit';
  readonly router: 'plans' | 'throws' | 'empty';
  readonly onDisconnect: 'abort' | 'drain';
  /** When the caller leaves; null: it stays. */
  readonly leavesAfterMs: number | null;
  readonly shadow: boolean;
  readonly spoolFails: boolean;
}

const TARGETS = [
  'gpt-mock',
  'mock/fail',
  'mock/rate-limit',
  'mock/reset',
  'mock/empty',
  'mock/error-first',
  'mock/cut-3',
  'mock/half-event',
  'mock/error-event',
  'mock/silent',
  'mock/stall-3',
  'mock/paced-5',
  'mock/short',
  'mock/linger',
  'mock/malformed',
  'mock/page',
] as const;

const fate: fc.Arbitrary<Fate> = fc.record({
  targets: fc.array(fc.constantFrom(...TARGETS), { minLength: 1, maxLength: 3 }),
  delayMs: fc.constantFrom(0, 0, 15),
  stream: fc.boolean(),
  limits: fc.constantFrom('none', 'admit', 'admit', 'wait', 'refuse'),
  budgets: fc.constantFrom('none', 'grant', 'grant', 'wait', 'refuse', 'settle_throws'),
  cache: fc.constantFrom('none', 'none', 'miss', 'slow_miss', 'hit'),
  router: fc.constantFrom('plans', 'plans', 'plans', 'plans', 'throws', 'empty'),
  onDisconnect: fc.constantFrom('abort', 'drain'),
  leavesAfterMs: fc.constantFrom(null, null, 0, 5, 20, 60),
  shadow: fc.boolean(),
  spoolFails: fc.boolean(),
});

/** Counts what is taken and given back; nothing may be given back twice. */
class Ledger {
  taken = 0;
  back = 0;

  take(): () => void {
    this.taken += 1;
    let open = true;
    return () => {
      if (!open) throw new Error('Given back twice.');
      open = false;
      this.back += 1;
    };
  }
}

interface World {
  readonly features: TestFeatures;
  readonly ledgers: Record<'limits' | 'budgets' | 'cache', Ledger>;
  readonly router: PlannedRouter;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function worldOf(one: Fate, upstream: MockUpstream): World {
  const ledgers = { limits: new Ledger(), budgets: new Ledger(), cache: new Ledger() };
  const targets = one.targets.map((model) => targetAt(upstream.baseUrl, { model }));
  const planned = plannedRouter(targets, one);
  const router: Router = {
    models: planned.models,
    plan(question: RouteQuestion): RoutePlan {
      if (one.router === 'throws') throw new AppError('model_not_found', 'No.');
      const plan = planned.plan(question);
      return one.router === 'empty' ? { ...plan, next: () => null } : plan;
    },
  };
  return { ledgers, router: planned, features: { router, ...featuresOf(one, ledgers) } };
}

function featuresOf(one: Fate, ledgers: World['ledgers']): TestFeatures {
  const answer = {
    status: 200,
    contentType: 'application/json',
    body: Buffer.from('{}'),
    provider: 'p',
    model: null,
    storedAtMs: 0,
    costMicroUsd: null,
  };
  const exposure = { experimentId: 'e', arm: 's', unit: 'u' };
  const nothing = { model: null, rewrite: null, promptName: null, promptVersion: null };
  return {
    limits:
      one.limits === 'none'
        ? null
        : {
            async admit() {
              if (one.limits === 'wait') await sleep(10);
              if (one.limits === 'refuse') {
                return { admitted: false, headers: [], retryAfterMs: 1, limit: 'x' } as const;
              }
              return { admitted: true, headers: [], release: ledgers.limits.take() } as const;
            },
          },
    budgets:
      one.budgets === 'none'
        ? null
        : {
            applies: () => true,
            async reserve() {
              if (one.budgets === 'wait') await sleep(10);
              if (one.budgets === 'refuse') {
                return { granted: false, message: 'no', resetsAt: new Date() } as const;
              }
              const back = ledgers.budgets.take();
              const settle = () => {
                back();
                if (one.budgets === 'settle_throws') throw new Error('broken books');
                return [];
              };
              return { granted: true, notice: null, settle } as const;
            },
          },
    cache:
      one.cache === 'none'
        ? null
        : {
            applies: () => true,
            async lookUp(): Promise<CacheLookUp> {
              if (one.cache === 'slow_miss') await sleep(10);
              if (one.cache === 'hit') return { kind: 'hit', answer };
              const back = ledgers.cache.take();
              return { kind: 'miss', store: back, abandon: back };
            },
          },
    arms: one.shadow
      ? {
          assign: () => ({
            ...nothing,
            exposure,
            shadows: [{ ...nothing, exposure, begin: () => true }],
          }),
        }
      : null,
  };
}

/** One call to its end, as its caller sees it; null when the caller left. */
async function callOnce(gateway: TestGateway, one: Fate): Promise<string | null> {
  const signal = one.leavesAfterMs === null ? null : AbortSignal.timeout(one.leavesAfterMs + 1);
  try {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: JSON.stringify({ model: 'public', messages: [], stream: one.stream }),
      signal,
    });
    return await response.text();
  } catch {
    return null;
  }
}

let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

const LIMITS = {
  UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '150',
  UPSTREAM_IDLE_TIMEOUT_MS: '150',
  UPSTREAM_TOTAL_TIMEOUT_MS: '700',
};

async function holds(one: Fate, stopsAfterMs: number | null = null): Promise<void> {
  const { features, ledgers, router } = worldOf(one, upstream);
  const spool = new MemorySpool();
  if (one.spoolFails) spool.failing = new Error('disk');
  const gateway = await startTestGateway(LIMITS, spool, features);
  const clock = { now: Date.now, monotonic: (): number => performance.now() };
  try {
    const call = callOnce(gateway, one);
    if (stopsAfterMs !== null) {
      await sleep(stopsAfterMs);
      await gateway.inFlight.drain(2, clock);
    }
    const text = await call;
    await expect.poll(() => gateway.inFlight.size, { timeout: 5000 }).toBe(0);
    for (const ledger of Object.values(ledgers)) expect(ledger.back).toBe(ledger.taken);
    expect(router.open()).toBe(0);
    const records = spool.records;
    if (one.spoolFails) expect(records).toEqual([]);
    else if (text !== null) expect(records.length).toBeGreaterThanOrEqual(1);
    expect(records.length).toBeLessThanOrEqual(one.shadow ? 2 : 1);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    if (text?.includes('[DONE]') && !one.spoolFails) {
      const [own] = records.filter((record) => record.kind === 'exchange');
      expect(text).not.toContain('upstream_');
      expect(own).toBeDefined();
    }
  } finally {
    await gateway.close();
  }
}

describe('given calls of any fate', () => {
  it('gives back everything exactly once, and records each call once', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fate, (one) => holds(one)),
      { numRuns: 60 },
    );
  });

  it('does so when the gateway stops in the middle of them', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(fate, fc.constantFrom(0, 8, 15, 40, 90), holds), {
      numRuns: 30,
    });
  });
});
