/** A sentence of a text; or a fenced block of code, which is one piece. UTF-16 units, `end` behind the last one. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly isCode: boolean;
}

const FENCE = '```';
/** Sentences without an end are cut at a space, at the latest here, so that no piece hides in a long one. */
const LONGEST = 800;

const NEWLINE = 0x0a;
/** What a unit may do at the end of a sentence. */
const ENDS = { always: 1, beforeSpace: 2, closes: 3, line: 4 } as const;
const ENDINGS = endings();

function endings(): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  const set = (characters: string, role: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = role;
  };
  set('。！？｡．؟۔।', ENDS.always);
  set('.!?…', ENDS.beforeSpace);
  set('"\'”’»)]）」』】》〉', ENDS.closes);
  table[NEWLINE] = ENDS.line;
  return table;
}

const ABBREVIATION =
  /(?:^|[\s(])(?:dr|mr|mrs|ms|prof|st|vs|e\.g|i\.e|no|fig|approx|jr|sr|inc|ltd|dept|u\.s|u\.k|z\.b|bzw|ca|nr|sra|srta|mme|cf|al|\p{L}|\d{1,2})$/iu;
const LOOK_BACK = 8;

/**
 * The sentences of a text in order, without white space around them. Knows the full stops of European, Arabic,
 * Indian and East Asian writing, abbreviations, wrapped lines, list items and quotations whose sentence goes on
 * behind them. Linear in the length; any string will do.
 */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(FENCE, at);
    splitProse(text, { from: at, to: open === -1 ? text.length : open }, sentences);
    if (open === -1) break;
    const close = text.indexOf(FENCE, open + FENCE.length);
    at = close === -1 ? text.length : close + FENCE.length;
    sentences.push({ start: open, end: at, isCode: true });
  }
  return sentences;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function splitProse(text: string, { from, to }: Range, sentences: Sentence[]): void {
  let start = from;
  let at = from;
  while (at < to) {
    const end = at - start >= LONGEST ? cutAt(text, start, at) : endBehind(text, at, to);
    if (end === -1) {
      at += 1;
      continue;
    }
    push(text, { from: start, to: end }, sentences);
    start = end;
    at = Math.max(end, at + 1);
  }
  push(text, { from: start, to }, sentences);
}

/** Where the sentence ends whose last unit may be the one at `at`; -1 when it goes on. */
function endBehind(text: string, at: number, to: number): number {
  const role = ENDINGS[text.charCodeAt(at)] ?? 0;
  if (role === 0 || role === ENDS.closes) return -1;
  if (role === ENDS.line) return isWrapped(text, at, to) ? -1 : at + 1;
  const bare = behindRoles(text, { from: at + 1, to }, ENDS.beforeSpace);
  const end = behindRoles(text, { from: bare, to }, ENDS.closes);
  if (end >= to) return to;
  if (isSpace(text.charCodeAt(end))) return goesOn(text, at, end) ? -1 : end;
  // 「行くな。」と言った。 – behind a closed quotation the sentence goes on.
  return role === ENDS.always && end === bare ? end : -1;
}

function behindRoles(text: string, { from, to }: Range, most: number): number {
  let end = from;
  while (end < to) {
    const role = ENDINGS[text.charCodeAt(end)] ?? 0;
    if (role === 0 || role > most) break;
    end += 1;
  }
  return end;
}

/** After a full stop and a space: an abbreviation, a number of a list, or a small letter. */
function goesOn(text: string, at: number, end: number): boolean {
  const next = text.charCodeAt(end + 1);
  if (next >= 0x61 && next <= 0x7a) return true;
  if (text.charCodeAt(at) !== 0x2e) return false;
  return ABBREVIATION.test(text.slice(Math.max(0, at - LOOK_BACK), at));
}

/** A line break inside a sentence: small letters or a comma before it, a small letter behind it. */
function isWrapped(text: string, at: number, to: number): boolean {
  const before = text.charCodeAt(at - 1);
  const behind = at + 1 < to ? text.charCodeAt(at + 1) : 0;
  const isSmall = (code: number): boolean => code >= 0x61 && code <= 0x7a;
  return (isSmall(before) || before === 0x2c) && isSmall(behind);
}

function cutAt(text: string, start: number, at: number): number {
  const space = text.lastIndexOf(' ', at);
  if (space > start + LONGEST / 2) return space + 1;
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

function push(text: string, { from, to }: Range, sentences: Sentence[]): void {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  if (start < end) sentences.push({ start, end, isCode: false });
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000;
}
