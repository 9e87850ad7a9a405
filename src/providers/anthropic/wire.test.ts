import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import type { DialectError } from '../neutral.ts';
import { FAILED_STREAM, streamText, TEXT_STREAM, TOOL_STREAM } from './fixtures/streams.ts';
import { anthropicWire as wire } from './wire.ts';

const eventsOf = (text: string): string[] =>
  text.split(/(?<=\n\n)/).filter((event) => event !== '');
const factsOf = (text: string): ReturnType<typeof wire.readEvent>[] =>
  eventsOf(text).map((event) => wire.readEvent(event));
const isMarked = (event: string): boolean =>
  wire.marks.some((mark) => Buffer.from(event).includes(mark));

describe('given the events of a stream', () => {
  it('marks every event that matters and no piece of content', () => {
    for (const stream of [TEXT_STREAM, TOOL_STREAM, FAILED_STREAM]) {
      for (const event of eventsOf(streamText(stream))) {
        const facts = wire.readEvent(event);
        const matters =
          facts.last || facts.finished || facts.error !== null || facts.usage !== null;
        expect([event, isMarked(event)]).toEqual([event, matters]);
      }
    }
  });

  it('tells content, finish, usage and the end apart', () => {
    const facts = factsOf(streamText(TEXT_STREAM));
    expect(facts.map(({ last }) => last).lastIndexOf(true)).toBe(facts.length - 1);
    expect(facts.filter(({ last }) => last)).toHaveLength(1);
    expect(facts.filter(({ content }) => content)).toHaveLength(2);
    expect(facts.at(-2)).toEqual({
      ...NO_FACTS,
      finished: true,
      usage: { ...NO_USAGE, output: 15, source: 'reported' },
    });
    expect(facts[0]?.usage).toEqual({
      ...NO_USAGE,
      input: 1125,
      cachedInput: 1000,
      cacheWriteInput: 100,
      source: 'reported',
    });
  });

  it('takes the total input from message_delta when it has all of it', () => {
    expect(factsOf(streamText(TOOL_STREAM)).at(-2)?.usage).toMatchObject({
      input: 472,
      output: 89,
    });
  });

  it('reads errors behind a status of 200', () => {
    expect(factsOf(streamText(FAILED_STREAM)).at(-1)?.error).toEqual({
      status: 529,
      code: 'overloaded_error',
      message: 'Overloaded',
      field: null,
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((data) => `event: x\ndata: ${data}\n\n`),
        ),
        (event) => {
          expect(() => wire.readEvent(event)).not.toThrow();
          expect(() => wire.usageIn(event)).not.toThrow();
          expect(() => wire.readError(500, event)).not.toThrow();
        },
      ),
    );
  });
});

describe('given an error of ours', () => {
  const error = (status: number): DialectError => ({
    status,
    code: 'our_code',
    message: 'No.',
    field: 'seed',
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [415, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('names status %i %s, before a stream and in it', (status, type) => {
    const body = {
      type: 'error',
      error: { type, message: 'No.', details: { error_code: 'our_code', field: 'seed' } },
    };
    expect(JSON.parse(wire.errorBody(error(status)))).toEqual(body);
    expect(wire.errorEvent(error(status), 'chat')).toBe(
      `event: error\ndata: ${JSON.stringify(body)}\n\n`,
    );
  });

  it('reads back what it wrote', () => {
    expect(wire.readError(429, wire.errorBody(error(429)))).toEqual(error(429));
  });
});

describe('given an error of a provider', () => {
  it('reads its words', () => {
    const body =
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}\n';
    expect(wire.readError(529, body)).toEqual({
      status: 529,
      code: 'overloaded_error',
      message: 'Overloaded',
      field: null,
    });
  });

  it('has words of its own for an empty one', () => {
    expect(wire.readError(502, '<html>')).toMatchObject({
      code: null,
      message: 'The provider answered HTTP 502.',
    });
  });
});

describe('given a whole answer', () => {
  const usage = { input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 2 };

  it('finds its usage behind arguments that look like it', () => {
    const input = { usage: { input_tokens: 99 } };
    const body = { content: [{ type: 'tool_use', input }], usage };
    expect(wire.usageIn(`${JSON.stringify(body)}\n`)).toMatchObject({ input: 8, cachedInput: 5 });
    const before = { usage, content: [{ type: 'tool_use', input }] };
    expect(wire.usageIn(JSON.stringify(before))).toMatchObject({ input: 8, output: 2 });
  });

  it('is silent where nothing is reported', () => {
    expect(wire.usageIn('{"input_tokens":11}')).toBeNull();
    expect(wire.usageIn('{"usage":null}')).toBeNull();
    expect(wire.usageIn('"usage"')).toBeNull();
  });
});
