import type { WrittenRequest } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ToolCallPart,
  ToolDefinition,
  ToolResultPart,
} from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { writeAudio, writeSource } from './media.ts';
import { effortOf } from './reasoning.ts';
import { schemaFields, signatureFields, toolFields } from './tools.ts';

/** A chat completion that asks the same. Throws AppError `unsupported_field` for what it has no word for. */
export function writeChatRequest(request: ChatRequest): WrittenRequest {
  refuseForeign(request);
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.flatMap(writeMessage),
    // Usage in the stream is asked for by whoever knows whether the provider takes the question.
    ...(request.stream && { stream: true }),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...toolFields(request),
    ...(request.toolChoice?.kind === 'tool' && {
      tool_choice: { type: 'function', function: { name: request.toolChoice.name } },
    }),
    ...filled({
      max_completion_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      frequency_penalty: request.frequencyPenalty,
      presence_penalty: request.presencePenalty,
      seed: request.seed,
      n: request.choices,
      reasoning_effort: request.reasoning === null ? null : effortOf(request.reasoning),
      user: request.userId,
      service_tier: request.serviceTier,
    }),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(request.answerFormat !== null && { response_format: writeFormat(request.answerFormat) }),
  };
  return { path: '/chat/completions', body, headers: {} };
}

function refuseForeign(request: ChatRequest): void {
  if (request.topK !== null) throw unsupportedField('top_k', 'OpenAI has no such field.');
  if (request.logprobs !== null) {
    throw unsupportedField('logprobs', 'probabilities of tokens cannot be carried over.');
  }
}

/** The fields that say something. */
export function filled(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  return { type: 'function', function: { name, ...filled({ description, parameters, strict }) } };
}

function writeFormat(format: AnswerFormat): JsonObject {
  return format.kind === 'json'
    ? { type: 'json_object' }
    : { type: 'json_schema', json_schema: schemaFields(format) };
}

/** A message as one or several: each tool result is a message of its own, before what else was said. */
function writeMessage(message: ChatMessage): JsonObject[] {
  const results = message.parts.filter((part) => part.kind === 'tool_result').map(writeResult);
  const parts = message.parts.filter((part) => part.kind !== 'tool_result');
  if (parts.length === 0 && results.length > 0) return results;
  const role = message.role === 'tool' ? 'user' : message.role;
  const name = message.name === null ? {} : { name: message.name };
  const said =
    role === 'assistant'
      ? { role, ...name, ...writeTurn(parts) }
      : { role, ...name, content: writeContent(parts) };
  return [...results, said];
}

/** OpenAI has no mark for a failed call, so its words have to say it. */
function writeResult({ callId, parts, isError }: ToolResultPart): JsonObject {
  const other = parts.find(({ kind }) => kind !== 'text');
  if (other !== undefined) {
    throw unsupportedField(`messages.tool.${other.kind}`, 'chat completions take text from tools.');
  }
  return { role: 'tool', tool_call_id: callId, content: writeContent(errorWords(parts, isError)) };
}

/** The parts of a tool's result, with a word before them when it failed and does not say so itself. */
export function errorWords(
  parts: readonly ContentPart[],
  isError: boolean,
): readonly ContentPart[] {
  const first = parts[0];
  const told = first?.kind === 'text' && /^\W*\w*(?:error|exception|fail)/i.test(first.text);
  if (!isError || told) return parts;
  if (first?.kind === 'text') {
    return [{ ...first, text: `Error: ${first.text}` }, ...parts.slice(1)];
  }
  return [{ kind: 'text', text: 'Error', cache: false }, ...parts];
}

/** Thoughts stay behind: see `not-carried.ts`. */
function writeTurn(parts: readonly ContentPart[]): JsonObject {
  const calls = parts.filter((part) => part.kind === 'tool_call').map(writeCall);
  const words = parts.filter((part) => part.kind !== 'tool_call' && part.kind !== 'reasoning');
  const refusals = words.filter((part) => part.kind === 'refusal');
  if (refusals.length > 0 && refusals.length === words.length) {
    const refusal = refusals.map(({ text }) => text).join('\n');
    return { content: null, refusal, ...(calls.length > 0 && { tool_calls: calls }) };
  }
  const silent = words.length === 0 && calls.length > 0;
  return {
    content: silent ? null : writeContent(words),
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

function writeContent(parts: readonly ContentPart[]): string | JsonObject[] {
  const [first] = parts;
  if (first === undefined) return '';
  return parts.length === 1 && first.kind === 'text' ? first.text : parts.map(writePart);
}

function writePart(part: ContentPart): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image': {
      const url = writeSource(part.source);
      return { type: 'image_url', image_url: { url, ...filled({ detail: part.detail }) } };
    }
    case 'audio':
      return { type: 'input_audio', input_audio: writeAudio(part.source) };
    case 'file':
      return { type: 'file', file: writeFile(part) };
    case 'reasoning':
    case 'tool_call':
    case 'tool_result':
      throw unsupportedField(`messages.${part.kind}`, 'it does not belong into this message.');
    default:
      return part satisfies never;
  }
}

function writeFile({ source, name }: Extract<ContentPart, { kind: 'file' }>): JsonObject {
  if (source.kind === 'url') {
    throw unsupportedField('file', 'this provider takes files as bytes, not as an address.');
  }
  return { file_data: writeSource(source), filename: name ?? 'file' };
}
