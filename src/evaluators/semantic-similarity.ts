/**
 * Measures how near the answer is to the question in meaning.
 * Method: cosine of embeddings where an embedding model is set (asked beforehand, through the gateway, like a
 * judge); else cosine of weighted words. `details.method` says which.
 * Blind spots: nearness is no quality: an echo of the question scores high, a short right answer ("Paris.") low. The
 * lexical one knows no synonyms and gives nothing between two languages.
 * Source: own rule; llm-monitoring-framework has the same score by one fixed model.
 */
import { z } from 'zod';
import { defineEvaluator, type ScoreDraft } from './define-evaluator.ts';
import { once } from './once.ts';
import { compareTexts } from './relevance/compare-texts.ts';

const READ_CHARACTERS = 6_000;
const NAME = 'semantic_similarity';

/** Cosine of weighted words; does not apply where a text has none, nor to texts without a word in common in two scripts. */
export const semanticSimilarity = defineEvaluator({
  id: 'semantic_similarity',
  version: 'v1',
  title: 'Similarity to the question',
  description: 'How near the answer is to the question; by words where no embedding model is set.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer', 'prompt'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    const prompt = subject.prompt?.slice(0, READ_CHARACTERS) ?? '';
    const answer = subject.answer.slice(0, READ_CHARACTERS);
    if (subject.callsTools || prompt.trim() === '' || answer.trim() === '') return [];
    if (subject.embedded !== undefined) {
      return [similarityDraft(subject.embedded.cosine, `embedding:${subject.embedded.model}`)];
    }
    const { cosine, shared } = once(tools, compareTexts, () => compareTexts(prompt, answer));
    if (cosine === null) return [];
    const inOtherScript =
      shared === 0 &&
      mainScript(tools.read(prompt).scripts) !== mainScript(tools.read(answer).scripts);
    return inOtherScript ? [] : [similarityDraft(cosine, 'lexical')];
  },
});

function mainScript(scripts: Readonly<Record<string, number>>): string {
  const [first = ['', 0]] = Object.entries(scripts).sort((a, b) => b[1] - a[1]);
  // Japanese is written in both.
  return first[0] === 'kana' ? 'han' : first[0];
}

/** Cosine of two vectors, below 0 taken for 0; null when they are of different lengths, empty, zero or no numbers. */
export function cosineOf(left: readonly number[], right: readonly number[]): number | null {
  if (left.length === 0 || left.length !== right.length) return null;
  let [both, lefts, rights] = [0, 0, 0];
  for (const [at, a] of left.entries()) {
    const b = right[at] ?? 0;
    both += a * b;
    lefts += a * a;
    rights += b * b;
  }
  const cosine = both / Math.sqrt(lefts * rights);
  return Number.isFinite(cosine) ? Math.min(1, Math.max(0, cosine)) : null;
}

function similarityDraft(value: number, method: string): ScoreDraft {
  return {
    name: NAME,
    value,
    native: null,
    label: 'ok',
    flagged: false,
    reason: null,
    details: { method },
  };
}
