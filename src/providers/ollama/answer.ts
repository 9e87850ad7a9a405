import { AppError } from '../../core/errors.ts';
import { readError } from '../content.ts';
import { asFilledText, asObject, asText, type JsonObject, objectsOf, parseJson } from '../json.ts';
import type {
  AnswerChoice,
  ChatAnswer,
  ContentPart,
  FinishReason,
  ToolCallPart,
} from '../neutral.ts';
import { readCounts, writeCounts } from './usage.ts';

/** Where an answer has its text: chats in a message, generations beside the rest. */
export type AnswerShape = 'chat' | 'generate';

/** A whole answer of either shape. Throws AppError `upstream_truncated` when it is none. */
export function readAnswer(body: JsonObject): ChatAnswer {
  const message = messageOf(body);
  if (message === null || body['done'] !== true) {
    const words = readError(body);
    const told = words === null ? '' : `: ${words}`;
    throw new AppError('upstream_truncated', `The provider sent no answer${told}`);
  }
  const parts = readParts(message);
  const choice: AnswerChoice = {
    index: 0,
    parts,
    finishReason: readReason(
      body,
      parts.some(({ kind }) => kind === 'tool_call'),
    ),
    stopSequence: null,
  };
  return {
    id: readId(body),
    model: asText(body['model']) ?? '',
    createdAt: readTime(body),
    choices: [choice],
    usage: readCounts(body),
    serviceTier: null,
  };
}

/** The part of an answer or of a line that holds what was generated; null when there is none. */
export function messageOf(body: JsonObject): JsonObject | null {
  const message = asObject(body['message']);
  if (message !== null) return message;
  const response = asText(body['response']);
  return response === null ? null : { content: response, thinking: body['thinking'] };
}

function readParts(message: JsonObject): ContentPart[] {
  const thinking = asText(message['thinking']) ?? '';
  const content = asText(message['content']) ?? '';
  return [
    ...(thinking === ''
      ? []
      : [{ kind: 'reasoning' as const, text: thinking, signature: null, redacted: false }]),
    ...(content === '' ? [] : [{ kind: 'text' as const, text: content, cache: false }]),
    ...objectsOf(message['tool_calls']).map(readCall),
  ];
}

/** A call of an answer; older servers give none an id. */
export function readCall(call: JsonObject, position: number): ToolCallPart {
  const called = asObject(call['function']) ?? {};
  const given = called['arguments'];
  return {
    kind: 'tool_call',
    id: asFilledText(call['id']) ?? `call_${position}`,
    name: asText(called['name']) ?? '',
    arguments: typeof given === 'string' && given !== '' ? given : JSON.stringify(given ?? {}),
    signature: null,
  };
}

/** Ollama says `stop` after calls too. */
export function readReason(body: JsonObject, called: boolean): FinishReason {
  const reason = asFilledText(body['done_reason']) ?? 'stop';
  switch (reason) {
    case 'stop':
      return called ? 'tool_calls' : 'stop';
    case 'length':
    case 'content_filter':
    case 'refusal':
      return reason;
    default:
      return 'other';
  }
}

/** Ollama numbers nothing: its time stamp, exact to the nanosecond, tells answers apart. */
export function readId(body: JsonObject): string {
  const digits = (asText(body['created_at']) ?? '').replace(/\D/g, '').slice(0, 23);
  return `ollama-${digits === '' ? '0' : digits}`;
}

function readTime(body: JsonObject): number | null {
  const time = Date.parse(asText(body['created_at']) ?? '');
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

/** An answer for a caller of either shape. */
export function writeAnswer(answer: ChatAnswer, shape: AnswerShape): JsonObject {
  const [choice] = answer.choices;
  const parts = choice?.parts ?? [];
  return {
    ...head(answer.model, answer.createdAt ?? 0),
    ...bodyOf(parts, shape),
    ...writeEnd(choice?.finishReason ?? 'stop', answer),
  };
}

/** What every line begins with. `createdAt` in Unix seconds. */
export function head(model: string, createdAt: number): JsonObject {
  return { model, created_at: new Date(createdAt * 1000).toISOString() };
}

/** What the last line says beside its text. */
export function writeEnd(reason: FinishReason, { usage }: Pick<ChatAnswer, 'usage'>): JsonObject {
  return { done: true, done_reason: writeReason(reason), ...writeCounts(usage) };
}

/** Ollama knows `stop` and `length`; a filter or a refusal is told all the same. */
function writeReason(reason: FinishReason): string {
  return reason === 'tool_calls' || reason === 'other' ? 'stop' : reason;
}

/** The generated parts in the shape of a caller. */
export function bodyOf(parts: readonly ContentPart[], shape: AnswerShape): JsonObject {
  const content = parts
    .flatMap((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : []))
    .join('');
  const thinking = parts.flatMap((part) => (part.kind === 'reasoning' ? part.text : [])).join('');
  const thoughts = thinking === '' ? {} : { thinking };
  if (shape === 'generate') return { response: content, ...thoughts };
  const calls = parts.flatMap((part) => (part.kind === 'tool_call' ? writeCall(part) : []));
  const called = calls.length === 0 ? {} : { tool_calls: calls };
  return { message: { role: 'assistant', content, ...thoughts, ...called } };
}

/** Arguments are an object here; text that was cut is closed where it stops. */
function writeCall({ id, name, arguments: text }: ToolCallPart): JsonObject {
  return { id, function: { name, arguments: asObject(parseJson(text)) ?? {} } };
}
