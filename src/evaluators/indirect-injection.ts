/**
 * Measures whether documents or tool results command the model that reads them: indirect prompt injection.
 * Method: every sentence of every passage by rules and by a logistic regression over hashed pieces; the worst
 * sentence decides, and must look the worse the more sentences there are. No passages and no tool results, no score.
 * Blind spots: orders that a document of that kind could hold as well ("Translate this sentence.", "How do solar
 * panels work?") stay below the threshold on purpose; code that does harm without a word; passages past the first
 * 20,000 characters each and 120,000 together; few training sentences in Korean, Japanese and Chinese.
 * Source: own rules; model card `models/shipped/indirect-injection.json`.
 */
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
  type TextSpan,
} from './define-evaluator.ts';
import { labelOf, type Thresholds, thresholdsFrom } from './injection/labels.ts';
import { type PassageRisk, passageRisk } from './injection/passage-risk.ts';
import { shippedModel } from './models/load-model.ts';
import type { TextFacts } from './text/text-facts.ts';

const model = shippedModel('indirect-injection');
const MOST_CHARACTERS = 120_000;
const MOST_SPANS = 20;
const MOST_DRIVERS = 5;

/** Looks for orders to the model in what it was given to read. */
export const indirectInjection = defineEvaluator({
  id: 'indirect_injection',
  version: 'v1',
  title: 'Indirect injection',
  description: 'Whether documents or tool results give orders to the model that reads them.',
  kind: 'detector',
  options: thresholdsFrom({ advisory: 0.55, alert: 0.8 }),
  needs: [],
  evaluate(subject, thresholds, tools): readonly ScoreDraft[] {
    const passages = passagesOf(subject, tools);
    if (passages.length === 0) return [];
    const judged = passages.map((passage) => ({
      ...passage,
      ...passageRisk(passage.facts.text, passage.facts.grams, model()),
    }));
    return [draft(judged, thresholds)];
  },
});

interface Passage {
  readonly field: 'context' | 'tool_result';
  readonly index: number;
  readonly facts: TextFacts;
  /** Characters of white space before what was analysed. */
  readonly lead: number;
}

function passagesOf({ context, toolResults }: Subject, tools: EvaluatorTools): Passage[] {
  const passages: Passage[] = [];
  let left = MOST_CHARACTERS;
  const texts = [
    ...context.map((text, index) => ({ field: 'context' as const, index, text })),
    ...toolResults.map((text, index) => ({ field: 'tool_result' as const, index, text })),
  ];
  for (const { field, index, text } of texts) {
    if (text.trim() === '') continue;
    if (left <= 0) break;
    const facts = tools.read(text);
    left -= facts.text.length;
    passages.push({ field, index, facts, lead: text.length - text.trimStart().length });
  }
  return passages;
}

type Judged = Passage & PassageRisk;

function draft(judged: readonly Judged[], thresholds: Thresholds): ScoreDraft {
  const worst = judged.reduce((a, b) => (b.risk > a.risk ? b : a));
  const label = labelOf(worst.risk, thresholds);
  const details = {
    risk: worst.risk,
    passages: judged.length,
    rules: [...new Set(judged.flatMap(({ signs }) => signs.map(({ kind }) => kind)))],
  };
  if (label === 'ok') {
    return { ...passed('indirect_injection', details), value: 1 - worst.risk };
  }
  const suspicious = judged.filter(({ risk }) => risk >= thresholds.advisory);
  const where = worst.field === 'context' ? 'Passage' : 'Tool result';
  const verb = label === 'alert' ? 'gives orders' : 'may give orders';
  return found('indirect_injection', {
    value: 1 - worst.risk,
    label,
    reason: `${where} ${worst.index + 1} ${verb} to the model that reads it.`,
    flagged: label === 'alert',
    spans: suspicious.flatMap(spansOf).slice(0, MOST_SPANS),
    details: { ...details, drivers: driversOf(worst) },
  });
}

function spansOf({ field, index, lead, facts, signs, worst, risk }: Judged): TextSpan[] {
  const place = { field, index };
  const spans = signs.map(({ start, end, kind, certainty, note }): TextSpan => {
    const severity = certainty >= 0.8 ? 'high' : 'medium';
    return { ...place, start: start + lead, end: end + lead, kind, severity, note };
  });
  const sentence = facts.grams.sentences[worst?.index ?? -1];
  if (sentence === undefined) return spans;
  const severity = risk >= 0.8 ? 'high' : 'medium';
  const start = sentence.start + lead;
  return [
    ...spans,
    { ...place, start, end: sentence.end + lead, kind: 'suspicious_sentence', severity },
  ];
}

function driversOf({ facts, worst }: Judged): readonly { text: string; weight: number }[] {
  const sentence = facts.grams.sentences[worst?.index ?? -1];
  if (sentence === undefined) return [];
  const drivers = model().drivers(facts.text, sentence, MOST_DRIVERS);
  return drivers.map(({ text, weight }) => ({ text, weight }));
}
