import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../exchange.ts';
import { assembled } from '../fixtures/arbitrary-answer.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest } from '../neutral.ts';
import { parseEvents } from '../sse.ts';
import { FAILED_STREAM, streamText, TEXT_STREAM, TOOL_STREAM } from './fixtures/streams.ts';
import { readChatRequest } from './read-request.ts';
import { messageStreamReader } from './read-stream.ts';
import { messageStreamWriter } from './write-stream.ts';

const REQUEST: ChatRequest = readChatRequest({ model: 'claude-x', max_tokens: 9, messages: [] });
const OPTIONS = { includeUsage: true, createdAt: 1_795_000_000 };

function read(events: readonly JsonObject[]): ChatDelta[] {
  const reader = messageStreamReader();
  const steps = parseEvents(streamText(events)).flatMap((event) => reader.push(event));
  return [...steps, ...reader.end()];
}

function write(...deltas: ChatDelta[]): string {
  const writer = messageStreamWriter(REQUEST, OPTIONS);
  return deltas.map((delta) => writer.write(delta)).join('') + writer.end();
}

describe('given a stream of Anthropic', () => {
  it('reads text and usage with cached tokens in the total', () => {
    expect(assembled(read(TEXT_STREAM))).toEqual({
      id: 'msg_01',
      model: 'claude-sonnet-4-5-20250929',
      createdAt: null,
      choices: [
        {
          index: 0,
          parts: [{ kind: 'text', text: 'Good "day", 하루 🌞', cache: false }],
          finishReason: 'stop',
          stopSequence: null,
        },
      ],
      usage: {
        ...NO_USAGE,
        input: 1125,
        cachedInput: 1000,
        cacheWriteInput: 100,
        output: 15,
        source: 'reported',
      },
      serviceTier: 'default',
    });
  });

  it('reads thoughts, hidden ones and calls with and without arguments', () => {
    const { choices, usage } = assembled(read(TOOL_STREAM));
    expect(choices[0]?.parts).toEqual([
      {
        kind: 'reasoning',
        text: 'Two places, two calls.',
        signature: 'EqQBCgIYAhIM',
        redacted: false,
      },
      { kind: 'reasoning', text: '', signature: 'EmwKAhgBEgy3va3pzix', redacted: true },
      { kind: 'text', text: 'Let me look.', cache: false },
      {
        kind: 'tool_call',
        id: 'toolu_1',
        name: 'weather',
        arguments: '{"city": "Rome"}',
        signature: null,
      },
      { kind: 'tool_call', id: 'toolu_2', name: 'now', arguments: '{}', signature: null },
    ]);
    expect(choices[0]?.finishReason).toBe('tool_calls');
    expect(usage).toMatchObject({ input: 472, cachedInput: 0, output: 89, reasoning: 30 });
  });

  it('tells an error with the status it stands for, and no end', () => {
    const steps = read(FAILED_STREAM);
    expect(steps.at(-1)).toEqual({
      kind: 'error',
      error: { status: 529, code: 'overloaded_error', message: 'Overloaded', field: null },
    });
    expect(steps.some(({ kind }) => kind === 'usage' || kind === 'finish')).toBe(false);
  });

  it('tells nothing at the end of a cut stream', () => {
    for (let length = 0; length < TOOL_STREAM.length - 2; length += 1) {
      const kinds = read(TOOL_STREAM.slice(0, length)).map(({ kind }) => kind);
      expect(kinds).not.toContain('usage');
      expect(kinds).not.toContain('finish');
    }
  });

  it('takes the last counts, whatever came before', () => {
    const more = { type: 'message_delta', delta: {}, usage: { output_tokens: 7 } };
    const events = [...TEXT_STREAM.slice(0, -2), more, ...TEXT_STREAM.slice(-2)];
    expect(assembled(read(events)).usage.output).toBe(15);
  });

  it('reads arguments that a compatible server sends whole', () => {
    const block = { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } };
    const events = [
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_stop', index: 0 },
    ];
    expect(read(events).at(-1)).toMatchObject({ kind: 'tool_arguments', json: '{"n":1}' });
    expect(read(events)).toHaveLength(2);
  });

  it('passes on why the model refused', () => {
    const details = { type: 'refusal', explanation: 'Too dangerous.' };
    const delta = { stop_reason: 'refusal', stop_details: details };
    expect(read([{ type: 'message_delta', delta, usage: {} }])).toEqual([
      { kind: 'refusal', choice: 0, text: 'Too dangerous.' },
      { kind: 'finish', choice: 0, reason: 'refusal', stopSequence: null },
    ]);
  });

  it('never throws, whatever the events are', () => {
    const known = fc.constantFrom(...TOOL_STREAM, ...TEXT_STREAM, ...FAILED_STREAM);
    const types = fc.constantFrom(...TOOL_STREAM.map(({ type }) => type));
    const wild = fc
      .tuple(
        types,
        fc.dictionary(
          fc.constantFrom('index', 'delta', 'content_block', 'message', 'usage', 'error'),
          fc.jsonValue(),
        ),
      )
      .map(([type, rest]) => ({ ...rest, type }));
    fc.assert(
      fc.property(fc.array(fc.oneof(known, wild, fc.jsonValue())), (events) => {
        const reader = messageStreamReader();
        const writer = messageStreamWriter(REQUEST, OPTIONS);
        const text = events
          .flatMap((data) => reader.push({ event: null, data }))
          .map((delta) => writer.write(delta))
          .join('');
        expect(parseEvents(text + writer.end()).at(-1)?.event).toBe('message_stop');
      }),
      { numRuns: 300 },
    );
  });
});

