/**
 * Measures whether there is an answer at all.
 * Method: what is left after white space and invisible characters; dots, dashes and question marks alone
 * say nothing either. An answer that calls tools needs no text.
 * Blind spots: a filled answer without content ("I see.") passes.
 * Source: own rule.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  found,
  passed,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';

const INVISIBLE = /[\s\p{Cf}\p{Cc}]/gu;
const FILLER = /^[.…·。、,，\-–—_?？!！*~]+$/u;

/** Refuses an empty answer. */
export const emptyAnswer = defineEvaluator({
  id: 'empty',
  version: 'v1',
  title: 'Empty answer',
  description: 'Whether the model said anything.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject): readonly ScoreDraft[] {
    if (subject.callsTools && visible(subject.answer.slice(0, 1000)) === '') return [];
    return [judge(subject)];
  },
});

function visible(text: string): string {
  return text.replace(INVISIBLE, '');
}

function judge(subject: Subject): ScoreDraft {
  // Enough to see that something is there, without walking through megabytes of blanks.
  const seen = visible(subject.answer.slice(0, 20_000));
  if (seen === '') {
    return found('empty', {
      value: 0,
      label: 'empty',
      reason: 'The answer is empty.',
      flagged: true,
    });
  }
  if (seen.length <= 20_000 && FILLER.test(seen)) {
    return found('empty', {
      value: 0.25,
      label: 'empty',
      reason: 'The answer consists of punctuation alone.',
    });
  }
  return passed('empty');
}
