import type { Cued } from './cues.ts';

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

const BASE64 = /(?<![a-z0-9+/_-])[a-z0-9+/_-]{20,4000}={0,2}/gi;
const HEX = /(?<![0-9a-f])[0-9a-f]{24,4000}(?![0-9a-f])/gi;
const SPACED = /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][ ._*-]{1,3}){6,200}[\p{L}\p{N}](?![\p{L}\p{N}])/gu;

/** A disguise of a whole text, which shows by words that are written so. */
export interface WholeDisguise extends Cued {
  readonly kind: 'rot13' | 'reversed';
  reveal(text: string): string;
}

/** "ignore", "instructions", "previous", "forget", "reveal", "disregard": rotated by 13 and reversed. */
export const WHOLE_DISGUISES: readonly WholeDisguise[] = [
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

/** What is hidden in `text`, at most eight pieces; linear in its length. `wholes` are those whose cues it holds. */
export function disguisesIn(text: string, wholes: readonly WholeDisguise[]): readonly Disguise[] {
  const found: Disguise[] = [];
  if (hasLongRun(text)) encoded(text, found);
  for (const { kind, reveal } of wholes) found.push(wholly(text, kind, reveal(text)));
  if (LETTERS_APART.test(text)) {
    const whole = joined(text);
    if (whole !== text) found.push(wholly(text, 'spaced', whole));
  }
  if (DIGIT_IN_WORD.test(text) && (text.match(LEET_WORD)?.length ?? 0) >= FEWEST_LEET_WORDS) {
    found.push(wholly(text, 'leet', undigited(text)));
  }
  return found.slice(0, MOST_DISGUISES);
}

/** Two single characters in a row; a digit between letters: quickly tested, and rare. */
const LETTERS_APART = /[ ._*-][A-Za-z0-9][ ._*-]{1,3}[A-Za-z0-9][ ._*-]/;
const DIGIT_IN_WORD = /[a-z][013457@$][a-z013457]/i;
const LEET_WORD =
  /(?<![a-z0-9@$])(?=[a-z013457@$]{0,20}[a-z])[a-z013457@$]{0,20}[013457@$][a-z013457@$]{1,20}/gi;
const FEWEST_LEET_WORDS = 2;

const SHORTEST_CODE = 20;
/** Every run of the shortest length holds one of these places with six characters of the run before it. */
const STRIDE = 10;
const IS_CODE = codeTable();

function codeTable(): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789+/_-') {
    table[character.charCodeAt(0)] = 1;
    table[character.toUpperCase().charCodeAt(0)] = 1;
  }
  return table;
}

/** Whether letters and digits run on for long enough to encode something; looks at one character in ten. */
function hasLongRun(text: string): boolean {
  const isCode = (at: number): boolean => IS_CODE[text.charCodeAt(at)] === 1;
  for (let at = STRIDE - 1; at < text.length; at += STRIDE) {
    if (!isCode(at) || !isCode(at - 3) || !isCode(at - 6)) continue;
    let start = at;
    let end = at;
    while (at - start < SHORTEST_CODE && isCode(start - 1)) start -= 1;
    while (end - at < SHORTEST_CODE && isCode(end + 1)) end += 1;
    if (end - start + 1 >= SHORTEST_CODE) return true;
  }
  return false;
}

function encoded(text: string, found: Disguise[]): void {
  for (const { 0: code, index } of text.matchAll(BASE64)) {
    const hidden = readable(Buffer.from(code, 'base64'));
    if (hidden === null) continue;
    found.push({ kind: 'base64', text: hidden, start: index, end: index + code.length });
    if (found.length >= MOST_DISGUISES) return;
  }
  for (const { 0: code, index } of text.matchAll(HEX)) {
    const hidden = readable(Buffer.from(code, 'hex'));
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
