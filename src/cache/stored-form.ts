import { z } from 'zod';
import type { CachedAnswer } from './answer-cache.ts';

const Head = z.object({
  status: z.number().int(),
  contentType: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  storedAtMs: z.number(),
  costMicroUsd: z.number().nullable(),
});

const LENGTH_BYTES = 4;

/** An answer as bytes for a shared store: length of the head, the head as JSON, the body. */
export function toBytes({ body, ...head }: CachedAnswer): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body]);
}

/** The answer of such bytes; null for anything else (another version of the program may have written it). */
export function fromBytes(bytes: Buffer): CachedAnswer | null {
  if (bytes.length < LENGTH_BYTES) return null;
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  if (end > bytes.length) return null;
  try {
    const head = Head.parse(JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)));
    return { ...head, body: bytes.subarray(end) };
  } catch {
    return null;
  }
}
