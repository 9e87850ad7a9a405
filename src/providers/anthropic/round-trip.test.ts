import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import type { ChatDelta, ChatMessage, ChatRequest } from '../neutral.ts';
import { parseEvents } from '../sse.ts';
import { anthropicDialect } from './dialect.ts';

const codec = anthropicDialect.codecs['chat'];
if (codec === undefined) throw new Error('There is no chat codec.');

const NO_OPTIONS = { includeUsage: true, createdAt: 1_795_000_000 };

/** What Anthropic can say of a request. */
const requests = chatRequests({
  systemAnywhere: false,
  names: false,
  imageDetail: false,
  audio: false,
  refusals: false,
  toolResultNames: false,
  callSignatures: false,
  penalties: false,
  seed: false,
  choices: false,
  jsonFormat: false,
  schemaNames: false,
  reasoningEffort: false,
  logprobs: false,
  metadata: false,
});

/** What Anthropic can say in an answer. */
const answers = chatAnswers({
  manyChoices: false,
  refusals: false,
  callSignatures: false,
  audioUsage: false,
  createdAt: false,
  finishReasons: ['stop', 'length', 'refusal'],
});

/** Neighbours of one role are one turn at Anthropic; choices without tools mean nothing there. */
function asAnthropicSeesIt(request: ChatRequest): ChatRequest {
  const messages: ChatMessage[] = [];
  for (const message of request.messages) {
    const last = messages.at(-1);
    if (last !== undefined && last.role === message.role && message.role !== 'tool') {
      messages[messages.length - 1] = { ...last, parts: [...last.parts, ...message.parts] };
    } else messages.push(message);
  }
  const choosesNothing = request.parallelToolCalls !== null && request.toolChoice === null;
  const toolChoice = choosesNothing ? ({ kind: 'auto' } as const) : request.toolChoice;
  const parallelToolCalls = toolChoice?.kind === 'none' ? null : request.parallelToolCalls;
  return { ...request, messages, toolChoice, parallelToolCalls };
}

describe('given any request that Anthropic can carry', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(requests, (request) => {
        // Models of unknown families take a budget and nothing else; efforts are tried on their own.
        const reasoning = request.reasoning?.budgetTokens ? request.reasoning : null;
        const { path, body } = codec.writeRequest({ ...request, reasoning });
        const read = codec.readRequest(JSON.parse(JSON.stringify(body)), path);
        const expected = asAnthropicSeesIt({ ...request, reasoning });
        const maxOutputTokens = request.maxOutputTokens ?? 32_000;
        expect(read).toEqual({ ...expected, maxOutputTokens });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the rules of the API', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const reasoning = request.maxOutputTokens === null ? request.reasoning : null;
        const { body } = codec.writeRequest({ ...request, reasoning });
        const turns = body['messages'] as { role: string; content: unknown }[];
        for (const [index, turn] of turns.entries()) {
          expect(turn.role).not.toBe(turns[index + 1]?.role);
          expect(turn.content).not.toHaveLength(0);
        }
        expect(JSON.stringify(body)).not.toContain('"text":""');
        expect(Object.values(body)).not.toContain(null);
        expect(body['max_tokens']).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('given any answer', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(answers, requests, (answer, request) => {
        const body = codec.writeAnswer(answer, request);
        expect(codec.readAnswer(JSON.parse(JSON.stringify(body)))).toEqual(answer);
      }),
      { numRuns: 300 },
    );
  });

  it('reads a stream as the whole answer', () => {
    fc.assert(
      fc.property(answers, requests, fc.integer({ min: 1, max: 7 }), (answer, request, length) => {
        const text = streamOf(deltasOf(answer, length), request);
        expect(assembled(readStream(text))).toEqual(answer);
      }),
      { numRuns: 300 },
    );
  });

  it('streams what it writes whole', () => {
    fc.assert(
      fc.property(answers, requests, (answer, request) => {
        const text = streamOf(deltasOf(answer), request);
        const whole = codec.writeAnswer(answer, request);
        const { content, stop_reason, usage } = whole;
        expect(snapshotOf(text)).toEqual({ content, stop_reason, usage });
      }),
      { numRuns: 200 },
    );
  });

  it('writes blocks one after the other when calls come mixed', () => {
    fc.assert(
      fc.property(answers, requests, fc.infiniteStream(fc.nat()), (answer, request, picks) => {
        const mixed = mixCalls(deltasOf(answer, 2), () => picks.next().value);
        const { content } = snapshotOf(streamOf(mixed, request));
        const byId = (blocks: unknown): unknown[] =>
          (blocks as { type: string; id?: string }[]).toSorted((a, b) =>
            (a.id ?? '').localeCompare(b.id ?? ''),
          );
        expect(byId(content)).toEqual(byId(codec.writeAnswer(answer, request)['content']));
      }),
      { numRuns: 200 },
    );
  });
});

