import { asObject } from '../json.ts';
import type { ContentPart, MediaSource } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { flagIn, neededTextIn, objectIn, type Place, placesIn, textIn } from '../request-fields.ts';

/** The blocks of a message; text alone is short for one block. Throws `invalid_request` for anything else. */
export function blocksOf({ object, path }: Place, name: string): readonly Place[] {
  const value = object[name] ?? null;
  if (value === null) return [];
  if (typeof value === 'string') {
    return [{ object: { type: 'text', text: value }, path: `${path}${name}.` }];
  }
  return placesIn({ object, path }, name);
}

/**
 * One block of a request in neutral words. Throws `unsupported_field` for blocks of Anthropic's own tools
 * and for options that would change the answer (citations). Cache marks are kept on text; elsewhere, and
 * in how long they last, they concern only cost at Anthropic itself.
 */
export function readBlock(place: Place): ContentPart {
  const type = neededTextIn(place, 'type');
  const read = READERS[type];
  if (read === undefined) {
    throw unsupportedField(`${place.path}type`, `blocks of type "${type}" cannot be carried over.`);
  }
  return read(place);
}

const READERS: Readonly<Record<string, (place: Place) => ContentPart>> = {
  text: readText,
  image: readImage,
  document: readDocument,
  thinking: readThinking,
  redacted_thinking: readRedacted,
  tool_use: readToolUse,
  tool_result: readToolResult,
};

const TEXT_FIELDS = new Set(['type', 'text', 'cache_control', 'citations']);

/** A text block; the only kind that system prompts hold. */
export function readText(place: Place): ContentPart {
  refuseUnknown(place.object, TEXT_FIELDS, place.path);
  const citations = place.object['citations'];
  if (Array.isArray(citations) && citations.length > 0) {
    throw unsupportedField(`${place.path}citations`, 'citations cannot be carried over.');
  }
  const cache = objectIn(place, 'cache_control') !== null;
  return { kind: 'text', text: neededTextIn(place, 'text'), cache };
}

const IMAGE_FIELDS = new Set(['type', 'source', 'cache_control', 'transformations']);

function readImage(place: Place): ContentPart {
  refuseUnknown(place.object, IMAGE_FIELDS, place.path);
  const oversized = objectIn(place, 'transformations')?.['oversized_image'] ?? 'downsize';
  if (oversized !== 'downsize') {
    throw unsupportedField(`${place.path}transformations`, 'only Anthropic checks image sizes so.');
  }
  return { kind: 'image', source: readSource(place), detail: null };
}

const DOCUMENT_FIELDS = new Set(['type', 'source', 'title', 'cache_control', 'citations']);

function readDocument(place: Place): ContentPart {
  refuseUnknown(place.object, DOCUMENT_FIELDS, place.path);
  if (asObject(place.object['citations'])?.['enabled'] === true) {
    throw unsupportedField(`${place.path}citations`, 'citations cannot be asked for elsewhere.');
  }
  return { kind: 'file', source: readSource(place), name: textIn(place, 'title') };
}

function readSource(place: Place): MediaSource {
  const object = objectIn(place, 'source');
  if (object === null) throw invalidField(`${place.path}source`, 'an object');
  const source = { object, path: `${place.path}source.` };
  switch (object['type']) {
    case 'base64':
      return {
        kind: 'data',
        mediaType: neededTextIn(source, 'media_type'),
        base64: neededTextIn(source, 'data'),
      };
    case 'text': {
      const text = neededTextIn(source, 'data');
      const base64 = Buffer.from(text, 'utf8').toString('base64');
      return { kind: 'data', mediaType: 'text/plain', base64 };
    }
    case 'url':
      return { kind: 'url', url: neededTextIn(source, 'url'), mediaType: null };
    default:
      throw unsupportedField(
        `${source.path}type`,
        'only base64, text and url can be carried over.',
      );
  }
}

const THINKING_FIELDS = new Set(['type', 'thinking', 'signature']);

function readThinking(place: Place): ContentPart {
  refuseUnknown(place.object, THINKING_FIELDS, place.path);
  // Thoughts of other providers reached the client with an empty signature.
  const signature = textIn(place, 'signature') || null;
  return {
    kind: 'reasoning',
    text: neededTextIn(place, 'thinking'),
    signature,
    redacted: false,
  };
}

const REDACTED_FIELDS = new Set(['type', 'data']);

function readRedacted(place: Place): ContentPart {
  refuseUnknown(place.object, REDACTED_FIELDS, place.path);
  return { kind: 'reasoning', text: '', signature: neededTextIn(place, 'data'), redacted: true };
}

const TOOL_USE_FIELDS = new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller']);

function readToolUse(place: Place): ContentPart {
  refuseUnknown(place.object, TOOL_USE_FIELDS, place.path);
  const caller = objectIn(place, 'caller');
  if (caller !== null && caller['type'] !== 'direct') {
    throw unsupportedField(`${place.path}caller`, 'only direct calls can be carried over.');
  }
  return {
    kind: 'tool_call',
    id: neededTextIn(place, 'id'),
    name: neededTextIn(place, 'name'),
    arguments: JSON.stringify(place.object['input'] ?? {}),
    signature: null,
  };
}

const RESULT_FIELDS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);
const RESULT_PARTS: ReadonlySet<unknown> = new Set(['text', 'image', 'document']);

function readToolResult(place: Place): ContentPart {
  refuseUnknown(place.object, RESULT_FIELDS, place.path);
  return {
    kind: 'tool_result',
    callId: neededTextIn(place, 'tool_use_id'),
    name: null,
    parts: blocksOf(place, 'content').map(readResultPart),
    isError: flagIn(place, 'is_error') ?? false,
  };
}

function readResultPart(place: Place): ContentPart {
  if (RESULT_PARTS.has(place.object['type'])) return readBlock(place);
  const type = String(place.object['type']);
  throw unsupportedField(`${place.path}type`, `a result with "${type}" cannot be carried over.`);
}
