import { crc32 } from 'node:zlib';

/**
 * One line of a segment: `<FD><crc> <sequence> <json>`, for each body `<FE><text>`, and `\n`. The checksum is the
 * CRC-32 (begun at `CRC_SEED`) of everything between the first space and the newline, as eight hexadecimal digits.
 * JSON never holds a raw newline; in bodies it is written as `<FF>`. The bytes FD, FE and FF do not occur in UTF-8
 * (RFC 3629 §1), so nothing that a caller sends can look like a frame. Spools of earlier versions hold lines
 * without the marks, `<crc> <sequence> <json>\n`, with the checksum begun at 0; they are read as well.
 */
export interface SpoolLine {
  readonly sequence: number;
  /** Bytes of the line within what was read; `end` is behind the newline. */
  readonly start: number;
  readonly end: number;
  readonly json: string;
  /** Texts that stand behind the JSON instead of in it. */
  readonly bodies: readonly string[];
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
const LINE_MARK = 0xfd;
const BODY_MARK = 0xfe;
const NEWLINE_MARK = 0xff;
/** Any other than 0, so that a line that lost its mark is not taken for one of an earlier version. */
const CRC_SEED = 0x5f00_15ed;
const NO_BODIES: readonly never[] = [];
const HEX = Buffer.from('0123456789abcdef', 'latin1');
const CRC_DIGITS = 8;
/** Mark, checksum, two spaces, newline and the digits of the largest sequence. */
const FRAME_BYTES = CRC_DIGITS + 4 + 16;
/** Texts longer than this are measured before they are written, so that the buffer does not grow threefold. */
const MEASURE_ABOVE = 64 * 1024;
const FIRST_CAPACITY = 64 * 1024;
/** A buffer that once held a giant is not kept. */
const KEEP_CAPACITY = 16 * 1024 * 1024;

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

  /** Adds a record, its bodies in UTF-8; answers where its line ends. */
  add(sequence: number, json: string, bodies: readonly Buffer[] = NO_BODIES): number {
    let room = json.length > MEASURE_ABOVE ? Buffer.byteLength(json) : json.length * 3;
    for (const body of bodies) room += body.length + 1;
    this.#reserve(room + FRAME_BYTES);
    const bytes = this.#bytes;
    const start = this.#length;
    const checked = start + CRC_DIGITS + 2;
    bytes[start] = LINE_MARK;
    let at = checked + bytes.write(String(sequence), checked, 'latin1');
    bytes[at++] = SPACE;
    at += bytes.write(json, at, 'utf8');
    for (const body of bodies) {
      bytes[at++] = BODY_MARK;
      body.copy(bytes, at);
      replaceBytes(bytes.subarray(at, at + body.length), NEWLINE, NEWLINE_MARK);
      at += body.length;
    }
    writeHex(bytes, start + 1, crc32(bytes.subarray(checked, at), CRC_SEED));
    bytes[checked - 1] = SPACE;
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

/** In place. */
function replaceBytes(bytes: Buffer, from: number, to: number): void {
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) bytes[at] = to;
}

function writeHex(bytes: Buffer, at: number, value: number): void {
  for (let digit = CRC_DIGITS - 1, rest = value; digit >= 0; digit--, rest >>>= 4) {
    bytes[at + digit] = HEX[rest & 0xf] ?? 0;
  }
}

/** The line of one record, for tests and tools. */
export function encodeLine(
  sequence: number,
  json: string,
  bodies: readonly Buffer[] = NO_BODIES,
): Buffer {
  const lines = new LineBuffer();
  lines.add(sequence, json, bodies);
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
  const lineStart = bytes.includes(LINE_MARK) ? LINE_START : UNMARKED_START;
  let at = 0;
  let records = 0;
  while (records < limits.records) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) return { pieces, consumed: at, exhausted: true };
    const line = decodeRange(bytes, at, newline);
    if (line !== null) pieces.push(line);
    else pieces.push(...salvage(bytes, { start: at, newline, lineStart }));
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
  const { crc, checked, seed, sequence } = header;
  if (crc32(bytes.subarray(checked, newline), seed) !== crc) return null;
  const texts = textsOf(bytes.subarray(header.body, newline));
  return { intact: true, sequence, start, end: newline + 1, ...texts };
}

/** The JSON text and the bodies behind it. */
function textsOf(line: Buffer): { json: string; bodies: readonly string[] } {
  let mark = line.indexOf(BODY_MARK);
  if (mark === -1) return { json: line.toString('utf8'), bodies: NO_BODIES };
  const json = line.toString('utf8', 0, mark);
  const bodies: string[] = [];
  while (mark !== -1) {
    const next = line.indexOf(BODY_MARK, mark + 1);
    const body = Buffer.from(line.subarray(mark + 1, next === -1 ? line.length : next));
    replaceBytes(body, NEWLINE_MARK, NEWLINE);
    bodies.push(body.toString('utf8'));
    mark = next;
  }
  return { json, bodies };
}

/** The frame of a line, unchecked. */
export interface LineHeader {
  readonly crc: number;
  /** What the checksum begins with, and where what it covers begins. */
  readonly seed: number;
  readonly checked: number;
  readonly sequence: number;
  /** Where the JSON text begins. */
  readonly body: number;
}

/** Null when it is not one. */
export function readHeader(bytes: Buffer, start: number, newline: number): LineHeader | null {
  const marked = bytes[start] === LINE_MARK;
  const digits = marked ? start + 1 : start;
  if (newline - digits < CRC_DIGITS + 4 || bytes[digits + CRC_DIGITS] !== SPACE) return null;
  const crc = readHex(bytes, digits);
  if (crc === null) return null;
  const checked = digits + CRC_DIGITS + 1;
  let at = checked;
  let sequence = 0;
  const first = at;
  while (at < newline) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    sequence = sequence * 10 + digit;
    at++;
  }
  if (at === first || at - first > 16 || bytes[at] !== SPACE) return null;
  return { crc, seed: marked ? CRC_SEED : 0, checked, sequence, body: at + 1 };
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

const LINE_START = /\xfd[0-9a-f]{8} \d{1,16} \{"/g;
// Inside JSON text made by JSON.stringify a quote always follows a backslash or structure without
// spaces, so ` {"` behind checksum and sequence can only be the beginning of a line. Bodies outside of the
// JSON came with the marks, so where there is a mark this is not looked for.
const UNMARKED_START = /[0-9a-f]{8} \d{1,16} \{"/g;

/** A damaged newline joins two lines: each beginning inside the stretch is tried for itself. */
function salvage(bytes: Buffer, stretch: Stretch): SpoolPiece[] {
  const { newline } = stretch;
  const starts = lineStarts(bytes, stretch);
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

interface Stretch {
  readonly start: number;
  readonly newline: number;
  /** What the beginning of a line looks like here. */
  readonly lineStart: RegExp;
}

function lineStarts(bytes: Buffer, { start, newline, lineStart }: Stretch): number[] {
  const text = bytes.toString('latin1', start, newline);
  const starts = [...text.matchAll(lineStart)].map((match) => start + match.index);
  return starts[0] === start ? starts : [start, ...starts];
}
