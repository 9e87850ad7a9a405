/** Deeper texts than this are not repaired: no API nests so far. */
const DEEPEST = 512;

/** How far a scan came, and the last place where the text could be closed. */
interface Scan {
  readonly text: string;
  readonly closers: string[];
  safeEnd: number;
  safeClosers: string;
}

/**
 * Reads JSON whose end is missing, by closing what is open: an open string keeps what it has, a
 * number or literal cut half-way is left out (half a number would be a wrong one). `undefined` when
 * the text is not the beginning of JSON.
 */
export function parseCutJson(text: string): unknown {
  for (const candidate of closedTexts({ text, closers: [], safeEnd: 0, safeClosers: '' })) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate gives up more of the end.
    }
  }
  return undefined;
}

/** The text closed with its last string kept, and closed back at the last complete member. */
function closedTexts(scan: Scan): string[] {
  const { text, closers } = scan;
  for (let position = 0; position < text.length; position += 1) {
    if (text[position] === '"') {
      const end = endOfString(text, position);
      if (end === -1) {
        const kept = text.slice(0, position) + closeString(text.slice(position));
        return [kept + closing(closers), backToSafe(scan)];
      }
      position = end;
    } else if (!step(scan, position)) {
      return [];
    }
  }
  const back = backToSafe(scan);
  return text.trimEnd().endsWith('"') ? [text + closing(closers), back] : [back];
}

/** Follows one character outside strings; false when the text cannot be JSON. */
function step(scan: Scan, position: number): boolean {
  const { text, closers } = scan;
  switch (text[position]) {
    case '{':
      closers.push('}');
      break;
    case '[':
      closers.push(']');
      break;
    case '}':
    case ']':
      if (closers.pop() !== text[position]) return false;
      break;
    case ',':
      markSafe(scan, position);
      return true;
    default:
      return true;
  }
  markSafe(scan, position + 1);
  return closers.length <= DEEPEST;
}

function markSafe(scan: Scan, end: number): void {
  scan.safeEnd = end;
  scan.safeClosers = closing(scan.closers);
}

function backToSafe(scan: Scan): string {
  return scan.text.slice(0, scan.safeEnd) + scan.safeClosers;
}

function closing(closers: readonly string[]): string {
  return closers.toReversed().join('');
}

/** Where the string that opens at `start` ends, or -1 when the text stops before. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote;
}

/** A string literal without its end: the cut escape at its end goes, the closing quote comes. */
function closeString(open: string): string {
  const cutEscape = /\\(?:u[0-9a-f]{0,3})?$/i.exec(open);
  const kept =
    cutEscape === null || isEscaped(open, cutEscape.index) ? open : open.slice(0, cutEscape.index);
  return `${kept}"`;
}

function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0;
  while (text[offset - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
