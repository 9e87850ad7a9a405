import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedBody, RecordedExchange } from '../exchange.ts';
import { jsonBody, recorded } from '../fixtures/recorded.ts';
import { readExchange } from '../read-exchange.ts';

const AT = '2026-11-21T09:00:00.123456789Z';
const END = {
  done_reason: 'stop',
  done: true,
  total_duration: 5_043_500_667,
  load_duration: 5_025_959,
  prompt_eval_count: 26,
  prompt_eval_duration: 325_953_000,
  eval_count: 290,
  eval_duration: 4_709_213_000,
};

function lines(...objects: readonly object[]): RecordedBody {
  const text = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  return { text, encoding: 'utf8', contentType: 'application/x-ndjson', truncated: false };
}

function call(operation: string, request: unknown, response: RecordedBody): RecordedExchange {
  return { ...recorded(operation, request, response), dialect: 'ollama', path: '/api/x' };
}

const ASKED = {
  model: 'llama3.2',
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'what is this?', images: ['iVBORw0KGgo='] },
  ],
};

describe('given chats', () => {
  const said = (message: object, more: object = { done: false }): object => ({
    model: 'llama3.2',
    created_at: AT,
    message: { role: 'assistant', content: '', ...message },
    ...more,
  });

  it('reads a whole answer', () => {
    const body = jsonBody(said({ content: 'A cat.' }, END));
    expect(readExchange(call('chat', ASKED, body))).toMatchObject({
      requestModel: 'llama3.2',
      responseModel: 'llama3.2',
      promptText: 'what is this?\n[image]',
      responseText: 'A cat.',
      finishReason: 'stop',
      usage: { input: 26, output: 290, cachedInput: null, source: 'reported' },
      countable: { hasUncountable: true },
    });
  });

  it('reads a stream with thoughts and calls', () => {
    const body = lines(
      said({ thinking: 'The user ' }),
      said({ thinking: 'asks.' }),
      said({ content: 'One ' }),
      said({ content: 'moment.' }),
      said({ tool_calls: [{ function: { name: 'f', arguments: { city: 'Paris' } } }] }),
      said({}, END),
    );
    expect(readExchange(call('chat', ASKED, body))).toMatchObject({
      responseText: 'One moment.',
      finishReason: 'tool_calls',
      toolCalls: [{ name: 'f', arguments: '{"city":"Paris"}' }],
      usage: { input: 26, output: 290 },
      countable: { output: ['The user asks.', 'One moment.', 'f{"city":"Paris"}'] },
    });
  });

  it('reads a stream that was cut, inside a line too', () => {
    const whole = lines(said({ content: 'One ' }), said({ content: 'moment.' }));
    const text = whole.text.slice(0, whole.text.indexOf('moment') + 3);
    const parsed = readExchange(call('chat', ASKED, { ...whole, text, truncated: true }));
    expect(parsed).toMatchObject({ responseText: 'One mom', finishReason: null });
    expect(parsed.usage.source).toBeNull();
  });

  it('reads an error in the middle of a stream', () => {
    const body = lines(said({ content: 'One ' }), { error: 'out of memory' });
    expect(readExchange(call('chat', ASKED, body))).toMatchObject({
      responseText: 'One ',
      errorMessage: 'out of memory',
    });
  });
});

describe('given generations', () => {
  it.each(['generate', 'completions'])('reads them as %s', (operation) => {
    const part = (response: string, more: object = { done: false }): object => ({
      model: 'llama3.2',
      created_at: AT,
      response,
      ...more,
    });
    const request = { model: 'llama3.2', prompt: 'Why?', system: 'be brief', context: [1, 2] };
    const body = lines(part('Because'), part('.'), part('', { ...END, context: [1, 2, 3] }));
    expect(readExchange(call(operation, request, body))).toMatchObject({
      promptText: 'Why?',
      responseText: 'Because.',
      finishReason: 'stop',
      usage: { output: 290 },
      countable: { input: [{ role: 'system' }, { role: 'user' }], hasUncountable: true },
    });
  });
});

describe('given embeddings', () => {
  it('reads texts and tokens, not vectors', () => {
    const body = jsonBody({ model: 'e', embeddings: [[0.1], [0.2]], prompt_eval_count: 3 });
    const parsed = readExchange(call('embeddings', { model: 'e', input: ['a', 'b'] }, body));
    expect(parsed).toMatchObject({
      promptText: 'a\nb',
      responseText: null,
      usage: { input: 3, output: 0 },
    });
  });
});

describe('given an answer in another dialect than its request', () => {
  it('reads each in its own words', () => {
    const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
    const body = lines({
      model: 'llama3.2',
      created_at: AT,
      message: { role: 'assistant', content: 'Hello.' },
      ...END,
    });
    for (const operation of ['chat', 'responses']) {
      const asked = operation === 'chat' ? request : { model: 'gpt-4o', input: 'hi' };
      const exchange = { ...recorded(operation, asked, body), responseDialect: 'ollama' };
      expect(readExchange(exchange)).toMatchObject({
        requestModel: 'gpt-4o',
        responseModel: 'llama3.2',
        promptText: 'hi',
        responseText: 'Hello.',
        usage: { input: 26 },
      });
    }
  });

  it('reads what it can of a dialect it does not know', () => {
    const exchange = recorded('chat', { model: 'm', messages: [] }, jsonBody({}));
    expect(readExchange({ ...exchange, responseDialect: 'klingon' }).responseText).toBeNull();
    expect(readExchange({ ...exchange, responseDialect: null }).requestModel).toBe('m');
  });
});

describe('given wild JSON', () => {
  const keys = fc.constantFrom(
    ...['messages', 'message', 'content', 'images', 'tool_calls', 'function', 'arguments', 'done'],
    ...['prompt', 'response', 'input', 'error', 'eval_count', 'prompt_eval_count', 'tools'],
  );
  const wild = fc.object({ key: keys, maxDepth: 4 });

  it('never throws, whole or in lines, whatever dialect answered', () => {
    const operation = fc.constantFrom(
      'chat',
      'completions',
      'embeddings',
      'passthrough',
      'nonsense',
    );
    const dialect = fc.constantFrom('openai', 'anthropic', 'gemini', 'ollama', null);
    fc.assert(
      fc.property(
        fc.tuple(operation, dialect),
        wild,
        wild,
        ([name, responseDialect], one, other) => {
          for (const body of [jsonBody(one), lines(one, other)]) {
            const { usage } = readExchange({ ...call(name, other, body), responseDialect });
            expect(usage.cachedInput ?? 0).toBeLessThanOrEqual(usage.input ?? 0);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
