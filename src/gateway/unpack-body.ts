import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { AppError } from '../core/errors.ts';

type Unpack = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  'x-gzip': promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
};

/** Whether a request's body came compressed. */
export function isPacked(headers: IncomingHttpHeaders): boolean {
  return (headers['content-encoding'] ?? 'identity') !== 'identity';
}

/**
 * A compressed request body as it was before: limits, budgets and routes have to read it. Throws
 * `unsupported_media_type` for an unknown encoding, `payload_too_large` when more than `limitBytes` come
 * out, and `invalid_request` for bytes that are not what the header says.
 */
export async function unpackBody(
  body: Buffer,
  headers: IncomingHttpHeaders,
  limitBytes: number,
): Promise<Buffer> {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  const unpack = UNPACKERS[encoding];
  if (unpack === undefined) {
    throw new AppError(
      'unsupported_media_type',
      `The content-encoding ${encoding.slice(0, 64)} is not known here; send gzip, deflate, br, zstd or plain.`,
    );
  }
  try {
    return await unpack(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError(
        'payload_too_large',
        `The unpacked request body is larger than ${limitBytes} bytes (GATEWAY_MAX_BODY_BYTES).`,
      );
    }
    throw new AppError('invalid_request', `The request body is not valid ${encoding}.`, { cause });
  }
}
