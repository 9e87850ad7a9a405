import { asFilledText } from '../json.ts';
import type { ChatMessage, ContentPart, ToolCallPart } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { neededTextIn, objectIn, type Place, placesIn, textIn } from '../request-fields.ts';

const ROLES = ['system', 'user', 'assistant', 'tool'] as const;
const MESSAGE_FIELDS = new Set([
  'role',
  'content',
  'thinking',
  'images',
  'tool_calls',
  'tool_name',
  'tool_call_id',
]);

/** A call whose result is still to come. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * The messages of `/api/chat`. Older clients give calls no ids: they get one here, and a result without one
 * belongs to the first open call of its tool, else to the first open call.
 */
export function readMessages(places: readonly Place[]): ChatMessage[] {
  if (places.length === 0) throw invalidField('messages', 'a list of messages');
  const open: OpenCall[] = [];
  return places.map((place, index) => {
    const message = readMessage(place, index, open);
    for (const part of message.parts) {
      if (part.kind === 'tool_call') open.push({ id: part.id, name: part.name });
    }
    return message;
  });
}

function readMessage(place: Place, index: number, open: OpenCall[]): ChatMessage {
  refuseUnknown(place.object, MESSAGE_FIELDS, place.path);
  const word = neededTextIn(place, 'role');
  const role = ROLES.find((one) => one === word);
  if (role === undefined) {
    throw unsupportedField(
      `${place.path}role`,
      `messages of the role "${word}" cannot be carried over.`,
    );
  }
  if (role === 'tool') return { role, name: null, parts: [readResult(place, open)] };
  const content = textIn(place, 'content') ?? '';
  const images = readImages(place);
  const calls = placesIn(place, 'tool_calls').map((call, position) =>
    readCall(call, `call_${index}_${position}`),
  );
  const isSilent = content === '' && (role === 'assistant' || images.length > 0);
  const text: ContentPart[] = isSilent ? [] : [{ kind: 'text', text: content, cache: false }];
  return { role, name: null, parts: [...readThoughts(place), ...text, ...images, ...calls] };
}

function readThoughts(place: Place): ContentPart[] {
  const text = textIn(place, 'thinking') ?? '';
  return text === '' ? [] : [{ kind: 'reasoning', text, signature: null, redacted: false }];
}

function readResult(place: Place, open: OpenCall[]): ContentPart {
  const name = textIn(place, 'tool_name');
  const told = textIn(place, 'tool_call_id');
  const text = { kind: 'text' as const, text: textIn(place, 'content') ?? '', cache: false };
  const call = takeCall(open, told, name);
  const callId = told ?? call?.id;
  if (callId === undefined) throw invalidField(`${place.path}tool_name`, 'a tool that was called');
  const parts: ContentPart[] = [text, ...readImages(place)];
  return { kind: 'tool_result', callId, name, parts, isError: false };
}

function takeCall(open: OpenCall[], id: string | null, name: string | null): OpenCall | undefined {
  const fits = (call: OpenCall): boolean => (id === null ? call.name === name : call.id === id);
  const found = open.findIndex(fits);
  return open.splice(found === -1 ? 0 : found, 1)[0];
}

const CALL_FIELDS = new Set(['id', 'type', 'function', 'index']);
const CALLED_FIELDS = new Set(['name', 'arguments', 'index']);

function readCall(place: Place, ownId: string): ToolCallPart {
  refuseUnknown(place.object, CALL_FIELDS, place.path);
  const object = objectIn(place, 'function');
  if (object === null) throw invalidField(`${place.path}function`, 'an object');
  const called = { object, path: `${place.path}function.` };
  refuseUnknown(object, CALLED_FIELDS, called.path);
  return {
    kind: 'tool_call',
    id: asFilledText(place.object['id']) ?? ownId,
    name: neededTextIn(called, 'name'),
    arguments: JSON.stringify(objectIn(called, 'arguments') ?? {}),
    signature: null,
  };
}

/** First characters of base64 by format; Ollama's images do not say what they are. */
const IMAGE_BEGINNINGS: readonly (readonly [string, string])[] = [
  ['iVBOR', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** The images of a message or of a prompt. */
export function readImages({ object, path }: Place): ContentPart[] {
  const images = object['images'] ?? [];
  if (!Array.isArray(images)) throw invalidField(`${path}images`, 'a list of base64 texts');
  return images.map((image: unknown, index): ContentPart => {
    if (typeof image !== 'string') throw invalidField(`${path}images[${index}]`, 'base64');
    const base64 = image.replace(/^data:[^,]*,/, '');
    const known = IMAGE_BEGINNINGS.find(([beginning]) => base64.startsWith(beginning));
    const mediaType = known?.[1] ?? 'image/png';
    return { kind: 'image', source: { kind: 'data', mediaType, base64 }, detail: null };
  });
}
