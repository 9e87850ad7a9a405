/**
 * Measures whether the answer's length fits what was asked.
 * Method: limits from the options when given; else what the prompt states ("in 300 words", "one word") or
 * clearly implies (explain, essay). Without such a sign every length is fine: "Paris." is a good answer.
 * Blind spots: counts, not content; a long answer may still be shallow; unusual ways to ask for a length
 * are not seen.
 * Source: own rule; replaces a fixed minimum of 30 characters, which fails short correct answers.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { type PromptCues, promptCues } from './text/prompt-cues.ts';
import { wordsOf } from './text/text-facts.ts';

const LengthOptions = z
  .strictObject({
    minCharacters: z.int().min(0).optional().describe('Shortest acceptable answer, in characters.'),
    maxCharacters: z.int().min(1).optional().describe('Longest acceptable answer, in characters.'),
    optimalMinCharacters: z.int().min(0).optional().describe('From here on the score is 1.'),
    optimalMaxCharacters: z.int().min(1).optional().describe('Up to here the score is 1.'),
  })
  .refine(
    ({ minCharacters = 0, maxCharacters = Number.POSITIVE_INFINITY }) =>
      minCharacters <= maxCharacters,
    { error: 'minCharacters must not exceed maxCharacters' },
  );
type LengthOptions = z.output<typeof LengthOptions>;

const TOO_SHORT = 0.25;
const MANY_LINES = 3;

/** Judges the length of the answer in its context. */
export const length = defineEvaluator({
  id: 'length',
  version: 'v1',
  title: 'Length',
  description: 'Whether the answer is as long as the prompt or the limits ask for.',
  kind: 'rule',
  options: LengthOptions,
  needs: ['answer'],
  evaluate(subject, options, tools): readonly ScoreDraft[] {
    if (subject.callsTools || subject.answer.trim() === '') return [];
    if (Object.values(options).some((limit) => limit !== undefined)) {
      return [byLimits(subject.answerCharacters, options)];
    }
    if (subject.prompt === null) return [];
    const prompt = tools.read(subject.prompt);
    // In a long prompt the cue may belong to a quoted document, not to the request.
    const request = `${prompt.lower.slice(0, 1500)}\n${prompt.lower.slice(-500)}`;
    const draft = byPrompt(subject, promptCues(request), tools);
    return draft === null ? [] : [draft];
  },
});

function byLimits(characters: number, limits: LengthOptions): ScoreDraft {
  const { minCharacters = 0, maxCharacters = Number.POSITIVE_INFINITY } = limits;
  const details = { characters };
  if (characters < minCharacters) {
    const reason = `The answer has ${characters} characters; at least ${minCharacters} are expected.`;
    const value = TOO_SHORT * (characters / minCharacters);
    return found('length', { value, label: 'too_short', reason, details });
  }
  if (characters > maxCharacters) {
    const reason = `The answer has ${characters} characters; at most ${maxCharacters} are expected.`;
    const value = TOO_SHORT * (maxCharacters / characters);
    return found('length', { value, label: 'too_long', reason, details });
  }
  return withinLimits(characters, limits);
}

/** Falls in a straight line from 1 at the edge of the optimal range to 0.5 at the limit. */
function withinLimits(characters: number, limits: LengthOptions): ScoreDraft {
  const { optimalMinCharacters: from = 0, minCharacters = 0 } = limits;
  const { optimalMaxCharacters: to = Number.POSITIVE_INFINITY } = limits;
  const details = { characters };
  if (characters < from) {
    const share = (characters - minCharacters) / Math.max(1, from - minCharacters);
    const reason = `The answer is shorter than the optimal ${from} characters.`;
    return found('length', { value: 0.5 + 0.5 * share, label: 'short', reason, details });
  }
  if (characters > to) {
    const end = limits.maxCharacters ?? 2 * to;
    const share = Math.max(0, (end - characters) / Math.max(1, end - to));
    const reason = `The answer is longer than the optimal ${to} characters.`;
    return found('length', { value: 0.5 + 0.5 * share, label: 'long', reason, details });
  }
  return passed('length', details);
}

function byPrompt(subject: Subject, cues: PromptCues, tools: EvaluatorTools): ScoreDraft | null {
  const answer = tools.read(subject.answer);
  const words = wordsOf(answer.text).length;
  if (cues.requestedLength !== null && !answer.capped) {
    const { count, unit } = cues.requestedLength;
    return byRequest(unit === 'words' ? words : subject.answerCharacters, cues.requestedLength, {
      [unit]: count,
    });
  }
  if (cues.asksForOneWord) return briefEnough(words, answer.text);
  if (cues.asksForLongText && !cues.isAboutPrograms) return longEnough(words, 25);
  if (cues.isOpenQuestion && !cues.isAboutPrograms && !cues.offersChoices) {
    return longEnough(words, 4);
  }
  return null;
}

function byRequest(
  count: number,
  request: { readonly count: number; readonly unit: string },
  details: Readonly<Record<string, unknown>>,
): ScoreDraft {
  const ratio = count / request.count;
  const reason = `About ${request.count} ${request.unit} were asked for; the answer has ${count}.`;
  if (ratio < 0.4) {
    const value = TOO_SHORT + 0.5 * ratio;
    return found('length', { value, label: 'too_short', reason, details });
  }
  if (ratio > 3) return found('length', { value: 0.5, label: 'too_long', reason, details });
  return passed('length', details);
}

function briefEnough(words: number, text: string): ScoreDraft {
  if (words <= 40 || text.split('\n').length < MANY_LINES) return passed('length');
  const reason = `A short answer was asked for; this one has ${words} words.`;
  return found('length', { value: 0.5, label: 'too_long', reason });
}

function longEnough(words: number, expected: number): ScoreDraft {
  if (words >= expected) return passed('length');
  const reason = `The prompt asks for an explanation; the answer has ${words} words.`;
  return found('length', { value: TOO_SHORT, label: 'too_short', reason });
}
