/** A place where text may be cut without breaking a character that people see as one. */
const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const CUT = '…';
/** A single character can be built of thousands of marks; such towers are no text. */
const MAX_CHARACTER = 64;
const UNREADABLE = '\uFFFD';

/**
 * The text, at most `limit` UTF-16 units long after `defuse`; what is cut off is told by an ellipsis. Control
 * characters other than line ends are left out, and half surrogate pairs are replaced.
 */
export function shorten(
  text: string,
  limit: number,
  defuse: (character: string) => string = (character) => character,
): string {
  // Nothing beyond can be shown, whatever it costs to read it.
  const seen = clean(text.slice(0, limit * 4 + MAX_CHARACTER));
  let written = '';
  let fits = '';
  for (const { segment } of CHARACTERS.segment(seen)) {
    const next = written + (segment.length > MAX_CHARACTER ? UNREADABLE : defuse(segment));
    if (next.length > limit) return fits + CUT;
    written = next;
    if (written.length <= limit - CUT.length) fits = written;
  }
  return text.length > limit * 4 + MAX_CHARACTER ? fits + CUT : written;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]/g;

function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, ' ').toWellFormed();
}

/** One line: line ends and control characters become spaces. */
export function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}

/** Text that receivers refuse when it is empty. */
export function filled(text: string): string {
  return text.trim() === '' ? '–' : text;
}
