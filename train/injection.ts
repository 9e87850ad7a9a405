import { promptRisk } from '../src/evaluators/injection/prompt-risk.ts';
import { gramsOf } from '../src/evaluators/text/grams.ts';
import type { Example } from './fit.ts';
import { anyText, type Harmless, harmless, harmlessExamples } from './harmless-examples.ts';
import { measureSets } from './measure-sets.ts';
import { ownTexts } from './own-texts.ts';
import { readManifest, trainingSets } from './read-sets.ts';
import type { Recipe } from './recipe.ts';

/**
 * Every language that has attacks has harmless texts too; otherwise a model learns to find a language. Insults and
 * harmful questions are among them, because they are no attack on the model.
 */
const HARMLESS: readonly Harmless[] = [
  ...['donotanswer', 'harmbench'].map((set) => harmless('harmful_request', set)),
  ...[
    'chatgpt_general_en',
    'alpacaeval_example_en',
    'javicuna_ja',
    'own_benign_responses_ja',
    'own_benign_responses_ko',
    'own_benign_responses_zh',
  ].map((set) => harmless('benign_responses', set)),
  harmless('toxicity', 'beep_ko', 2000),
  harmless('toxicity', 'cold_zh', 2000),
  harmless('toxicity', 'inspection_ja'),
  ...['mhc_ar', 'mhc_de', 'mhc_es', 'mhc_fr'].map((set) => harmless('toxicity', set, 150)),
  {
    ...harmless('faithfulness', 'uhgeval_zh', 300),
    textOf: ({ context }) => String(context ?? ''),
  },
  harmless('pii', 'pii_synth_multi', 500),
  harmless('pii', 'presidio_synth_v2', 300),
  { ...harmless('quality_pairs', 'llmbar'), textOf: ({ prompt }) => prompt ?? '' },
  { ...harmless('faithfulness', 'begin_wow', 300), textOf: ({ prompt }) => prompt ?? '' },
  { ...harmless('faithfulness', 'halueval_qa', 150), textOf: ({ prompt }) => prompt ?? '' },
];
const HARMLESS_WEIGHT = 0.5;
const LANGUAGES = ['en', 'de', 'fr', 'es', 'ko', 'ja', 'zh', 'others'];
const DOCUMENT_LANGUAGES = ['en', 'de', 'fr', 'es', 'ko', 'ja', 'zh'];
/** Where `findings` begin; the evaluator's advisory threshold. */
const ADVISORY = 0.5;

/** Attacks on a model in a user's message, and harmless messages. */
export const promptInjection: Recipe = {
  name: 'prompt-injection',
  version: 'v1',
  buckets: 2 ** 16,
  l2: 2e-5,
  blindSpots: [
    'Attacks that only the system prompt makes one.',
    'Wild but harmless personas, and messages that set a real policy aside, can look like attacks.',
    'Languages without training sentences; the attacks in Korean, Japanese and Chinese are few and our own.',
    'Our own sentences were written after reading what earlier models missed in the training halves.',
  ],
  thresholds: {
    whole: { advisory: ADVISORY, alert: 0.75 },
    sentence: { advisory: ADVISORY, alert: 0.75 },
  },
  examples: injectionExamples,
  measure: (model, data) =>
    measureSets(
      readManifest(data).filter(
        ({ detector, set }) =>
          detector === 'benign_responses' || (detector === 'injection' && !isAboutPassages(set)),
      ),
      {
        data,
        split: 'test',
        threshold: ADVISORY,
        riskOf: (row) => promptRisk(anyText(row), gramsOf(anyText(row)), model).risk,
      },
    ),
};

/** Whether a set of the folder `injection` is about passages instead of prompts. */
export function isAboutPassages(set: string): boolean {
  return set.includes('indirect') || set.startsWith('bipia');
}

/** Attacks and harmless prompts, of the training halves and of our own templates. */
export function injectionExamples(data: string): readonly Example[] {
  const ofSets = trainingSets(data, 'injection')
    .filter(({ entry }) => !isAboutPassages(entry.set))
    .flatMap(({ rows }) =>
      rows.map((row) => ({
        text: anyText(row),
        label: Number(row.label) === 1 ? (1 as const) : (0 as const),
        weight: 1,
        source: row.set,
        lang: row.lang ?? '',
        group: row.group ?? row.id,
      })),
    );
  const own = ownTexts(['own-injection', 'injection'], LANGUAGES, { perTemplate: 16, seed: 7 });
  const ofDocuments = ownTexts(['own-injection', 'indirect'], DOCUMENT_LANGUAGES, {
    perTemplate: 8,
    seed: 7,
  }).filter(({ label }) => label === 0);
  return [
    ...ofSets,
    ...harmlessExamples(data, HARMLESS, HARMLESS_WEIGHT),
    ...[...own, ...ofDocuments].map((text) => ({
      ...text,
      weight: 1,
      source: 'own_injection_texts',
    })),
  ];
}
