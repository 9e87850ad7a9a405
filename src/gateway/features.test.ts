import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MemorySpool,
  startTestGateway,
  TEST_KEY,
  type TestFeatures,
  type TestGateway,
} from '../../test/support/gateway-server.ts';
import { TEXT } from '../../test/support/mock-upstream/dialect.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { plannedRouter, targetAt } from '../../test/support/planned-router.ts';
import type { Bill, SpendQuestion } from '../budgets/reserve.ts';
import type { CachedAnswer, CacheLookUp, CacheQuestion } from '../cache/answer-cache.ts';
import type { Assignment, AssignQuestion } from '../experiments/assign.ts';
import type { Admission, LimitSubject } from '../limits/gate.ts';

let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

const messages = [{ role: 'user', content: 'Hi' }];
const HEADERS = { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' };

async function withGateway<Result>(
  features: TestFeatures,
  run: (gateway: TestGateway) => Promise<Result>,
): Promise<Result> {
  upstream.requests.length = 0;
  const router = features.router ?? plannedRouter([targetAt(upstream.baseUrl)]);
  const gateway = await startTestGateway({}, new MemorySpool(), { ...features, router });
  try {
    return await run(gateway);
  } finally {
    await gateway.close();
  }
}

function post(
  gateway: TestGateway,
  body: object = {},
  { headers = {}, path = '/v1/chat/completions' } = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify({ model: 'gpt-mock', messages, ...body }),
  });
}

describe('given limits', () => {
  it('asks with what is known, tells its headers, and gives back the tokens once', async () => {
    const asked: LimitSubject[] = [];
    const released: (number | null)[] = [];
    const limits = {
      admit: (subject: LimitSubject): Admission => {
        asked.push(subject);
        return {
          admitted: true,
          headers: ['x-ratelimit-remaining-requests', '59'],
          release: (tokens) => released.push(tokens),
        };
      },
    };
    await withGateway({ limits }, async (gateway) => {
      for (const stream of [false, true]) {
        const response = await post(gateway, { stream, max_tokens: 50, user: 'u1' });
        await response.text();
        expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('59');
        // With limits of ours, the provider's say nothing to the caller.
        expect(response.headers.get('x-ratelimit-limit-requests')).toBeNull();
      }
      const bytes = Buffer.byteLength(
        JSON.stringify({ model: 'gpt-mock', messages, stream: false, max_tokens: 50, user: 'u1' }),
      );
      expect(asked[0]).toMatchObject({ model: 'gpt-mock', userId: 'u1', ip: '127.0.0.1' });
      expect(asked[0]?.estimatedTokens).toBe(Math.ceil(bytes / 4) + 50);
      expect(released).toEqual([16, 16]);
    });
  });

  it.each([
    ['/v1/chat/completions', { authorization: `Bearer ${TEST_KEY}` }, ['error', 'code']],
    ['/v1/messages', { 'x-api-key': TEST_KEY }, ['error', 'message']],
    ['/api/chat', { authorization: `Bearer ${TEST_KEY}` }, ['error']],
  ])(
    'refuses on %s in the caller’s dialect, with retry-after, and forwards nothing',
    async (path, headers, place) => {
      const limits = {
        admit: async (): Promise<Admission> => ({
          admitted: false,
          headers: ['x-ratelimit-limit-requests', '60'],
          retryAfterMs: 1500,
          limit: '60 requests a minute for this key',
        }),
      };
      await withGateway({ limits }, async (gateway) => {
        const response = await post(gateway, { max_tokens: 5 }, { path, headers });
        expect(response.status).toBe(429);
        expect(response.headers.get('retry-after')).toBe('2');
        expect(response.headers.get('x-ratelimit-limit-requests')).toBe('60');
        let found: unknown = await response.json();
        for (const name of place) found = (found as Record<string, unknown>)[name];
        expect(found).toMatch(/rate_limit_exceeded|60 requests a minute/);
        const [record] = await gateway.records();
        expect(record).toMatchObject({ errorType: 'rate_limited', attempts: [], httpStatus: 429 });
        expect(upstream.requests).toEqual([]);
      });
    },
  );
});

