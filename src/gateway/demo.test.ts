import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_KEY, type TestGateway } from '../../test/support/gateway-server.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({});
});

afterAll(async () => {
  await gateway.close();
});

async function post(path: string, body: object, signal?: AbortSignal) {
  gateway.spool.records.length = 0;
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  return { response, text: await response.text() };
}

const messages = [{ role: 'user', content: 'What is 6 x 7?' }];

describe('given no provider', () => {
  it('answers the demo models, streaming or not, and records them', async () => {
    const whole = await post('/v1/chat/completions', { model: 'demo/good', messages });
    expect(whole.response.status).toBe(200);
    expect(whole.response.headers.get('x-lqo-provider')).toBe('demo');
    expect(JSON.parse(whole.text).choices[0].message.content).toContain('42');
    const [record] = await gateway.records();
    expect(record).toMatchObject({ provider: 'demo', model: 'demo/good', status: 'success' });
    const { text } = await post('/v1/chat/completions', {
      model: 'demo/good',
      messages,
      stream: true,
    });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text).not.toContain('"choices":[]');
    const [streamed] = await gateway.records();
    expect(streamed?.response?.text).toContain('"choices":[]');
    expect(streamed?.firstTokenMs).not.toBeNull();
  });

  it('says what to set for any other model, and that the demo works', async () => {
    const { response, text } = await post('/v1/chat/completions', { model: 'gpt-5', messages });
    expect(response.status).toBe(502);
    expect(JSON.parse(text).error).toMatchObject({
      code: 'upstream_not_configured',
      message: expect.stringMatching(/LLM_API_BASE_URL.*demo\/good/s),
    });
    const [record] = await gateway.records();
    expect(record).toMatchObject({
      errorType: 'connection_failed',
      provider: 'none',
      attempts: [],
    });
  });

  it('lists the demo models', async () => {
    const response = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${TEST_KEY}` },
    });
    const list = (await response.json()) as { data: { id: string; owned_by: string }[] };
    expect(list.data.map(({ id }) => id)).toContain('demo/flaky');
    expect(list.data.every(({ owned_by }) => owned_by === 'lqo-demo')).toBe(true);
  });

  it('answers POST /chat by a demo model', async () => {
    const { text } = await post('/chat', { prompt: 'What is 6 x 7?', model_version: 'demo/good' });
    expect(JSON.parse(text)).toMatchObject({
      status: 'success',
      response: expect.stringContaining('42'),
    });
  });

  it('stops playing when the caller leaves', async () => {
    const abort = new AbortController();
    const call = post(
      '/v1/chat/completions',
      { model: 'demo/slow', messages, stream: true },
      abort.signal,
    );
    await expect.poll(() => gateway.inFlight.size).toBe(1);
    abort.abort();
    await expect(call).rejects.toThrow();
    const [record] = await gateway.records();
    expect(record?.errorType).toBe('client_closed');
  });
});
