import { headLength, refusalRisk } from '../src/evaluators/refusal/risk.ts';
import { REFUSAL_THRESHOLD } from '../src/evaluators/refusal.ts';
import { sentencesOf } from '../src/evaluators/text/sentences.ts';
import { createTextReader } from '../src/evaluators/text/text-facts.ts';
import type { Example } from './fit.ts';
import { anyText, type Harmless, harmless, harmlessExamples } from './harmless-examples.ts';
import { measureSets } from './measure-sets.ts';
import { ownTexts } from './own-texts.ts';
import { readManifest, trainingSets } from './read-sets.ts';
import type { Recipe } from './recipe.ts';

const BENIGN = [
  'chatgpt_general_en',
  'alpacaeval_example_en',
  'javicuna_ja',
  'own_benign_responses_ja',
  'own_benign_responses_ko',
  'own_benign_responses_zh',
];
const SHORT_ANSWERS: readonly Harmless[] = [
  { ...harmless('faithfulness', 'halueval_qa', 600), textOf: ({ response }) => response ?? '' },
  { ...harmless('faithfulness', 'begin_wow', 800), textOf: ({ response }) => response ?? '' },
];
/** Some ordinary answers are refusals, so none of them weighs much. */
const BENIGN_WEIGHT = 0.5;
const LANGUAGES = ['en', 'ko', 'ja', 'zh', 'others'];

/** Answers that decline, and answers that do not. */
export const refusal: Recipe = {
  name: 'refusal',
  version: 'v1',
  buckets: 2 ** 15,
  l2: 2e-5,
  blindSpots: [
    'Refusals late in a long answer or in the voice of a persona.',
    'Lectures that correct a premise count as refusals, as in the labels of the training data.',
    'All labelled answers in English come from five models on one set of questions.',
  ],
  thresholds: {
    whole: { advisory: REFUSAL_THRESHOLD, alert: REFUSAL_THRESHOLD },
    sentence: { advisory: REFUSAL_THRESHOLD, alert: REFUSAL_THRESHOLD },
  },
  examples: (data) => refusalExamples(data, null),
  measure: (model, data) =>
    measureSets(
      readManifest(data).filter(({ detector }) =>
        ['refusal', 'benign_responses'].includes(detector),
      ),
      {
        data,
        split: 'test',
        threshold: REFUSAL_THRESHOLD,
        riskOf: (row) => refusalRisk(createTextReader()(anyText(row)), model).risk,
      },
    ),
};

/** Beginnings of answers; without those of one model family when one is named. */
export function refusalExamples(data: string, withoutFamily: string | null): readonly Example[] {
  const labelled = trainingSets(data, 'refusal').flatMap(({ rows }) =>
    rows
      .filter((row) => withoutFamily === null || row['model'] !== withoutFamily)
      .map((row) => ({
        text: anyText(row),
        label: Number(row.label) === 1 ? (1 as const) : (0 as const),
        weight: 1,
        source: row.set,
        lang: row.lang ?? '',
        group: row.group ?? row.id,
      })),
  );
  const own = ownTexts(['own-refusal', 'refusal'], LANGUAGES, { perTemplate: 16, seed: 7 });
  return [
    ...labelled,
    ...harmlessExamples(
      data,
      [...BENIGN.map((set) => harmless('benign_responses', set)), ...SHORT_ANSWERS],
      BENIGN_WEIGHT,
    ),
    ...own.map((text) => ({ ...text, weight: 1, source: 'own_refusal_texts' })),
  ].map((example) => ({ ...example, text: beginning(example.text.trim()) }));
}

/** The part of an answer that the detector reads. */
function beginning(text: string): string {
  const sentences = sentencesOf(text);
  return text.slice(0, sentences[headLength({ sentences }) - 1]?.end ?? 0);
}
