import { weightOfHash } from '../text/common-words.ts';
import { hashWords } from '../text/hash-words.ts';

/** What the model looks at, in the order of its weights. */
export const FEATURES = [
  'promptShare',
  'answerShare',
  'cosine',
  'rarest',
  'shared',
  'answerWords',
  'promptWords',
  'codeFits',
  'versesFit',
] as const;

/** What a prompt and its answer have in common. */
export interface Comparison {
  readonly features: Float64Array;
  /** Different telling words in both, in the answer, in the prompt. */
  readonly shared: number;
  readonly answerWords: number;
  readonly promptWords: number;
  /** Of the weighted words, in [0, 1]; null when one of the texts has none. */
  readonly cosine: number | null;
}

/** Words above this weight tell what a text is about. */
const TELLING = 0.5;
/** Words that say what to do, not about what. */
const INSTRUCTION_WEIGHT = 0.05;
const INSTRUCTIONS = hashesOf(
  'give generate create explain list write about poem word words sentence example name offer suggest story come up compose make topic identify describe description summarize summary tweet paragraph construct short idea creative include relate interesting appropriate question response term statement following provide rewrite edit classify convert translate find using use tell show define design develop build think answer output input text article post title essay how what why which who where when should would could can do does me please brainstorm propose outline compare analyze evaluate determine given based add fill complete choose select arrange least more than some any my your i you 설명 알려 작성 무엇 어떻게 教えて 説明 书写 解释 什么 如何 请',
);

function hashesOf(words: string): ReadonlySet<number> {
  const hashes = new Set<number>();
  hashWords(words, (hash) => hashes.add(hash));
  return hashes;
}

/** Compares two texts by their words; linear in their lengths. */
export function compareTexts(prompt: string, answer: string): Comparison {
  const asked = weighWords(prompt);
  const said = weighWords(answer);
  const sums = { both: 0, asked: 0, said: 0, squares: 0, askedSquares: 0, saidSquares: 0 };
  let [shared, rarest] = [0, 0];
  for (const [hash, weight] of asked) {
    sums.asked += weight;
    sums.askedSquares += weight * weight;
    if (!said.has(hash)) continue;
    sums.both += weight;
    sums.squares += weight * weight;
    rarest = Math.max(rarest, weight);
    if (weight > TELLING) shared += 1;
  }
  for (const weight of said.values()) {
    sums.said += weight;
    sums.saidSquares += weight * weight;
  }
  const norm = Math.sqrt(sums.askedSquares * sums.saidSquares);
  const cosine = norm === 0 ? null : Math.min(1, sums.squares / norm);
  const promptWords = countTelling(asked);
  const answerWords = countTelling(said);
  const features = Float64Array.of(
    ratio(sums.both, sums.asked),
    ratio(sums.both, sums.said),
    cosine ?? 0,
    rarest,
    Math.log1p(shared),
    Math.log1p(answerWords),
    Math.log1p(promptWords),
    codeFits(prompt, answer),
    versesFit(prompt, answer),
  );
  return { features, shared, answerWords, promptWords, cosine };
}

function weighWords(text: string): Map<number, number> {
  const weights = new Map<number, number>();
  hashWords(text, (hash, kind) => {
    if (weights.has(hash)) return;
    weights.set(hash, INSTRUCTIONS.has(hash) ? INSTRUCTION_WEIGHT : weightOfHash(hash, kind));
  });
  return weights;
}

function countTelling(weights: ReadonlyMap<number, number>): number {
  let telling = 0;
  for (const weight of weights.values()) if (weight > TELLING) telling += 1;
  return telling;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

const CODE = /[;{}][ \t]*\n|\bdef \w|\bfunction \w/u;
const ASKS_FOR_CODE =
  /code|program|function|python|java|sql|algorithm|script|html|regex|query|class|코드|함수|프로그램|コード|関数|プログラム|代码|函数|程序/iu;

/** 1: code where code is asked for; -1: code where nobody asked; 0: no code. */
export function codeFits(prompt: string, answer: string): -1 | 0 | 1 {
  if (!answer.includes('```') && !(answer.includes('\n') && CODE.test(answer))) return 0;
  return ASKS_FOR_CODE.test(prompt) ? 1 : -1;
}

const ENDED = /[.!?:]$/u;
const FEWEST_VERSES = 4;
const ASKS_FOR_VERSES =
  /poem|song|lyric|haiku|verse|rhyme|limerick|sonnet|acrostic|노래|가사|詩|歌詞|诗|歌词/iu;

/** 1: verses where they are asked for; -1: verses where nobody asked; -0.5: none where they are asked for; else 0. */
function versesFit(prompt: string, answer: string): number {
  const asks = ASKS_FOR_VERSES.test(prompt);
  const lines = answer.split('\n').filter((line) => line !== '');
  const hasVerses =
    lines.filter((line, at) => at > 0 && isVerse(lines[at - 1] ?? '', line)).length >=
    FEWEST_VERSES;
  if (hasVerses) return asks ? 1 : -1;
  return asks ? -0.5 : 0;
}

/** A line that goes on with a capital where the one before it did not end. */
function isVerse(before: string, line: string): boolean {
  return !ENDED.test(before) && /^\p{Lu}/u.test(line);
}
