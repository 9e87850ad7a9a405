import { isUtf8 } from 'node:buffer';
import { TextBody } from '../ingest/spool-body.ts';
import type { RawBody } from '../ingest/spool-record.ts';

/** The one bounded copy of a body that the record gets: references to the first bytes, and the whole length. */
export class KeptBody {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The whole length so far, kept or not. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = chunk.length <= room ? chunk : chunk.subarray(0, room);
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  /** The kept bytes in one piece. */
  whole(): Buffer {
    const [first, second] = this.#chunks;
    if (first === undefined) return Buffer.alloc(0);
    return second === undefined ? first : Buffer.concat(this.#chunks, this.#kept);
  }

  /** As the record wants it: text where the bytes are UTF-8, else base64. Null when nothing came. */
  toRawBody(contentType: string | null, contentEncoding: string | null): RawBody | null {
    if (this.#bytes === 0) return null;
    const truncated = this.#bytes > this.#kept;
    const whole = this.whole();
    const bytes = truncated ? withoutSplitCharacter(whole) : whole;
    if (contentEncoding === null && isUtf8(bytes)) {
      return new TextBody(bytes, { contentType, bytes: this.#bytes, truncated });
    }
    return {
      text: bytes.toString('base64'),
      encoding: 'base64',
      contentType,
      contentEncoding,
      bytes: this.#bytes,
      truncated,
    };
  }
}

/** Drops a character that the cut split, so that the rest stays valid UTF-8 (RFC 3629 §3). */
function withoutSplitCharacter(bytes: Buffer): Buffer {
  let lead = bytes.length - 1;
  while (lead > 0 && lead > bytes.length - 4 && ((bytes[lead] ?? 0) & 0xc0) === 0x80) lead -= 1;
  const whole = lead + characterLength(bytes[lead] ?? 0) <= bytes.length;
  return whole ? bytes : bytes.subarray(0, lead);
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
