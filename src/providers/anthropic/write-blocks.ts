import { asObject, type JsonObject } from '../json.ts';
import type { ContentPart, MediaSource, ToolCallPart, ToolResultPart } from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';

type Part<Kind extends ContentPart['kind']> = Extract<ContentPart, { kind: Kind }>;

/** A text block; null for empty text, which Anthropic refuses and which says nothing. */
export function textBlock({ text, cache }: Part<'text'>): JsonObject | null {
  if (text === '') return null;
  return { type: 'text', text, ...(cache ? { cache_control: { type: 'ephemeral' } } : {}) };
}

/**
 * One part of a message as a block; null when it says nothing. Throws `unsupported_field` naming `field`,
 * the place in the caller's messages, for parts that Anthropic lacks (audio).
 */
export function writeBlock(part: ContentPart, field: string): JsonObject | null {
  switch (part.kind) {
    case 'text':
      return textBlock(part);
    case 'refusal':
      return textBlock({ kind: 'text', text: part.text, cache: false });
    case 'image':
      return writeImage(part, field);
    case 'file':
      return writeDocument(part, field);
    case 'reasoning':
      return writeThinking(part);
    case 'tool_call':
      return writeToolUse(part, field);
    case 'tool_result':
      return writeToolResult(part, field);
    case 'audio':
      throw unsupportedField(field, 'Anthropic models take no audio.');
    default:
      return part satisfies never;
  }
}

const IMAGE_TYPES: ReadonlySet<string> = new Set([
  ...['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
]);

function writeImage({ source, detail }: Part<'image'>, field: string): JsonObject {
  if (detail === 'low') {
    throw unsupportedField(field, 'Anthropic has no low detail for images.');
  }
  if (source.kind === 'url') return { type: 'image', source: { type: 'url', url: source.url } };
  if (!IMAGE_TYPES.has(source.mediaType)) {
    throw unsupportedField(field, `Anthropic takes no images of type ${source.mediaType}.`);
  }
  return { type: 'image', source: base64Source(source) };
}

function base64Source({ mediaType, base64 }: Extract<MediaSource, { kind: 'data' }>): JsonObject {
  return { type: 'base64', media_type: mediaType, data: base64 };
}

function writeDocument({ source, name }: Part<'file'>, field: string): JsonObject {
  const title = name === null ? {} : { title: name };
  if (source.kind === 'url') {
    return { type: 'document', source: { type: 'url', url: source.url }, ...title };
  }
  if (source.mediaType === 'application/pdf') {
    return { type: 'document', source: base64Source(source), ...title };
  }
  if (source.mediaType !== 'text/plain') {
    throw unsupportedField(field, `Anthropic takes no files of type ${source.mediaType}.`);
  }
  const data = Buffer.from(source.base64, 'base64').toString('utf8');
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title };
}

/**
 * A thought with its proof. Thoughts without one (other providers' `reasoning_content`) cannot be proven
 * to Anthropic, which takes none of them: they are left out, as it leaves out thoughts of past turns itself.
 */
function writeThinking({ text, signature, redacted }: Part<'reasoning'>): JsonObject | null {
  if (signature === null) return null;
  return redacted
    ? { type: 'redacted_thinking', data: signature }
    : { type: 'thinking', thinking: text, signature };
}

function writeToolUse({ id, name, arguments: text }: ToolCallPart, field: string): JsonObject {
  const input = parseArguments(text);
  if (input === null) throw unsupportedField(field, 'its arguments are no JSON object.');
  return { type: 'tool_use', id, name, input };
}

/** The arguments of a call as an object; null when the text is none. Nothing at all is an empty object. */
export function parseArguments(text: string): JsonObject | null {
  if (text.trim() === '') return {};
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

const RESULT_KINDS: ReadonlySet<ContentPart['kind']> = new Set(['text', 'image', 'file']);

function writeToolResult({ callId, parts, isError }: ToolResultPart, field: string): JsonObject {
  const odd = parts.find(({ kind }) => !RESULT_KINDS.has(kind));
  if (odd !== undefined) {
    throw unsupportedField(field, `Anthropic takes no ${odd.kind} in tool results.`);
  }
  const [first] = parts;
  const isPlain = parts.length === 1 && first?.kind === 'text' && !first.cache;
  const content = isPlain ? first.text : parts.flatMap((part) => writeBlock(part, field) ?? []);
  return {
    type: 'tool_result',
    tool_use_id: callId,
    ...(content.length === 0 ? {} : { content }),
    ...(isError ? { is_error: true } : {}),
  };
}
