import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from './answer-text.ts';
import { type FaultGateway, providerEntry, startFaultGateway } from './fault-gateway.ts';
import { type FaultProvider, startFaultProvider } from './fault-provider.ts';
import { TIMING } from './timing.ts';

const NO_RETRIES = {
  retries: { max: 0, on: [], backoffMs: 0, maxBackoffMs: 0, honourRetryAfter: true },
};

describe('given streams that are sent live or whole', () => {
  let provider: FaultProvider;
  let gateway: FaultGateway;

  beforeAll(async () => {
    provider = await startFaultProvider(TIMING);
    const { baseUrl } = provider;
    const good = { providerId: 'a', model: 'good-model' };
    const cut = { providerId: 'b', model: 's08-cut' };
    gateway = await startFaultGateway({
      providers: ['a', 'b'].map((id) => providerEntry({ id, baseUrl })),
      routes: [
        { name: 'good', targets: [good], policy: NO_RETRIES },
        { name: 'cut', targets: [cut, good], policy: NO_RETRIES },
        { name: 'all-cut', targets: [cut, { ...cut, providerId: 'a' }], policy: NO_RETRIES },
      ],
    });
  });

  afterAll(async () => {
    await gateway.close();
    await provider.close();
  });

  /** A streamed call as text, and whether all of it came at once. */
  async function stream(
    model: string,
    how: 'live' | 'whole',
    api: 'openai' | 'anthropic' = 'openai',
  ): Promise<{ status: number; type: string; text: string; cameAtOnce: boolean }> {
    const { url, key } = gateway;
    const path = api === 'openai' ? '/v1/chat/completions' : '/v1/messages';
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-lqo-stream': how,
      },
      body: JSON.stringify({
        model,
        stream: true,
        max_tokens: 500,
        messages: [{ role: 'user', content: 'hi' }],
      }),
    });
    const decoder = new TextDecoder();
    const pieces: { text: string; atMs: number }[] = [];
    for await (const bytes of response.body ?? []) {
      pieces.push({ text: decoder.decode(bytes, { stream: true }), atMs: performance.now() });
    }
    const firstAt = pieces[0]?.atMs ?? 0;
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: pieces.map(({ text }) => text).join(''),
      // The provider takes a pause behind each of its sixty words.
      cameAtOnce: (pieces.at(-1)?.atMs ?? 0) - firstAt < TIMING.betweenTokensMs * 30,
    };
  }

  const LAST_WORD = ANSWER.split(' ').at(-1) ?? '';

  it.each(['openai', 'anthropic'] as const)('gives words as they come, to %s', async (api) => {
    const { text, cameAtOnce } = await stream('good', 'live', api);
    expect(text).toContain(LAST_WORD);
    expect(cameAtOnce).toBe(false);
  });

  it.each(['openai', 'anthropic'] as const)('gives nothing before the end, to %s', async (api) => {
    const { status, type, text, cameAtOnce } = await stream('good', 'whole', api);
    expect([status, type]).toEqual([200, expect.stringMatching(/^text\/event-stream/)]);
    expect(text).toContain(LAST_WORD);
    expect(text).toMatch(api === 'openai' ? /data: \[DONE\]\n\n$/ : /message_stop/);
    expect(cameAtOnce).toBe(true);
  });

  it('is the same stream, byte for byte', async () => {
    const [live, whole] = [await stream('good', 'live'), await stream('good', 'whole')];
    expect(whole.text).toBe(live.text);
  });

  it.each(['openai', 'anthropic'] as const)('mends a cut that nobody saw, for %s', async (api) => {
    const seen = await stream('cut', 'live', api);
    expect(seen.text).toMatch(/error/);
    const mended = await stream('cut', 'whole', api);
    expect(mended.text).not.toMatch(/error/);
    expect(mended.text).toContain(LAST_WORD);
    expect(mended.text.match(/gateway/g)).toHaveLength(1);
  });

  it('answers an error with its status when every target is cut', async () => {
    for (const api of ['openai', 'anthropic'] as const) {
      const { status, type, text } = await stream('all-cut', 'whole', api);
      expect([status, type]).toEqual([502, expect.stringMatching(/^application\/json/)]);
      expect(text).toContain('broke off');
    }
  });
});
