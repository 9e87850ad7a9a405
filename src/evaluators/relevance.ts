/**
 * Measures whether the answer is about what was asked.
 * Method: the words of prompt and answer (by their first six letters, by pairs of characters in Korean, Japanese and
 * Chinese), weighted by rarity, words of instruction left out: shared shares, cosine, rarest shared word, whether
 * code and verses fit. A logistic regression makes a probability. No verdict where words cannot tell: short answers
 * to questions that take one, answers in another language, translations, code that shares no word with its prompt.
 * Blind spots: an answer that repeats the question's words and says nothing; a good answer in quite other words; a
 * wrong answer on the right matter. Trained on English; only the order was measured in other languages. Reads the
 * first 6,000 characters of each text.
 * Source: own features; weights from prompts and answers of HaluEval (Alpaca), matched and shuffled, see the card.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { shippedFeatureModel } from './models/feature-model.ts';
import { once } from './once.ts';
import { type Comparison, codeFits, compareTexts, FEATURES } from './relevance/compare-texts.ts';
import { languagesOf } from './text/language.ts';
import { promptCues } from './text/prompt-cues.ts';
import { withoutCode } from './text/text-facts.ts';
import { admitsIgnorance } from './text/uncertainty.ts';

export const RELEVANCE_GROUP = 'all';
const READ_CHARACTERS = 6_000;
/** Answers with fewer telling words may be right without sharing one. */
const FEWEST_WORDS = 6;

/** About one in a hundred answers on the matter falls below this, and half of those that are not. */
export const OFF_TOPIC = 0.1;
const UNCLEAR = 0.5;

const model = shippedFeatureModel('relevance', FEATURES);

/** Compares the answer with its prompt; does not apply where words cannot tell. */
export const relevance = defineEvaluator({
  id: 'relevance',
  version: 'v1',
  title: 'Relevance',
  description: 'Whether the answer is about what was asked, as far as words tell.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer', 'prompt'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    const prompt = subject.prompt?.slice(0, READ_CHARACTERS) ?? '';
    const answer = subject.answer.slice(0, READ_CHARACTERS);
    if (subject.callsTools || prompt.trim() === '' || answer.trim() === '') return [];
    const comparison = once(tools, compareTexts, () => compareTexts(prompt, answer));
    const score = scoreOf(comparison);
    return score.value < UNCLEAR && cannotTell(subject, comparison, tools) ? [] : [score];
  },
});

function scoreOf({ features, shared, cosine }: Comparison): ScoreDraft {
  const value = model().probability(RELEVANCE_GROUP, features);
  const isOff = value < OFF_TOPIC;
  const reason = isOff
    ? 'The answer shares hardly a telling word with the question.'
    : `The answer shares ${shared} telling ${shared === 1 ? 'word' : 'words'} with the question.`;
  return found('relevance', {
    value,
    label: isOff ? 'off_topic' : 'ok',
    reason,
    details: {
      clear: isOff || value >= UNCLEAR,
      method: 'lexical',
      sharedWords: shared,
      cosine,
    },
  });
}

function cannotTell(
  { prompt, answer }: Subject,
  { shared, promptWords, answerWords }: Comparison,
  tools: EvaluatorTools,
): boolean {
  if (promptWords === 0) return true;
  const asked = tools.read(prompt ?? '');
  const cues = promptCues(asked.lower);
  if (cues.asksForTranslation) return true;
  if (shared > 0) return false;
  if (answerWords < FEWEST_WORDS && !cues.isOpenQuestion && !cues.asksForLongText) return true;
  if (codeFits(prompt ?? '', answer) === 1) return true;
  return (
    admitsIgnorance(withoutCode(answer).slice(0, 400)) || inOtherLanguage(asked, answer, tools)
  );
}

function inOtherLanguage(
  asked: ReturnType<EvaluatorTools['read']>,
  answer: string,
  tools: EvaluatorTools,
): boolean {
  const theirs = languagesOf(asked);
  const own = languagesOf(tools.read(answer));
  if (theirs.size === 0 || own.size === 0) return false;
  return ![...own.keys()].some((language) => theirs.has(language));
}
