/**
 * Hashed pieces of a text, on which every linear model stands. One pass serves all models, and a change of anything
 * here, in `fold.ts` or in `sentences.ts` that moves a hash makes every set of weights wrong: raise GRAMS_VERSION
 * and train again (`npm run train`).
 */
import { type FoldedText, foldText, UNIT_KIND } from './fold.ts';
import { type Sentence, sentencesOf } from './sentences.ts';

/** Models say for which version they were trained; the loader refuses others. */
export const GRAMS_VERSION = 1;

/** Hashes of a text's pieces, sentence after sentence: 32 bits each, repeated where the piece is repeated. */
export interface TextGrams {
  readonly sentences: readonly Sentence[];
  readonly hashes: Uint32Array;
  /** Behind the last piece of each sentence. */
  readonly ends: Uint32Array;
}

/** The pieces of one stretch of text with where they stand, for explanations. */
export interface PlacedGrams {
  readonly hashes: Uint32Array;
  /** UTF-16 units of the text that each piece covers. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const SHORTEST = 3;
const LONGEST_LETTERS = 5;
const LONGEST_JAMO = 7;
const LONGEST_RUNNING = 4;
/** Longer words are addresses, hashes and the like: their beginning is enough. */
const LONGEST_WORD = 48;
const FEWEST_SPACED = 3;
const MOST_OF_A_WORD = (LONGEST_JAMO - 2) * (LONGEST_WORD + 2) + 1;

const SEED = { letters: 0x811c9dc5, word: 0x2f0b4a27, pair: 0x5bd1e995, running: 0x1b873593 };
const SIGN_SEED = 0x9e3779b9;
const PRIME = 0x01000193;
const SPACE = 0x20;
const APOSTROPHE = 0x27;

let hashes = new Uint32Array(1 << 14);
let count = 0;
let places: { starts: number[]; ends: number[] } | null = null;
let folded: FoldedText = foldText('');
/** The word before the one at hand, by its hash and where it starts; -1 for none, as after Han and Kana. */
let hashBefore = 0;
let startBefore = -1;
/** How many words of one letter stand in a row. */
let spaced = 0;
/** The word at hand between two spaces, as it is hashed. */
const word = new Uint16Array(LONGEST_WORD + 2);
let wordLength = 0;

/**
 * The hashed pieces of `text`: for words their character 3- to 5-grams (Hangul: 3 to 7 jamo), the words and pairs of
 * neighbours; for Han and Kana 1- to 4-grams; for signs themselves. Words in disguise (`f u c k`, `sh1t`) also count
 * undisguised. Linear in the length, nothing is allocated for a single piece.
 */
export function gramsOf(text: string): TextGrams {
  const sentences = sentencesOf(text);
  const ends = new Uint32Array(sentences.length);
  count = 0;
  places = null;
  for (const [index, { start, end }] of sentences.entries()) {
    hashStretch(text, start, end);
    ends[index] = count;
  }
  return { sentences, hashes: hashes.slice(0, count), ends };
}

/** The same pieces of one sentence of `text`, each with its place; for the few texts that are explained. */
export function placedGrams(
  text: string,
  { start, end }: Pick<Sentence, 'start' | 'end'>,
): PlacedGrams {
  count = 0;
  places = { starts: [], ends: [] };
  hashStretch(text, start, end);
  const { starts, ends } = places;
  places = null;
  return {
    hashes: hashes.slice(0, count),
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
  };
}

function hashStretch(text: string, start: number, end: number): void {
  folded = foldText(text, start, end);
  const { kinds, length } = folded;
  startBefore = -1;
  spaced = 0;
  let at = 0;
  while (at < length) {
    const kind = kinds[at];
    if (kind === UNIT_KIND.letter || kind === UNIT_KIND.digit) at = hashWordAt(at);
    else if (kind === UNIT_KIND.running) at = hashRunning(at);
    else {
      if (kind === UNIT_KIND.sign) hashSign(at);
      at += 1;
    }
  }
}

function hashWordAt(at: number): number {
  const behind = endOfWord(at);
  hashWord(at, behind);
  if (isOneCharacter(at, behind)) spaced = spaced > 0 && isOneApart(at) ? spaced + 1 : 1;
  else spaced = 0;
  if (spaced >= FEWEST_SPACED && !goesOnSpaced(behind)) hashSpaced(behind, spaced);
  return behind;
}

/** Letters and digits, and signs that stand for letters inside a word: `f*ck`, `a$$`, `don't`. */
function endOfWord(at: number): number {
  const { kinds, length } = folded;
  let end = at + 1;
  while (end < length) {
    const kind = kinds[end];
    if (kind === UNIT_KIND.letter || kind === UNIT_KIND.digit) end += 1;
    else if (
      // Behind the end stands what an earlier text left there.
      end + 1 < length &&
      standsForLetter(folded.units[end] ?? 0) &&
      kinds[end + 1] === UNIT_KIND.letter
    )
      end += 1;
    else break;
  }
  return end;
}

function standsForLetter(unit: number): boolean {
  return unit === 0x2a || unit === 0x24 || unit === 0x40 || unit === 0x21 || unit === 0x27;
}

function hashWord(from: number, to: number): void {
  const { units } = folded;
  startWord();
  let disguised = false;
  let letters = false;
  for (let at = from; at < to; at += 1) {
    const unit = units[at] ?? 0;
    if (unit === APOSTROPHE) continue;
    addToWord(unit);
    if (plainLetter(unit) !== unit) disguised = true;
    else letters = true;
  }
  const hash = hashBuiltWord(from, to);
  if (disguised && letters) hashUndisguised(from, to);
  if (startBefore !== -1) {
    emit(finish(Math.imul(hashBefore, PRIME) ^ hash ^ SEED.pair), startBefore, to);
  }
  hashBefore = hash;
  startBefore = from;
}

function startWord(): void {
  word[0] = SPACE;
  wordLength = 1;
}

function addToWord(unit: number): void {
  if (wordLength > LONGEST_WORD) return;
  word[wordLength] = unit;
  wordLength += 1;
}

/** Emits the pieces of the built word; answers its hash. */
function hashBuiltWord(from: number, to: number): number {
  makeRoom(MOST_OF_A_WORD);
  const last = wordLength;
  word[last] = SPACE;
  const first = word[1] ?? 0;
  const longest = first >= 0x1100 && first <= 0x11ff ? LONGEST_JAMO : LONGEST_LETTERS;
  const out = hashes;
  let next = count;
  for (let start = 0; start + SHORTEST <= last + 1; start += 1) {
    const stop = Math.min(start + longest, last + 1);
    let hash = Math.imul(SEED.letters ^ (word[start] ?? 0), PRIME);
    hash = Math.imul(hash ^ (word[start + 1] ?? 0), PRIME);
    for (let at = start + 2; at < stop; at += 1) {
      hash = Math.imul(hash ^ (word[at] ?? 0), PRIME);
      out[next] = finish(hash);
      next += 1;
    }
  }
  const whole = hashOfWord(last);
  out[next] = finish(whole);
  next += 1;
  if (places !== null) placeMany(next - count, from, to);
  count = next;
  return whole;
}

function hashOfWord(last: number): number {
  let hash = SEED.word;
  for (let at = 1; at < last; at += 1) hash = Math.imul(hash ^ (word[at] ?? 0), PRIME);
  return hash;
}

/** The word with digits and signs read as the letters they stand for; Hangul without them (`시1발`). */
function hashUndisguised(from: number, to: number): void {
  const { units } = folded;
  const isHangul = (units[from] ?? 0) >= 0x1100 && (units[from] ?? 0) <= 0x11ff;
  startWord();
  for (let at = from; at < to; at += 1) {
    const unit = units[at] ?? 0;
    const plain = plainLetter(unit);
    if (unit === APOSTROPHE || (isHangul && plain !== unit)) continue;
    addToWord(plain);
  }
  hashBuiltWord(from, to);
}

/** Letters that digits and signs stand for: 0 o, 1 i, 3 e, 4 a, 5 s, 7 t, $ s, @ a, ! i. */
function plainLetter(unit: number): number {
  switch (unit) {
    case 0x30:
      return 0x6f;
    case 0x31:
    case 0x21:
      return 0x69;
    case 0x33:
      return 0x65;
    case 0x34:
    case 0x40:
      return 0x61;
    case 0x35:
    case 0x24:
      return 0x73;
    case 0x37:
      return 0x74;
    default:
      return unit;
  }
}

function isOneCharacter(from: number, to: number): boolean {
  return folded.kinds[from] === UNIT_KIND.letter && folded.origins[from] === folded.origins[to - 1];
}

/** One separator stands before the word at `at`, and a word before that. */
function isOneApart(at: number): boolean {
  const before = at >= 2 ? folded.kinds[at - 2] : UNIT_KIND.space;
  return before === UNIT_KIND.letter;
}

function goesOnSpaced(behind: number): boolean {
  const { kinds, length } = folded;
  const next = behind + 1;
  if (next >= length || kinds[next] !== UNIT_KIND.letter) return false;
  return kinds[behind] !== UNIT_KIND.letter && isOneCharacter(next, endOfWord(next));
}

/** `f u c k`: the last `words` single letters as one word. */
function hashSpaced(behind: number, words: number): void {
  const { units, kinds } = folded;
  let from = behind;
  let left = words;
  while (from > 0 && left > 0) {
    from -= 1;
    if (kinds[from] === UNIT_KIND.letter && !isInsideCharacter(from)) left -= 1;
  }
  startWord();
  for (let at = from; at < behind; at += 1) {
    if (kinds[at] === UNIT_KIND.letter) addToWord(units[at] ?? 0);
  }
  hashBuiltWord(from, behind);
}

function isInsideCharacter(at: number): boolean {
  return at > 0 && folded.origins[at - 1] === folded.origins[at];
}

/** Han, Kana, Thai: every stretch of one to four; answers where the run ends. */
function hashRunning(from: number): number {
  const { units, kinds, length } = folded;
  let to = from + 1;
  while (to < length && kinds[to] === UNIT_KIND.running) to += 1;
  makeRoom(LONGEST_RUNNING * (to - from));
  const out = hashes;
  let next = count;
  for (let start = from; start < to; start += 1) {
    let hash = SEED.running;
    const stop = Math.min(start + LONGEST_RUNNING, to);
    for (let at = start; at < stop; at += 1) {
      hash = Math.imul(hash ^ (units[at] ?? 0), PRIME);
      out[next] = finish(hash);
      next += 1;
      if (places !== null) place(start, at + 1);
    }
  }
  count = next;
  startBefore = -1;
  spaced = 0;
  return to;
}

function hashSign(at: number): void {
  emit(finish(Math.imul(SIGN_SEED ^ (folded.units[at] ?? 0), PRIME)), at, at + 1);
}

/** Spreads what FNV-1a leaves in the upper bits over all of them, so that any number of buckets may be cut off. */
function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

function emit(hash: number, from: number, to: number): void {
  makeRoom(1);
  hashes[count] = hash;
  count += 1;
  if (places !== null) place(from, to);
}

function makeRoom(pieces: number): void {
  if (count + pieces <= hashes.length) return;
  const larger = new Uint32Array(2 * (count + pieces));
  larger.set(hashes);
  hashes = larger;
}

function placeMany(pieces: number, from: number, to: number): void {
  for (let piece = 0; piece < pieces; piece += 1) place(from, to);
}

function place(from: number, to: number): void {
  const { origins } = folded;
  places?.starts.push(origins[from] ?? 0);
  places?.ends.push((origins[to - 1] ?? 0) + 1);
}
