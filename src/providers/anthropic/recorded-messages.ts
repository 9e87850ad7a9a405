import { contentText, readError } from '../content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from '../define-provider.ts';
import type { CountableMessage, ToolCall } from '../exchange.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { StreamEvent } from '../sse.ts';
import { readStopReason } from './stop-reason.ts';
import { laterUsage, readMessageUsage, startUsage } from './usage.ts';

/** The Messages API: what recorded calls of `/v1/messages` say. */
export const anthropicMessages = defineProvider({
  id: 'anthropic-messages',
  title: 'Anthropic messages',
  dialect: 'anthropic',
  operations: ['chat'],
  fromRequest,
  fromUpstream: (body): ReadReply => reply({ message: body, partials: new Map(), error: null }),
  fromChunks: (events): ReadReply => reply(assemble(events)),
});

/** What a request says; `count_tokens` asks in the same shape. */
export function fromRequest(body: JsonObject): ReadRequest {
  const messages = objectsOf(body['messages']);
  const system = contentText(body['system']);
  const userId = asFilledText(asObject(body['metadata'])?.['user_id']);
  const tools = body['tools'];
  const input = messages.map(countableMessage);
  return {
    model: asFilledText(body['model']),
    promptText: lastUserText(messages),
    userId,
    sessionId: sessionIn(userId),
    metadata: {},
    countable: {
      shape: 'chat',
      input: system === null ? input : [{ role: 'system', name: null, text: system }, ...input],
      tools: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : null,
      output: [],
      isCut: false,
      inputTokenIds: 0,
      hasUncountable: messages.some((message) => objectsOf(message['content']).some(isUncountable)),
    },
  };
}

