import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../core/errors.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { assembled, chatAnswers, deltasOf } from './fixtures/arbitrary-answer.ts';
import { chatRequests } from './fixtures/arbitrary-chat.ts';
import { refusedBy, SPEAKERS, type Speaker } from './fixtures/speakers.ts';
import type { JsonObject } from './json.ts';
import type {
  ChatAnswer,
  ChatDelta,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ToolDefinition,
} from './neutral.ts';
import { parseEvents, type StreamEvent } from './sse.ts';

const PAIRS = SPEAKERS.flatMap((caller) =>
  SPEAKERS.map((provider) => ({ caller, provider, pair: `${caller.name} → ${provider.name}` })),
);

const ASKED: ChatRequest = {
  model: 'the-model',
  stream: false,
  messages: [],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  maxOutputTokens: 900,
  temperature: 0.5,
  topP: null,
  topK: null,
  frequencyPenalty: null,
  presencePenalty: null,
  seed: null,
  stop: [],
  choices: null,
  answerFormat: null,
  reasoning: null,
  logprobs: null,
  userId: null,
  metadata: {},
  serviceTier: null,
};

function text(said: string): ContentPart {
  return { kind: 'text', text: said, cache: false };
}

function message(role: ChatMessage['role'], ...parts: ContentPart[]): ChatMessage {
  return { role, name: null, parts };
}

const TOOL: ToolDefinition = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: null,
};
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city', 'people'],
  additionalProperties: false,
} as const;
const PNG = {
  kind: 'data',
  mediaType: 'image/png',
  base64:
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
} as const;

function wire(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** What a provider is asked when a caller asks this in its own words. */
function carried(
  { caller, provider }: { caller: Speaker; provider: Speaker },
  asked: ChatRequest,
): {
  readonly read: ChatRequest;
  readonly understood: ChatRequest;
} {
  const said = caller.codec.writeRequest(asked);
  const read = caller.codec.readRequest(wire(said.body), said.path);
  const written = provider.codec.writeRequest(read);
  return { read, understood: provider.codec.readRequest(wire(written.body), written.path) };
}

/** What a caller reads when a provider answers this in its own words. */
function answered(
  { caller, provider }: { caller: Speaker; provider: Speaker },
  answer: ChatAnswer,
): ChatAnswer {
  const said = provider.codec.readAnswer(wire(provider.codec.writeAnswer(answer, ASKED)));
  return caller.codec.readAnswer(wire(caller.codec.writeAnswer(said, ASKED)));
}

function eventsOf(dialect: Dialect, stream: string): StreamEvent[] {
  if (dialect.wire.framing === 'sse') return parseEvents(stream);
  return stream
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ event: null, data: JSON.parse(line) as unknown }));
}

function written({ codec }: Speaker, steps: readonly ChatDelta[]): string {
  const writer = codec.streamWriter(ASKED, { includeUsage: true, createdAt: 1_795_000_000 });
  return steps.map((step) => writer.write(step)).join('') + writer.end();
}

function readSteps({ codec, dialect }: Speaker, stream: string): ChatDelta[] {
  const reader = codec.streamReader();
  const steps = eventsOf(dialect, stream).flatMap((event) => [...reader.push(event)]);
  return [...steps, ...reader.end()];
}

/** The same stream, told by the provider and told again to the caller. */
function streamed(
  { caller, provider }: { caller: Speaker; provider: Speaker },
  answer: ChatAnswer,
): ChatAnswer {
  const retold = written(caller, readSteps(provider, written(provider, deltasOf(answer))));
  return assembled(readSteps(caller, retold));
}

/** What every dialect can say of an answer; ids, times and counts that some leave out are not compared. */
function gist(answer: ChatAnswer): unknown {
  return {
    model: answer.model,
    input: answer.usage.input,
    output: answer.usage.output,
    choices: answer.choices.map(({ parts, finishReason }) => ({
      finishReason,
      text: parts.flatMap((part) => (part.kind === 'text' ? part.text : [])).join(''),
      calls: parts.flatMap((part) =>
        part.kind === 'tool_call'
          ? [{ name: part.name, arguments: JSON.parse(part.arguments) as unknown }]
          : [],
      ),
    })),
  };
}

