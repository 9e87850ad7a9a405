import type { InteractionDetail } from '../contract/interactions.ts';
import { asList, asObject, asText, isObject, type JsonObject, parseJson } from './json-access.ts';
import { readStreamedMessages } from './streamed-answer.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'media'; readonly media: 'image' | 'audio' | 'file'; readonly note: string }
  | { readonly kind: 'tool_call'; readonly name: string; readonly arguments: string }
  | { readonly kind: 'tool_result'; readonly text: string };

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'other';

export interface Message {
  readonly role: Role;
  readonly name: string | null;
  readonly parts: readonly Part[];
}

export interface Conversation {
  readonly asked: readonly Message[];
  readonly answered: readonly Message[];
}

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  model: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function roleOf(value: unknown): Role {
  const name = asText(value) ?? '';
  return (Object.hasOwn(ROLES, name) ? ROLES[name] : undefined) ?? 'other';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.map((part) => asText(asObject(part)['text']) ?? textOf(part)).join('\n');
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
}

/** Where a picture came from, without loading it: a host, or the kind of data. */
function mediaNote(part: JsonObject): string {
  const image = asObject(part['image_url']);
  const source = asObject(part['source']);
  const inline = asObject(part['inlineData'] ?? part['inline_data']);
  const url = asText(part['image_url']) ?? asText(image['url']) ?? asText(source['url']);
  if (url === null)
    return asText(source['media_type']) ?? asText(inline['mimeType']) ?? asText(part['type']) ?? '';
  if (url.startsWith('data:')) return url.slice(5, Math.max(5, url.indexOf(';')));
  return URL.canParse(url) ? new URL(url).host : '';
}

function mediaKind(type: string, part: JsonObject): 'image' | 'audio' | 'file' | null {
  if (/image/.test(type) || 'inlineData' in part || 'inline_data' in part) return 'image';
  if (/audio/.test(type)) return 'audio';
  return /file|document/.test(type) ? 'file' : null;
}

function toolCall(name: unknown, given: unknown): Part {
  const written = typeof given === 'string' ? given : JSON.stringify(given ?? {});
  return { kind: 'tool_call', name: asText(name) ?? '', arguments: written };
}

/** One element of a message's content, in any of the dialects. */
function readPart(value: unknown): Part {
  if (typeof value === 'string') return { kind: 'text', text: value };
  const part = asObject(value);
  const type = asText(part['type']) ?? '';
  if (type === 'tool_use') return toolCall(part['name'], part['input']);
  if (type === 'tool_result') return { kind: 'tool_result', text: textOf(part['content']) };
  if (isObject(part['functionCall']))
    return toolCall(part['functionCall']['name'], part['functionCall']['args']);
  if (isObject(part['functionResponse']))
    return { kind: 'tool_result', text: textOf(part['functionResponse']['response']) };
  if (type === 'thinking') return { kind: 'reasoning', text: asText(part['thinking']) ?? '' };
  const text = asText(part['text']) ?? asText(part['refusal']);
  if (text !== null) return { kind: part['thought'] === true ? 'reasoning' : 'text', text };
  const media = mediaKind(type, part);
  if (media !== null) return { kind: 'media', media, note: mediaNote(part) };
  return { kind: 'text', text: JSON.stringify(value, null, 2) };
}

function readParts(content: unknown): Part[] {
  if (content === null || content === undefined || content === '') return [];
  return (Array.isArray(content) ? content : [content]).map(readPart);
}

/** Ollama's pictures are bare base64. */
const PICTURE: Part = { kind: 'media', media: 'image', note: 'base64' };

