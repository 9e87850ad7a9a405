import type { LinearModel } from '../models/linear-model.ts';
import type { TextGrams } from '../text/grams.ts';
import type { TextFacts } from '../text/text-facts.ts';
import { declinesInWords } from './phrases.ts';

/** Sentences that begin within so many characters tell whether an answer declines. */
const HEAD_CHARACTERS = 200;
/** What a phrase of refusal adds to the log-odds of the model. */
const PHRASE_LOG_ODDS = 1.5;

/** How many sentences belong to the beginning of an answer. */
export function headLength({ sentences }: Pick<TextGrams, 'sentences'>): number {
  const behind = sentences.findIndex(({ start }) => start >= HEAD_CHARACTERS);
  return behind < 0 ? sentences.length : behind;
}

function headOf(grams: TextGrams): TextGrams {
  const length = headLength(grams);
  return {
    sentences: grams.sentences.slice(0, length),
    ends: grams.ends.slice(0, length),
    hashes: grams.hashes,
  };
}

/** The probability that an answer declines, in [0, 1]. */
export interface RefusalRisk {
  readonly risk: number;
  /** A phrase of refusal stands at its beginning. */
  readonly saysSo: boolean;
}

/** Model and phrases together: a phrase alone does not decide, because many answers say "I cannot see it, but …". */
export function refusalRisk(facts: TextFacts, model: LinearModel): RefusalRisk {
  const head = headOf(facts.grams);
  const isProse = head.sentences.some(({ isCode }) => !isCode);
  const probability = isProse ? model.whole(head) : 0;
  const saysSo = declinesInWords(facts);
  if (!saysSo) return { risk: probability, saysSo };
  const odds = probability * Math.exp(PHRASE_LOG_ODDS);
  return { risk: odds / (odds + 1 - probability), saysSo };
}
