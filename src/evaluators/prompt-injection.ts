/**
 * Measures whether the user's message tries to take the model over: direct prompt injection and jailbreaks.
 * Method: rules that name what they saw (English, German, French, Spanish, Italian, Portuguese, Russian, Korean,
 * Japanese, Chinese; also behind Base64, hexadecimal, ROT13, reversed, spaced, leet and look-alike spelling), or a
 * logistic regression over hashed pieces of the text; either may raise the alarm.
 * Blind spots: attacks that only the system prompt makes one ("what is the capital of France?" where geography is
 * forbidden); payloads in pictures; stories without one word about rules; languages without training sentences.
 * Personas that are harmless but wild, and requests to set a policy aside in earnest, can be taken for attacks.
 * Source: own rules; model card `models/shipped/prompt-injection.json`.
 */
import {
  defineEvaluator,
  found,
  passed,
  type ScoreDraft,
  type TextSpan,
} from './define-evaluator.ts';
import { labelOf, type Thresholds, thresholdsFrom } from './injection/labels.ts';
import { type PromptRisk, promptRisk } from './injection/prompt-risk.ts';
import { shippedModel } from './models/load-model.ts';
import { gramsOf } from './text/grams.ts';

const model = shippedModel('prompt-injection');
const MOST_DRIVERS = 5;

const REASONS = {
  advisory: 'The message has traits of an attempt to take the model over',
  alert: 'The message tries to take the model over',
} as const;

/** Looks for attacks in the user's message. */
export const promptInjection = defineEvaluator({
  id: 'prompt_injection',
  version: 'v1',
  title: 'Prompt injection',
  description:
    'Whether the user’s message tries to override instructions or to jailbreak the model.',
  kind: 'detector',
  options: thresholdsFrom({ advisory: 0.5, alert: 0.75 }),
  needs: ['prompt'],
  evaluate({ prompt }, thresholds, tools): readonly ScoreDraft[] {
    if (prompt === null || prompt.trim() === '') return [];
    const { text, grams, tail, capped } = tools.read(prompt);
    const lead = prompt.length - prompt.trimStart().length;
    const head = placed(text, promptRisk(text, grams, model()), lead);
    if (!capped) return [draft(head, thresholds)];
    // What stands behind the analysed head is where an attacker would hide.
    const end = placed(
      tail,
      promptRisk(tail, gramsOf(tail), model()),
      prompt.trimEnd().length - tail.length,
    );
    return [draft(end.risk > head.risk ? end : head, thresholds)];
  },
});

interface Judged extends PromptRisk {
  readonly spans: readonly TextSpan[];
  readonly drivers: readonly { readonly text: string; readonly weight: number }[];
}

/** Spans in the message, and the words that moved the model. */
function placed(text: string, judged: PromptRisk, offset: number): Judged {
  const spans = judged.signs.map(({ start, end, kind, certainty, note }): TextSpan => {
    const severity = certainty >= 0.8 ? 'high' : 'medium';
    return {
      field: 'prompt',
      index: 0,
      start: start + offset,
      end: end + offset,
      kind,
      severity,
      note,
    };
  });
  const worst = judged.view.sentence;
  const { sentences } = judged.risk < 0.3 || worst === null ? { sentences: [] } : gramsOf(text);
  const sentence = sentences[worst?.index ?? -1];
  if (sentence === undefined) return { ...judged, spans, drivers: [] };
  const drivers = model()
    .drivers(text, sentence, MOST_DRIVERS)
    .map((driver) => ({ text: driver.text, weight: driver.weight }));
  const inSentence: TextSpan = {
    field: 'prompt',
    index: 0,
    start: sentence.start + offset,
    end: sentence.end + offset,
    kind: 'suspicious_sentence',
    severity: 'medium',
  };
  return { ...judged, spans: [...spans, inSentence], drivers };
}

function draft(judged: Judged, thresholds: Thresholds): ScoreDraft {
  const { risk, view, signs, spans, drivers } = judged;
  const label = labelOf(risk, thresholds);
  const details = {
    risk,
    model: { whole: view.whole, sentence: view.sentence?.probability ?? null },
    rules: [...new Set(signs.map(({ kind }) => kind))],
  };
  if (label === 'ok') return { ...passed('prompt_injection', details), value: 1 - risk };
  const notes = [...new Set(signs.map(({ note }) => note))];
  const reason = notes.length === 0 ? REASONS[label] : `${REASONS[label]}: it ${notes.join(', ')}`;
  return found('prompt_injection', {
    value: 1 - risk,
    label,
    reason: `${reason}.`,
    flagged: label === 'alert',
    spans,
    details: { ...details, drivers },
  });
}
