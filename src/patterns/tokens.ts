import { calledName, isNameBefore, splitHangul } from './words.ts';

/** What a changing place of a prompt holds. `text` is any words. */
export const PARAMETERS = ['number', 'name', 'quote', 'url', 'email', 'id', 'text'] as const;
export type Parameter = (typeof PARAMETERS)[number];

/** A word, or a place that changes from prompt to prompt. */
export interface Token {
  /** Lower case; null for a parameter. */
  readonly word: string | null;
  readonly parameter: Parameter | null;
  /** As it was written first, with the punctuation behind it; of a parameter only that punctuation. */
  readonly shown: string;
  /** Written without a space before it. */
  readonly glued: boolean;
}

/** Longer prompts are told apart by their beginnings. */
export const MAX_TOKENS = 48;
/** What comes after a colon or a new line is material, not question, when it is longer than this. */
const MATERIAL_TOKENS = 12;
/** A head of fewer words (`Order 48213:`) asks nothing yet. */
const MIN_HEAD_WORDS = 2;

/** What is a parameter wherever it stands, by its form. Order matters: an address holds digits. */
const MASKS =
  /(?<url>(?:https?:\/\/|www\.)[^\s<>"'()[\]「」『』、。]+)|(?<email>[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,})|(?<quote>```[\s\S]*?(?:```|$)|`[^`\n]+`|“[^”]*(?:”|$)|「[^」]*(?:」|$)|『[^』]*(?:』|$)|《[^》]*(?:》|$)|«[^»]*(?:»|$)|"[^"\n]{1,300}"|(?<![\p{L}\p{N}])'[^'\n]{2,300}'(?![\p{L}\p{N}]))|(?<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![\p{L}\p{N}])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])(?:[A-Za-z]+[-_]?\d|\d+[A-Za-z]+\d)[\w-]*|[\w-]{24,})|(?<number>[$€£¥₩#]?\d+(?:[.,:/-]\d+)*%?)/giu;

const WORDS = new Intl.Segmenter('und', { granularity: 'word' });
const CAPITALISED = /^\p{Lu}[\p{Ll}'’-]+$/u;
const LATIN = /^\p{Script=Latin}/u;
const SENTENCE_END = /[.!?:\n。]/;

class Reader {
  readonly tokens: Token[] = [];
  #spaced = true;
  #sentenceStarts = true;
  /** Where material may begin: behind the first colon or new line. */
  materialAt: number | null = null;

  parameter(parameter: Parameter): void {
    this.#push({ word: null, parameter, shown: '', glued: !this.#spaced });
  }

  plain(text: string): void {
    for (const { segment, isWordLike } of WORDS.segment(text)) {
      if (isWordLike === true) this.#word(segment);
      else this.#between(segment);
    }
  }

  #word(written: string): void {
    if (!this.#sentenceStarts && CAPITALISED.test(written) && LATIN.test(written)) {
      this.#name();
      return;
    }
    const called = calledName(written);
    if (called !== null) {
      this.#name();
      for (const part of [called.title, called.rest]) if (part !== '') this.#plainWord(part, true);
      return;
    }
    this.#nameBefore(written);
    splitHangul(written).forEach((part, at) => {
      this.#plainWord(part, at > 0);
    });
  }

  #plainWord(written: string, glued: boolean): void {
    this.#push({
      word: written.toLowerCase(),
      parameter: null,
      shown: written,
      glued: glued || !this.#spaced,
    });
  }

  /** Names of several words are one name. */
  #name(): void {
    const last = this.tokens.at(-1);
    this.#sentenceStarts = false;
    if (last?.parameter === 'name' && last.shown === '') this.#spaced = false;
    else this.parameter('name');
  }

  /** The pieces before a title, joined as far back as they make a name. */
  #nameBefore(title: string): void {
    let joined = '';
    let found = 0;
    for (let back = 1; back <= 3; back += 1) {
      const token = this.tokens.at(-back);
      if (
        token?.word === undefined ||
        token.word === null ||
        token.shown.length !== token.word.length
      )
        break;
      joined = token.word + joined;
      if (isNameBefore(joined, title)) found = back;
    }
    if (found === 0) return;
    const [first] = this.tokens.splice(-found);
    this.tokens.push({ word: null, parameter: 'name', shown: '', glued: first?.glued ?? false });
  }

  #between(segment: string): void {
    if (/\s/.test(segment)) this.#spaced = true;
    if (SENTENCE_END.test(segment)) this.#sentenceStarts = true;
    const last = this.tokens.at(-1);
    if (last === undefined) return;
    if (/[:\n]/.test(segment)) this.materialAt ??= this.tokens.length;
    const mark = segment.trim();
    if (mark !== '') this.tokens[this.tokens.length - 1] = { ...last, shown: last.shown + mark };
  }

  #push(token: Token): void {
    this.tokens.push(token);
    this.#spaced = false;
    this.#sentenceStarts = false;
  }
}

/**
 * A prompt as words and parameters: numbers, ids, addresses, quotations and names are parameters, and so is long
 * material behind a colon or a new line. Words are segmented by Unicode's rules with dictionaries (Chinese, Japanese),
 * Korean particles are split off. Empty for a prompt without words.
 */
export function readTokens(prompt: string): Token[] {
  const text = prompt.normalize('NFKC');
  const reader = new Reader();
  let at = 0;
  for (const match of text.matchAll(MASKS)) {
    reader.plain(text.slice(at, match.index));
    const kind = PARAMETERS.find((parameter) => match.groups?.[parameter] !== undefined);
    reader.parameter(kind ?? 'text');
    at = match.index + match[0].length;
  }
  reader.plain(text.slice(at));
  return withoutMaterial(reader);
}

/** The prompt with every parameter that shows by its form replaced: equal texts have equal tokens. */
export function maskedText(prompt: string): string {
  return prompt.normalize('NFKC').replaceAll(MASKS, (...match) => {
    const groups: Partial<Record<Parameter, string>> = match.at(-1);
    const kind = PARAMETERS.findIndex((parameter) => groups[parameter] !== undefined);
    return `\u0001${kind}\u0001`;
  });
}

function withoutMaterial({ tokens, materialAt }: Reader): Token[] {
  const isMaterial =
    materialAt !== null &&
    tokens.length - materialAt > MATERIAL_TOKENS &&
    tokens.slice(0, materialAt).filter(({ word }) => word !== null).length >= MIN_HEAD_WORDS;
  const end = isMaterial ? Math.min(materialAt, MAX_TOKENS) : MAX_TOKENS;
  if (tokens.length <= end) return tokens;
  return [...tokens.slice(0, end), { word: null, parameter: 'text', shown: '', glued: false }];
}