function streamOf(deltas: readonly ChatDelta[], request: ChatRequest): string {
  const writer = codec?.streamWriter(request, NO_OPTIONS);
  if (writer === undefined) throw new Error('There is no writer.');
  return deltas.map((delta) => writer.write(delta)).join('') + writer.end();
}

function readStream(text: string): ChatDelta[] {
  const reader = codec?.streamReader();
  if (reader === undefined) throw new Error('There is no reader.');
  return [...parseEvents(text).flatMap((event) => reader.push(event)), ...reader.end()];
}

/** Lets steps of different tool calls overtake each other; steps of one call keep their order. */
function mixCalls(deltas: readonly ChatDelta[], pick: () => number): ChatDelta[] {
  const isOfCall = (delta: ChatDelta): boolean => 'call' in delta;
  const queues = Map.groupBy(deltas.filter(isOfCall), (delta) =>
    'call' in delta ? delta.call : 0,
  );
  const waiting = [...queues.values()];
  const mixed: ChatDelta[] = [];
  while (waiting.length > 0) {
    const at = pick() % waiting.length;
    const [first, ...rest] = waiting[at] ?? [];
    if (first !== undefined) mixed.push(first);
    waiting.splice(at, 1, ...(rest.length > 0 ? [rest] : []));
  }
  const firstCall = deltas.findIndex(isOfCall);
  const others = deltas.filter((delta) => !isOfCall(delta));
  const before = firstCall === -1 ? others.length : firstCall;
  return [...others.slice(0, before), ...mixed, ...others.slice(before)];
}

interface Snapshot {
  content: Record<string, unknown>[];
  stop_reason: unknown;
  usage: unknown;
}

type Fields = Record<string, Record<string, string>> & { type: string; index: number };

/** What Anthropic's own client adds up, after its rules of order. */
function snapshotOf(text: string): Snapshot {
  const snapshot: Snapshot = { content: [], stop_reason: null, usage: null };
  const events = parseEvents(text);
  let open = -1;
  for (const { event, data } of events) {
    const fields = data as Fields;
    expect(fields.type).toBe(event);
    if (event === 'content_block_start') {
      expect([open, fields.index]).toEqual([-1, snapshot.content.length]);
      open = fields.index;
      snapshot.content.push({ ...fields['content_block'] });
    } else if (event?.startsWith('content_block')) {
      expect(fields.index).toBe(open);
      addToBlock(snapshot.content[open] ?? {}, fields);
      if (event === 'content_block_stop') open = -1;
    } else if (event === 'message_delta') {
      snapshot.stop_reason = fields['delta']?.['stop_reason'];
      snapshot.usage = fields['usage'];
    }
  }
  expect(open).toBe(-1);
  expect(events.at(0)?.event).toBe('message_start');
  expect(events.slice(-2).map(({ event }) => event)).toEqual(['message_delta', 'message_stop']);
  return snapshot;
}

const JSON_OF = Symbol('streamed arguments');

function addToBlock(block: Record<PropertyKey, unknown>, fields: Fields): void {
  const { type: _type, partial_json: json = '', ...added } = fields['delta'] ?? {};
  for (const [name, piece] of Object.entries(added)) block[name] = `${block[name] ?? ''}${piece}`;
  const streamed = `${block[JSON_OF] ?? ''}${json}`;
  if (fields.type === 'content_block_stop' && streamed !== '')
    block['input'] = JSON.parse(streamed);
  if (fields.type === 'content_block_stop') delete block[JSON_OF];
  else block[JSON_OF] = streamed;
}
