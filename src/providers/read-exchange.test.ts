import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedBody, RecordedExchange } from './exchange.ts';
import { GOLDEN_EXCHANGES } from './fixtures/exchanges.ts';
import { jsonBody, recorded, streamBody } from './fixtures/recorded.ts';
import { readExchange } from './read-exchange.ts';

const CHAT = {
  model: 'gpt-4o',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'Grüße 안녕' }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};
const REQUEST = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };

function binary(bytes: Buffer, more: Partial<RecordedBody> = {}): RecordedBody {
  return {
    text: bytes.toString('base64'),
    encoding: 'base64',
    contentType: 'application/json',
    truncated: false,
    ...more,
  };
}

describe('given golden exchanges', () => {
  it.each(GOLDEN_EXCHANGES)('reads $name', ({ exchange, reads, usage }) => {
    const parsed = readExchange(exchange);
    expect(parsed).toMatchObject(reads);
    expect(parsed.usage).toMatchObject(usage);
  });
});

describe('given errors', () => {
  const failed = (response: RecordedBody | null, httpStatus: number | null): RecordedExchange => ({
    ...recorded('chat', REQUEST, response),
    httpStatus,
  });

  it.each<[string, unknown, string]>([
    ['OpenAI', { error: { message: 'bad key', code: 'invalid_api_key' } }, 'bad key'],
    ['Google', [{ error: { code: 400, message: 'bad model' } }], 'bad model'],
    ['vLLM', { object: 'error', message: 'too long', code: 400 }, 'too long'],
    ['FastAPI', { detail: [{ msg: 'field required', loc: ['body'] }] }, 'field required'],
    ['Ollama', { error: 'model not found' }, 'model not found'],
  ])('reads the words of %s', (_, body, message) => {
    expect(readExchange(failed(jsonBody(body), 400)).errorMessage).toBe(message);
  });

  it('takes plain text of a failed call as its message', () => {
    const text = { ...jsonBody(''), text: 'Bad Gateway\n', contentType: 'text/html' };
    expect(readExchange(failed(text, 502))).toMatchObject({
      errorMessage: 'Bad Gateway',
      responseText: null,
    });
  });

  it('counts nothing for calls that were refused or never answered', () => {
    const refused = failed(jsonBody({ error: { message: 'no' } }), 429);
    expect(readExchange(refused).countable.shape).toBe('none');
    expect(readExchange(failed(null, null)).countable.shape).toBe('none');
  });

  it('lets the partial answer of a broken stream be counted', () => {
    const cut = streamBody([{ choices: [{ index: 0, delta: { content: 'Hel' } }] }], 'cut');
    expect(readExchange(failed(cut, 200)).countable).toMatchObject({
      shape: 'chat',
      output: ['Hel'],
      input: [{ role: 'user', text: 'hi' }],
    });
  });
});

describe('given bodies that were not kept whole', () => {
  it('reads the text before the cut, whatever the place', () => {
    const whole = JSON.stringify(CHAT);
    const textStart = whole.indexOf('Grüße');
    for (let end = 0; end <= whole.length; end += 1) {
      const cut = { ...jsonBody(CHAT), text: whole.slice(0, end), truncated: true };
      const text = readExchange(recorded('chat', REQUEST, cut)).responseText;
      expect('Grüße 안녕'.startsWith(text ?? '')).toBe(true);
      if (end >= textStart + 8) expect(text).toBe('Grüße 안녕');
    }
  });

  it('never takes half a number for a whole one', () => {
    const whole = JSON.stringify({
      ...CHAT,
      usage: { completion_tokens: 123456, prompt_tokens: 9876 },
    });
    for (let end = whole.indexOf('usage'); end < whole.length; end += 1) {
      const cut = { ...jsonBody(CHAT), text: whole.slice(0, end), truncated: true };
      const { usage } = readExchange(recorded('chat', REQUEST, cut));
      expect([null, 123456]).toContain(usage.output);
      expect([null, 9876]).toContain(usage.input);
    }
  });

  it('reads a cut request', () => {
    const request = {
      ...jsonBody(REQUEST),
      text: '{"model":"gpt-4o","messages":[{"role":"user","content":"tell me \\u',
    };
    const parsed = readExchange({
      ...recorded('chat', {}, jsonBody(CHAT)),
      request: { ...request, truncated: true },
    });
    expect(parsed.countable.isCut).toBe(true);
    expect(parsed).toMatchObject({ requestModel: 'gpt-4o', promptText: 'tell me ' });
  });

  it('assembles a stream cut inside an event', () => {
    const body = streamBody([
      { choices: [{ index: 0, delta: { content: 'one ' } }] },
      { choices: [{ index: 0, delta: { content: 'two' } }] },
    ]);
    const cut = {
      ...body,
      text: body.text.slice(0, body.text.indexOf('two') + 2),
      truncated: true,
    };
    expect(readExchange(recorded('chat', REQUEST, cut)).responseText).toBe('one tw');
  });
});

