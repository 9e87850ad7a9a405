import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MemorySpool,
  startTestGateway,
  TEST_KEY,
  type TestGateway,
} from '../../test/support/gateway-server.ts';
import { TEXT } from '../../test/support/mock-upstream/dialect.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { plannedRouter, targetAt } from '../../test/support/planned-router.ts';
import type { DialectId } from '../providers/dialect.ts';
import type { Target } from '../routing/router.ts';

const DIALECTS = ['openai', 'anthropic', 'gemini', 'ollama'] as const satisfies DialectId[];
let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

function target(dialect: DialectId, model: string): Target {
  const base = dialect === 'openai' ? upstream.baseUrl : upstream.origin;
  return targetAt(base, { dialect, model });
}

/** How clients of a dialect ask one thing, and read the answer. */
interface Client {
  readonly path: (stream: boolean) => string;
  readonly body: (stream: boolean) => object;
  readonly headers: Record<string, string>;
  /** The text of a whole answer, or of the events of a stream. */
  readonly read: (text: string, stream: boolean) => string;
  readonly ends: RegExp;
  /** An error before the answer. */
  readonly error: (body: unknown) => unknown;
}

const events = (text: string): unknown[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));
const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const messages = [{ role: 'user', content: 'Hi' }];

/** What lies at a place of an answer; undefined when nothing does. */
function dig(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of keys) found = (found as Record<string | number, unknown> | undefined)?.[key];
  return found;
}

