import { asObject, asText, objectsOf } from '../json.ts';
import type { ChatMessage, ContentPart, MediaSource, ReasoningPart } from '../neutral.ts';
import { refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { neededTextIn, type Place, placesIn, textIn } from '../request-fields.ts';
import { audioType, readSource } from './media.ts';
import { NOT_CARRIED } from './not-carried.ts';
import { readFileData } from './read-chat-message.ts';
import { signatureIn } from './tools.ts';

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/**
 * The input items as messages. What a model said in one go (thoughts, words, calls) comes as several items
 * and is one message; every tool result is a message of its own.
 */
export function readItems(places: readonly Place[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const place of places) {
    const message = readItem(place);
    const last = messages.at(-1);
    if (last?.role === 'assistant' && message.role === 'assistant') {
      messages[messages.length - 1] = { ...last, parts: [...last.parts, ...message.parts] };
    } else {
      messages.push(message);
    }
  }
  return messages;
}

const ITEM_FIELDS: Readonly<Record<string, readonly string[]>> = {
  message: ['role', 'content'],
  function_call: ['call_id', 'name', 'arguments', 'extra_content'],
  function_call_output: ['call_id', 'output'],
  reasoning: ['summary', 'content', 'encrypted_content'],
};

function readItem(place: Place): ChatMessage {
  const { object, path } = place;
  const type = textIn(place, 'type') ?? 'message';
  const fields = ITEM_FIELDS[type];
  if (fields === undefined) {
    throw unsupportedField(`${path}type`, `items of the type "${type}" cannot be carried over.`);
  }
  refuseUnknown(object, new Set(['type', ...NOT_CARRIED.echoes, ...fields]), path);
  switch (type) {
    case 'function_call':
      return assistant(readCall(place));
    case 'function_call_output':
      return { role: 'tool', name: null, parts: [readOutput(place)] };
    case 'reasoning':
      return assistant(readThought(place));
    default:
      return readMessage(place);
  }
}

function assistant(part: ContentPart): ChatMessage {
  return { role: 'assistant', name: null, parts: [part] };
}

function readMessage(place: Place): ChatMessage {
  const word = neededTextIn(place, 'role');
  const role = ROLES[word];
  if (role === undefined) {
    throw unsupportedField(
      `${place.path}role`,
      `messages of the role "${word}" cannot be carried over.`,
    );
  }
  const parts = readContent(place, 'content');
  const filled = parts.filter((part) => part.kind !== 'text' || part.text !== '');
  return { role, name: null, parts: role === 'assistant' ? filled : parts };
}

function readCall(place: Place): ContentPart {
  return {
    kind: 'tool_call',
    id: neededTextIn(place, 'call_id'),
    name: neededTextIn(place, 'name'),
    arguments: textIn(place, 'arguments') || '{}',
    signature: signatureIn(place.object),
  };
}

function readOutput(place: Place): ContentPart {
  return {
    kind: 'tool_result',
    callId: neededTextIn(place, 'call_id'),
    name: null,
    parts: readContent(place, 'output'),
    isError: false,
  };
}

function readThought(place: Place): ReasoningPart {
  const { summary, content } = place.object as { summary?: unknown; content?: unknown };
  const texts = [...objectsOf(summary), ...objectsOf(content)].map(
    ({ text }) => asText(text) ?? '',
  );
  const signature = textIn(place, 'encrypted_content');
  const text = texts.join('\n\n');
  return { kind: 'reasoning', text, signature, redacted: text === '' && signature !== null };
}

function readContent(place: Place, name: 'content' | 'output'): ContentPart[] {
  const content = place.object[name] ?? null;
  if (content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content, cache: false }];
  return placesIn(place, name).map(readPart);
}

const PART_FIELDS: Readonly<Record<string, readonly string[]>> = {
  input_text: ['text'],
  output_text: ['text'],
  text: ['text'],
  refusal: ['refusal'],
  input_image: ['image_url', 'detail'],
  input_audio: ['input_audio'],
  input_file: ['file_data', 'file_url', 'filename'],
};

function readPart(place: Place): ContentPart {
  const { object, path } = place;
  const type = neededTextIn(place, 'type');
  const fields = PART_FIELDS[type];
  if (fields === undefined) {
    throw unsupportedField(`${path}type`, `parts of the type "${type}" cannot be carried over.`);
  }
  refuseUnknown(object, new Set(['type', ...NOT_CARRIED.echoes, ...fields]), path);
  switch (type) {
    case 'refusal':
      return { kind: 'refusal', text: neededTextIn(place, 'refusal') };
    case 'input_image': {
      const source = readSource(neededTextIn(place, 'image_url'), `${path}image_url`);
      return { kind: 'image', source, detail: textIn(place, 'detail') };
    }
    case 'input_audio':
      return { kind: 'audio', source: readAudio(place) };
    case 'input_file':
      return { kind: 'file', source: readFile(place), name: textIn(place, 'filename') };
    default:
      return { kind: 'text', text: neededTextIn(place, 'text'), cache: false };
  }
}

function readAudio(place: Place): MediaSource {
  const object = asObject(place.object['input_audio']) ?? {};
  const audio = { object, path: `${place.path}input_audio.` };
  return {
    kind: 'data',
    mediaType: audioType(neededTextIn(audio, 'format')),
    base64: neededTextIn(audio, 'data'),
  };
}

function readFile(place: Place): MediaSource {
  const url = textIn(place, 'file_url');
  return url === null ? readFileData(place) : { kind: 'url', url, mediaType: null };
}