describe('given compressed bodies', () => {
  const plain = Buffer.from(JSON.stringify(CHAT));
  const BYTES: [string, Buffer][] = [
    ['gzip', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['zstd', zstdCompressSync(plain)],
  ];

  it.each(BYTES)('reads %s with and without its label', (contentEncoding, bytes) => {
    for (const body of [binary(bytes, { contentEncoding }), binary(bytes)]) {
      expect(readExchange(recorded('chat', REQUEST, body)).responseText).toBe('Grüße 안녕');
    }
  });

  it('reads what came before a cut', () => {
    const long = Buffer.from(
      JSON.stringify({ ...CHAT, padding: Array.from({ length: 5000 }, (_, at) => at * 7919) }),
    );
    for (const [contentEncoding, bytes] of [
      ['gzip', gzipSync(long)],
      ['br', brotliCompressSync(long)],
    ] as const) {
      const body = binary(bytes.subarray(0, bytes.length - 2000), {
        contentEncoding,
        truncated: true,
      });
      expect(readExchange(recorded('chat', REQUEST, body)).responseText).toBe('Grüße 안녕');
    }
  });

  it('gives up on a bomb and on noise', () => {
    const bomb = binary(gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20)), {
      contentEncoding: 'gzip',
    });
    expect(readExchange(recorded('chat', REQUEST, bomb)).responseText).toBeNull();
    const noise = binary(Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7919) % 256)));
    expect(readExchange(recorded('chat', REQUEST, noise)).responseText).toBeNull();
  });
});

describe('given forms', () => {
  it('reads text fields and names of files', () => {
    const form = [
      '--b1',
      'Content-Disposition: form-data; name="model"',
      '',
      'whisper-1',
      '--b1',
      'Content-Disposition: form-data; name="prompt"',
      '',
      'Straße',
      '--b1',
      'Content-Disposition: form-data; name="file"; filename="a.wav"',
      'Content-Type: audio/wav',
      '',
      'RIFF',
      '--b1--',
    ].join('\r\n');
    const request = {
      ...jsonBody(''),
      text: form,
      contentType: 'multipart/form-data; boundary=b1',
    };
    const exchange = { ...recorded('passthrough', {}, jsonBody({ text: 'hello' })), request };
    expect(readExchange(exchange)).toMatchObject({
      requestModel: 'whisper-1',
      promptText: 'Straße',
      responseText: 'hello',
    });
  });
});

describe('given wild input', () => {
  const OPERATIONS = [
    'chat',
    'responses',
    'completions',
    'embeddings',
    'models',
    'passthrough',
    'x',
  ];
  const operation = fc.constantFrom(...OPERATIONS);
  const key = fc.constantFrom(
    'messages',
    'choices',
    'message',
    'delta',
    'content',
    'tool_calls',
    'function',
    'usage',
    'input',
    'output',
    'error',
    'metadata',
    'index',
    'type',
    'text',
    'model',
    'response',
    'status',
    'item',
    'prompt_tokens',
    'completion_tokens',
    'total_tokens',
    'prompt_tokens_details',
    '__proto__',
    'data',
  );
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom('user', 'text', 'response.output_text.delta', '', null, true, -1, 0.5, 1e300),
      fc.nat(),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(key, tie('node'), { maxKeys: 5 }),
    ),
  })).node;

  it('never throws on any shape of JSON', () => {
    fc.assert(
      fc.property(operation, value, value, (name, request, response) => {
        const whole = readExchange(recorded(name, request, jsonBody(response)));
        const streamed = readExchange(recorded(name, request, streamBody([response, request])));
        for (const { usage } of [whole, streamed]) {
          expect(usage.cachedInput ?? 0).toBeLessThanOrEqual(usage.input ?? 0);
          expect(usage.reasoning ?? 0).toBeLessThanOrEqual(usage.output ?? 0);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on any bytes', () => {
    const type = fc.constantFrom(
      'application/json',
      'text/event-stream',
      'multipart/form-data; boundary=x',
      'audio/mpeg',
      null,
    );
    const label = fc.constantFrom('gzip', 'br', 'deflate', 'zstd', 'gzip, br', 'nonsense', null);
    const body = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), type, label)
      .map(([bytes, contentType, contentEncoding]) =>
        binary(Buffer.from(bytes), { contentType, contentEncoding }),
      );
    fc.assert(
      fc.property(operation, body, fc.string(), (name, bytes, text) => {
        readExchange({
          ...recorded(name, {}, bytes),
          request: { ...bytes, text, encoding: 'utf8' },
        });
      }),
      { numRuns: 400 },
    );
  });

  it('survives nesting without end', () => {
    const deep = { ...jsonBody(''), text: '['.repeat(500_000) };
    const parsed = readExchange({ ...recorded('chat', {}, deep), request: deep, model: 'm' });
    expect(parsed).toMatchObject({ requestModel: 'm', responseText: null });
    const closed = { ...deep, text: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` };
    expect(readExchange(recorded('chat', {}, closed)).responseText).toBeNull();
  });

  it('reads nothing of a dialect it does not know', () => {
    const exchange = {
      ...recorded('chat', REQUEST, jsonBody(CHAT)),
      dialect: 'klingon',
      model: 'm',
    };
    expect(readExchange(exchange)).toMatchObject({ requestModel: 'm', responseText: null });
  });
});
