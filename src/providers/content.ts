import type { CountableMessage } from './exchange.ts';
import { asFilledText, asObject, asText, type JsonObject, objectsOf } from './json.ts';

/** The marker that stands for a part which is not text. */
const MARKERS: Readonly<Record<string, string>> = {
  image_url: '[image]',
  input_image: '[image]',
  input_audio: '[audio]',
  output_audio: '[audio]',
  video_url: '[video]',
  file: '[file]',
  input_file: '[file]',
  computer_screenshot: '[image]',
};

/** Message content as plain text: parts joined by line breaks, others than text as markers such as `[image]`. */
export function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.flatMap((part) => partText(part) ?? []);
  return texts.length === 0 ? null : texts.join('\n');
}

function partText(part: unknown): string | null {
  if (typeof part === 'string') return part;
  const object = asObject(part);
  if (object === null) return null;
  const text = asText(object['text']) ?? asText(object['refusal']) ?? asText(object['transcript']);
  if (text !== null) return text;
  const type = asFilledText(object['type']);
  if (type === null) return null;
  const name =
    asFilledText(asObject(object['file'])?.['filename']) ?? asFilledText(object['filename']);
  const marker = MARKERS[type] ?? `[${type}]`;
  return name === null ? marker : `${marker.slice(0, -1)}: ${name}]`;
}

/** Whether the content has parts that no tokenizer can count as text. */
export function hasOtherParts(content: unknown): boolean {
  return objectsOf(content).some(
    (part) => asText(part['text']) === null && asText(part['refusal']) === null,
  );
}

/** The text parts alone, for counting. */
export function countableText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .flatMap((part) => asText(part['text']) ?? asText(part['refusal']) ?? [])
    .join('\n');
}

/** One request message as text, for counting: content and the arguments of its tool calls. */
export function countableMessage(message: JsonObject): CountableMessage {
  const calls = objectsOf(message['tool_calls']).map((call) => asObject(call['function']));
  const legacy = asObject(message['function_call']);
  const functions = [...calls, legacy].flatMap((call) =>
    call === null ? [] : `${asText(call['name']) ?? ''}${asText(call['arguments']) ?? ''}`,
  );
  return {
    role: asText(message['role']) ?? 'user',
    name: asText(message['name']),
    text: [countableText(message['content']), ...functions]
      .filter((text) => text !== '')
      .join('\n'),
  };
}

/** The text of the last user message; without one, of the last message that has text. */
export function lastUserText(messages: readonly JsonObject[]): string | null {
  const last = messages.findLast(
    (message) => message['role'] === 'user' && contentText(message['content']) !== null,
  );
  if (last !== undefined) return contentText(last['content']);
  const any = messages.findLast((message) => contentText(message['content']) !== null);
  return any === undefined ? null : contentText(any['content']);
}

const MAX_METADATA = 64;
const SESSION_KEYS = ['session_id', 'sessionId', 'thread_id', 'conversation_id'] as const;

/** Who called and for what, from the fields of the body that all OpenAI shapes share. */
export function readCaller(body: JsonObject): {
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const metadata = asObject(body['metadata']) ?? {};
  const entries = Object.entries(metadata)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .slice(0, MAX_METADATA);
  const cacheKey = asFilledText(body['prompt_cache_key']);
  if (cacheKey !== null) entries.push(['prompt_cache_key', cacheKey]);
  const session = SESSION_KEYS.map((key) => asFilledText(metadata[key])).find(
    (value) => value !== null,
  );
  return {
    userId:
      asFilledText(body['user']) ??
      asFilledText(body['safety_identifier']) ??
      asFilledText(metadata['user_id']) ??
      asFilledText(body['user_id']),
    sessionId: session ?? null,
    metadata: Object.fromEntries(entries),
  };
}

const MAX_ERROR_LENGTH = 1000;

/** The provider's own words in an error body: OpenAI's shape and those of compatible servers. */
export function readError(body: JsonObject): string | null {
  const error = body['error'];
  const message =
    asFilledText(asObject(error)?.['message']) ??
    asFilledText(error) ??
    asFilledText(asObject(error)?.['code']) ??
    (body['object'] === 'error' || body['choices'] === undefined
      ? (asFilledText(body['detail']) ?? validationText(body['detail']))
      : null) ??
    (body['object'] === 'error' || body['type'] === 'error' ? asFilledText(body['message']) : null);
  return message?.slice(0, MAX_ERROR_LENGTH) ?? null;
}

/** FastAPI servers (vLLM, LiteLLM) answer a list of field errors. */
function validationText(detail: unknown): string | null {
  const messages = objectsOf(detail).flatMap((item) => asFilledText(item['msg']) ?? []);
  return messages.length === 0 ? null : messages.join('; ');
}
