import type { TextGrams } from '../text/grams.ts';
import { byCue, type Cued } from './cues.ts';

/** Texts that hide in another: encoded, reversed, rotated or spelt apart. */
export interface Disguise {
  readonly kind: 'base64' | 'hex' | 'rot13' | 'reversed' | 'spaced' | 'leet';
  /** What was hidden, readable. */
  readonly text: string;
  /** Where the disguise stands, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const MOST_DISGUISES = 8;
const LONGEST_HIDDEN = 2000;

const BASE64 = /(?<![a-z0-9+/_-])[a-z0-9+/_-]{16,4000}={0,2}/gi;
const HEX = /(?<![0-9a-f])(?:[0-9a-f]{2}[ :]?){12,2000}(?![0-9a-f])/gi;
const SPACED = /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][ ._*-]{1,3}){6,200}[\p{L}\p{N}](?![\p{L}\p{N}])/gu;

/** "ignore", "instructions", "previous", "forget", "system", "reveal": rotated by 13 and reversed. */
const WHOLE_TEXTS: readonly (Cued & {
  readonly kind: 'rot13' | 'reversed';
  readonly reveal: (text: string) => string;
})[] = [
  {
    kind: 'rot13',
    cues: ['vtaber', 'vafgehpgvbaf', 'cerivbhf', 'sbetrg', 'erirny', 'qvfertneq'],
    reveal: rotated,
  },
  {
    kind: 'reversed',
    cues: ['erongi', 'snoitcurtsni', 'suoiverp', 'tegrof', 'laever', 'dragersid'],
    reveal: (text) => Array.from(text).reverse().join(''),
  },
];
const wholeTexts = byCue(WHOLE_TEXTS);

/** What is hidden in `text`, at most eight pieces; linear in its length. `grams` are those of the text. */
export function disguisesIn(text: string, grams: TextGrams): readonly Disguise[] {
  const found: Disguise[] = [];
  const { longRun, spacedLetters, mixedWords } = shapesOf(text);
  if (longRun) encoded(text, found);
  for (const { kind, reveal } of wholeTexts(grams)) found.push(wholly(text, kind, reveal(text)));
  if (spacedLetters) found.push(wholly(text, 'spaced', joined(text)));
  if (mixedWords >= FEWEST_LEET_WORDS) found.push(wholly(text, 'leet', undigited(text)));
  return found.slice(0, MOST_DISGUISES);
}

interface Shapes {
  /** A run of letters and digits long enough for something encoded. */
  readonly longRun: boolean;
  /** Several single letters in a row. */
  readonly spacedLetters: boolean;
  /** Words that have digits or signs inside and begin or end with letters. */
  readonly mixedWords: number;
}

const FEWEST_LEET_WORDS = 2;
const FEWEST_SPACED = 7;
const SHORTEST_CODE = 16;
const CLASS = { none: 0, letter: 1, digit: 2, codeSign: 4 } as const;
const MIXED = CLASS.letter | CLASS.digit;
const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(0x80);
  for (let code = 0; code < 0x80; code += 1) {
    const character = String.fromCharCode(code);
    if (/[a-z]/i.test(character)) table[code] = CLASS.letter;
    else if (/\d/.test(character)) table[code] = CLASS.digit;
    else if ('+/_-=@$'.includes(character)) table[code] = CLASS.codeSign;
  }
  return table;
}

/** One pass that tells whether a closer look is worth its time. */
function shapesOf(text: string): Shapes {
  const shapes = { longRun: false, spacedLetters: false, mixedWords: 0 };
  let singles = 0;
  let at = 0;
  while (at < text.length) {
    const start = at;
    let kinds = 0;
    for (let kind = classAt(text, at); kind !== CLASS.none; kind = classAt(text, at)) {
      kinds |= kind;
      at += 1;
    }
    const length = at - start;
    at += 1;
    if (length === 0) continue;
    singles = length === 1 ? singles + 1 : 0;
    if (singles >= FEWEST_SPACED) shapes.spacedLetters = true;
    if (length >= SHORTEST_CODE) shapes.longRun = true;
    if (length > 2 && (kinds & MIXED) === MIXED) shapes.mixedWords += 1;
  }
  return shapes;
}

function classAt(text: string, at: number): number {
  // Behind the end this is NaN, for which the table has nothing either.
  return CLASSES[text.charCodeAt(at)] ?? CLASS.none;
}

function encoded(text: string, found: Disguise[]): void {
  for (const { 0: code, index } of text.matchAll(BASE64)) {
    const hidden = readable(Buffer.from(code, 'base64'));
    if (hidden === null) continue;
    found.push({ kind: 'base64', text: hidden, start: index, end: index + code.length });
    if (found.length >= MOST_DISGUISES) return;
  }
  for (const { 0: code, index } of text.matchAll(HEX)) {
    const hidden = readable(Buffer.from(code.replaceAll(/[ :]/g, ''), 'hex'));
    if (hidden === null) continue;
    found.push({ kind: 'hex', text: hidden, start: index, end: index + code.length });
    if (found.length >= MOST_DISGUISES) return;
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true });
const MIN_READABLE = 10;
const MIN_LETTERS = 0.7;
const LETTERS = /[\p{L}\p{M} ]/gu;

/** The bytes as text when it looks like words; null otherwise. */
function readable(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = DECODER.decode(bytes.subarray(0, LONGEST_HIDDEN));
  } catch {
    return null;
  }
  if (text.length < MIN_READABLE && !/[\u3040-\u9fff\uac00-\ud7a3]{4}/u.test(text)) return null;
  const letters = text.match(LETTERS)?.length ?? 0;
  const hasWords = / /.test(text.trim()) || /[\u3040-\u9fff\uac00-\ud7a3]/u.test(text);
  return hasWords && letters >= MIN_LETTERS * text.length ? text : null;
}

function wholly(text: string, kind: Disguise['kind'], hidden: string): Disguise {
  return { kind, text: hidden.slice(0, 10 * LONGEST_HIDDEN), start: 0, end: text.length };
}

function rotated(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};
/** Words spelt apart (`i g n o r e`), together again. */
function joined(text: string): string {
  return text.replace(SPACED, (run) =>
    run
      .split(/(?<=[\p{L}\p{N}])[ ._*-]{2,3}/u)
      .map((word) => word.replaceAll(/[ ._*-]/g, ''))
      .join(' '),
  );
}

/** Words with digits for letters (`1gn0r3`), with letters. */
function undigited(text: string): string {
  return text.replace(/[a-z013457@$]{2,40}/gi, (word) =>
    /[a-z]/i.test(word) ? word.replace(/[013457@$]/g, (sign) => LEET[sign] ?? sign) : word,
  );
}