describe('given budgets', () => {
  const charge = {
    budgetId: 'b',
    subject: '',
    period: '2026-11-01',
    holder: 'h',
    microUsd: 5,
  } as const;

  it('reserves for everybody who may serve the call, and settles with the bill', async () => {
    const asked: SpendQuestion[] = [];
    const bills: Bill[] = [];
    const budgets = {
      applies: () => true,
      reserve: async (question: SpendQuestion) => {
        asked.push(question);
        const settle = (bill: Bill) => {
          bills.push(bill);
          return [charge];
        };
        return { granted: true, notice: 'warning; 61%', settle } as const;
      },
    };
    await withGateway({ budgets }, async (gateway) => {
      for (const [stream, model] of [
        [true, 'gpt-mock'],
        [false, 'gpt-mock'],
        [false, 'mock/fail'],
      ] as const) {
        gateway.spool.records.length = 0;
        const response = await post(gateway, { stream, model, max_tokens: 9 });
        await response.text();
        expect(response.headers.get('x-lqo-budget')).toBe('warning; 61%');
        const [record] = await gateway.records();
        expect(record?.handling?.charges).toEqual([charge]);
      }
    });
    expect(asked[0]).toMatchObject({
      candidates: [{ provider: 'mock-openai', model: 'gpt-mock' }],
      maxOutputTokens: 9,
    });
    expect(bills.map(({ free, usage }) => [free, usage?.output ?? null])).toEqual([
      [false, 5],
      [false, 5],
      [true, null],
    ]);
  });

  it('owes what a provider may have worked on, also when it was given up on', async () => {
    const bills: Bill[] = [];
    const settle = (bill: Bill) => {
      bills.push(bill);
      return [];
    };
    const reserve = () => ({ granted: true, notice: null, settle }) as const;
    const environment = { UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '100' };
    const router = plannedRouter([targetAt(upstream.baseUrl)]);
    const gateway = await startTestGateway(environment, new MemorySpool(), {
      router,
      budgets: { applies: () => true, reserve },
    });
    for (const model of ['mock/silent', 'mock/reset', 'mock/rate-limit', 'mock/cut-3']) {
      await (await post(gateway, { model, stream: true })).text();
    }
    await gateway.close();
    expect(bills.map(({ free }) => free)).toEqual([false, true, true, false]);
  });

  it('refuses with 402 and forwards nothing; costs nothing where none applies', async () => {
    let asked = 0;
    const budgets = {
      applies: () => asked === 0,
      reserve: () => {
        asked += 1;
        return {
          granted: false,
          message: 'The budget is spent.',
          resetsAt: new Date(Date.now() + 60_000),
        } as const;
      },
    };
    await withGateway({ budgets }, async (gateway) => {
      const refused = await post(gateway);
      expect(refused.status).toBe(402);
      expect(await refused.json()).toMatchObject({ error: { code: 'budget_exceeded' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(upstream.requests).toEqual([]);
      expect((await post(gateway)).status).toBe(200);
      expect(asked).toBe(1);
    });
  });
});

/** A cache that keeps everything under the text of its question. */
function simpleCache() {
  const kept = new Map<string, CachedAnswer>();
  const log: string[] = [];
  const keyOf = ({ path, stream, variant, body }: CacheQuestion): string =>
    [path, stream, variant, body].join(' ');
  return {
    kept,
    log,
    applies: () => true,
    async lookUp(question: CacheQuestion): Promise<CacheLookUp> {
      const answer = kept.get(keyOf(question));
      if (answer !== undefined) return { kind: 'hit', answer };
      return {
        kind: 'miss',
        store: (stored) => {
          log.push('stored');
          kept.set(keyOf(question), stored);
        },
        abandon: () => log.push('abandoned'),
      };
    },
  };
}

describe('given a cache', () => {
  it.each([false, true])('answers the second time by itself (streaming: %s)', async (stream) => {
    const cache = simpleCache();
    await withGateway({ cache }, async (gateway) => {
      const first = await post(gateway, { stream });
      const firstText = await first.text();
      expect(first.headers.get('x-lqo-cache')).toBe('miss');
      const second = await post(gateway, { stream });
      expect(await second.text()).toBe(firstText);
      expect(second.headers.get('x-lqo-cache')).toBe('hit');
      expect(second.headers.get('x-lqo-attempts')).toBe('0');
      expect(second.headers.get('x-lqo-provider')).toBe('mock-openai');
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
      expect(upstream.requests).toHaveLength(1);
      const [miss, hit] = await gateway.records(2);
      expect(miss?.handling).toMatchObject({ cache: 'miss' });
      expect(hit).toMatchObject({
        status: 'success',
        provider: 'mock-openai',
        attempts: [],
        handling: { cache: 'hit' },
        response: { text: firstText },
      });
      const off = await post(gateway, { stream }, { headers: { 'x-lqo-cache': 'off' } });
      await off.text();
      expect(off.headers.get('x-lqo-cache')).toBeNull();
      expect(upstream.requests).toHaveLength(2);
      expect(cache.log).toEqual(['stored']);
    });
  });

  it('keeps no errors, no cut answers and none that nobody heard to the end', async () => {
    const cache = simpleCache();
    await withGateway({ cache }, async (gateway) => {
      for (const model of ['mock/fail', 'mock/cut-3', 'mock/error-event', 'mock/open-end-3']) {
        await (await post(gateway, { model, stream: true })).text();
      }
      await gateway.records(4);
      expect(cache.kept.size).toBe(0);
      expect(cache.log).toEqual(['abandoned', 'abandoned', 'abandoned', 'abandoned']);
    });
  });
});

describe('given experiments', () => {
  const exposure = { experimentId: 'e', arm: 'b', unit: 'hash' } as const;
  const arm: Assignment = {
    model: 'arm-model',
    rewrite: (body) => ({ ...body, temperature: 0 }),
    promptName: 'greeting',
    promptVersion: '2',
    exposure,
    shadows: [],
  };

  it('changes model and body, and records the arm', async () => {
    const asked: AssignQuestion[] = [];
    const arms = {
      assign: (question: AssignQuestion) => {
        asked.push(question);
        return arm;
      },
    };
    const router = plannedRouter([targetAt(upstream.baseUrl)]);
    await withGateway({ arms, router }, async (gateway) => {
      const response = await post(
        gateway,
        {},
        { headers: { 'x-lqo-variables': '{"name":"Kim"}', 'x-lqo-session': 's1' } },
      );
      await response.text();
      const [record] = await gateway.records();
      expect(asked[0]).toMatchObject({ variables: { name: 'Kim' }, sessionId: 's1' });
      expect(upstream.requests[0]?.json).toEqual({ model: 'arm-model', messages, temperature: 0 });
      expect(router.questions[0]?.model).toBe('arm-model');
      expect(record).toMatchObject({
        model: 'gpt-mock',
        handling: { exposure },
        context: { promptName: 'greeting', promptVersion: '2' },
      });
      expect(record?.request?.text).toContain('"temperature":0');
    });
  });

  it('calls shadows without answering, each with a record of its own', async () => {
    const begin = () => true;
    const shadow = { ...arm, model: 'mock/delay-80', rewrite: null, begin };
    const shadowExposure = { ...exposure, arm: 'shadow' };
    const assigned = {
      ...arm,
      shadows: [
        { ...shadow, exposure: shadowExposure },
        { ...shadow, model: 'mock/fail', exposure: shadowExposure },
      ],
    };
    await withGateway({ arms: { assign: () => assigned } }, async (gateway) => {
      for (const stream of [false, true]) {
        gateway.spool.records.length = 0;
        const response = await post(gateway, { stream });
        expect(await response.text()).toContain(stream ? '[DONE]' : TEXT);
        const records = await gateway.records(3);
        const own = records.find(({ handling }) => handling?.shadowOf === null);
        expect(response.headers.get('x-lqo-interaction-id')).toBe(own?.id);
        const shadows = records.filter(({ handling }) => handling?.shadowOf === own?.id);
        expect(shadows.map(({ status }) => status)).toEqual(
          expect.arrayContaining(['error', 'success']),
        );
        for (const one of shadows) expect(one.handling?.exposure).toEqual(shadowExposure);
        expect(new Set(records.map(({ id }) => id)).size).toBe(3);
      }
      expect(gateway.inFlight.size).toBe(0);
    });
  });
});

describe('given a caller that leaves and a route that hears the provider out', () => {
  it('records the whole answer and its usage, as left by the caller', async () => {
    const bills: Bill[] = [];
    const settle = (bill: Bill) => {
      bills.push(bill);
      return [];
    };
    const budgets = {
      applies: () => true,
      reserve: () => ({ granted: true, notice: null, settle }) as const,
    };
    const router = plannedRouter([targetAt(upstream.baseUrl)], { onDisconnect: 'drain' });
    await withGateway({ router, budgets }, async (gateway) => {
      const abort = new AbortController();
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: HEADERS,
        body: JSON.stringify({ model: 'mock/paced-20', messages, stream: true }),
        signal: abort.signal,
      });
      await response.body?.getReader().read();
      abort.abort();
      const [record] = await gateway.records();
      expect(record).toMatchObject({ errorType: 'client_closed', status: 'error' });
      expect(record?.attempts[0]).toMatchObject({ errorType: null, httpStatus: 200 });
      expect(record?.response?.text).toContain('[DONE]');
      expect(bills[0]?.usage).toMatchObject({ output: 5 });
      expect(gateway.inFlight.size).toBe(0);
    });
  });
});
