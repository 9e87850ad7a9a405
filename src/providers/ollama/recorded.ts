import { contentText, lastUserText, readError } from '../content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from '../define-provider.ts';
import { type Countable, type CountableMessage, NOTHING_COUNTABLE } from '../exchange.ts';
import {
  asFilledText,
  asList,
  asObject,
  asText,
  type JsonObject,
  listOf,
  objectsOf,
} from '../json.ts';
import { readInput } from '../openai-completions.ts';
import type { StreamEvent } from '../sse.ts';
import { messageOf, readCall } from './answer.ts';
import { readCounts } from './usage.ts';

/** Recorded calls of `/api/chat`. */
export const ollamaChat = defineProvider({
  id: 'ollama-chat',
  title: 'Ollama chats',
  dialect: 'ollama',
  operations: ['chat'],
  fromRequest: readChat,
  fromUpstream: (body) => readLines([body]),
  fromChunks: (events) => readLines(linesOf(events)),
});

/** Recorded calls of `/api/generate`. */
export const ollamaGenerate = defineProvider({
  id: 'ollama-generate',
  title: 'Ollama generations',
  dialect: 'ollama',
  operations: ['completions', 'generate'],
  fromRequest: readGenerate,
  fromUpstream: (body) => readLines([body]),
  fromChunks: (events) => readLines(linesOf(events)),
});

/** Recorded calls of `/api/embed`, and of `/api/embeddings` before it. */
export const ollamaEmbed = defineProvider({
  id: 'ollama-embed',
  title: 'Ollama embeddings',
  dialect: 'ollama',
  operations: ['embeddings', 'embed'],
  fromRequest: readEmbed,
  fromUpstream: readVectors,
  // Embeddings are never streamed; the last line of something that claims to be says it all.
  fromChunks: (events) => readVectors(linesOf(events).at(-1) ?? {}),
});

/** Everything else under `/api`: tags, show, pull. */
export const ollamaOther = defineProvider({
  id: 'ollama-other',
  title: 'Ollama, other endpoints',
  dialect: 'ollama',
  operations: ['models', 'passthrough'],
  fromRequest: (body) => requestOf(body, { promptText: null, countable: NOTHING_COUNTABLE }),
  fromUpstream: (body) => ({ ...readLines([body]), generated: [] }),
  fromChunks: (events) => ({ ...readLines(linesOf(events)), generated: [] }),
});

function requestOf(
  body: JsonObject,
  said: Pick<ReadRequest, 'promptText' | 'countable'>,
): ReadRequest {
  const model = asFilledText(body['model']) ?? asFilledText(body['name']);
  return { model, userId: null, sessionId: null, metadata: {}, ...said };
}

const CHAT: Countable = { ...NOTHING_COUNTABLE, shape: 'chat' };

function readChat(body: JsonObject): ReadRequest {
  const messages = objectsOf(body['messages']);
  const tools = asList(body['tools']);
  return requestOf(body, {
    promptText: lastPrompt(messages),
    countable: {
      ...CHAT,
      input: messages.map(countableMessage),
      tools: tools.length > 0 ? JSON.stringify(tools) : null,
      hasUncountable: messages.some(hasImages),
    },
  });
}

/** The last user message, with a marker for each image. */
function lastPrompt(messages: readonly JsonObject[]): string | null {
  return lastUserText(
    messages.map((message) =>
      hasImages(message) ? { ...message, content: withImages(message, 'content') } : message,
    ),
  );
}

function withImages(object: JsonObject, field: 'content' | 'prompt'): string | null {
  const text = asFilledText(object[field]);
  const images = asList(object['images']).map(() => '[image]');
  return contentText([...(text === null ? [] : [text]), ...images]);
}

function hasImages(object: JsonObject): boolean {
  return asList(object['images']).length > 0;
}

function countableMessage(message: JsonObject): CountableMessage {
  const calls = objectsOf(message['tool_calls']).map((call, position) => readCall(call, position));
  const texts = [
    asText(message['content']) ?? '',
    ...calls.map((call) => `${call.name}${call.arguments}`),
  ];
  return {
    role: asText(message['role']) ?? 'user',
    name: null,
    text: texts.filter((text) => text !== '').join('\n'),
  };
}

function readGenerate(body: JsonObject): ReadRequest {
  const prompt = asText(body['prompt']);
  const system = asFilledText(body['system']);
  const input: CountableMessage[] = [];
  if (system !== null) input.push({ role: 'system', name: null, text: system });
  if (prompt !== null) input.push({ role: 'user', name: null, text: prompt });
  return requestOf(body, {
    promptText: hasImages(body) ? withImages(body, 'prompt') : prompt,
    countable: {
      ...CHAT,
      input,
      // Tokens of an earlier turn, kept by the caller.
      hasUncountable: hasImages(body) || asList(body['context']).length > 0,
    },
  });
}

function linesOf(events: readonly StreamEvent[]): JsonObject[] {
  return events.flatMap(({ data }) => listOf(asObject(data)));
}

/** A whole answer is a stream of one line. */
function readLines(lines: readonly JsonObject[]): ReadReply {
  const messages = lines.flatMap((line) => listOf(messageOf(line)));
  const join = (field: 'content' | 'thinking'): string =>
    messages.map((message) => asText(message[field]) ?? '').join('');
  const text = join('content');
  const calls = messages.flatMap((message) => objectsOf(message['tool_calls'])).map(readCall);
  const toolCalls = calls.map(({ id, name, arguments: json }) => ({ id, name, arguments: json }));
  const last = lines.findLast((line) => line['done'] === true) ?? lines.at(-1) ?? {};
  return {
    model:
      lines.map((line) => asFilledText(line['model'])).findLast((name) => name !== null) ?? null,
    text: text === '' ? null : text,
    finishReason: finishOf(last, calls.length > 0),
    usage: readCounts(last),
    toolCalls,
    errorMessage: lines.map(readError).findLast((words) => words !== null) ?? null,
    serviceTier: null,
    generated: [
      join('thinking'),
      text,
      ...toolCalls.map((call) => `${call.name}${call.arguments}`),
    ].filter((part) => part !== ''),
  };
}

/** In the words of chat completions, so that one evaluator rule fits both. */
function finishOf(last: JsonObject, called: boolean): string | null {
  const reason = asFilledText(last['done_reason']) ?? (last['done'] === true ? 'stop' : null);
  return reason === 'stop' && called ? 'tool_calls' : reason;
}

function readEmbed(body: JsonObject): ReadRequest {
  const input = readInput(body['input'] ?? body['prompt']);
  return requestOf(body, {
    promptText: input.texts.length === 0 ? null : input.texts.join('\n'),
    countable: {
      ...NOTHING_COUNTABLE,
      shape: 'embeddings',
      input: input.texts.map((text) => ({ role: 'user', name: null, text })),
    },
  });
}

function readVectors(body: JsonObject): ReadReply {
  const reply = readLines([body]);
  const { usage } = reply;
  const counted = usage.source === null ? usage : { ...usage, output: usage.output ?? 0 };
  return { ...reply, text: null, finishReason: null, usage: counted, toolCalls: [], generated: [] };
}
