import { gramsOf, type TextGrams } from './grams.ts';

/**
 * How much of a text rules look at, in characters (UTF-16 units). Longer texts are judged by their
 * head, and scores say so; it bounds the time of one evaluation whatever arrives.
 */
export const ANALYSED_CHARACTERS = 20_000;
const TAIL_CHARACTERS = 2_000;

/** What rules ask about a text. Everything but `tail` is about the analysed head. */
export interface TextFacts {
  /** The analysed head, without surrounding white space. */
  readonly text: string;
  /** The last 2,000 characters of the whole text, trimmed at the end. */
  readonly tail: string;
  readonly lower: string;
  /** Without code, links and quoted passages: what the author says in their own voice. */
  readonly prose: string;
  /** Lower-case words of the prose; each Han or Kana character is a word of its own. */
  readonly words: readonly string[];
  /** Letters of the prose by script. */
  readonly scripts: ScriptCounts;
  /** Sentences of `text` and the hashed pieces in them, for linear models. */
  readonly grams: TextGrams;
  /** True when the text was longer than what is analysed. */
  readonly capped: boolean;
}

export type Script =
  | 'latin'
  | 'hangul'
  | 'kana'
  | 'han'
  | 'cyrillic'
  | 'arabic'
  | 'hebrew'
  | 'thai'
  | 'devanagari'
  | 'greek'
  | 'other';
export type ScriptCounts = Readonly<Record<Script, number>>;

/** Works out facts about texts, each text once. One reader serves one subject. */
export function createTextReader(): (text: string) => TextFacts {
  const known = new Map<string, TextFacts>();
  return (text) => {
    let facts = known.get(text);
    if (facts === undefined) {
      facts = factsOf(text);
      known.set(text, facts);
    }
    return facts;
  };
}

function factsOf(whole: string): TextFacts {
  const text = head(whole, ANALYSED_CHARACTERS).trim();
  const prose = lazy(() => proseOf(text));
  const lower = lazy(() => text.toLowerCase());
  const words = lazy(() => wordsOf(prose()));
  const scripts = lazy(() => countScripts(prose()));
  const grams = lazy(() => gramsOf(text));
  return {
    text,
    tail: whole.slice(-TAIL_CHARACTERS).trimEnd(),
    capped: whole.length > ANALYSED_CHARACTERS,
    get lower(): string {
      return lower();
    },
    get prose(): string {
      return prose();
    },
    get words(): readonly string[] {
      return words();
    },
    get scripts(): ScriptCounts {
      return scripts();
    },
    get grams(): TextGrams {
      return grams();
    },
  };
}

/** The first `length` units, never half of a surrogate pair. */
function head(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const FENCED = /```[\s\S]*?(?:```|$)/g;
const INLINE_CODE = /`[^`\n]{1,400}`/g;
const LINK = /\bhttps?:\/\/\S{1,2000}/g;
const QUOTED =
  /"[^"\n]{1,400}"|“[^”\n]{1,400}”|「[^」\n]{1,400}」|『[^』\n]{1,400}』|«[^»\n]{1,400}»/g;

/** The text without fenced code. */
export function withoutCode(text: string): string {
  return text.replace(FENCED, ' ').replace(INLINE_CODE, ' ');
}

/** The text without quoted passages. */
export function withoutQuotes(text: string): string {
  return text.replace(QUOTED, ' ');
}

function proseOf(text: string): string {
  return withoutQuotes(withoutCode(text).replace(LINK, ' ')).trim();
}

const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]]+/gv;

/** Lower-case words in order; characters of scripts without spaces count as words. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

const NO_LETTERS: ScriptCounts = {
  latin: 0,
  hangul: 0,
  kana: 0,
  han: 0,
  cyrillic: 0,
  arabic: 0,
  hebrew: 0,
  thai: 0,
  devanagari: 0,
  greek: 0,
  other: 0,
};

/** First and last code point of the blocks that matter; anything else that is a letter is `other`. */
const BLOCKS: readonly (readonly [from: number, to: number, script: Script])[] = [
  [0x41, 0x5a, 'latin'],
  [0x61, 0x7a, 'latin'],
  [0xc0, 0x24f, 'latin'],
  [0x370, 0x3ff, 'greek'],
  [0x400, 0x52f, 'cyrillic'],
  [0x590, 0x5ff, 'hebrew'],
  [0x600, 0x6ff, 'arabic'],
  [0x750, 0x77f, 'arabic'],
  [0x900, 0x97f, 'devanagari'],
  [0xe00, 0xe7f, 'thai'],
  [0x1100, 0x11ff, 'hangul'],
  [0x1e00, 0x1eff, 'latin'],
  [0x3041, 0x30fa, 'kana'],
  [0x3131, 0x318e, 'hangul'],
  [0x3400, 0x4dbf, 'han'],
  [0x4e00, 0x9fff, 'han'],
  [0xac00, 0xd7a3, 'hangul'],
  [0xf900, 0xfaff, 'han'],
  [0xff21, 0xff3a, 'latin'],
  [0xff41, 0xff5a, 'latin'],
  [0xff66, 0xff9d, 'kana'],
  [0x20000, 0x323af, 'han'],
];
const SMALLEST_OTHER_LETTER = 0x530;

/** Counts letters by script; digits, signs and marks count nowhere. */
export function countScripts(text: string): ScriptCounts {
  const places = scriptPlaces();
  const found = new Uint32Array(SCRIPTS.length + 1);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < FIRST_SURROGATE || unit > LAST_SURROGATE) {
      const place = places[unit] ?? 0;
      found[place] = (found[place] ?? 0) + 1;
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    if (code > LAST_OF_PLANE) at += 1;
    const place = placeOf(scriptOf(code));
    found[place] = (found[place] ?? 0) + 1;
  }
  const counts = { ...NO_LETTERS };
  for (const [index, script] of SCRIPTS.entries()) counts[script] = found[index + 1] ?? 0;
  return counts;
}

const SCRIPTS = Object.keys(NO_LETTERS) as readonly Script[];
const LAST_OF_PLANE = 0xffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
let known: Uint8Array | null = null;

/** The script of every code point of the basic plane, as its place in the list from 1; 0 for none. */
function scriptPlaces(): Uint8Array {
  known ??= Uint8Array.from({ length: LAST_OF_PLANE + 1 }, (_, code) => placeOf(scriptOf(code)));
  return known;
}

function placeOf(script: Script | null): number {
  return script === null ? 0 : SCRIPTS.indexOf(script) + 1;
}

function scriptOf(code: number): Script | null {
  for (const [from, to, script] of BLOCKS) {
    if (code < from) break;
    if (code <= to) return code === 0xd7 || code === 0xf7 ? null : script;
  }
  if (code < SMALLEST_OTHER_LETTER) return null;
  return /\p{L}/u.test(String.fromCodePoint(code)) ? 'other' : null;
}
