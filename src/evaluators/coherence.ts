/**
 * Measures whether an answer hangs together: that it neither goes round in circles nor falls apart.
 * Method: the worst of what can be seen without understanding: loops of words and lines, repeated paragraphs, text
 * that is not made of words, another language than expected or one that the answer falls into half-way, an end in
 * mid-sentence, statements that deny each other in so many words. Linear in the length of the answer.
 * Blind spots: everything that takes understanding; an answer in good form that jumps about scores 1.
 * Contradictions are found in English, and in other languages only where the same words stand beside a negation.
 * Source: own rule; the checks are those of the rules repetition, gibberish, language and truncation, and two more.
 */
import { z } from 'zod';
import { type Contradiction, findContradictions } from './coherence/find-contradictions.ts';
import { findSwitch, isMixed } from './coherence/find-switch.ts';
import {
  defineEvaluator,
  type Evaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
  type TextSpan,
} from './define-evaluator.ts';
import { gibberish } from './gibberish.ts';
import { languageMismatch } from './language-mismatch.ts';
import { askOnce } from './once.ts';
import { repetition } from './repetition.ts';
import { promptCues } from './text/prompt-cues.ts';
import { truncation } from './truncation.ts';

const RULES: readonly Evaluator[] = [repetition, gibberish, languageMismatch, truncation];
const SWITCHED = 0.25;
const ONE_CONTRADICTION = 0.5;
const MANY_CONTRADICTIONS = 0.25;
/** With fewer shared words one contradiction alone is not clear. */
const CLEAR_WORDS = 3;
const SHORTEST_PARAGRAPH = 80;
const MIN_REPEATED = 2;

/** Looks for what breaks an answer apart; does not apply to empty answers and to those that call tools. */
export const coherence = defineEvaluator({
  id: 'coherence',
  version: 'v1',
  title: 'Coherence',
  description:
    'Whether the answer hangs together: no loops, no gibberish, no contradiction in so many words.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    if (subject.callsTools || subject.answer.trim() === '') return [];
    const parts = [
      ...RULES.flatMap((rule) => askOnce(rule, subject, tools)),
      ...repeatedParagraphs(subject, tools),
      ...switchedLanguage(subject, tools),
      ...contradictions(subject, tools),
    ];
    const [worst] = parts.toSorted((a, b) => a.value - b.value);
    if (worst === undefined || worst.value === 1) return [passed('coherence')];
    const details = { ...worst.details, check: worst.name };
    return [{ ...worst, name: 'coherence', flagged: false, details }];
  },
});

function repeatedParagraphs(subject: Subject, tools: EvaluatorTools): ScoreDraft[] {
  const paragraphs = tools
    .read(subject.answer)
    .text.split(/\n\s*\n/u)
    .map((paragraph) => paragraph.trim())
    .filter(({ length }) => length >= SHORTEST_PARAGRAPH);
  const repeated = paragraphs.length - new Set(paragraphs).size;
  if (repeated < MIN_REPEATED) return [];
  if (promptCues(tools.read(subject.prompt ?? '').lower).asksForRepetition) return [];
  return [
    found('paragraphs', {
      value: 0.5 * (1 - repeated / paragraphs.length),
      label: 'repetitive',
      reason: `${repeated} of ${paragraphs.length} paragraphs are repeats.`,
    }),
  ];
}

function switchedLanguage(subject: Subject, tools: EvaluatorTools): ScoreDraft[] {
  const { scripts, prose } = tools.read(subject.answer);
  if (!isMixed(scripts)) return [];
  const asked = `${subject.instructions ?? ''}\n${subject.prompt ?? ''}`.slice(0, 8_000);
  if (promptCues(asked.toLowerCase()).asksForTranslation) return [];
  const script = findSwitch(prose, asked);
  if (script === null) return [];
  const reason = `Half-way the answer falls into another script (${script}).`;
  return [found('switch', { value: SWITCHED, label: 'language_switch', reason })];
}

function contradictions(subject: Subject, tools: EvaluatorTools): ScoreDraft[] {
  const { text } = tools.read(subject.answer);
  const shift = subject.answer.indexOf(text);
  const all = findContradictions(text).contradictions;
  const clear = all.filter(({ words }) => words >= CLEAR_WORDS);
  if (clear.length === 0 && all.length < 2) return [];
  const pairs = clear.length > 0 ? clear : all;
  return [
    found('contradiction', {
      value: all.length > 1 ? MANY_CONTRADICTIONS : ONE_CONTRADICTION,
      label: 'contradiction',
      reason: `The answer denies what it says itself, ${all.length} ${all.length === 1 ? 'time' : 'times'}.`,
      spans: pairs.slice(0, 5).flatMap((pair) => spansOf(pair, shift)),
    }),
  ];
}

function spansOf({ first, second }: Contradiction, shift: number): TextSpan[] {
  return [first, second].map(({ start, end }) => ({
    field: 'answer',
    index: 0,
    start: start + shift,
    end: end + shift,
    kind: 'contradiction',
  }));
}
