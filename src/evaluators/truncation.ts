/**
 * Measures whether the answer ends before its end.
 * Method: the provider's finish reason where there is one; by shape, an open code block, or, when no reason is
 * known, a long prose answer that stops in the middle of a sentence.
 * Blind spots: a text cut exactly between two sentences without a finish reason; languages that end sentences
 * without a mark are judged by finish reason and code blocks only.
 * Source: finish reasons as documented by OpenAI, Anthropic and Google (2026-11).
 */
import { z } from 'zod';
import { defineEvaluator, found, passed, type ScoreDraft } from './define-evaluator.ts';
import { type TextFacts, withoutCode } from './text/text-facts.ts';

const CUT = new Set(['length', 'max_tokens', 'max_output_tokens', 'incomplete', 'model_length']);
const FILTERED = new Set([
  'content_filter',
  'safety',
  'recitation',
  'prohibited_content',
  'blocklist',
  'spii',
]);
const STOPPED = new Set(['stop', 'end_turn', 'stop_sequence', 'completed', 'eos', 'eos_token']);
const MIN_PROSE = 200;
const MIN_LINE = 60;
/** The last line is prose when it does not look like a list item, heading, table, link or formula. */
const NOT_PROSE = /^(?:[-*+•|#>]|\d+[.)]|\$|\\|https?:)|[|\\$=<>{}]$|(?:^|\s)[#@]\S+$/u;
const MID_SENTENCE = /[\p{sc=Latin}\p{sc=Cyrillic},、，(（“「;]$/u;
const SHAPE = 0.5;

/** Looks for an answer that was cut. */
export const truncation = defineEvaluator({
  id: 'truncation',
  version: 'v1',
  title: 'Truncation',
  description: 'Whether the answer was cut before its end.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    const reason = subject.finishReason?.toLowerCase() ?? null;
    const details = { finishReason: subject.finishReason };
    if (reason !== null && FILTERED.has(reason)) return [filtered(details)];
    if (reason !== null && CUT.has(reason)) return [atLimit(details)];
    if (subject.callsTools || subject.answer.trim() === '') return [];
    const fault = faultOfShape(tools.read(subject.answer), reason !== null && STOPPED.has(reason));
    if (fault === null) return [passed('truncation')];
    return [found('truncation', { value: SHAPE, label: 'truncated', reason: fault, details })];
  },
});

function atLimit(details: ScoreDraft['details']): ScoreDraft {
  return found('truncation', {
    value: SHAPE,
    label: 'truncated',
    reason: 'The provider stopped at the token limit.',
    ...(details === null ? {} : { details }),
  });
}

function filtered(details: ScoreDraft['details']): ScoreDraft {
  return found('truncation', {
    value: 0.25,
    label: 'content_filter',
    reason: 'The provider stopped the answer by its content filter.',
    flagged: true,
    ...(details === null ? {} : { details }),
  });
}

function faultOfShape(facts: TextFacts, stopped: boolean): string | null {
  if (!facts.capped && opensWithoutClosing(facts.text)) return 'A code block is never closed.';
  if (stopped) return null;
  const prose = withoutCode(facts.text);
  const lastLine = facts.tail.slice(facts.tail.lastIndexOf('\n') + 1).trim();
  if (prose.length < MIN_PROSE || lastLine.length < MIN_LINE || NOT_PROSE.test(lastLine))
    return null;
  return MID_SENTENCE.test(lastLine) ? 'The answer stops in the middle of a sentence.' : null;
}

function opensWithoutClosing(text: string): boolean {
  const fences = text.match(/```/gu)?.length ?? 0;
  return fences % 2 === 1;
}