describe('given steps of another provider', () => {
  const text = (said: string): ChatDelta => ({ kind: 'text', choice: 0, text: said });
  const startOf = (call: number): ChatDelta => ({
    kind: 'tool_start',
    choice: 0,
    call,
    id: `call_${call}`,
    name: 'f',
    signature: null,
  });
  const argument = (call: number, json: string): ChatDelta => ({
    kind: 'tool_arguments',
    choice: 0,
    call,
    json,
  });
  const names = (written: string): (string | null)[] =>
    parseEvents(written).map(({ event }) => event);

  it('writes the events in the order of the API', () => {
    const written = write(
      { kind: 'start', id: 'chatcmpl-1', model: 'gpt-5' },
      text('Hel'),
      text('lo'),
      { kind: 'finish', choice: 0, reason: 'stop', stopSequence: 'END' },
      {
        kind: 'usage',
        usage: { ...NO_USAGE, input: 10, cachedInput: 4, output: 3, reasoning: 1 },
        serviceTier: 'default',
      },
    );
    expect(names(written)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(parseEvents(written).at(-2)?.data).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
      usage: {
        input_tokens: 6,
        cache_creation_input_tokens: null,
        cache_read_input_tokens: 4,
        output_tokens: 3,
        output_tokens_details: { thinking_tokens: 1 },
        service_tier: 'standard',
      },
    });
  });

  it('says tool_use when a provider just stopped after a call', () => {
    const finish: ChatDelta = { kind: 'finish', choice: 0, reason: 'stop', stopSequence: null };
    const written = write(startOf(0), argument(0, '{}'), finish);
    expect(written).toContain('"stop_reason":"tool_use"');
  });

  it('streams calls that come one after the other without waiting', () => {
    const writer = messageStreamWriter(REQUEST, OPTIONS);
    writer.write(startOf(0));
    writer.write(argument(0, '{"a":1}'));
    expect(writer.write(startOf(1))).toContain('"id":"call_1"');
  });

  it('begins and ends a message of which nothing came', () => {
    expect(names(write())).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(write()).toContain('"model":"claude-x"');
  });

  it('tells an error as an event of its own and leaves the end to the gateway', () => {
    const writer = messageStreamWriter(REQUEST, OPTIONS);
    const error = { status: 429, code: 'rate_limit_exceeded', message: 'Slow.', field: null };
    expect(parseEvents(writer.write({ kind: 'error', error }))).toEqual([
      {
        event: 'error',
        data: {
          type: 'error',
          error: {
            type: 'rate_limit_error',
            message: 'Slow.',
            details: { error_code: 'rate_limit_exceeded' },
          },
        },
      },
    ]);
  });

  it('leaves out second answers', () => {
    expect(write({ kind: 'text', choice: 1, text: 'other' })).not.toContain('other');
  });
});
