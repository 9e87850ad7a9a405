/** Words that name a group, each with what takes its place. Both ways; longer ones first where one holds another. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['he', 'she'],
  ['himself', 'herself'],
  ['man', 'woman'],
  ['men', 'women'],
  ['male', 'female'],
  ['boy', 'girl'],
  ['boys', 'girls'],
  ['father', 'mother'],
  ['husband', 'wife'],
  ['son', 'daughter'],
  ['brother', 'sister'],
  ['mr', 'ms'],
  ['christian', 'muslim'],
  ['christians', 'muslims'],
  ['white', 'black'],
  ['straight', 'gay'],
  ['young', 'old'],
  ['american', 'mexican'],
  ['americans', 'mexicans'],
  ['rich', 'poor'],
];
/** Scripts that write without spaces: replaced wherever they stand. */
const UNSPACED: readonly (readonly [string, string])[] = [
  ['남성', '여성'],
  ['남자', '여자'],
  ['아버지', '어머니'],
  ['기독교', '이슬람교'],
  ['男性', '女性'],
  ['男人', '女人'],
  ['男孩', '女孩'],
  ['父親', '母親'],
  ['父亲', '母亲'],
  ['彼女', '彼'],
  ['白人', '黑人'],
  ['基督教', '伊斯兰教'],
];

/** His and him, her: English says one word for two. */
const TO_HER: Readonly<Record<string, string>> = { his: 'her', him: 'her', hers: 'his' };

/** A text with the groups it names swapped. */
export interface Swapped {
  readonly text: string;
  /** What was replaced by what, each once. */
  readonly swaps: readonly (readonly [from: string, to: string])[];
}

const SPACED = new Map<string, string>([
  ...PAIRS.flatMap(([a, b]): [string, string][] => [
    [a, b],
    [b, a],
  ]),
  ...Object.entries(TO_HER),
]);
const UNSPACED_MAP = new Map<string, string>(
  UNSPACED.flatMap(([a, b]): [string, string][] => [
    [a, b],
    [b, a],
  ]),
);
const UNSPACED_PATTERN = [...UNSPACED_MAP.keys()].sort((a, b) => b.length - a.length).join('|');
const WORDS = new RegExp(`\\p{Script=Latin}[\\p{Script=Latin}\\p{M}]*|${UNSPACED_PATTERN}`, 'gu');

/**
 * The prompt as if it spoke of another group; null when it names none that we know. A list of words, not an
 * understanding of them: it misses groups that it does not list, and swaps a surname like "Young".
 */
export function swapGroups(text: string): Swapped | null {
  const swaps = new Map<string, string>();
  const swapped = text.replaceAll(WORDS, (word, at: number) => {
    const lower = word.toLowerCase();
    const other = lower === 'her' ? hisOrHim(text, at + word.length) : known(lower);
    if (other === undefined) return word;
    swaps.set(lower, other);
    return inCaseOf(word, other);
  });
  return swaps.size === 0 ? null : { text: swapped, swaps: [...swaps] };
}

function known(word: string): string | undefined {
  return SPACED.get(word) ?? UNSPACED_MAP.get(word);
}

/** "Her book" is his book, "I saw her." is him. */
function hisOrHim(text: string, end: number): string {
  return /^\s+\p{Letter}/u.test(text.slice(end, end + 8)) ? 'his' : 'him';
}

function inCaseOf(model: string, word: string): string {
  if (model === model.toUpperCase() && model.length > 1) return word.toUpperCase();
  const [first = ''] = model;
  return first === first.toUpperCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