const CLIENTS: Record<DialectId, Client> = {
  openai: {
    path: () => '/v1/chat/completions',
    body: (stream) => ({ model: 'public', messages, ...(stream && { stream }) }),
    headers: { authorization: `Bearer ${TEST_KEY}` },
    read: (text, stream) =>
      stream
        ? events(text)
            .map((chunk) => dig(chunk, 'choices', 0, 'delta', 'content') ?? '')
            .join('')
        : String(dig(JSON.parse(text), 'choices', 0, 'message', 'content')),
    ends: /data: \[DONE\]\n\n$/,
    error: (body) => dig(body, 'error', 'message'),
  },
  anthropic: {
    path: () => '/v1/messages',
    body: (stream) => ({ model: 'public', max_tokens: 64, messages, ...(stream && { stream }) }),
    headers: { 'x-api-key': TEST_KEY, 'anthropic-version': '2023-06-01' },
    read: (text, stream) =>
      stream
        ? events(text)
            .map((event) => dig(event, 'delta', 'text') ?? '')
            .join('')
        : String(dig(JSON.parse(text), 'content', 0, 'text')),
    ends: /event: message_stop\ndata: .*\n\n$/,
    error: (body) => dig(body, 'error', 'message'),
  },
  gemini: {
    path: (stream) =>
      `/v1beta/models/public:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    headers: { 'x-goog-api-key': TEST_KEY },
    read: (text, stream) => {
      const texts = (stream ? events(text) : [JSON.parse(text)]).map(
        (one) => dig(one, 'candidates', 0, 'content', 'parts', 0, 'text') ?? '',
      );
      return texts.join('');
    },
    ends: /"finishReason":"STOP"[\s\S]*$/,
    error: (body) => dig(body, 'error', 'message'),
  },
  ollama: {
    path: () => '/api/chat',
    body: (stream) => ({ model: 'public', messages, ...(!stream && { stream }) }),
    headers: { authorization: `Bearer ${TEST_KEY}` },
    read: (text, stream) =>
      (stream ? lines(text) : [JSON.parse(text)])
        .map((one) => dig(one, 'message', 'content') ?? '')
        .join(''),
    ends: /"done":true.*\n$/,
    error: (body) => dig(body, 'error'),
  },
};

async function call(from: DialectId, targets: readonly Target[], stream: boolean) {
  const client = CLIENTS[from];
  const sent = { path: client.path(stream), headers: client.headers, body: client.body(stream) };
  return send(sent, targets);
}

async function send(
  { path, headers, body }: { path: string; headers: Record<string, string>; body: object },
  targets: readonly Target[],
) {
  upstream.requests.length = 0;
  const router = plannedRouter(targets);
  const gateway = await startTestGateway({ UPSTREAM_IDLE_TIMEOUT_MS: '2000' }, new MemorySpool(), {
    router,
  });
  try {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text().catch(() => 'broken');
    const [record] = await gateway.records();
    if (record === undefined) throw new Error('nothing was recorded');
    expect(gateway.spool.records).toHaveLength(1);
    expect(router.open()).toBe(0);
    return { response, text, record, seen: upstream.requests[0] };
  } finally {
    await gateway.close();
  }
}

const PAIRS = DIALECTS.flatMap((from) =>
  DIALECTS.flatMap((to) => [false, true].map((stream) => [from, to, stream] as const)),
);

describe.each(PAIRS)(
  'given a client of %s and a provider of %s (streaming: %s)',
  (from, to, stream) => {
    it('answers in the client’s own words', async () => {
      const { response, text, record, seen } = await call(from, [target(to, 'm-mock')], stream);
      expect(response.status).toBe(200);
      expect(CLIENTS[from].read(text, stream)).toBe(TEXT);
      if (stream) expect(text).toMatch(CLIENTS[from].ends);
      expect(record).toMatchObject({
        dialect: from,
        operation: 'chat',
        stream,
        status: 'success',
        model: 'public',
        provider: `mock-${to}`,
      });
      expect(record.handling?.responseDialect ?? null).toBe(from === to ? null : to);
      if (stream) expect(record.firstTokenMs).toBeGreaterThan(0);
      expect(seen?.headers['x-mock-key']).toBe('secret');
      expect(JSON.stringify(seen?.headers)).not.toContain(TEST_KEY);
      expect(`${seen?.url} ${seen?.body}`).toContain('m-mock');
    });

    it('tells an error of the provider in the client’s words', async () => {
      const { response, text, record } = await call(from, [target(to, 'mock/rate-limit')], stream);
      expect(response.status).toBe(429);
      expect(CLIENTS[from].error(JSON.parse(text))).toContain('mock 429');
      expect(response.headers.get('retry-after')).toBe('7');
      expect(record).toMatchObject({ errorType: 'rate_limited', errorMessage: 'mock 429' });
    });
  },
);

describe.each(PAIRS.filter(([, , stream]) => stream))(
  'given a stream of %s to a provider of %s',
  (from, to) => {
    const cut = to === 'anthropic' ? 'mock/cut-5' : 'mock/cut-2';

    it('ends a cut stream with an error and never as if it were whole', async () => {
      const { text, record } = await call(from, [target(to, cut)], true);
      expect(text).toContain('Hello');
      expect(text).not.toMatch(CLIENTS[from].ends);
      expect(text).toMatch(/error/);
      expect(record).toMatchObject({ errorType: 'upstream_truncated' });
    });

    it('fails over from an empty stream and from one that begins with an error', async () => {
      for (const fault of ['mock/empty', 'mock/error-first', 'mock/fail']) {
        const { text, record } = await call(
          from,
          [target(to, fault), target('openai', 'gpt-mock'), target('anthropic', 'x')],
          true,
        );
        expect(CLIENTS[from].read(text, true)).toBe(TEXT);
        expect(text).toMatch(CLIENTS[from].ends);
        expect(record.attempts).toHaveLength(2);
      }
    });
  },
);

describe('given what cannot be carried over', () => {
  const openai = CLIENTS.openai.headers;

  it('refuses an operation that another dialect does not have', async () => {
    const body = { model: 'public', input: 'x' };
    const { response, text } = await send({ path: '/v1/moderations', headers: openai, body }, [
      target('anthropic', 'claude'),
    ]);
    expect(response.status).toBe(501);
    expect(JSON.parse(text).error).toMatchObject({ code: 'not_implemented' });
  });

  it('refuses a field by its name, and takes a target that knows it', async () => {
    const body = { model: 'public', messages, logit_bias: { '1': 5 } };
    const refused = await send({ path: '/v1/chat/completions', headers: openai, body }, [
      target('anthropic', 'c'),
    ]);
    expect(refused.response.status).toBe(400);
    expect(JSON.parse(refused.text).error).toMatchObject({
      code: 'unsupported_field',
      param: 'logit_bias',
    });
    expect(refused.record.attempts).toEqual([]);
    const both = [target('anthropic', 'c'), target('openai', 'gpt-mock')];
    const taken = await send({ path: '/v1/chat/completions', headers: openai, body }, both);
    expect(taken.response.status).toBe(200);
    expect(taken.seen?.json).toMatchObject({ logit_bias: { '1': 5 } });
  });

  it('carries Responses to a provider of chats', async () => {
    const { response, text } = await send(
      { path: '/v1/responses', headers: openai, body: { model: 'public', input: 'Hi' } },
      [target('anthropic', 'claude')],
    );
    expect([200, 501]).toContain(response.status);
    expect(text).toContain(response.status === 200 ? TEXT : 'not_implemented');
  });

  it('unpacks an answer that came compressed all the same', async () => {
    const { text } = await call('anthropic', [target('openai', 'mock/gzip')], false);
    expect(CLIENTS.anthropic.read(text, false)).toBe(TEXT);
    const streamed = await call('anthropic', [target('openai', 'mock/br')], true);
    expect(CLIENTS.anthropic.read(streamed.text, true)).toBe(TEXT);
  });

  it('fails over from events that cannot be read', async () => {
    const targets = [target('openai', 'mock/malformed'), target('openai', 'gpt-mock')];
    const { text, record } = await call('anthropic', targets, true);
    expect(CLIENTS.anthropic.read(text, true)).toBe(TEXT);
    expect(record.attempts).toHaveLength(2);
  });
});

let shared: TestGateway | null = null;

describe('given the other entrances', () => {
  it('lists models in the dialect that the headers tell', async () => {
    const router = plannedRouter([target('anthropic', 'claude')]);
    shared = await startTestGateway({}, new MemorySpool(), { router });
    const list = async (path: string, headers: Record<string, string>): Promise<unknown> =>
      await (await fetch(`${shared?.url}${path}`, { headers })).json();
    const bearer = { authorization: `Bearer ${TEST_KEY}` };
    expect(dig(await list('/v1/models', bearer), 'data', 0, 'id')).toBe('planned');
    const anthropic = await list('/v1/models', { ...bearer, 'anthropic-version': '2023-06-01' });
    expect(anthropic).toMatchObject({ has_more: false, data: [{ type: 'model', id: 'planned' }] });
    const gemini = await list('/v1/models', { 'x-goog-api-key': TEST_KEY });
    expect(dig(gemini, 'models', 0, 'name')).toBe('models/planned');
    expect(dig(await list('/v1beta/models', bearer), 'models')).toHaveLength(1);
    const one = await list('/v1beta/models/planned', bearer);
    expect(dig(one, 'name')).toBe('models/planned');
    expect(dig(await list('/api/tags', bearer), 'models', 0, 'name')).toBe('planned');
    expect(dig(await list('/api/version', bearer), 'version')).toMatch(/^\d/);
    expect(dig(await list('/api/ps', bearer), 'models')).toEqual([]);
    await shared.close();
  });

  it('writes Azure’s deployments and version, and takes Azure’s clients', async () => {
    const azure = targetAt(upstream.origin, {
      model: 'gpt-mock',
      provider: { kind: 'azure', query: { 'api-version': '2024-10-21' } },
    });
    const path = '/openai/deployments/public/chat/completions?api-version=2023-05-15';
    const headers = { 'api-key': TEST_KEY };
    const { text, seen, record } = await send({ path, headers, body: { messages } }, [azure]);
    expect(seen?.url).toBe('/openai/deployments/gpt-mock/chat/completions?api-version=2024-10-21');
    expect(CLIENTS.openai.read(text, false)).toBe(TEXT);
    expect(record).toMatchObject({ model: 'public', operation: 'chat' });
    const plain = await send({ path, headers, body: { messages } }, [target('openai', 'gpt-mock')]);
    expect(plain.seen).toMatchObject({ url: '/v1/chat/completions', json: { model: 'gpt-mock' } });
  });

  it('counts tokens and embeds where the provider speaks the same', async () => {
    const counted = await send(
      {
        path: '/v1/messages/count_tokens',
        headers: CLIENTS.anthropic.headers,
        body: { model: 'public', messages },
      },
      [target('anthropic', 'claude')],
    );
    expect(counted.text).toBe('{"input_tokens":11}');
    expect(counted.record.operation).toBe('count_tokens');
    const embedded = await send(
      {
        path: '/v1beta/models/public:embedContent',
        headers: CLIENTS.gemini.headers,
        body: { content: { parts: [{ text: 'x' }] } },
      },
      [target('gemini', 'embed-mock')],
    );
    expect(embedded.seen?.url).toBe('/v1beta/models/embed-mock:embedContent');
    expect(embedded.record.operation).toBe('embeddings');
  });
});

describe('given what the neutral words hold beside chats', () => {
  const headers = { authorization: `Bearer ${TEST_KEY}` };

  it('carries embeddings between OpenAI and Ollama, both ways', async () => {
    const openai = { path: '/v1/embeddings', headers, body: { model: 'public', input: 'x' } };
    const { text, seen, record } = await send(openai, [target('ollama', 'embed-mock')]);
    expect(seen).toMatchObject({ url: '/api/embed', json: { model: 'embed-mock' } });
    expect(dig(JSON.parse(text), 'data', 0, 'embedding')).toEqual([0.25, -0.5]);
    expect(record.handling?.responseDialect).toBe('ollama');
    const ollama = { path: '/api/embed', headers, body: { model: 'public', input: 'x' } };
    const back = await send(ollama, [target('openai', 'embed-mock')]);
    expect(dig(JSON.parse(back.text), 'embeddings', 0)).toEqual([0.25, -0.5, 0.75, 1]);
    const refused = await send(openai, [target('anthropic', 'claude')]);
    expect(refused.response.status).toBe(501);
  });

  it('carries text completions and generate calls to providers of chats', async () => {
    for (const stream of [false, true]) {
      const body = { model: 'public', prompt: 'Hi', stream };
      const completed = await send({ path: '/v1/completions', headers, body }, [
        target('anthropic', 'claude'),
      ]);
      expect(completed.response.status).toBe(200);
      expect(completed.text).toContain(stream ? 'Hello' : TEXT);
      const generated = await send({ path: '/api/generate', headers, body }, [
        target('gemini', 'gem'),
      ]);
      expect(generated.response.status).toBe(200);
      expect(generated.text).toContain(stream ? 'Hello' : TEXT);
    }
  });

  it('streams to Gemini clients as one JSON list where they ask for no events', async () => {
    const path = '/v1beta/models/public:streamGenerateContent';
    const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    const { response, text } = await send({ path, headers, body }, [target('openai', 'gpt-mock')]);
    expect(response.headers.get('content-type')).toContain('application/json');
    const chunks: unknown = JSON.parse(text);
    const texts = (chunks as unknown[]).map(
      (chunk) => dig(chunk, 'candidates', 0, 'content', 'parts', 0, 'text') ?? '',
    );
    expect(texts.join('')).toBe(TEXT);
    const cut = await send({ path, headers, body }, [target('openai', 'mock/cut-3')]);
    expect(dig((JSON.parse(cut.text) as unknown[]).at(-1), 'error', 'code')).toBe(502);
  });

  it('tells a missing key in the caller’s dialect', async () => {
    const gateway = await startTestGateway({});
    const post = async (path: string): Promise<unknown> => {
      const response = await fetch(gateway.url + path, { method: 'POST', body: '{}' });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      return await response.json();
    };
    expect(await post('/v1/messages')).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error' },
    });
    const gemini = await post('/v1beta/models/x:generateContent');
    expect(gemini).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } });
    expect(await post('/api/chat')).toMatchObject({ error: 'No.' });
    await gateway.close();
  });
});
