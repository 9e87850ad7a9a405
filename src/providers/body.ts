import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { RecordedBody } from './exchange.ts';
import { parseJson } from './json.ts';
import { parseEvents, type StreamEvent } from './sse.ts';

/** A recorded body, taken apart by its kind. */
export type ReadBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'events'; readonly events: readonly StreamEvent[] }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' };

/** Decompressed bodies are read up to this size; a longer one counts as unreadable. */
const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;
const MAX_FORM_FIELDS = 100;

/** Decompresses and parses a recorded body by its content type and its first characters. */
export function readBody(body: RecordedBody | null): ReadBody {
  if (body === null || body.text === '') return { kind: 'none' };
  const contentType = (body.contentType ?? '').toLowerCase();
  if (contentType.startsWith('multipart/form-data')) return readForm(bytesOf(body), body);
  if (/^(?:audio|image|video)\/|octet-stream/.test(contentType)) return { kind: 'none' };
  const text = textOf(body);
  if (text === null || text.trim() === '') return { kind: 'none' };
  if (contentType.startsWith('text/event-stream') || /^\s*(?:data|event|id|retry)?:/.test(text)) {
    return { kind: 'events', events: parseEvents(text) };
  }
  if (/ndjson|jsonl|json-seq/.test(contentType)) return { kind: 'events', events: readLines(text) };
  if (/^\s*[[{"]/.test(text)) {
    const value = parseJson(text);
    if (value !== undefined) return { kind: 'json', value };
  }
  return { kind: 'text', text };
}

/** One JSON document a line; a line that the recording cut is read as far as it goes. */
function readLines(text: string): StreamEvent[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const data = line.trim().startsWith('{') ? parseJson(line) : undefined;
    return data === undefined ? [] : [{ event: null, data }];
  });
}

function bytesOf(body: RecordedBody): Buffer {
  return Buffer.from(body.text, body.encoding === 'base64' ? 'base64' : 'utf8');
}

/** The body's text; null when it is binary data that is no compressed text. */
function textOf(body: RecordedBody): string | null {
  if (body.encoding === 'utf8') return body.text.replace(/^\uFEFF/, '');
  const bytes = bytesOf(body);
  const plain = decompress(bytes, body) ?? bytes;
  return plain.includes(0) ? null : plain.toString('utf8').replace(/^\uFEFF/, '');
}

type Decompress = (bytes: Buffer) => Buffer;

// A cut stream is flushed instead of failing, so that the text before the cut can be read.
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_DECOMPRESSED_BYTES };
const BROTLI = {
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength: MAX_DECOMPRESSED_BYTES,
};
const ZSTD = { finishFlush: constants.ZSTD_e_flush, maxOutputLength: MAX_DECOMPRESSED_BYTES };

const DECODERS: Readonly<Record<string, readonly Decompress[]>> = {
  gzip: [(bytes) => gunzipSync(bytes, ZLIB)],
  'x-gzip': [(bytes) => gunzipSync(bytes, ZLIB)],
  br: [(bytes) => brotliDecompressSync(bytes, BROTLI)],
  // Servers disagree whether `deflate` has the zlib frame (RFC 9110 §8.4.1.2 says it has).
  deflate: [(bytes) => inflateSync(bytes, ZLIB), (bytes) => inflateRawSync(bytes, ZLIB)],
  zstd: [(bytes) => zstdDecompressSync(bytes, ZSTD)],
};

function decompress(bytes: Buffer, body: RecordedBody): Buffer | null {
  const encodings = (body.contentEncoding ?? recogniseEncoding(bytes, body))
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity')
    .toReversed();
  let plain = bytes;
  for (const encoding of encodings) {
    const decoded = firstThatWorks(DECODERS[encoding] ?? [], plain);
    if (decoded === null) return null;
    plain = decoded;
  }
  return plain;
}

function firstThatWorks(decoders: readonly Decompress[], bytes: Buffer): Buffer | null {
  for (const decode of decoders) {
    try {
      return decode(bytes);
    } catch {
      // Not this format, or damaged: the next one may fit.
    }
  }
  return null;
}

/** Magic numbers: gzip RFC 1952 §2.3.1, zstd RFC 8878 §3.1.1, zlib RFC 1950 §2.2. Brotli has none. */
function recogniseEncoding(bytes: Buffer, body: RecordedBody): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  if (!/json|event-stream|text/.test(body.contentType ?? '')) return '';
  if (bytes.length > 2 && bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0) return 'deflate';
  return isUtf8Text(bytes) ? '' : 'br';
}

function isUtf8Text(bytes: Buffer): boolean {
  return !bytes.toString('utf8').slice(0, -1).includes('\uFFFD');
}

/** The text fields of a form; files are left out, only their names are kept. */
function readForm(bytes: Buffer, body: RecordedBody): ReadBody {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(body.contentType ?? '');
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return { kind: 'none' };
  const fields: [string, string][] = [];
  // One character a byte, so that binary parts neither grow nor break the search.
  for (const part of bytes
    .toString('latin1')
    .split(`--${mark}`, MAX_FORM_FIELDS + 1)
    .slice(1)) {
    const field = readField(part);
    if (field !== null) fields.push(field);
  }
  return { kind: 'form', fields: Object.fromEntries(fields) };
}

function readField(part: string): [string, string] | null {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = part.slice(0, headEnd);
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return null;
  const fileName = /\bfilename="([^"]*)"/i.exec(head)?.[1];
  if (fileName !== undefined) return [name, `[file: ${latin1ToUtf8(fileName)}]`];
  return [name, latin1ToUtf8(part.slice(headEnd + 4).replace(/\r\n$/, ''))];
}

function latin1ToUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
