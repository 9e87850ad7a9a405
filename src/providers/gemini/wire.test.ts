import { describe, expect, it } from 'vitest';
import { readExchange } from '../read-exchange.ts';
import { geminiWire, LIST_STREAM_OPERATION } from './wire.ts';

const ERROR = { status: 429, code: 'rate_limit_exceeded', message: 'Slow down.', field: null };

function chunk(text: string, more: object = {}, usage: object | null = null): object {
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }],
    ...(usage === null ? {} : { usageMetadata: usage }),
    modelVersion: 'gemini-3-flash',
    responseId: 'r-1',
  };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

describe('given errors of ours', () => {
  it('writes them as Google does, with our code, the field and the wait', () => {
    const body = geminiWire.errorBody({ ...ERROR, field: 'contents', retryAfterMs: 1500 });
    expect(JSON.parse(body)).toEqual({
      error: {
        code: 429,
        message: 'Slow down.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'RATE_LIMIT_EXCEEDED',
            domain: 'llm-quality-observer',
          },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'contents', description: 'Slow down.' }],
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
        ],
      },
    });
    expect(geminiWire.readError(429, body)).toEqual({
      ...ERROR,
      field: 'contents',
      retryAfterMs: 1500,
    });
  });

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [402, 'FAILED_PRECONDITION'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [507, 'INTERNAL'],
  ])('names HTTP %i %s', (status, name) => {
    const { error } = JSON.parse(geminiWire.errorBody({ ...ERROR, status })) as {
      error: { status: string };
    };
    expect(error.status).toBe(name);
  });

  it('ends a cut stream in an error, in each framing', () => {
    const sse = geminiWire.errorEvent(ERROR, 'chat');
    expect(sse).toMatch(/^data: \{"error":.*\}\n\n$/);
    expect(geminiWire.readEvent(sse).error).toEqual(ERROR);
    const list = `[{}${geminiWire.errorEvent(ERROR, LIST_STREAM_OPERATION)}`;
    expect(geminiWire.readError(429, list)).toEqual(ERROR);
  });
});

describe('given errors of Google', () => {
  it('reads the wait that a 429 asks for', () => {
    const body = JSON.stringify({
      error: {
        code: 429,
        message: 'You exceeded your current quota.',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.07s' }],
      },
    });
    expect(geminiWire.readError(429, body)).toEqual({
      status: 429,
      code: 'RESOURCE_EXHAUSTED',
      message: 'You exceeded your current quota.',
      field: null,
      retryAfterMs: 34_070,
    });
  });

  it('reads an error in a list, and one that is no JSON', () => {
    const list = JSON.stringify([
      chunk('a'),
      { error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } },
    ]);
    expect(geminiWire.readError(503, list)).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Busy.',
    });
    expect(geminiWire.readError(502, '<html>')).toMatchObject({ status: 502, code: null });
  });

  it('reads an error in a stream with its own status', () => {
    const facts = geminiWire.readEvent(
      event({ error: { message: 'Gone.', status: 'UNAVAILABLE' } }),
    );
    expect(facts).toMatchObject({ finished: false, content: false });
    expect(facts.error).toMatchObject({ status: 503, message: 'Gone.' });
  });
});

