import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { AppError } from '../core/errors.ts';
import type { KeptBody } from './kept-body.ts';

function tooLarge(limitBytes: number): AppError {
  return new AppError(
    'payload_too_large',
    `The request body is larger than ${limitBytes} bytes (GATEWAY_MAX_BODY_BYTES).`,
  );
}

/** Whether a request carries a body at all. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && headers['content-length'] !== '0';
}

/** Throws `payload_too_large` when the announced length is over the limit. */
export function checkAnnouncedLength(request: IncomingMessage, limitBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

/**
 * The whole body; null when the caller left before its end. Throws `payload_too_large` as soon as the
 * limit is passed.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  checkAnnouncedLength(request, limitBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(tooLarge(limitBytes));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length));
    });
    request.once('error', () => resolve(null));
    request.once('close', () => resolve(null));
  });
}

/**
 * The body as a stream that keeps the bounded copy of what passes, with back-pressure. Fails with
 * `payload_too_large` when the limit is passed, and when the caller leaves before the end.
 */
export function tapBody(request: IncomingMessage, kept: KeptBody, limitBytes: number): Readable {
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      kept.add(chunk);
      if (kept.bytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  // The rest of a body that is too long is read away, so that the refusal reaches the caller.
  tap.once('error', () => request.resume());
  request.once('close', () => {
    if (!request.complete) tap.destroy(new Error('The caller left before the end of its request.'));
  });
  return request.pipe(tap);
}