const COMMON_ANSWERS = chatAnswers({
  manyChoices: false,
  reasoning: 'none',
  refusals: false,
  callSignatures: false,
  stopSequences: false,
  cachedUsage: false,
  cacheWriteUsage: false,
  reasoningUsage: false,
  audioUsage: false,
  finishReasons: ['stop', 'length'],
  serviceTier: false,
});

/** An answer cut inside a call has half an arguments text, which not all dialects can hold. */
const CUT_ANSWERS = COMMON_ANSWERS.filter(({ choices }) =>
  choices.every(
    ({ finishReason, parts }) =>
      finishReason !== 'length' || parts.every(({ kind }) => kind !== 'tool_call'),
  ),
);

describe.each(PAIRS)('given $pair', (pair) => {
  it('carries a conversation', () => {
    const messages = [
      message('system', text('Be brief.')),
      message('user', text('Hello?')),
      message('assistant', text('Yes?')),
      message('user', text('Grüße 안녕 👋')),
    ];
    const { understood } = carried(pair, { ...ASKED, messages });
    expect(understood).toMatchObject({ model: 'the-model', maxOutputTokens: 900, messages });
  });

  it('carries tools, calls and results back and forth', () => {
    const call = (id: string, city: string): ContentPart => ({
      kind: 'tool_call',
      id,
      name: TOOL.name,
      arguments: JSON.stringify({ city }),
      signature: null,
    });
    const result = (callId: string, said: string): ChatMessage =>
      message('tool', {
        kind: 'tool_result',
        callId,
        name: TOOL.name,
        parts: [text(said)],
        isError: false,
      });
    const messages = [
      message('user', text('Weather in Paris and Rome?')),
      message('assistant', text('One moment.'), call('call_1', 'Paris'), call('call_2', 'Rome')),
      result('call_1', 'sunny'),
      result('call_2', 'rain'),
    ];
    const { understood } = carried(pair, { ...ASKED, messages, tools: [TOOL] });
    expect(understood.tools).toMatchObject([
      { name: TOOL.name, description: TOOL.description, parameters: { type: 'object' } },
    ]);
    const parts = understood.messages.flatMap((one) => one.parts);
    const calls = parts.filter((part) => part.kind === 'tool_call');
    expect(calls.map((one) => JSON.parse(one.arguments) as unknown)).toEqual([
      { city: 'Paris' },
      { city: 'Rome' },
    ]);
    const results = parts.filter((part) => part.kind === 'tool_result');
    expect(results.map(({ callId }) => callId)).toEqual(calls.map(({ id }) => id));
    expect(JSON.stringify(results.map((one) => one.parts))).toMatch(/sunny.*rain/);
    expect(parts.find((part) => part.kind === 'text' && part.text === 'One moment.')).toBeDefined();
  });

  it('carries an image', () => {
    const image: ContentPart = { kind: 'image', source: PNG, detail: null };
    const messages = [message('user', text('What is this?'), image)];
    const { understood } = carried(pair, { ...ASKED, messages });
    expect(understood.messages).toMatchObject([
      { role: 'user', parts: [{ kind: 'text' }, { kind: 'image', source: PNG }] },
    ]);
  });

  it('carries a schema', () => {
    const answerFormat = {
      kind: 'schema',
      name: 'city',
      description: null,
      schema: SCHEMA,
      strict: true,
    } as const;
    const messages = [message('user', text('Largest city?'))];
    const { understood } = carried(pair, { ...ASKED, messages, answerFormat });
    expect(understood.answerFormat).toMatchObject({
      kind: 'schema',
      schema: { properties: { city: { type: 'string' } }, required: ['city', 'people'] },
    });
  });

  it('brings answers back, whole and streamed', () => {
    fc.assert(
      fc.property(CUT_ANSWERS, (answer) => {
        expect(gist(answered(pair, answer))).toEqual(gist(answer));
        expect(gist(streamed(pair, answer))).toEqual(gist(answer));
      }),
      { numRuns: 40 },
    );
  });

  it('carries any request or names the field that it cannot', () => {
    fc.assert(
      fc.property(chatRequests(), (request) => {
        const said = refusedBy(() => pair.caller.codec.writeRequest(request));
        if (said.refusal !== null) return expectNamed(said.refusal);
        const { body, path } = said.result;
        const read = refusedBy(() => pair.caller.codec.readRequest(wire(body), path));
        if (read.refusal !== null) return expectNamed(read.refusal);
        const { refusal } = refusedBy(() => pair.provider.codec.writeRequest(read.result));
        if (refusal !== null) expectNamed(refusal);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(SPEAKERS)('given a stream told by $name', (speaker) => {
  const { dialect } = speaker;
  it('shows its end, its content and its usage to the wire', () => {
    fc.assert(
      fc.property(CUT_ANSWERS, (answer) => {
        const stream = written(speaker, deltasOf(answer));
        const events = rawEvents(dialect, stream);
        const facts = events.map((event) => dialect.wire.readEvent(event));
        expect(facts.some(({ content }) => content)).toBe(true);
        expect(facts.some(({ finished, last }) => finished || last)).toBe(true);
        expect(facts.every(({ error }) => error === null)).toBe(true);
        const usage = facts.findLast((fact) => fact.usage?.output != null)?.usage;
        expect(usage?.output).toBe(answer.usage.output);
      }),
      { numRuns: 40 },
    );
  });

  it('has a mark in every event that matters', () => {
    fc.assert(
      fc.property(CUT_ANSWERS, (answer) => {
        for (const event of rawEvents(dialect, written(speaker, deltasOf(answer)))) {
          const { last, error, usage } = dialect.wire.readEvent(event);
          if (!last && error === null && usage === null) continue;
          const bytes = Buffer.from(event);
          expect(dialect.wire.marks.some((mark) => bytes.includes(mark))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('tells an error that callers see and that is no end', () => {
    const error = { status: 503, code: 'no_target_available', message: 'gone', field: null };
    const operation = speaker.name.split(' ')[1] ?? '';
    const event = dialect.wire.errorEvent(error, operation);
    const facts = dialect.wire.readEvent(event);
    expect(facts.error?.message).toContain('gone');
    expect(dialect.wire.marks.some((mark) => Buffer.from(event).includes(mark))).toBe(true);
    const reader = speaker.codec.streamReader();
    const steps = eventsOf(dialect, event).flatMap((one) => [...reader.push(one)]);
    expect(steps).toMatchObject([
      { kind: 'error', error: { message: expect.stringContaining('gone') } },
    ]);
    expect(
      speaker.codec
        .streamWriter(ASKED, { includeUsage: true, createdAt: 0 })
        .write({ kind: 'error', error }),
    ).toContain('gone');
  });

  it('writes errors that it reads', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(400, 401, 403, 404, 413, 429, 500, 503),
        fc.string(),
        (status, words) => {
          const error = { status, code: 'rate_limit_exceeded', message: `x${words}`, field: null };
          const read = dialect.wire.readError(status, dialect.wire.errorBody(error));
          expect(read).toMatchObject({ status, message: `x${words}` });
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** The events of a stream as they came, separators included. */
function rawEvents(dialect: Dialect, stream: string): string[] {
  const separator = dialect.wire.framing === 'sse' ? '\n\n' : '\n';
  return stream
    .split(separator)
    .filter((event) => event !== '')
    .map((event) => event + separator);
}

describe('given any bytes', () => {
  it('no wire throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `data: ${json}\n\n`),
          fc.json(),
        ),
        (bytes) => {
          for (const { wire: spoken } of DIALECTS) {
            spoken.readEvent(bytes);
            spoken.usageIn(bytes);
            spoken.readError(500, bytes);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function expectNamed(refusal: AppError): void {
  expect(refusal.details).toMatchObject({ field: expect.stringMatching(/\S/) });
}
