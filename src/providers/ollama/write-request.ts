import type { WrittenRequest } from '../dialect.ts';
import { asObject, type JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ReasoningRequest,
  ToolDefinition,
  ToolResultPart,
} from '../neutral.ts';
import { effortOf } from '../openai/reasoning.ts';
import { errorWords, filled } from '../openai/write-chat-request.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';

/** A request of `/api/chat` that asks the same. Throws AppError `unsupported_field` for what it has no word for. */
export function writeChatRequest(request: ChatRequest): WrittenRequest {
  const shared = writeShared(request);
  const names = new Map(
    request.messages.flatMap(({ parts }) =>
      parts.flatMap((part): [string, string][] =>
        part.kind === 'tool_call' ? [[part.id, part.name]] : [],
      ),
    ),
  );
  const withTools = request.tools.length > 0 && request.toolChoice?.kind !== 'none';
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.flatMap((message) => writeMessage(message, names)),
    ...(withTools && { tools: request.tools.map(writeTool) }),
    ...shared,
  };
  return { path: '/api/chat', body, headers: {} };
}

/** A request of `/api/generate`, which holds one prompt: other conversations are refused. */
export function writeGenerateRequest(request: ChatRequest): WrittenRequest {
  const [first, second] = request.messages;
  const system = first?.role === 'system' ? first : null;
  const user = system === null ? first : second;
  const count = system === null ? 1 : 2;
  if (user?.role !== 'user' || request.messages.length !== count) {
    throw unsupportedField('messages', 'a single prompt is all that can be generated from.');
  }
  if (request.tools.length > 0) throw unsupportedField('tools', 'only chats have tools.');
  const { content, images } = writeContent(user.parts);
  const body: JsonObject = {
    model: request.model,
    prompt: content,
    ...(images.length > 0 && { images }),
    ...(system !== null && { system: writeContent(system.parts).content }),
    ...writeShared(request),
  };
  return { path: '/api/generate', body, headers: {} };
}

function writeShared(request: ChatRequest): JsonObject {
  refuseForeign(request);
  const options = filled({
    num_predict: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    seed: request.seed,
    stop: request.stop.length === 0 ? null : request.stop,
  });
  const think = request.reasoning === null ? null : writeThink(request.reasoning);
  return {
    stream: request.stream,
    ...(Object.keys(options).length > 0 && { options }),
    ...(request.answerFormat !== null && { format: writeFormat(request.answerFormat) }),
    ...filled({ think }),
  };
}

function refuseForeign(request: ChatRequest): void {
  const choice = request.toolChoice?.kind;
  const foreign: readonly (readonly [string, boolean])[] = [
    ['tool_choice', choice === 'required' || choice === 'tool'],
    ['parallel_tool_calls', request.parallelToolCalls === false && request.tools.length > 0],
    ['n', request.choices !== null && request.choices !== 1],
    ['logprobs', request.logprobs !== null],
    ['messages.name', request.messages.some(({ name }) => name !== null)],
  ];
  const found = foreign.find(([, isAsked]) => isAsked);
  if (found !== undefined) throw unsupportedField(found[0], 'Ollama has no such field.');
}

function writeFormat(format: AnswerFormat): 'json' | JsonObject {
  return format.kind === 'json' ? 'json' : format.schema;
}

/** Three levels; the finer ones of others go to their neighbour. */
function writeThink(reasoning: ReasoningRequest): boolean | string | null {
  const effort = effortOf(reasoning);
  switch (effort) {
    case null:
      return reasoning.visible;
    case 'none':
      return false;
    case 'minimal':
      return 'low';
    case 'xhigh':
      return 'high';
    default:
      return effort;
  }
}

function writeTool({ name, description, parameters }: ToolDefinition): JsonObject {
  const called = { name, description: description ?? '', parameters: parameters ?? NO_PARAMETERS };
  return { type: 'function', function: called };
}

const NO_PARAMETERS = { type: 'object', properties: {} };

/** A message as one or several: each tool result is a message of its own, before what else was said. */
function writeMessage(message: ChatMessage, names: ReadonlyMap<string, string>): JsonObject[] {
  const results = message.parts
    .filter((part) => part.kind === 'tool_result')
    .map((part) => writeResult(part, names));
  const parts = message.parts.filter((part) => part.kind !== 'tool_result');
  if (parts.length === 0 && results.length > 0) return results;
  const { content, images, thinking, calls } = writeContent(parts);
  const said = {
    role: message.role === 'tool' ? 'user' : message.role,
    content,
    ...(thinking !== '' && { thinking }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return [...results, said];
}

function writeResult(result: ToolResultPart, names: ReadonlyMap<string, string>): JsonObject {
  const { content, images } = writeContent(errorWords(result.parts, result.isError));
  return {
    role: 'tool',
    content,
    ...filled({ tool_name: result.name ?? names.get(result.callId) ?? null }),
    tool_call_id: result.callId,
    ...(images.length > 0 && { images }),
  };
}

interface WrittenContent {
  readonly content: string;
  readonly images: string[];
  readonly thinking: string;
  readonly calls: JsonObject[];
}

/** Text in one piece, with everything else beside it: Ollama keeps no order among them. */
function writeContent(parts: readonly ContentPart[]): WrittenContent {
  const texts: string[] = [];
  const written = { images: [] as string[], thoughts: [] as string[], calls: [] as JsonObject[] };
  for (const part of parts) {
    if (part.kind === 'text' || part.kind === 'refusal') texts.push(part.text);
    else if (part.kind === 'image') written.images.push(writeImage(part));
    else if (part.kind === 'reasoning') written.thoughts.push(part.text);
    else if (part.kind === 'tool_call') written.calls.push(writeCall(part));
    else {
      const name = part.kind === 'tool_result' ? 'messages.tool_result' : part.kind;
      throw unsupportedField(name, 'Ollama takes text and images.');
    }
  }
  const thinking = written.thoughts.filter((text) => text !== '').join('\n\n');
  return { content: texts.join('\n'), thinking, images: written.images, calls: written.calls };
}

function writeImage({ source }: Extract<ContentPart, { kind: 'image' }>): string {
  if (source.kind === 'data') return source.base64;
  throw unsupportedField('image', 'Ollama takes images as bytes, not as an address.');
}

function writeCall(part: Extract<ContentPart, { kind: 'tool_call' }>): JsonObject {
  const { id, name, arguments: text } = part;
  return { id, function: { name, arguments: argumentsObject(text) } };
}

function argumentsObject(text: string): JsonObject {
  try {
    const object = asObject(JSON.parse(text));
    if (object !== null) return object;
  } catch {
    // Refused below, like everything that is no object.
  }
  throw invalidField('messages.tool_calls.arguments', 'a JSON object as text');
}
