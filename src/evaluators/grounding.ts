/**
 * Measures whether what the answer says is borne out by the passages that it was given (context).
 * Method: each sentence is held against its best two sentences of the passages: words (stems, a few synonyms,
 * weighted by rarity), runs of characters, word order, numbers and units, names, negations, opposites. A logistic
 * regression with weights for each task (question answering, summary, dialogue, single claim) makes a probability;
 * clear cases are marked, the rest is for a judge. Without passages there is no verdict.
 * Blind spots: paraphrase in other words counts against an answer, a false sentence made of the passages' own words
 * does not; subtle edits (SummEdits) are found little better than by chance; no labelled data for Korean and
 * Japanese, sentences without labels for Chinese: values there are not calibrated and never called clear when low;
 * no verdict when answer and passages are in different languages. Only the first 20,000 characters of the answer
 * and 60,000 of the passages are read.
 * Source: own features; weights from BEGIN (WoW), WiCE, SummEdits, QAGS and HaluEval QA, see the model's card.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { describeGrounding, type JudgedSupport } from './grounding/describe-grounding.ts';
import { FEATURES, featuresOf, type JudgedSentence } from './grounding/features.ts';
import { guessTask, TASKS, type Task } from './grounding/guess-task.ts';
import { judgeAnswer } from './grounding/judge-answer.ts';
import { shippedFeatureModel } from './models/feature-model.ts';
import { languagesOf } from './text/language.ts';
import { ANALYSED_CHARACTERS } from './text/text-facts.ts';

const model = shippedFeatureModel('grounding', FEATURES);

const UNSUPPORTED = 0.5;
/** Texts in one language share more than this of their weight; below it the languages are compared. */
const DIFFERENT_WORDS = 0.6;
const COMPARED_CHARACTERS = 2_000;

/** Holds the answer against its passages; does not apply without them, nor where nothing is asserted. */
export const grounding = defineEvaluator({
  id: 'grounding',
  version: 'v1',
  title: 'Grounding',
  description: 'Whether the passages bear out what the answer says.',
  kind: 'detector',
  options: z.strictObject({
    task: z
      .enum(['auto', ...TASKS])
      .default('auto')
      .describe('What answers are for; auto guesses it from the prompt.'),
  }),
  needs: ['answer', 'context'],
  evaluate(subject, options, tools): readonly ScoreDraft[] {
    if (subject.callsTools || subject.context.every((passage) => passage.trim() === '')) return [];
    const answer = subject.answer.slice(0, ANALYSED_CHARACTERS);
    const { sentences, passages, admissions } = judgeAnswer(answer, subject.context);
    if (sentences.length === 0) return admissions === 0 ? [] : [nothingClaimed()];
    if (speaksAnotherLanguage(subject, sentences, tools)) return [];
    const counts = { answer: sentences.length, passages: passages.sentences.length };
    const task = options.task === 'auto' ? guessTask(subject, counts) : options.task;
    return [scoreOf(subject, { answer, sentences, passages, task }, tools)];
  },
});

type Judged = JudgedSupport & { readonly task: Task };

function scoreOf(
  subject: Subject,
  judged: Omit<Judged, 'support'>,
  tools: EvaluatorTools,
): ScoreDraft {
  const { answer, sentences, task } = judged;
  const risk = model().probability(task, featuresOf(sentences, answer));
  const support = sentences.map(
    (sentence) => 1 - model().probability(task, featuresOf([sentence], answer)),
  );
  const { below, above } = model().weightsOf(task).clear;
  const clear = risk <= below || (risk >= above && isAlphabetic(tools, answer));
  const described = describeGrounding(subject, { ...judged, support });
  const details = { task, clear, ...described.details };
  return found('grounding', {
    value: 1 - risk,
    label: risk < UNSUPPORTED ? 'ok' : 'unsupported',
    flagged: clear && risk >= UNSUPPORTED,
    reason:
      described.reason ??
      `The passages ${risk < UNSUPPORTED ? 'bear' : 'hardly bear'} out the answer.`,
    spans: described.spans,
    details,
  });
}

function nothingClaimed(): ScoreDraft {
  return {
    name: 'grounding',
    value: 1,
    native: null,
    label: 'no_claims',
    flagged: false,
    reason: 'The answer only says that something is not known.',
    details: { clear: true },
  };
}

/** The weights were learnt from languages of the alphabet. */
function isAlphabetic(tools: EvaluatorTools, answer: string): boolean {
  const { latin, hangul, kana, han } = tools.read(answer).scripts;
  return latin > hangul + kana + han;
}

function speaksAnotherLanguage(
  { answer, context }: Subject,
  sentences: readonly JudgedSentence[],
  tools: EvaluatorTools,
): boolean {
  const weight = sentences.reduce((sum, { match }) => sum + match.weight, 0);
  const missing = sentences.reduce((sum, { match }) => sum + match.missingWeight, 0);
  if (missing <= DIFFERENT_WORDS * weight) return false;
  const own = languagesOf(tools.read(answer));
  const theirs = languagesOf(tools.read(context.join('\n').slice(0, COMPARED_CHARACTERS)));
  if (own.size === 0 || theirs.size === 0) return false;
  return ![...own.keys()].some((language) => theirs.has(language));
}
