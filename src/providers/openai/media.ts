import type { MediaSource } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';

const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*?;base64,/;

/** Where an image or file comes from: a data URL holds its bytes, anything else is an address. */
export function readSource(url: string, field: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url, mediaType: null };
  const head = DATA_URL.exec(url);
  if (head === null) throw invalidField(field, 'a data URL with base64');
  const mediaType = head[1] === '' ? 'application/octet-stream' : (head[1] ?? '');
  return { kind: 'data', mediaType, base64: url.slice(head[0].length) };
}

export function writeSource(source: MediaSource): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.base64}`;
}

const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', wav: 'audio/wav' };
const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
};

export function audioType(format: string): string {
  return AUDIO_TYPES[format] ?? `audio/${format}`;
}

/** Audio as OpenAI takes it: bytes, in one of its formats. Throws `unsupported_field` for any other. */
export function writeAudio(source: MediaSource): { data: string; format: string } {
  if (source.kind === 'url') {
    throw unsupportedField('audio', 'this provider takes audio as bytes, not as an address.');
  }
  const format = AUDIO_FORMATS[source.mediaType];
  if (format === undefined) {
    throw unsupportedField('audio', `this provider takes mp3 and wav, not ${source.mediaType}.`);
  }
  return { data: source.base64, format };
}
