import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_USAGE, type ParsedExchange, type RecordedBody } from '../exchange.ts';
import { jsonBody } from '../fixtures/recorded.ts';
import type { JsonObject } from '../json.ts';
import { readExchange } from '../read-exchange.ts';
import { FAILED_STREAM, streamText, TEXT_STREAM, TOOL_STREAM } from './fixtures/streams.ts';

function read(request: JsonObject, response: RecordedBody | null, more = {}): ParsedExchange {
  return readExchange({
    dialect: 'anthropic',
    operation: 'chat',
    path: '/v1/messages',
    model: null,
    request: jsonBody(request),
    response,
    httpStatus: 200,
    ...more,
  });
}

function streamed(text: string, truncated = false): RecordedBody {
  return { text, encoding: 'utf8', contentType: 'text/event-stream; charset=utf-8', truncated };
}

const ASK = {
  model: 'claude-sonnet-4-5',
  max_tokens: 100,
  system: [{ type: 'text', text: 'Be brief.' }],
  messages: [{ role: 'user', content: 'When do you open?' }],
  metadata: { user_id: 'u-7' },
};

const ANSWER = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'At nine.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 80,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 1920,
    output_tokens: 4,
    service_tier: 'standard',
  },
};

describe('given a recorded call of the Messages API', () => {
  it('reads request and answer', () => {
    expect(read(ASK, jsonBody(ANSWER))).toMatchObject({
      requestModel: 'claude-sonnet-4-5',
      responseModel: 'claude-sonnet-4-5-20250929',
      promptText: 'When do you open?',
      responseText: 'At nine.',
      finishReason: 'stop',
      userId: 'u-7',
      sessionId: null,
      serviceTier: 'standard',
      errorMessage: null,
      usage: {
        ...NO_USAGE,
        input: 2000,
        cachedInput: 1920,
        cacheWriteInput: 0,
        output: 4,
        source: 'reported',
      },
      countable: {
        shape: 'chat',
        input: [
          { role: 'system', name: null, text: 'Be brief.' },
          { role: 'user', name: null, text: 'When do you open?' },
        ],
        output: ['At nine.'],
        hasUncountable: false,
      },
    });
  });

  it.each([
    ['user_ab12_account_00-11_session_f3b1-77', 'f3b1-77'],
    ['{"device_id":"d","session_id":"f3b1-77"}', 'f3b1-77'],
    ['u-7', null],
  ])('finds the session that Claude Code puts into %s', (user_id, session) => {
    expect(read({ ...ASK, metadata: { user_id } }, null).sessionId).toBe(session);
  });

  it('shows what is no text by a marker, and leaves out results of tools', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'sunny' }] },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
      { type: 'text', text: 'And this?' },
    ];
    const parsed = read({ ...ASK, messages: [{ role: 'user', content }] }, jsonBody(ANSWER));
    expect(parsed.promptText).toBe('[image]\nAnd this?');
    expect(parsed.countable.hasUncountable).toBe(true);
    expect(parsed.countable.input.at(-1)?.text).toBe('sunny\nAnd this?');
  });

  it('shows the words before a turn that only brings results back', () => {
    const messages = [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'sunny' }] },
    ];
    expect(read({ ...ASK, messages }, null).promptText).toBe('Weather?');
    expect(read({ ...ASK, messages: messages.slice(2) }, null).promptText).toBe('sunny');
  });

  it('joins pieces of one text and parts what stands between others', () => {
    const content = [
      { type: 'text', text: 'The grass ' },
      { type: 'text', text: 'is green.', citations: [{}] },
      { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } },
      { type: 'text', text: 'Wait.' },
    ];
    const parsed = read(ASK, jsonBody({ ...ANSWER, content, stop_reason: 'tool_use' }));
    expect(parsed.responseText).toBe('The grass is green.\n\nWait.');
    expect(parsed.toolCalls).toEqual([{ id: 'a', name: 'f', arguments: '{"n":1}' }]);
    expect(parsed.finishReason).toBe('tool_calls');
  });

  it.each([
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause_turn'],
  ])('calls %s %s', (stop_reason, reason) => {
    expect(read(ASK, jsonBody({ ...ANSWER, stop_reason })).finishReason).toBe(reason);
  });

  it('reads streams like whole answers', () => {
    expect(read(ASK, streamed(streamText(TEXT_STREAM)))).toMatchObject({
      responseModel: 'claude-sonnet-4-5-20250929',
      responseText: 'Good "day", 하루 🌞',
      finishReason: 'stop',
      serviceTier: 'standard',
      usage: { input: 1125, cachedInput: 1000, cacheWriteInput: 100, output: 15 },
    });
    expect(read(ASK, streamed(streamText(TOOL_STREAM)))).toMatchObject({
      responseText: 'Let me look.',
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'toolu_1', name: 'weather', arguments: '{"city": "Rome"}' },
        { id: 'toolu_2', name: 'now', arguments: '{}' },
      ],
      usage: { input: 472, output: 89, reasoning: 30 },
      countable: {
        output: ['Two places, two calls.', 'Let me look.', 'weather{"city": "Rome"}', 'now{}'],
      },
    });
  });

  it('reads a stream as far as it came, wherever it was cut', () => {
    const bytes = Buffer.from(streamText(TOOL_STREAM));
    const whole = read(ASK, streamed(bytes.toString('utf8')));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
        const parsed = read(ASK, streamed(bytes.toString('utf8', 0, length), true));
        expect(whole.responseText?.startsWith(parsed.responseText ?? '')).toBe(true);
        expect(parsed.toolCalls.length).toBeLessThanOrEqual(2);
        expect([null, 89]).toContain(parsed.usage.output);
        expect([null, 472]).toContain(parsed.usage.input);
      }),
    );
  });

  it('keeps what the input took when the stream was cut, and no placeholder', () => {
    const cut = read(ASK, streamed(streamText(TEXT_STREAM.slice(0, 4))));
    expect(cut.usage).toMatchObject({ input: 1125, output: null, source: 'reported' });
    expect(cut.responseText).toBe('Good "day');
    expect(cut.finishReason).toBeNull();
  });

  it('reads errors, whole and in a stream', () => {
    const failed = read(ASK, streamed(streamText(FAILED_STREAM)));
    expect(failed.errorMessage).toBe('Overloaded');
    expect(failed.responseText).toBe('Good "day');
    const error = { type: 'error', error: { type: 'not_found_error', message: 'model: x' } };
    const whole = read(ASK, jsonBody(error), { httpStatus: 404 });
    expect(whole).toMatchObject({ errorMessage: 'model: x', usage: NO_USAGE, responseText: null });
    expect(whole.countable.shape).toBe('none');
  });
});

describe('given a recorded call that counts tokens', () => {
  it('tells the count and no usage', () => {
    const parsed = read(ASK, jsonBody({ input_tokens: 11 }), {
      operation: 'count_tokens',
      path: '/v1/messages/count_tokens',
    });
    expect(parsed).toMatchObject({
      requestModel: 'claude-sonnet-4-5',
      promptText: 'When do you open?',
      responseText: 'input tokens: 11',
      usage: NO_USAGE,
    });
    expect(parsed.countable.shape).toBe('none');
  });
});
