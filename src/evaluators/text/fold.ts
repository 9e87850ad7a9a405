/**
 * What a unit of folded text is. Letters of scripts with spaces form words; Han, Kana and Thai run on without
 * them; signs stand alone.
 */
export const UNIT_KIND = { space: 0, letter: 1, running: 2, digit: 3, sign: 4 } as const;

/** A text in its plainest spelling, in buffers that the next call of `foldText` overwrites. */
export interface FoldedText {
  readonly units: Uint16Array;
  readonly kinds: Uint8Array;
  /** Where each unit came from, in UTF-16 units of the text. */
  readonly origins: Uint32Array;
  readonly length: number;
}

const DROPPED = 1;
const SPACE = 0x20;
const MENTION = 0x40;
const FIRST_PRIVATE = 0xe000;
const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
/** Behind these scripts marks carry meaning of their own (Kana, Hangul, Indic), so that they stay. */
const LAST_STRIPPED = 0x0dff;

/** Folded unit for each unit, worked out when it is first met; 0 is "not yet". */
const FOLDED = new Uint16Array(0x1_0000);
const KINDS = new Uint8Array(0x1_0000).fill(255);

let capacity = 0;
let units = new Uint16Array(0);
let kinds = new Uint8Array(0);
let origins = new Uint32Array(0);
let length = 0;

/**
 * Spells `text` from `start` to `end` so that disguises look like what they stand for: Unicode compatibility forms
 * (full width, circled, mathematical), small letters without accents, Hangul as single jamo, Katakana as Hiragana,
 * no invisible characters, runs of one character cut to two, links and names behind @ reduced to a sign. Linear;
 * allocates nothing once its buffers are large enough.
 */
export function foldText(text: string, start = 0, end = text.length): FoldedText {
  reserve(3 * (end - start) + 1);
  length = 0;
  let at = start;
  while (at < end) at = foldAt(text, at, end);
  return { units, kinds, origins, length };
}

function reserve(size: number): void {
  if (size <= capacity) return;
  capacity = size;
  units = new Uint16Array(size);
  kinds = new Uint8Array(size);
  origins = new Uint32Array(size);
}

/** Folds what stands at `at`; answers where the next character begins. */
function foldAt(text: string, at: number, end: number): number {
  const code = text.charCodeAt(at);
  if (code >= HANGUL_FIRST && code <= HANGUL_LAST) {
    emitHangul(code - HANGUL_FIRST, at);
    return at + 1;
  }
  if (code >= 0xd800 && code <= 0xdfff) return foldPair(text, at);
  if (code === 0x68 && text.startsWith('http', at)) {
    const behind = endOfLink(text, at, end);
    if (behind > at) return behind;
  }
  const folded = FOLDED[code] || learn(code);
  if (folded === DROPPED) return at + 1;
  emit(folded, at);
  if (folded === MENTION && isStartOfMention()) return endOfMention(text, at + 1, end);
  return at + 1;
}

function emitHangul(index: number, at: number): void {
  const tail = index % 28;
  const pair = (index - tail) / 28;
  const vowel = pair % 21;
  emit(0x1100 + (pair - vowel) / 21, at);
  emit(0x1161 + vowel, at);
  if (tail > 0) emit(0x11a7 + tail, at);
}

function foldPair(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  if (point < 0x1_0000) return at + 1;
  const plain = point >= 0x1d400 && point <= 0x1d7ff ? plainUnit(String.fromCodePoint(point)) : 0;
  if (point < 0xe0000) emit(plain > DROPPED ? plain : FIRST_PRIVATE + (point & 0x0fff), at);
  return at + 2;
}

function emit(unit: number, at: number): void {
  if (unit === SPACE) {
    if (length === 0 || units[length - 1] === SPACE) return;
  } else if (length >= 2 && units[length - 1] === unit && units[length - 2] === unit) return;
  units[length] = unit;
  const kind = KINDS[unit] ?? 255;
  kinds[length] = kind === 255 ? learnKind(unit) : kind;
  origins[length] = at;
  length += 1;
}

function endOfLink(text: string, at: number, end: number): number {
  const colon = text.charCodeAt(at + 4) === 0x73 ? at + 5 : at + 4;
  if (!text.startsWith('://', colon)) return at;
  let behind = colon + 3;
  while (behind < end && text.charCodeAt(behind) > SPACE) behind += 1;
  emit(FIRST_PRIVATE + 0x1fff, at);
  return behind;
}

function isStartOfMention(): boolean {
  const before = length >= 2 ? kinds[length - 2] : UNIT_KIND.space;
  return before === UNIT_KIND.space || before === UNIT_KIND.sign;
}

function endOfMention(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isNamePart(text.charCodeAt(at))) at += 1;
  // `@$$` and the like are no names: without two name characters nothing is skipped.
  return at - from >= 2 ? at : from;
}

function isNamePart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f
  );
}

function learn(code: number): number {
  const unit = plainUnit(String.fromCharCode(code));
  FOLDED[code] = unit;
  return unit;
}

const INVISIBLE = /[\p{Cf}\p{M}\u0640\u3164\uffa0]|\u115f|\u1160/u;
const WHITE = /[\s\p{Zs}\p{Cc}]/u;

function plainUnit(character: string): number {
  if (WHITE.test(character)) return SPACE;
  const compatible = character.normalize('NFKC').toLowerCase();
  const isStripped = compatible.charCodeAt(0) <= LAST_STRIPPED;
  if (INVISIBLE.test(character) && (isStripped || !/\p{M}/u.test(character))) return DROPPED;
  const plain = isStripped ? compatible.normalize('NFD') : compatible;
  const code = plain.charCodeAt(0);
  if (code === SPACE) return DROPPED;
  if (code >= 0x30a1 && code <= 0x30f6) return code - 0x60;
  if (code === 0x2018 || code === 0x2019) return 0x27;
  return code;
}

const RUNNING = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\u30fc]/u;

function learnKind(unit: number): number {
  const character = String.fromCharCode(unit);
  const kind = kindOf(unit, character);
  KINDS[unit] = kind;
  return kind;
}

function kindOf(unit: number, character: string): number {
  if (unit === SPACE) return UNIT_KIND.space;
  if (RUNNING.test(character)) return UNIT_KIND.running;
  if (/[\p{L}\p{M}]/u.test(character)) return UNIT_KIND.letter;
  if (/\p{Nd}/u.test(character)) return UNIT_KIND.digit;
  return UNIT_KIND.sign;
}
