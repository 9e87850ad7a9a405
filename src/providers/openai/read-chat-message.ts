import { asObject, type JsonObject } from '../json.ts';
import type { ChatMessage, ContentPart, ReasoningPart, ToolCallPart } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { neededTextIn, objectIn, type Place, placesIn, textIn } from '../request-fields.ts';
import { audioType, readSource } from './media.ts';
import { NOT_CARRIED } from './not-carried.ts';
import { signatureIn } from './tools.ts';

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
};

const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  ...NOT_CARRIED.echoes,
  'role',
  'content',
  'name',
  'tool_calls',
  'tool_call_id',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
]);

/** One message of a chat completion's request. */
export function readChatMessage(place: Place): ChatMessage {
  const { object, path } = place;
  refuseUnknown(object, MESSAGE_FIELDS, path);
  const word = neededTextIn(place, 'role');
  const role = ROLES[word];
  if (role === undefined) {
    throw unsupportedField(`${path}role`, `messages of the role "${word}" cannot be carried over.`);
  }
  const name = textIn(place, 'name');
  if (role === 'tool') return { role, name: null, parts: [readResult(place, name)] };
  const parts = readContent(place);
  return { role, name, parts: role === 'assistant' ? readTurn(place, parts) : parts };
}

function readResult(place: Place, name: string | null): ContentPart {
  return {
    kind: 'tool_result',
    callId: neededTextIn(place, 'tool_call_id'),
    name,
    parts: readContent(place),
    isError: false,
  };
}

/** What an assistant message holds: thoughts, words or a refusal, and tool calls. */
function readTurn(place: Place, content: readonly ContentPart[]): ContentPart[] {
  const words = content.filter((part) => part.kind !== 'text' || part.text !== '');
  const refusal = textIn(place, 'refusal');
  const refused: ContentPart[] = refusal === null ? [] : [{ kind: 'refusal', text: refusal }];
  const calls = placesIn(place, 'tool_calls').map(readCall);
  return [...readThoughts(place), ...words, ...refused, ...calls];
}

function readCall(place: Place): ToolCallPart {
  const type = textIn(place, 'type') ?? 'function';
  const called = objectIn(place, 'function');
  if (type !== 'function' || called === null) {
    throw unsupportedField(`${place.path}type`, 'only calls of functions can be carried over.');
  }
  const at = { object: called, path: `${place.path}function.` };
  return {
    kind: 'tool_call',
    id: neededTextIn(place, 'id'),
    name: neededTextIn(at, 'name'),
    arguments: textIn(at, 'arguments') || '{}',
    signature: signatureIn(place.object),
  };
}

/** Thoughts with their signatures (`reasoning_details`), or their bare words. */
function readThoughts(place: Place): ReasoningPart[] {
  const signed = placesIn(place, 'reasoning_details').flatMap(({ object }) => readDetail(object));
  if (signed.length > 0) return signed;
  const text = textIn(place, 'reasoning_content') || textIn(place, 'reasoning');
  return text ? [{ kind: 'reasoning', text, signature: null, redacted: false }] : [];
}

/** One entry of `reasoning_details`, in the shapes that OpenRouter made common. */
export function readDetail(detail: JsonObject): ReasoningPart[] {
  const { text, signature, data, summary } = detail as Record<string, unknown>;
  if (typeof data === 'string') {
    return [{ kind: 'reasoning', text: '', signature: data, redacted: true }];
  }
  const words = typeof text === 'string' ? text : summary;
  const proof = typeof signature === 'string' ? signature : null;
  if (typeof words !== 'string' && proof === null) return [];
  const said = typeof words === 'string' ? words : '';
  return [{ kind: 'reasoning', text: said, signature: proof, redacted: false }];
}

function readContent(place: Place): ContentPart[] {
  const content = place.object['content'] ?? null;
  if (content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content, cache: false }];
  return placesIn(place, 'content').map(readPart);
}

const PART_FIELDS: ReadonlySet<string> = new Set(['type', 'cache_control', 'annotations']);

/** One part of a message's content. */
function readPart(place: Place): ContentPart {
  const { object, path } = place;
  const type = neededTextIn(place, 'type');
  refuseUnknown(object, new Set([...PART_FIELDS, type]), path);
  switch (type) {
    case 'text':
      return {
        kind: 'text',
        text: neededTextIn(place, 'text'),
        cache: asObject(object['cache_control']) !== null,
      };
    case 'refusal':
      return { kind: 'refusal', text: neededTextIn(place, 'refusal') };
    case 'image_url':
      return readImage(place);
    case 'input_audio':
      return readAudio(place);
    case 'file':
      return readFile(place);
    default:
      throw unsupportedField(`${path}type`, `parts of the type "${type}" cannot be carried over.`);
  }
}

function below(place: Place, name: string, known: readonly string[]): Place {
  const object = objectIn(place, name);
  if (object === null) throw invalidField(place.path + name, 'an object');
  const path = `${place.path}${name}.`;
  refuseUnknown(object, new Set(known), path);
  return { object, path };
}

function readImage(place: Place): ContentPart {
  const image = below(place, 'image_url', ['url', 'detail']);
  const source = readSource(neededTextIn(image, 'url'), `${image.path}url`);
  return { kind: 'image', source, detail: textIn(image, 'detail') };
}

function readAudio(place: Place): ContentPart {
  const audio = below(place, 'input_audio', ['data', 'format']);
  const mediaType = audioType(neededTextIn(audio, 'format'));
  const base64 = neededTextIn(audio, 'data');
  return { kind: 'audio', source: { kind: 'data', mediaType, base64 } };
}

function readFile(place: Place): ContentPart {
  const file = below(place, 'file', ['file_data', 'filename']);
  return {
    kind: 'file',
    source: readFileData(file),
    name: textIn(file, 'filename'),
  };
}

/** A file's bytes: a data URL, or bare base64 of what is then a PDF, the one kind OpenAI reads. */
export function readFileData(file: Place): Extract<ContentPart, { kind: 'file' }>['source'] {
  const data = neededTextIn(file, 'file_data');
  if (data.startsWith('data:')) return readSource(data, `${file.path}file_data`);
  return { kind: 'data', mediaType: 'application/pdf', base64: data };
}
