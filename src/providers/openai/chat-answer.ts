import { AppError } from '../../core/errors.ts';
import { readError } from '../content.ts';
import {
  asCount,
  asFilledText,
  asList,
  asObject,
  asText,
  type JsonObject,
  objectsOf,
} from '../json.ts';
import type {
  AnswerChoice,
  ChatAnswer,
  ContentPart,
  FinishReason,
  ReasoningPart,
  ToolCallPart,
} from '../neutral.ts';
import { readUsage } from '../usage.ts';
import { readDetail } from './read-chat-message.ts';
import { signatureFields, signatureIn } from './tools.ts';
import { chatUsage } from './usage-body.ts';
import { filled } from './write-chat-request.ts';

/** A whole chat completion. Throws AppError `upstream_truncated` when it is none. */
export function readChatAnswer(body: JsonObject): ChatAnswer {
  const choices = objectsOf(body['choices']);
  if (choices.length === 0) throw noAnswer(body);
  return {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    createdAt: asCount(body['created']),
    choices: choices.map(readChoice),
    usage: readUsage(body['usage']),
    serviceTier: asFilledText(body['service_tier']),
  };
}

/** What a provider sent with status 200 although it holds no answer. */
export function noAnswer(body: JsonObject): AppError {
  const words = readError(body);
  const told = words === null ? '' : `: ${words}`;
  return new AppError('upstream_truncated', `The provider sent no answer${told}`);
}

function readChoice(choice: JsonObject, position: number): AnswerChoice {
  const message = asObject(choice['message']) ?? {};
  const refusal = asFilledText(message['refusal']);
  const words = readWords(message['content']);
  const parts: ContentPart[] = [
    ...readThoughts(message),
    ...words,
    ...(refusal === null ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...objectsOf(message['tool_calls']).map(readCall),
  ];
  const reason = asFilledText(choice['finish_reason']);
  return {
    index: asCount(choice['index']) ?? position,
    parts,
    finishReason: reason === null ? null : readFinish(reason, refusal !== null),
    stopSequence: null,
  };
}

/** Text, or Mistral's list of parts with thoughts among them. */
export function readWords(content: unknown): ContentPart[] {
  const text = asText(content);
  if (text !== null) return text === '' ? [] : [{ kind: 'text', text, cache: false }];
  return objectsOf(content).flatMap((part): ContentPart[] => {
    if (part['type'] === 'thinking') {
      const thoughts = objectsOf(part['thinking']).map(({ text: said }) => asText(said) ?? '');
      const said = asText(part['thinking']) ?? thoughts.join('');
      return [{ kind: 'reasoning', text: said, signature: null, redacted: false }];
    }
    const said = asText(part['text']);
    return said === null || said === '' ? [] : [{ kind: 'text', text: said, cache: false }];
  });
}

/** The thoughts of a message or of a stream's delta. */
export function readThoughts(message: JsonObject): ReasoningPart[] {
  const signed = asList(message['reasoning_details']).flatMap((detail) =>
    readDetail(asObject(detail) ?? {}),
  );
  if (signed.length > 0) return signed;
  const text =
    asFilledOrSpace(message['reasoning_content']) ?? asFilledOrSpace(message['reasoning']);
  return text === null ? [] : [{ kind: 'reasoning', text, signature: null, redacted: false }];
}

function asFilledOrSpace(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function readCall(call: JsonObject, position: number): ToolCallPart {
  const called = asObject(call['function']) ?? asObject(call['custom']) ?? {};
  return {
    kind: 'tool_call',
    id: asFilledText(call['id']) ?? `call_${position}`,
    name: asText(called['name']) ?? '',
    arguments: argumentsOf(called['arguments'] ?? called['input']),
    signature: signatureIn(call),
  };
}

/** JSON text; some servers send the object itself. */
export function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value;
  return asObject(value) === null ? '{}' : JSON.stringify(value);
}

/** A refusal ends with `stop` at OpenAI. */
export function readFinish(reason: string, refused: boolean): FinishReason {
  switch (reason) {
    case 'stop':
      return refused ? 'refusal' : 'stop';
    case 'length':
    case 'tool_calls':
    case 'content_filter':
      return reason;
    case 'function_call':
      return 'tool_calls';
    default:
      return 'other';
  }
}

export function writeFinish(reason: FinishReason, refused: boolean): string {
  if (reason === 'refusal') return refused ? 'stop' : 'content_filter';
  return reason === 'other' ? 'stop' : reason;
}

/** A chat completion for a caller; `created` is 0 where nobody said when the answer was made. */
export function writeChatAnswer(answer: ChatAnswer): JsonObject {
  const usage = chatUsage(answer.usage);
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.createdAt ?? 0,
    model: answer.model,
    choices: answer.choices.map(writeChoice),
    ...(usage !== undefined && { usage }),
    ...filled({ service_tier: answer.serviceTier }),
  };
}

function writeChoice({ index, parts, finishReason }: AnswerChoice): JsonObject {
  const refused = parts.some(({ kind }) => kind === 'refusal');
  return {
    index,
    message: writeMessage(parts),
    logprobs: null,
    finish_reason: finishReason === null ? null : writeFinish(finishReason, refused),
  };
}

function writeMessage(parts: readonly ContentPart[]): JsonObject {
  const text = parts.flatMap((part) => (part.kind === 'text' ? part.text : []));
  const refusal = parts.flatMap((part) => (part.kind === 'refusal' ? part.text : []));
  const calls = parts.flatMap((part) => (part.kind === 'tool_call' ? writeCall(part) : []));
  const thoughts = parts.filter((part) => part.kind === 'reasoning');
  return {
    role: 'assistant',
    content: text.length === 0 ? null : text.join(''),
    refusal: refusal.length === 0 ? null : refusal.join(''),
    ...writeThoughts(thoughts),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function writeCall({ id, name, arguments: text, signature }: ToolCallPart): JsonObject {
  return {
    id,
    type: 'function',
    function: { name, arguments: text },
    ...signatureFields(signature),
  };
}

/**
 * The words for reading, and beside them the signed blocks: a client that sends whole messages back
 * brings the proof along that the thinking model asks for.
 */
function writeThoughts(thoughts: readonly ReasoningPart[]): JsonObject {
  const words = thoughts.map(({ text }) => text).join('');
  const isSigned = thoughts.some(({ signature }) => signature !== null);
  return {
    ...(words !== '' && { reasoning_content: words }),
    ...(isSigned && { reasoning_details: thoughts.map(writeDetail) }),
  };
}

/** One signed block of thoughts. */
export function writeDetail({
  text,
  signature,
  redacted,
}: Omit<ReasoningPart, 'kind'>): JsonObject {
  return redacted
    ? { type: 'reasoning.encrypted', data: signature ?? '' }
    : { type: 'reasoning.text', text, signature };
}
