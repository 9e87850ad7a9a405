import { crc32 } from 'node:zlib';

/**
 * One line of a segment: `<crc> <sequence> <json>\n`. The checksum is the CRC-32 of everything between
 * the first space and the newline, as eight hexadecimal digits; JSON text never holds a raw newline.
 */
export interface SpoolLine {
  readonly sequence: number;
  /** Bytes of the line within what was read; `end` is behind the newline. */
  readonly start: number;
  readonly end: number;
  readonly json: string;
}

/** Bytes that are no intact line; `start` and `end` as in `SpoolLine`. */
export interface CorruptPiece {
  readonly start: number;
  readonly end: number;
}

export type SpoolPiece =
  | ({ readonly intact: true } & SpoolLine)
  | ({ readonly intact: false } & CorruptPiece);

const NEWLINE = 0x0a;
const SPACE = 0x20;
const HEX = Buffer.from('0123456789abcdef', 'latin1');
const CRC_DIGITS = 8;
/** Checksum, two spaces, newline and the digits of the largest sequence. */
const FRAME_BYTES = CRC_DIGITS + 3 + 16;
/** Texts longer than this are measured before they are written, so that the buffer does not grow threefold. */
const MEASURE_ABOVE = 64 * 1024;
const FIRST_CAPACITY = 64 * 1024;
/** A buffer that once held a giant is not kept. */
const KEEP_CAPACITY = 4 * 1024 * 1024;

/** Lines that are written together; grows as needed and is used again. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds a record; answers where its line ends. */
  add(sequence: number, json: string): number {
    const room = json.length > MEASURE_ABOVE ? Buffer.byteLength(json) : json.length * 3;
    this.#reserve(room + FRAME_BYTES);
    const bytes = this.#bytes;
    const start = this.#length;
    const body = start + CRC_DIGITS + 1;
    let at = body + bytes.write(String(sequence), body, 'latin1');
    bytes[at++] = SPACE;
    at += bytes.write(json, at, 'utf8');
    writeHex(bytes, start, crc32(bytes.subarray(body, at)));
    bytes[body - 1] = SPACE;
    bytes[at++] = NEWLINE;
    this.#length = at;
    return at;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEEP_CAPACITY) this.#bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function writeHex(bytes: Buffer, at: number, value: number): void {
  for (let digit = CRC_DIGITS - 1, rest = value; digit >= 0; digit--, rest >>>= 4) {
    bytes[at + digit] = HEX[rest & 0xf] ?? 0;
  }
}

/** The line of one record, for tests and tools. */
export function encodeLine(sequence: number, json: string): Buffer {
  const lines = new LineBuffer();
  lines.add(sequence, json);
  return Buffer.from(lines.bytes);
}

/** What was found in a stretch of a segment; `consumed` ends behind the last newline that was seen. */
export interface DecodedLines {
  readonly pieces: readonly SpoolPiece[];
  readonly consumed: number;
  /** True when no whole line is left; false when the limit ended it. */
  readonly exhausted: boolean;
}

/**
 * Every intact line of `bytes`, and the pieces between them. Bytes behind the last newline are left
 * over: a line that is still being written, or a torn tail. Never throws and invents nothing: a line
 * counts only when its checksum holds.
 */
export function decodeLines(bytes: Buffer, limits: { records: number }): DecodedLines {
  const pieces: SpoolPiece[] = [];
  let at = 0;
  let records = 0;
  while (records < limits.records) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) return { pieces, consumed: at, exhausted: true };
    const line = decodeRange(bytes, at, newline);
    if (line !== null) pieces.push(line);
    else pieces.push(...salvage(bytes, at, newline));
    records = pieces.length;
    at = newline + 1;
  }
  return { pieces, consumed: at, exhausted: false };
}

/**
 * The record at the end of a file that nobody continues, when nothing but its newline is missing or damaged; null
 * for a torn one.
 */
export function decodeTail(bytes: Buffer, start: number): SpoolPiece | null {
  const line =
    decodeRange(bytes, start, bytes.length) ?? decodeRange(bytes, start, bytes.length - 1);
  return line === null ? null : { ...line, end: bytes.length };
}

/** The checked line in [start, newline); null when it is not one. */
function decodeRange(
  bytes: Buffer,
  start: number,
  newline: number,
): ({ intact: true } & SpoolLine) | null {
  const header = readHeader(bytes, start, newline);
  if (header === null) return null;
  if (crc32(bytes.subarray(start + CRC_DIGITS + 1, newline)) !== header.crc) return null;
  const json = bytes.toString('utf8', header.body, newline);
  return { intact: true, sequence: header.sequence, start, end: newline + 1, json };
}

/** Sequence and place of the JSON text of a line, unchecked; null when the frame is not one. */
export function readHeader(
  bytes: Buffer,
  start: number,
  newline: number,
): { crc: number; sequence: number; body: number } | null {
  if (newline - start < CRC_DIGITS + 4 || bytes[start + CRC_DIGITS] !== SPACE) return null;
  const crc = readHex(bytes, start);
  if (crc === null) return null;
  let at = start + CRC_DIGITS + 1;
  let sequence = 0;
  const first = at;
  while (at < newline) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    sequence = sequence * 10 + digit;
    at++;
  }
  if (at === first || at - first > 16 || bytes[at] !== SPACE) return null;
  return { crc, sequence, body: at + 1 };
}

function readHex(bytes: Buffer, start: number): number | null {
  let value = 0;
  for (let at = start; at < start + CRC_DIGITS; at++) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) return null;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

// Inside JSON text made by JSON.stringify a quote always follows a backslash or structure without
// spaces, so ` {"` behind checksum and sequence can only be the beginning of a line.
const LINE_START = /[0-9a-f]{8} \d{1,16} \{"/g;

/** A damaged newline joins two lines: each beginning inside the stretch is tried for itself. */
function salvage(bytes: Buffer, start: number, newline: number): SpoolPiece[] {
  const starts = lineStarts(bytes, start, newline);
  const pieces: SpoolPiece[] = [];
  for (const [index, from] of starts.entries()) {
    const next = starts[index + 1];
    const line =
      (next === undefined ? null : decodeRange(bytes, from, next - 1)) ??
      decodeRange(bytes, from, newline);
    const end = next ?? newline + 1;
    pieces.push(line === null ? { intact: false, start: from, end } : { ...line, end });
  }
  return pieces;
}

function lineStarts(bytes: Buffer, start: number, newline: number): number[] {
  const text = bytes.toString('latin1', start, newline);
  const starts = [...text.matchAll(LINE_START)].map((match) => start + match.index);
  return starts[0] === start ? starts : [start, ...starts];
}