/** Claude Code puts its session into the user id: at its end, or as JSON. */
function sessionIn(userId: string | null): string | null {
  const found = /(?:_session_|"session_id"\s*:\s*")([\w-]+)"?/.exec(userId ?? '');
  return found?.[1] ?? null;
}

/** The last words of the user; a turn that only brings tool results back has theirs. */
function lastUserText(messages: readonly JsonObject[]): string | null {
  const said = messages.findLast(
    (message) => message['role'] === 'user' && ownText(message) !== null,
  );
  if (said !== undefined) return ownText(said);
  const results = messages.flatMap((message) => objectsOf(message['content']).filter(isResult));
  return contentText(results.at(-1)?.['content']) ?? contentText(messages.at(-1)?.['content']);
}

function ownText(message: JsonObject): string | null {
  const content = message['content'];
  if (!Array.isArray(content)) return asText(content);
  return contentText(content.filter((block) => !isResult(asObject(block) ?? {})));
}

function isResult(block: JsonObject): boolean {
  return block['type'] === 'tool_result';
}

const COUNTABLE: readonly unknown[] = [
  ...['text', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'],
];

function isUncountable(block: JsonObject): boolean {
  return (
    !COUNTABLE.includes(block['type']) ||
    objectsOf(block['content']).some((part) => isUncountable(part))
  );
}

/** Thoughts of earlier turns are left out: the provider leaves most of them out too. */
function countableMessage(message: JsonObject): CountableMessage {
  const texts = [
    asText(message['content']),
    ...objectsOf(message['content']).flatMap((block) => [
      asText(block['text']),
      block['type'] === 'tool_use' ? `${asText(block['name']) ?? ''}${inputText(block)}` : null,
      isResult(block) ? (asText(block['content']) ?? textParts(block['content'])) : null,
    ]),
  ];
  return {
    role: asText(message['role']) ?? 'user',
    name: null,
    text: texts.filter((text) => text !== null && text !== '').join('\n'),
  };
}

function textParts(content: unknown): string {
  return objectsOf(content)
    .flatMap((part) => asText(part['text']) ?? [])
    .join('\n');
}

function inputText(block: JsonObject): string {
  return JSON.stringify(block['input'] ?? {});
}

/** A message as far as it came; `partials` holds arguments of streamed calls by block. */
interface Assembled {
  readonly message: JsonObject;
  readonly partials: ReadonlyMap<JsonObject, string>;
  readonly error: string | null;
}

const CALL_TYPES: readonly unknown[] = ['tool_use', 'server_tool_use', 'mcp_tool_use'];

function reply({ message, partials, error }: Assembled): ReadReply {
  const blocks = objectsOf(message['content']);
  const toolCalls = blocks
    .filter((block) => CALL_TYPES.includes(block['type']))
    .map(
      (block): ToolCall => ({
        id: asFilledText(block['id']),
        name: asText(block['name']) ?? '',
        arguments: partials.get(block) || inputText(block),
      }),
    );
  const text = answerText(blocks);
  const usage = asObject(message['usage']);
  return {
    model: asFilledText(message['model']),
    text,
    finishReason: finishReason(message),
    usage: readMessageUsage(usage),
    toolCalls,
    errorMessage: error ?? readError(message),
    serviceTier: asFilledText(usage?.['service_tier']),
    generated: [
      ...blocks.map((block) => asText(block['thinking']) ?? ''),
      text ?? '',
      ...toolCalls.map((call) => `${call.name}${call.arguments}`),
    ].filter((part) => part !== ''),
  };
}

/** Neighbouring texts are pieces of one (citations split them); what stands between parts them. */
function answerText(blocks: readonly JsonObject[]): string | null {
  let text = '';
  let previous: unknown = 'text';
  for (const block of blocks) {
    const piece = block['type'] === 'text' ? (asText(block['text']) ?? '') : '';
    if (piece !== '' && text !== '' && previous !== 'text') text += '\n\n';
    text += piece;
    previous = block['type'];
  }
  return text === '' ? null : text;
}

/** In the words of chat completions, so that one evaluator rule fits all. */
function finishReason(message: JsonObject): string | null {
  const reason = asFilledText(message['stop_reason']);
  if (reason === null) return null;
  const known = readStopReason(reason);
  return known === 'other' ? reason : known;
}

const MAX_BLOCKS = 1024;

function assemble(events: readonly StreamEvent[]): Assembled {
  const blocks = new Map<number, MutableBlock>();
  let message: JsonObject = {};
  let usage: JsonObject | null = null;
  let error: string | null = null;
  for (const { event, data: value } of events) {
    const data = asObject(value);
    if (data === null) continue;
    error = readError(data) ?? error;
    switch (data['type'] ?? event) {
      case 'message_start':
        message = asObject(data['message']) ?? {};
        usage = startUsage(asObject(message['usage']));
        break;
      case 'message_delta':
        message = { ...message, ...asObject(data['delta']) };
        usage = laterUsage(usage, asObject(data['usage']));
        break;
      default:
        addToBlock(blocks, data);
    }
  }
  const built = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
  const content = built.map(finishedBlock);
  const partials = new Map(content.map((block, at) => [block, built[at]?.json ?? '']));
  return { message: { ...message, content, usage }, partials, error };
}

interface MutableBlock {
  readonly start: JsonObject;
  text: string;
  thinking: string;
  json: string;
}

function addToBlock(blocks: Map<number, MutableBlock>, data: JsonObject): void {
  const index = asCount(data['index']);
  if (index === null) return;
  const start = asObject(data['content_block']);
  if (start !== null && blocks.size < MAX_BLOCKS) {
    const text = asText(start['text']) ?? '';
    blocks.set(index, { start, text, thinking: asText(start['thinking']) ?? '', json: '' });
  }
  const block = blocks.get(index);
  const delta = asObject(data['delta']);
  if (block === undefined || delta === null) return;
  block.text += asText(delta['text']) ?? '';
  block.thinking += asText(delta['thinking']) ?? '';
  block.json += asText(delta['partial_json']) ?? '';
}

function finishedBlock({ start, text, thinking }: MutableBlock): JsonObject {
  if (start['type'] === 'text') return { ...start, text };
  return start['type'] === 'thinking' ? { ...start, thinking } : { ...start };
}