/** A message of the chat-completions kind (Anthropic, Gemini and Ollama write nearly the same). */
function readMessage(value: unknown): Message {
  const message = asObject(value);
  const role = roleOf(message['role']);
  const reasoning = asText(message['reasoning_content']) ?? asText(message['thinking']);
  const calls = asList(message['tool_calls']).map((call) => {
    const { name, arguments: given } = asObject(asObject(call)['function']);
    return toolCall(name, given);
  });
  const content = message['content'] ?? message['parts'];
  const parts: Part[] =
    role === 'tool' ? [{ kind: 'tool_result', text: textOf(content) }] : readParts(content);
  const refusal = asText(message['refusal']);
  const pictures = asList(message['images']).map((): Part => PICTURE);
  return {
    role,
    name: asText(message['name']),
    parts: [
      ...(reasoning === null ? [] : [{ kind: 'reasoning', text: reasoning } as const]),
      ...parts,
      ...pictures,
      ...(refusal === null ? [] : [{ kind: 'text', text: refusal } as const]),
      ...calls,
    ],
  };
}

/** An item of the responses dialect: a message, a call or the output of one. */
function readItem(value: unknown): Message {
  const item = asObject(value);
  const type = asText(item['type']);
  if (type === 'function_call')
    return {
      role: 'assistant',
      name: null,
      parts: [toolCall(item['name'], item['arguments'])],
    };
  if (type === 'function_call_output')
    return {
      role: 'tool',
      name: null,
      parts: [{ kind: 'tool_result', text: textOf(item['output']) }],
    };
  if (type === 'reasoning')
    return {
      role: 'assistant',
      name: null,
      parts: [{ kind: 'reasoning', text: textOf(item['summary']) }],
    };
  return readMessage(item);
}

function said(role: Role, text: string | null): Message[] {
  return text === null || text === ''
    ? []
    : [{ role, name: null, parts: [{ kind: 'text', text }] }];
}

/** Where each dialect keeps what the model is told beforehand. */
function instructionsOf(body: JsonObject): string | null {
  const gemini = asObject(body['systemInstruction'] ?? body['system_instruction'])['parts'];
  const given = body['instructions'] ?? body['system'] ?? gemini;
  return given === undefined || given === null ? null : textOf(given);
}

function readAsked(body: JsonObject, fallback: string | null): Message[] {
  const first = said('system', instructionsOf(body));
  if (Array.isArray(body['messages'])) return [...first, ...body['messages'].map(readMessage)];
  if (Array.isArray(body['contents'])) return [...first, ...body['contents'].map(readMessage)];
  if (Array.isArray(body['input']) && body['input'].every(isObject))
    return [...first, ...body['input'].map(readItem)];
  const text = asText(body['input']) ?? asText(body['prompt']);
  return [...first, ...said('user', text ?? fallback)];
}

function readAnswered(body: JsonObject): Message[] {
  if (Array.isArray(body['choices']))
    return body['choices'].flatMap((choice) => {
      const { message, text } = asObject(choice);
      return isObject(message) ? [readMessage(message)] : said('assistant', asText(text));
    });
  if (Array.isArray(body['output'])) return body['output'].map(readItem);
  if (Array.isArray(body['candidates']))
    return body['candidates'].map((candidate) => readMessage(asObject(candidate)['content']));
  if (isObject(body['message'])) return [readMessage(body['message'])];
  if (Array.isArray(body['content'])) return [readMessage({ ...body, role: 'assistant' })];
  return said('assistant', asText(body['response']));
}

type Recorded = Pick<InteractionDetail, 'request' | 'response' | 'promptText' | 'responseText'>;

function textBody(body: { body: string | null; encoding: string }): string | null {
  return body.encoding === 'utf8' ? body.body : null;
}

/** Who said what, read from the recorded bytes; falls back to the texts that the server extracted. */
export function readConversation(detail: Recorded): Conversation {
  const asked = readAsked(asObject(parseJson(textBody(detail.request))), detail.promptText);
  const raw = textBody(detail.response);
  const json = parseJson(raw);
  const answered = isObject(json) ? readAnswered(json) : readStreamedMessages(raw ?? '');
  const useful = answered.filter((message) => message.parts.length > 0);
  return {
    asked: asked.filter((message) => message.parts.length > 0),
    answered: useful.length > 0 ? useful : said('assistant', detail.responseText),
  };
}
