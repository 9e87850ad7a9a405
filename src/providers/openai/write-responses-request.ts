import type { WrittenRequest } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ReasoningRequest,
  ToolDefinition,
} from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { writeAudio, writeSource } from './media.ts';
import { effortOf } from './reasoning.ts';
import { readOwnSignature } from './response-signature.ts';
import { schemaFields, toolFields } from './tools.ts';
import { errorWords, filled } from './write-chat-request.ts';

/**
 * A request of the Responses API that asks the same, without leaving anything at the provider. Throws
 * AppError `unsupported_field` for what it has no word for.
 */
export function writeResponsesRequest(request: ChatRequest): WrittenRequest {
  refuseForeign(request);
  const { instructions, rest } = instructionsOf(request.messages);
  const { toolChoice, reasoning } = request;
  const body: JsonObject = {
    model: request.model,
    ...filled({ instructions }),
    input: rest.flatMap(writeMessage),
    ...(request.stream && { stream: true }),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...toolFields(request),
    ...(toolChoice?.kind === 'tool' && {
      tool_choice: { type: 'function', name: toolChoice.name },
    }),
    ...filled({
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      user: request.userId,
      service_tier: request.serviceTier,
    }),
    ...(request.answerFormat !== null && { text: { format: writeFormat(request.answerFormat) } }),
    ...(reasoning !== null && writeReasoning(reasoning)),
    store: false,
  };
  return { path: '/responses', body, headers: {} };
}

function refuseForeign(request: ChatRequest): void {
  const foreign: readonly (readonly [string, boolean])[] = [
    ['top_k', request.topK !== null],
    ['frequency_penalty', request.frequencyPenalty !== null],
    ['presence_penalty', request.presencePenalty !== null],
    ['seed', request.seed !== null],
    ['stop', request.stop.length > 0],
    ['n', request.choices !== null && request.choices !== 1],
    ['logprobs', request.logprobs !== null],
    ['messages.name', request.messages.some(({ name }) => name !== null)],
  ];
  const found = foreign.find(([, isAsked]) => isAsked);
  if (found !== undefined) {
    throw unsupportedField(found[0], 'the Responses API of the provider has no such field.');
  }
}

/** The first system message, when it is bare text, becomes the instructions. */
function instructionsOf(messages: readonly ChatMessage[]): {
  instructions: string | null;
  rest: readonly ChatMessage[];
} {
  const [first] = messages;
  const [text, ...more] = first?.parts ?? [];
  if (first?.role !== 'system' || text?.kind !== 'text' || more.length > 0) {
    return { instructions: null, rest: messages };
  }
  return { instructions: text.text, rest: messages.slice(1) };
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  // Strictness is the default here, and not in any other dialect.
  return {
    type: 'function',
    name,
    ...filled({ description }),
    parameters,
    strict: strict ?? false,
  };
}

function writeFormat(format: AnswerFormat): JsonObject {
  return format.kind === 'json'
    ? { type: 'json_object' }
    : { type: 'json_schema', ...schemaFields(format) };
}

/** Thoughts are asked for encrypted, so that they can come back without being stored at the provider. */
function writeReasoning(reasoning: ReasoningRequest): JsonObject {
  const effort = effortOf(reasoning);
  const summary = reasoning.visible === true ? 'auto' : null;
  return {
    ...((effort !== null || summary !== null) && { reasoning: filled({ effort, summary }) }),
    ...(effort !== null && effort !== 'none' && { include: ['reasoning.encrypted_content'] }),
  };
}

/** A message as items: thoughts and calls are items of their own, in the order in which they were said. */
function writeMessage(message: ChatMessage): JsonObject[] {
  const items: JsonObject[] = [];
  let words: ContentPart[] = [];
  const flush = (): void => {
    if (words.length > 0) items.push(writeWords(message.role, words));
    words = [];
  };
  for (const part of message.parts) {
    const item = writeItem(part);
    if (item === null) {
      words.push(part);
    } else {
      flush();
      items.push(...item);
    }
  }
  flush();
  return items;
}

/** The items that a part becomes; null for content of a message. */
function writeItem(part: ContentPart): JsonObject[] | null {
  switch (part.kind) {
    case 'tool_call': {
      const { id, name, arguments: text } = part;
      return [{ type: 'function_call', call_id: id, name, arguments: text }];
    }
    case 'tool_result': {
      const output = writeOutput(errorWords(part.parts, part.isError));
      return [{ type: 'function_call_output', call_id: part.callId, output }];
    }
    case 'reasoning':
      return writeThought(part);
    default:
      return null;
  }
}

/** Only thoughts that OpenAI signed itself go back to it: see `not-carried.ts`. */
function writeThought(part: Extract<ContentPart, { kind: 'reasoning' }>): JsonObject[] {
  const own = readOwnSignature(part.signature);
  if (own === null) return [];
  const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
  return [{ type: 'reasoning', id: own.itemId, summary, encrypted_content: own.encrypted }];
}

function writeOutput(parts: readonly ContentPart[]): string | JsonObject[] {
  const [first] = parts;
  if (first === undefined) return '';
  return parts.length === 1 && first.kind === 'text'
    ? first.text
    : parts.map((part) => writePart(part, 'input_text'));
}

function writeWords(role: ChatMessage['role'], parts: readonly ContentPart[]): JsonObject {
  const isAssistant = role === 'assistant';
  const [first] = parts;
  const text = parts.length === 1 && first?.kind === 'text' ? first.text : null;
  const type = isAssistant ? 'output_text' : 'input_text';
  return {
    type: 'message',
    role: role === 'tool' ? 'user' : role,
    content: text ?? parts.map((part) => writePart(part, type)),
  };
}

function writePart(part: ContentPart, textType: 'input_text' | 'output_text'): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: textType, text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image': {
      const detail = filled({ detail: part.detail });
      return { type: 'input_image', image_url: writeSource(part.source), ...detail };
    }
    case 'audio':
      return { type: 'input_audio', input_audio: writeAudio(part.source) };
    case 'file':
      return part.source.kind === 'url'
        ? { type: 'input_file', file_url: part.source.url, ...filled({ filename: part.name }) }
        : {
            type: 'input_file',
            file_data: writeSource(part.source),
            filename: part.name ?? 'file',
          };
    default:
      throw unsupportedField(`messages.${part.kind}`, 'it does not belong into this message.');
  }
}
