import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../core/errors.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/**
 * The body without its compression. Throws `payload_too_large` once it has grown beyond `maxBytes`, without
 * unpacking the rest; `unsupported_media_type` and `invalid_request` for encodings that are unknown or broken.
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return within(body, maxBytes);
  const decoder = DECODERS[name];
  if (decoder === undefined) {
    throw new AppError('unsupported_media_type', `The content encoding ${name} is not supported`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = Readable.from([body]).pipe(decoder());
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_request', `The body is not sound ${name}`, { cause: error });
  }
  return Buffer.concat(chunks);
}

function within(body: Buffer, maxBytes: number): Buffer {
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes`);
}

/** One event of a body as it came: its place (from 1) with its line, or the value that stood in an array. */
export type RawEvent =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly value: unknown };

/** The events of a body: a JSON array, one JSON object, or one object a line. Throws `invalid_json`. */
export function splitEvents(body: Buffer, contentType: string | undefined): RawEvent[] {
  const text = body.toString('utf8');
  const isLines = /ndjson|jsonl|json-seq/i.test(contentType ?? '');
  if (isLines) return splitLines(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Many tools send lines as application/json.
    if (/^\s*\{/.test(text) && text.trim().includes('\n')) return splitLines(text);
    throw new AppError('invalid_json', 'The body is neither JSON nor JSON lines', { cause: error });
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((item, index) => ({ line: index + 1, value: item }));
}

function splitLines(text: string): RawEvent[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter((event) => event.text.trim() !== '');
}
