import type { ExchangeRecord, RawBody, SpoolRecord } from './spool-record.ts';

/** A body whose text stays bytes on its way to the spool: what nobody reads is neither decoded nor escaped. */
export class TextBody implements RawBody {
  readonly encoding = 'utf8';
  readonly contentType: string | null;
  readonly contentEncoding = null;
  readonly bytes: number;
  readonly truncated: boolean;
  readonly utf8: Buffer;

  /** `utf8` must be valid UTF-8 (RFC 3629); `bytes` is the whole length on the wire. */
  constructor(
    utf8: Buffer,
    facts: { contentType: string | null; bytes: number; truncated: boolean },
  ) {
    this.utf8 = utf8;
    this.contentType = facts.contentType;
    this.bytes = facts.bytes;
    this.truncated = facts.truncated;
  }

  get text(): string {
    return this.utf8.toString('utf8');
  }

  /** The body as plain data. */
  toJSON(): RawBody {
    const { text, encoding, contentType, contentEncoding, bytes, truncated } = this;
    return { text, encoding, contentType, contentEncoding, bytes, truncated };
  }
}

/** A record in two parts: JSON in which `text` is null where it follows as bytes, in the order request, response. */
export interface SplitRecord {
  readonly json: string;
  readonly bodies: readonly Buffer[];
}

const NO_BODIES: readonly never[] = [];

/** Takes the bodies that are bytes out of a record. */
export function splitRecord(record: SpoolRecord): SplitRecord {
  if (record.kind !== 'exchange') return { json: JSON.stringify(record), bodies: NO_BODIES };
  const bodies: Buffer[] = [];
  const request = takenOut(record.request, bodies);
  const response = takenOut(record.response, bodies);
  return { json: JSON.stringify({ ...record, request, response }), bodies };
}

function takenOut(body: RawBody | null, bodies: Buffer[]): object | null {
  if (!(body instanceof TextBody)) return body;
  const { utf8, encoding, contentType, contentEncoding, bytes, truncated } = body;
  bodies.push(utf8);
  return { text: null, encoding, contentType, contentEncoding, bytes, truncated };
}

/** The record whose bodies were taken out, whole again. */
export function joinRecord(record: SpoolRecord, bodies: readonly string[]): SpoolRecord {
  if (record.kind !== 'exchange' || bodies.length === 0) return record;
  const left = [...bodies];
  const filled = (body: ExchangeRecord['request']): ExchangeRecord['request'] =>
    body !== null && body.text === null ? { ...body, text: left.shift() ?? '' } : body;
  const request = filled(record.request);
  return { ...record, request, response: filled(record.response) };
}

/** The JSON text of a spool entry with its bodies in place; damaged bytes as they are. */
export function wholeText(entry: { text: string; bodies?: readonly string[] }): string {
  const { text, bodies = NO_BODIES } = entry;
  return bodies.length === 0 ? text : JSON.stringify(joinRecord(JSON.parse(text), bodies));
}