describe('given events of a stream', () => {
  it('tells content, the end and usage', () => {
    const open = geminiWire.readEvent(event(chunk('Hello', {}, { promptTokenCount: 4 })));
    expect(open).toMatchObject({ last: false, content: true, finished: false, error: null });
    expect(open.usage).toMatchObject({ input: 4, output: null });
    const counts = { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 };
    const last = geminiWire.readEvent(event(chunk('', { finishReason: 'STOP' }, counts)));
    expect(last).toMatchObject({ last: false, content: false, finished: true });
    expect(last.usage).toMatchObject({ input: 4, output: 2 });
  });

  it('is not finished while another candidate goes on', () => {
    const two = {
      candidates: [
        { content: { parts: [{ text: 'a' }] }, finishReason: 'STOP', index: 0 },
        { content: { parts: [{ text: 'b' }] }, index: 1 },
      ],
    };
    expect(geminiWire.readEvent(event(two)).finished).toBe(false);
  });

  it('is finished when the prompt is blocked', () => {
    const blocked = event({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(geminiWire.readEvent(blocked)).toMatchObject({ finished: true, content: false });
  });

  it('finds a mark in every event that matters', () => {
    const events = [
      event(chunk('a', {}, { promptTokenCount: 4 })),
      event(chunk('a', { finishReason: 'STOP' })),
      event({ promptFeedback: { blockReason: 'SAFETY' } }),
      event({ error: { code: 500 } }),
      geminiWire.errorEvent(ERROR, 'chat'),
    ];
    for (const text of events) {
      expect(geminiWire.marks.some((mark) => Buffer.from(text).includes(mark))).toBe(true);
    }
    expect(geminiWire.marks.some((mark) => Buffer.from(event(chunk('a'))).includes(mark))).toBe(
      false,
    );
  });

  it('finds the last usage of a whole answer and of a list', () => {
    const usage = { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 };
    expect(geminiWire.usageIn(JSON.stringify(chunk('a', {}, usage)))).toMatchObject({ output: 2 });
    const list = [
      chunk('a', {}, { promptTokenCount: 4, totalTokenCount: 4 }),
      chunk('b', {}, usage),
    ];
    expect(geminiWire.usageIn(JSON.stringify(list))).toMatchObject({ input: 4, output: 2 });
    expect(geminiWire.usageIn(JSON.stringify(chunk('a')))).toBeNull();
    expect(geminiWire.usageIn('{"usageMetadata": ')).toBeNull();
  });
});

const STREAM = [
  chunk('Good ', {}, { promptTokenCount: 12, totalTokenCount: 12 }),
  chunk('mörning 👋', {}, { promptTokenCount: 12, candidatesTokenCount: 3, totalTokenCount: 15 }),
  chunk(
    '.',
    { finishReason: 'MAX_TOKENS' },
    {
      promptTokenCount: 12,
      candidatesTokenCount: 4,
      thoughtsTokenCount: 30,
      cachedContentTokenCount: 8,
      totalTokenCount: 46,
    },
  ),
];

function recordedReply(text: string, contentType: string): ReturnType<typeof readExchange> {
  return readExchange({
    dialect: 'gemini',
    operation: 'chat',
    path: '/v1beta/models/gemini-3-flash:streamGenerateContent',
    model: 'gemini-3-flash',
    request: null,
    response: { text, encoding: 'utf8', contentType, truncated: false },
    httpStatus: 200,
  });
}

describe('given recorded streams', () => {
  const expected = {
    requestModel: 'gemini-3-flash',
    responseModel: 'gemini-3-flash',
    responseText: 'Good mörning 👋.',
    finishReason: 'length',
    usage: { input: 12, cachedInput: 8, output: 34, reasoning: 30, source: 'reported' },
  };

  it('reads events', () => {
    const text = STREAM.map(event).join('');
    expect(recordedReply(text, 'text/event-stream')).toMatchObject(expected);
  });

  it('reads one list', () => {
    const text = JSON.stringify(STREAM, null, 2);
    expect(recordedReply(text, 'application/json; charset=UTF-8')).toMatchObject(expected);
  });

  it('reads what came before any cut', () => {
    for (const [text, type] of [
      [STREAM.map(event).join(''), 'text/event-stream'],
      [JSON.stringify(STREAM), 'application/json'],
    ] as const) {
      for (let length = 0; length <= text.length; length += 1) {
        const { responseText, usage } = recordedReply(text.slice(0, length), type);
        expect('Good mörning 👋.'.startsWith(responseText?.replace(/\uD83D$/, '') ?? '')).toBe(
          true,
        );
        // A count that a cut stream has not told yet is no zero.
        if (usage.source === 'reported' && responseText !== null) {
          expect(usage.output).toBeGreaterThan(0);
        }
      }
    }
  });
});
