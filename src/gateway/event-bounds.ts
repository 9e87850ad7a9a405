/**
 * Where server-sent events end: at a blank line. Lines end in LF, CRLF or CR (HTML standard §9.2.5); nearly
 * every server sends LF, so that is looked for first and the others only where a CR is.
 */
const CR = 0x0d;
const LF = 0x0a;
const BLANK_LINE = Buffer.from('\n\n');

/** Where the last whole event ends; 0 when there is none. */
export function lastBoundary(bytes: Buffer): number {
  const { length } = bytes;
  // Most chunks end with an event.
  if (bytes[length - 1] === LF && bytes[length - 2] === LF) return length;
  const plain = behind(bytes.lastIndexOf(BLANK_LINE), 2);
  if (!bytes.includes(CR)) return plain;
  const windows = behind(bytes.lastIndexOf('\n\r\n'), 3);
  return Math.max(plain, windows, behind(bytes.lastIndexOf('\r\r'), 2));
}

/** Where the first event at or after `from` ends; 0 when it is not whole. */
export function firstBoundary(bytes: Buffer, from = 0): number {
  const plain = behind(bytes.indexOf(BLANK_LINE, from), 2);
  const until = plain === 0 ? bytes.length : plain;
  const carriage = bytes.indexOf(CR, from);
  if (carriage === -1 || carriage >= until) return plain;
  const before = bytes.subarray(0, until);
  const ends = [
    plain,
    behind(before.indexOf('\n\r\n', from), 3),
    behind(before.indexOf('\r\r', from), 2),
  ].filter((end) => end > 0);
  return ends.length === 0 ? 0 : Math.min(...ends);
}

function behind(at: number, length: number): number {
  return at === -1 ? 0 : at + length;
}
