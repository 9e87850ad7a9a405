import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MemorySpool,
  startTestGateway,
  TEST_KEY,
  type TestFeatures,
  type TestGateway,
} from '../../test/support/gateway-server.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { plannedRouter, targetAt } from '../../test/support/planned-router.ts';
import type { SpendQuestion } from '../budgets/reserve.ts';
import type { LimitSubject } from '../limits/gate.ts';
import { scanRequest } from './scan-request.ts';

let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

const CHAT = '/v1/chat/completions';
const QUESTION = { model: 'gpt-mock', messages: [{ role: 'user', content: 'Hi' }] };

async function withGateway(
  features: TestFeatures,
  run: (gateway: TestGateway) => Promise<void>,
): Promise<void> {
  upstream.requests.length = 0;
  const router = plannedRouter([targetAt(upstream.baseUrl)]);
  const gateway = await startTestGateway({}, new MemorySpool(), { ...features, router });
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
}

function send(
  gateway: TestGateway,
  body: Buffer,
  { path = CHAT, headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, ...headers },
    body: new Uint8Array(body),
  });
}

/** Budgets that refuse whatever they are asked, and remember it. */
function strictBudgets(asked: SpendQuestion[]): TestFeatures {
  return {
    budgets: {
      applies: () => true,
      reserve: (question) => {
        asked.push(question);
        return { granted: false, message: 'spent', resetsAt: new Date(Date.now() + 60_000) };
      },
    },
  };
}

function bytes(body: object): Buffer {
  return Buffer.from(JSON.stringify(body));
}

describe('given a body whose headers do not call it JSON', () => {
  it.each([
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
  ])('holds it against budgets and limits all the same (%s)', async (type) => {
    const asked: SpendQuestion[] = [];
    const subjects: LimitSubject[] = [];
    const limits = {
      admit: (subject: LimitSubject) => {
        subjects.push(subject);
        return { admitted: true, headers: [], release: () => undefined } as const;
      },
    };
    await withGateway({ ...strictBudgets(asked), limits }, async (gateway) => {
      const headers = { 'content-type': type };
      const refused = await send(gateway, bytes(QUESTION), { headers });
      expect(refused.status).toBe(402);
      expect(upstream.requests).toEqual([]);
    });
    expect(asked[0]?.candidates).toEqual([{ provider: 'mock-openai', model: 'gpt-mock' }]);
    expect(subjects[0]).toMatchObject({ model: 'gpt-mock' });
  });
});

describe('given a compressed body', () => {
  it.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['br', zlib.brotliCompressSync],
    ['zstd', zlib.zstdCompressSync],
  ] as const)('reads it and sends it on plain (%s)', async (encoding, pack) => {
    await withGateway({}, async (gateway) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const response = await send(gateway, pack(bytes(QUESTION)), { headers });
      expect(response.status).toBe(200);
      await response.text();
      const [received] = upstream.requests;
      expect(received?.headers['content-encoding']).toBeUndefined();
      expect(received?.json).toEqual(QUESTION);
      const [record] = await gateway.records();
      expect(record).toMatchObject({ model: 'gpt-mock', request: { encoding: 'utf8' } });
    });
  });

  it('refuses an unknown encoding, bytes that are none, and a bomb', async () => {
    await withGateway({}, async (gateway) => {
      const statusOf = async (body: Buffer, encoding: string): Promise<number> => {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
        const response = await send(gateway, body, { headers });
        await response.text();
        return response.status;
      };
      expect(await statusOf(bytes(QUESTION), 'compress')).toBe(415);
      expect(await statusOf(bytes(QUESTION), 'gzip')).toBe(400);
      expect(await statusOf(zlib.gzipSync(Buffer.alloc(80 * 1024 * 1024)), 'gzip')).toBe(413);
      expect(upstream.requests).toEqual([]);
    });
  });
});

describe('given a call that budgets cannot price by its fields', () => {
  it('says how many answers are asked for', () => {
    const answers = (body: object): number => scanRequest(bytes(body)).answers;
    expect(answers(QUESTION)).toBe(1);
    expect(answers({ ...QUESTION, n: 128 })).toBe(128);
    expect(answers({ prompt: ['a', 'b', 'c'], best_of: 4 })).toBe(12);
    expect(answers({ prompt: [1, 2, 3] })).toBe(1);
    expect(answers({ generationConfig: { candidateCount: 3 } })).toBe(3);
    expect(answers({ n: 'many' })).toBe(1);
  });

  it('reserves for all of them, and asks as unnamed where no model is named', async () => {
    const asked: SpendQuestion[] = [];
    await withGateway(strictBudgets(asked), async (gateway) => {
      const headers = { 'content-type': 'application/json' };
      await send(gateway, bytes({ ...QUESTION, n: 5, max_tokens: 10 }), { headers });
      await send(gateway, bytes({ messages: QUESTION.messages }), { headers });
      await send(gateway, Buffer.from('sound'), { path: '/v1/audio/transcriptions' });
    });
    expect(asked.map(({ model, answers }) => [model, answers])).toEqual([
      ['gpt-mock', 5],
      ['unnamed', 1],
      ['unnamed', 1],
    ]);
  });

  it('does not ask budgets about what providers give for nothing', async () => {
    const asked: SpendQuestion[] = [];
    await withGateway(strictBudgets(asked), async (gateway) => {
      const headers = { 'content-type': 'application/json' };
      const body = bytes({ model: 'omni-moderation', input: 'x' });
      const response = await send(gateway, body, { path: '/v1/moderations', headers });
      expect(response.status).toBe(200);
      await response.text();
    });
    expect(asked).toEqual([]);
  });
});

describe('given a provider that compresses its answers', () => {
  it('asks it not to where the answer has to be read, and keeps none that is compressed', async () => {
    const log: string[] = [];
    const cache = {
      applies: () => true,
      lookUp: async () =>
        ({
          kind: 'miss',
          store: () => log.push('stored'),
          abandon: () => log.push('abandoned'),
        }) as const,
    };
    await withGateway({ cache }, async (gateway) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
      const body = bytes({ ...QUESTION, model: 'mock/gzip' });
      const response = await send(gateway, body, { headers });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect(await response.json()).toHaveProperty('choices');
      expect(upstream.requests[0]?.headers['accept-encoding']).toBe('identity');
      await gateway.records();
    });
    expect(log).toEqual(['abandoned']);
  });
});

describe('given an Azure deployment that only the path names', () => {
  it('tells it to providers that read the body', async () => {
    await withGateway({}, async (gateway) => {
      const path = '/openai/deployments/gpt-mock/chat/completions?api-version=2024-10-21';
      const headers = { 'content-type': 'application/json' };
      const body = bytes({ messages: QUESTION.messages });
      expect((await send(gateway, body, { path, headers })).status).toBe(200);
      expect(upstream.requests[0]?.json).toMatchObject({ model: 'gpt-mock' });
    });
  });
});
