import type { JsonObject } from '../json.ts';
import type { ContentPart, MediaSource } from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { neededTextIn, type Place, textIn } from '../request-fields.ts';
import { fieldsOf } from './fields.ts';

export type MediaPart = Extract<ContentPart, { kind: 'image' | 'audio' | 'file' }>;

const BLOB: ReadonlySet<string> = new Set(['mimeType', 'data']);
const FILE: ReadonlySet<string> = new Set(['mimeType', 'fileUri']);
const RESOLUTION: ReadonlySet<string> = new Set(['level']);
/** How closely an image is looked at, in OpenAI's words; Gemini has two levels between and above. */
const LEVELS: Readonly<Record<string, string>> = {
  MEDIA_RESOLUTION_LOW: 'low',
  MEDIA_RESOLUTION_HIGH: 'high',
};
const DETAILS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  high: 'MEDIA_RESOLUTION_HIGH',
};

/** Bytes in the request. */
export function readInlineData(place: Place): MediaSource {
  const blob = fieldsOf(place, BLOB);
  return {
    kind: 'data',
    mediaType: neededTextIn(blob, 'mimeType'),
    base64: neededTextIn(blob, 'data'),
  };
}

/** An address that the provider reads. Files uploaded to Google mean nothing to another provider. */
export function readFileData(place: Place): MediaSource {
  const file = fieldsOf(place, FILE);
  return {
    kind: 'url',
    url: neededTextIn(file, 'fileUri'),
    mediaType: textIn(file, 'mimeType'),
  };
}

/** The part that media of this type are; what is neither image nor sound is a file (PDF, video). */
export function mediaPart(source: MediaSource, detail: string | null): MediaPart {
  const type = source.mediaType ?? '';
  if (type.startsWith('audio/')) return { kind: 'audio', source };
  // Addresses without a type are images nearly always: other dialects have no other addresses.
  if (type === '' || type.startsWith('image/')) return { kind: 'image', source, detail };
  return { kind: 'file', source, name: null };
}

/** `low`, `high` or nothing. Throws `unsupported_field` for what OpenAI's detail cannot say. */
export function readDetail(place: Place): string | null {
  const level = textIn(fieldsOf(place, RESOLUTION), 'level');
  if (level === null || level === 'MEDIA_RESOLUTION_UNSPECIFIED') return null;
  const detail = LEVELS[level];
  if (detail === undefined) {
    throw unsupportedField(
      `${place.path}level`,
      `${level} cannot be carried over to the provider.`,
    );
  }
  return detail;
}

/**
 * The part for Gemini. The name of a file has no place there; it is a label only. Throws
 * `unsupported_field` for a detail that Gemini does not know.
 */
export function writeMedia(part: MediaPart): JsonObject {
  const { source } = part;
  const data =
    source.kind === 'data'
      ? { inlineData: { mimeType: source.mediaType, data: source.base64 } }
      : {
          fileData: {
            ...(source.mediaType === null ? {} : { mimeType: source.mediaType }),
            fileUri: source.url,
          },
        };
  const detail = part.kind === 'image' ? part.detail : null;
  if (detail === null || detail === 'auto') return data;
  const level = DETAILS[detail];
  if (level === undefined) {
    throw unsupportedField('image_url.detail', `Gemini has no detail "${detail}".`);
  }
  return { ...data, mediaResolution: { level } };
}
