import type { Conflict, ConflictKind } from './find-conflicts.ts';
import { isName } from './find-conflicts.ts';
import type { SentenceMatch } from './match-sentence.ts';

/** A sentence of the answer with everything that was found about it. */
export interface JudgedSentence {
  readonly match: SentenceMatch;
  readonly conflicts: readonly Conflict[];
}

/** What the model looks at, in the order of its weights. All but the counts of one sentence are in [0, 1]. */
export const FEATURES = [
  'missing',
  'missingWorst',
  'missingSum',
  'rareMissing',
  'apart',
  'apartWorst',
  'numbers',
  'numberShare',
  'names',
  'nameShare',
  'negations',
  'newNegation',
  'opposites',
  'quantities',
  'rephrased',
  'rephrasedWorst',
  'pairsBroken',
  'pairsBrokenWorst',
  'pairsBrokenCount',
  'newRuns',
  'newRunsWorst',
  'firstPerson',
  'asks',
] as const;

/** Words of amount, order and extent: new ones change what is said. */
const QUANTITIES = new Set(
  'first last only all most more less than fewer large highest lowest best worst every never always least each both entir half doubl twice record longest biggest oldest youngest ever any many hundr thousand'.split(
    ' ',
  ),
);
const FIRST_PERSON = /\b(?:i|my|me|we|our)\b/gi;
const WORD = /\S+/g;
const MOST_FIRST_PERSON = 0.3;

/**
 * The features of an answer or of a single sentence: means weighted by how much sentences tell, and the worst
 * sentence. Nothing grows with the number of sentences, so that length alone decides nothing.
 */
export function featuresOf(sentences: readonly JudgedSentence[], answer: string): Float64Array {
  const matches = sentences.map(({ match }) => match);
  const weight = matches.reduce((sum, match) => sum + match.weight, 0);
  const mean = (part: (match: SentenceMatch) => number): number =>
    weight === 0 ? 0 : matches.reduce((sum, match) => sum + match.weight * part(match), 0) / weight;
  const worst = (part: (match: SentenceMatch) => number): number =>
    matches.reduce((most, match) => Math.max(most, part(match)), 0);
  const most = (part: (sentence: JudgedSentence) => number): number =>
    sentences.reduce((top, sentence) => Math.max(top, Math.log1p(part(sentence))), 0);
  const units = matches.reduce((sum, match) => sum + match.units.length, 0);
  const rare = matches.reduce((sum, match) => sum + match.rareMissing, 0);
  return Float64Array.of(
    mean(missingShare),
    worst(missingShare),
    most(({ match }) => match.missingWeight),
    ratio(rare, units),
    mean(({ bestTwo }) => 1 - bestTwo),
    worst(({ bestTwo }) => 1 - bestTwo),
    most((sentence) => countOf(sentence, 'number_mismatch') + countOf(sentence, 'unit_mismatch')),
    shareMissing(matches, isNumber),
    most((sentence) => countOf(sentence, 'name_mismatch')),
    shareMissing(matches, isName),
    most((sentence) => countOf(sentence, 'negation')),
    worst(({ newNegations }) => Math.min(1, newNegations.length)),
    most((sentence) => countOf(sentence, 'opposite')),
    most(({ match }) => newQuantities(match)),
    mean(({ copied }) => 1 - copied),
    worst(({ copied }) => 1 - copied),
    brokenShare(matches),
    worst((match) => brokenShare([match])),
    most(({ match }) => match.pairs - match.nearPairs),
    mean(({ grams }) => 1 - grams),
    worst(({ grams }) => 1 - grams),
    Math.min(MOST_FIRST_PERSON, firstPersonShare(answer)),
    /[?？]/u.test(answer) ? 1 : 0,
  );
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function missingShare({ missingWeight, weight }: SentenceMatch): number {
  return ratio(missingWeight, weight);
}

function countOf({ conflicts }: JudgedSentence, kind: ConflictKind): number {
  return conflicts.filter((conflict) => conflict.kind === kind).length;
}

type IsKind = (unit: SentenceMatch['units'][number], at: number, weight: number) => boolean;

function isNumber({ kind }: SentenceMatch['units'][number]): boolean {
  return kind === 'number';
}

function shareMissing(matches: readonly SentenceMatch[], isKind: IsKind): number {
  let all = 0;
  let missing = 0;
  for (const match of matches) {
    const isOne = (at: number): boolean => {
      const unit = match.units[at];
      return unit !== undefined && isKind(unit, at, match.weights[at] ?? 0);
    };
    for (const at of match.units.keys()) if (isOne(at)) all += 1;
    for (const at of match.missing) if (isOne(at)) missing += 1;
  }
  return ratio(missing, all);
}

function newQuantities({ missing, units }: SentenceMatch): number {
  return missing.filter((at) => QUANTITIES.has(units[at]?.key ?? '')).length;
}

function brokenShare(matches: readonly SentenceMatch[]): number {
  const pairs = matches.reduce((sum, match) => sum + match.pairs, 0);
  const near = matches.reduce((sum, match) => sum + match.nearPairs, 0);
  return ratio(pairs - near, pairs);
}

/** Of the words of the whole answer, also of what asserts nothing. */
function firstPersonShare(answer: string): number {
  const words = answer.match(WORD)?.length ?? 0;
  return ratio(answer.match(FIRST_PERSON)?.length ?? 0, words);
}
