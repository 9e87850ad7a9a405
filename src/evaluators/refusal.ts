/**
 * Measures whether the model declines to answer.
 * Method: a logistic regression over hashed pieces of the answer's beginning (its sentences within 200 characters),
 * raised where a phrase of refusal in English, Korean, Japanese or Chinese stands there. `details.extent` says whether
 * the answer goes on to something helpful, by its length and by what leads over; nobody has measured that.
 * A refusal scores low because the user got no answer; whether it was right is not judged, so it is labelled
 * and not flagged. Prompts that ask for a letter of refusal and the like are not judged.
 * Blind spots: refusals late in a long answer, or in the voice of a persona; lectures that correct a premise are
 * taken for refusals, as the people who labelled the training data took them. An honest "I do not know" or "I cannot
 * see pictures, but …" is not a refusal here.
 * Source: own phrases; model card `models/shipped/refusal.json`.
 */
import { z } from 'zod';
import { defineEvaluator, found, passed, type ScoreDraft } from './define-evaluator.ts';
import { shippedModel } from './models/load-model.ts';
import { goesOnToHelp } from './refusal/phrases.ts';
import { refusalRisk } from './refusal/risk.ts';
import { promptCues } from './text/prompt-cues.ts';

const model = shippedModel('refusal');

/** Above it an answer counts as a refusal; chosen on the training half with each model family left out in turn. */
export const REFUSAL_THRESHOLD = 0.4;
const DECLINED = 0.25;

/** Looks for a refusal at the beginning of the answer. */
export const refusal = defineEvaluator({
  id: 'refusal',
  version: 'v2',
  title: 'Refusal',
  description: 'Whether the model declines to answer.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    if (subject.answer.trim() === '') return [];
    const prompt = subject.prompt === null ? '' : tools.read(subject.prompt).lower;
    if (asksForRefusal(prompt)) return [];
    const facts = tools.read(subject.answer);
    const { risk, saysSo } = refusalRisk(facts, model());
    const details = { risk, phrase: saysSo };
    if (risk < REFUSAL_THRESHOLD) return [passed('refusal', details)];
    const isPartial = goesOnToHelp(facts);
    const extent = isPartial ? 'partial' : 'full';
    const what = isPartial ? 'declines a part of the request' : 'declines the request';
    return [
      found('refusal', {
        value: DECLINED,
        label: 'refusal',
        reason: `The answer ${what}; whether rightly so is not judged.`,
        details: { ...details, extent },
      }),
    ];
  },
});

function asksForRefusal(lowerPrompt: string): boolean {
  return (
    promptCues(lowerPrompt.slice(0, 2000)).asksForRefusalText &&
    /refus|declin|reject|apolog|거절|사과|断|謝|拒|道歉/u.test(lowerPrompt)
  );
}
