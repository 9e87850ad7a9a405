import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from './answer-text.ts';
import { DIALECT_CALLERS, type DialectCaller } from './dialect-callers.ts';
import { type FaultGateway, providerEntry, startFaultGateway } from './fault-gateway.ts';
import { type FaultProvider, startFaultProvider } from './fault-provider.ts';
import { TIMING } from './timing.ts';

const ALONE = {
  retries: { max: 0, on: [], backoffMs: 0, maxBackoffMs: 0, honourRetryAfter: true },
};

const UNPACKABLE = ['t-gzip', 't-br', 't-zstd', 't-deflate'];
const BROKEN = ['t-false-gzip', 't-gzip-cut', 't-bomb'];
const PACKED = [...UNPACKABLE, ...BROKEN];

/** The provider speaks OpenAI's language; whatever goes wrong, each caller hears it in its own. */
describe.each(DIALECT_CALLERS)('given a caller of $name', (caller) => {
  let provider: FaultProvider;
  let gateway: FaultGateway;

  beforeAll(async () => {
    provider = await startFaultProvider(TIMING);
    const { baseUrl } = provider;
    const models = [
      'good-model',
      's04-overloaded',
      's08-cut',
      's13-filtered',
      't-bad-chunk',
      ...PACKED,
    ];
    gateway = await startFaultGateway({
      providers: [...models, 'spare'].map((id) => providerEntry({ id, baseUrl })),
      routes: [
        ...models.map((model) => ({
          name: `alone-${model}`,
          targets: [{ providerId: model, model }],
          policy: ALONE,
        })),
        ...models.map((model) => ({
          name: `mended-${model}`,
          targets: [
            { providerId: model, model },
            { providerId: 'spare', model: 'good-model' },
          ],
        })),
      ],
    });
  });

  afterAll(async () => {
    await gateway.close();
    await provider.close();
  });

  async function ask(
    model: string,
    stream: boolean,
  ): Promise<{ status: number; type: string; text: string }> {
    const bearer = caller.keyHeader === 'authorization' ? 'Bearer ' : '';
    const response = await fetch(gateway.url + caller.path(model, stream), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [caller.keyHeader]: `${bearer}${gateway.key}`,
        'anthropic-version': '2023-06-01',
      },
      body: JSON.stringify(caller.body(model, stream)),
    });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, text: await response.text() };
  }

  function wordsOf(api: DialectCaller, text: string): string {
    return api.events(text).map(api.words).join('');
  }

  it('hears the whole answer, streamed and not', async () => {
    const streamed = await ask('alone-good-model', true);
    expect(streamed.status).toBe(200);
    expect(streamed.type).toMatch(caller.streamType);
    expect(wordsOf(caller, streamed.text)).toBe(ANSWER);
    expect(caller.events(streamed.text).some(caller.isEnd)).toBe(true);
    const whole = await ask('alone-good-model', false);
    expect(caller.answer(JSON.parse(whole.text))).toBe(ANSWER);
  });

  it('hears of a cut stream in an event, after the words that came and without an end', async () => {
    const { status, text } = await ask('alone-s08-cut', true);
    expect(status).toBe(200);
    const events = caller.events(text);
    const words = wordsOf(caller, text);
    expect(words.length).toBeGreaterThan(50);
    expect(ANSWER.startsWith(words)).toBe(true);
    expect(caller.error(events.at(-1))).toMatch(/broke off/);
    expect(events.some(caller.isEnd)).toBe(false);
  });

  it.each([
    ['s04-overloaded', 503],
    ['s13-filtered', 400],
  ])('hears of %s before the first byte', async (model, status) => {
    for (const stream of [true, false]) {
      const answer = await ask(`alone-${model}`, stream);
      expect(answer.status).toBe(status);
      expect(answer.type).toMatch(/^application\/json/);
      expect(caller.error(JSON.parse(answer.text))).toMatch(/Told to fail/);
    }
  });

  // Clients of OpenAI get the bytes as they are and unpack them themselves.
  describe.skipIf(caller.name.startsWith('OpenAI'))('of a provider that compresses unasked', () => {
    it.each(UNPACKABLE)('hears the whole answer of %s', async (model) => {
      const streamed = await ask(`alone-${model}`, true);
      expect(wordsOf(caller, streamed.text)).toBe(ANSWER);
      const whole = await ask(`alone-${model}`, false);
      expect(caller.answer(JSON.parse(whole.text))).toBe(ANSWER);
    });

    it.each(BROKEN)('is told that %s cannot be read, and served by another', async (model) => {
      const alone = await ask(`alone-${model}`, false);
      expect(alone.status).toBe(502);
      expect(caller.error(JSON.parse(alone.text))).toBeTruthy();
      const mended = await ask(`mended-${model}`, false);
      expect(caller.answer(JSON.parse(mended.text))).toBe(ANSWER);
    });
  });

  it.each(['s04-overloaded', 't-bad-chunk'])('never hears of %s that is mended', async (model) => {
    const { status, text } = await ask(`mended-${model}`, true);
    expect(status).toBe(200);
    expect(wordsOf(caller, text)).toBe(ANSWER);
  });
});
