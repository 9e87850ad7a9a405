import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAiWire as wire } from './wire.ts';

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function typed(event: { readonly type: string }): string {
  return `event: ${event.type}\n${data(event)}`;
}

/** A chunk of a stream whose caller asked for usage: it has a null in every chunk but the last. */
function chunk(delta: object, more: object = {}): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }];
  return data({
    id: 'chatcmpl-Cj4',
    object: 'chat.completion.chunk',
    created: 1_795_000_000,
    model: 'gpt-5.1-2025-11-13',
    service_tier: 'default',
    system_fingerprint: 'fp_a1b2',
    choices,
    usage: null,
    obfuscation: 'hQ2f',
  });
}

function isMarked(event: string): boolean {
  const bytes = Buffer.from(event);
  return wire.marks.some((mark) => bytes.includes(mark));
}

const USAGE = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

describe('given events of chat completions', () => {
  it('finds the end', () => {
    for (const end of ['data: [DONE]\n\n', 'data:[DONE]\r\n\r\n', 'data: [DONE]']) {
      expect(wire.readEvent(end)).toMatchObject({ last: true, content: false });
      expect(isMarked(end)).toBe(true);
    }
  });

  it('tells content from what only frames it', () => {
    const content = [
      { content: 'Hi' },
      { refusal: 'No' },
      { reasoning_content: 'hm' },
      { tool_calls: [{ index: 0, function: { arguments: '{' } }] },
      { audio: { data: 'AAAA' } },
    ];
    for (const delta of content) expect(wire.readEvent(chunk(delta)).content).toBe(true);
    for (const delta of [{}, { role: 'assistant', content: '' }, { content: null }]) {
      expect(wire.readEvent(chunk(delta)).content).toBe(false);
    }
    expect(wire.readEvent(chunk({}, { finish_reason: 'stop' })).finished).toBe(true);
  });

  it('leaves ordinary chunks unread', () => {
    for (const said of ['Hi', ' error', 'the "usage" of {', '[DONE', 'a message":{"x']) {
      const unread = !isMarked(chunk({ content: said }));
      expect(unread || said === ' error').toBe(true);
    }
    expect(isMarked(chunk({ role: 'assistant', content: '' }))).toBe(false);
  });

  it('finds usage wherever compatible servers put it', () => {
    const extra = data({ choices: [], usage: USAGE });
    expect(wire.readEvent(extra)).toMatchObject({
      usageOnly: true,
      usage: { input: 9, output: 3 },
    });
    const spaced = extra.replace('"usage":{', '"usage": {');
    const last = data({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE });
    const groq = data({ choices: [{ index: 0, delta: {} }], x_groq: { usage: USAGE } });
    for (const event of [extra, spaced, last, groq]) {
      expect(isMarked(event)).toBe(true);
      expect(wire.readEvent(event).usage).toMatchObject({ input: 9, output: 3 });
    }
    for (const event of [last, groq]) expect(wire.readEvent(event).usageOnly).toBe(false);
  });

  it('finds errors in all their shapes', () => {
    const events: readonly (readonly [string, object])[] = [
      [data({ error: { message: 'gone', code: 503 } }), { status: 503, code: null }],
      [data({ error: { message: 'gone', code: 'x', param: 'n' } }), { code: 'x', field: 'n' }],
      [data({ error: 'gone' }), { status: 502 }],
      [typed({ type: 'error', ...{ code: 'x', message: 'gone' } }), { code: 'x' }],
    ];
    for (const [event, error] of events) {
      expect(isMarked(event)).toBe(true);
      expect(wire.readEvent(event).error).toMatchObject({ message: 'gone', ...error });
    }
  });
});

describe('given events of the Responses API', () => {
  it.each([
    ['response.completed', true, false],
    ['response.incomplete', true, false],
    ['response.failed', true, true],
    ['response.in_progress', false, false],
  ])('reads %s', (type, last, failed) => {
    const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
    const error = failed ? { code: 'server_error', message: 'boom' } : null;
    const event = typed({ type, ...{ response: { id: 'r', error, usage: last ? usage : null } } });
    const facts = wire.readEvent(event);
    expect(facts).toMatchObject({ last, finished: last && !failed });
    expect(facts.error?.message ?? null).toBe(failed ? 'boom' : null);
    expect(facts.usage?.input ?? null).toBe(last ? 5 : null);
    if (last) expect(isMarked(event)).toBe(true);
  });

  it('tells content by its deltas', () => {
    const delta = typed({ type: 'response.output_text.delta', ...{ delta: 'Hi' } });
    expect(wire.readEvent(delta)).toMatchObject({ content: true, last: false });
    expect(isMarked(delta)).toBe(false);
  });
});

describe('given whole answers', () => {
  it('finds the usage without reading the rest', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), fc.nat(999), (before, after, input) => {
        const usage = { prompt_tokens: input, completion_tokens: 1, nested: { a: {} } };
        const body = JSON.stringify({ ...before, usage, choices: after, late: '"usage":{}' });
        expect(wire.usageIn(body)).toMatchObject({ input, output: 1 });
        expect(wire.usageIn(`${body}\n`)).toMatchObject({ input });
      }),
    );
  });

  it('is not taken in by a deeper field of that name', () => {
    const tools = [{ usage: { prompt_tokens: 1, completion_tokens: 1 } }];
    expect(wire.usageIn(JSON.stringify({ usage: USAGE, tools }))).toMatchObject({ input: 9 });
    expect(wire.usageIn(JSON.stringify({ tools }))).toBeNull();
    expect(wire.usageIn(JSON.stringify({ usage: null }))).toBeNull();
    expect(wire.usageIn('{"usage"')).toBeNull();
  });

  it('reads errors of OpenAI and of compatible servers', () => {
    const read = (body: unknown): unknown => wire.readError(404, JSON.stringify(body));
    const openAi = { message: 'no such model', type: 'invalid_request_error', param: 'model' };
    expect(read({ error: { ...openAi, code: 'model_not_found' } })).toEqual({
      status: 404,
      code: 'model_not_found',
      message: 'no such model',
      field: 'model',
    });
    expect(read({ error: openAi })).toMatchObject({ code: 'invalid_request_error' });
    expect(read({ object: 'error', message: 'too long' })).toMatchObject({ message: 'too long' });
    expect(read({ detail: [{ msg: 'field required' }] })).toMatchObject({
      message: 'field required',
    });
    expect(wire.readError(502, '<html>')).toMatchObject({
      status: 502,
      code: null,
      message: 'The provider answered HTTP 502.',
    });
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [429, 'rate_limit_error'],
    [503, 'server_error'],
  ])('writes an error of status %i as %s', (status, type) => {
    const error = { status, code: 'ours', message: 'No.', field: 'model' };
    expect(JSON.parse(wire.errorBody(error))).toEqual({
      error: { message: 'No.', type, param: 'model', code: 'ours' },
    });
  });
});
