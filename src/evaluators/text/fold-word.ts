import { CANONICAL_WORDS } from './synonyms.ts';

/** What a word is compared by, and the number that it names, if any. */
export interface FoldedWord {
  readonly key: string;
  readonly value: number | null;
}

const NUMBER_WORDS = numberWords();

function numberWords(): ReadonlyMap<string, number> {
  const small =
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
  const words = new Map(small.split(' ').map((word, value) => [word, value]));
  const tens = 'twenty thirty forty fifty sixty seventy eighty ninety';
  for (const [index, word] of tens.split(' ').entries()) words.set(word, 10 * (index + 2));
  const scales = { hundred: 1e2, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
  for (const [word, value] of Object.entries(scales)) words.set(word, value).set(`${word}s`, value);
  // "one" is a pronoun more often than a number.
  words.delete('one');
  return words.set('bn', 1e9).set('dozen', 12);
}

const REMEMBERED = 20_000;
const folded = new Map<string, FoldedWord>();

/** Folds a lower-case word of an alphabet: possessive, plural, tense and known synonyms. */
export function foldLatin(lower: string): FoldedWord {
  const known = folded.get(lower);
  if (known !== undefined) return known;
  const value = NUMBER_WORDS.get(lower) ?? null;
  const result = { key: value === null ? canonical(lower) : `#${value}`, value };
  // Most words come again; texts full of others must not fill the memory.
  if (folded.size >= REMEMBERED) folded.clear();
  folded.set(lower, result);
  return result;
}

function canonical(lower: string): string {
  const plain = lower.replaceAll('’', "'");
  const [own = ''] = plain.split("'");
  const stem = stemOf(own);
  return (
    CANONICAL_WORDS.get(plain) ?? CANONICAL_WORDS.get(own) ?? CANONICAL_WORDS.get(stem) ?? stem
  );
}

const SHORTEST_STEMMED = 4;

function stemOf(word: string): string {
  if (word.length < SHORTEST_STEMMED) return word;
  let stem = withoutTense(withoutPlural(word));
  if (stem.length > 5 && stem.endsWith('ly')) stem = stem.slice(0, -2);
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.length > 3 && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|z)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

function withoutTense(word: string): string {
  for (const ending of ['ing', 'ed']) {
    const stem = word.slice(0, -ending.length);
    if (!word.endsWith(ending) || stem.length < 3 || !/[aeiouy]/.test(stem)) continue;
    return /([bdfgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
  }
  return word;
}

/** Particles and the commonest endings of verbs, the longest first. */
const KOREAN_ENDINGS =
  '이었습니다 하였습니다 되었습니다 했습니다 됐습니다 입니다 합니다 됩니다 습니다 에서는 에게서 으로써 으로서 이라고 라고는 까지는 부터는 이지만 하지만 이에요 에서 에게 한테 께서 으로 라고 이라 까지 부터 처럼 보다 마다 조차 이나 이고 이며 하고 하며 하는 하여 했다 한다 된다 됐다 되는 이다 였다 에는 와는 과는 에도 로서 로써 예요 은 는 이 가 을 를 의 에 로 와 과 도 만 다 고'.split(
    ' ',
  );

/** A Korean word without its particle or ending; what is left is a word still. */
export function foldKorean(word: string): string {
  if (word.length < 2) return word;
  for (const ending of KOREAN_ENDINGS) {
    const left = word.length - ending.length;
    const leavesEnough = left >= 2 || (left === 1 && (ending.length >= 2 || word.length === 2));
    if (leavesEnough && word.endsWith(ending)) return word.slice(0, left);
  }
  return word;
}
