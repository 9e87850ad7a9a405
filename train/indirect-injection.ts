import { passageRisk } from '../src/evaluators/injection/passage-risk.ts';
import { gramsOf } from '../src/evaluators/text/grams.ts';
import { sentencesOf } from '../src/evaluators/text/sentences.ts';
import type { Example } from './fit.ts';
import { anyText, type Harmless, harmless, harmlessExamples } from './harmless-examples.ts';
import { isAboutPassages } from './injection.ts';
import { measureSets } from './measure-sets.ts';
import { ownTexts } from './own-texts.ts';
import { type Row, readManifest, readSet } from './read-sets.ts';
import type { Recipe } from './recipe.ts';

/** Passages of other detectors' sets, in which nobody commands a model. */
const HARMLESS: readonly Harmless[] = [
  ...['begin_wow', 'wice_oracle', 'qags_cnndm', 'summedits', 'uhgeval_zh'].map((set) => ({
    ...harmless('faithfulness', set, 600),
    textOf: passageOf,
  })),
  ...[
    'chatgpt_general_en',
    'alpacaeval_example_en',
    'javicuna_ja',
    'own_benign_responses_ja',
    'own_benign_responses_ko',
    'own_benign_responses_zh',
  ].map((set) => harmless('benign_responses', set)),
  harmless('toxicity', 'beep_ko', 300),
  harmless('toxicity', 'cold_zh', 300),
  harmless('pii', 'pii_synth_multi', 500),
  harmless('pii', 'presidio_synth_v2', 500),
];
const HARMLESS_WEIGHT = 0.5;
const LANGUAGES = ['en', 'de', 'fr', 'es', 'ko', 'ja', 'zh'];
const ATTACK_LANGUAGES = [...LANGUAGES, 'others'];
const LONGEST_DIRECT_ATTACK = 160;
/**
 * An order or a question that anybody could write ("Explain how recursion works.") is found in harmless documents
 * as well: it should look worse than a statement and stay below the threshold.
 */
const PLAIN_ORDER = 0.5;
const ADVISORY = 0.55;
const OWN = 'own_indirect_texts';

/** Sentences that command the model that reads a document, and sentences of ordinary documents. */
export const indirectInjection: Recipe = {
  name: 'indirect-injection',
  version: 'v1',
  buckets: 2 ** 16,
  l2: 1e-5,
  blindSpots: [
    'Orders and questions that an ordinary document could hold as well stay below the threshold on purpose.',
    'Code that does harm without a word.',
    'Korean, Japanese and Chinese rest on our own sentences; other languages on few.',
    'The names of the attack types in the test half of BIPIA were known when our sentences were written.',
  ],
  thresholds: {
    whole: { advisory: ADVISORY, alert: 0.8 },
    sentence: { advisory: ADVISORY, alert: 0.8 },
  },
  examples: indirectExamples,
  measure: (model, data) =>
    measureSets(
      readManifest(data).filter(
        ({ detector, set }) =>
          (detector === 'injection' && isAboutPassages(set)) ||
          ['benign_responses', 'faithfulness'].includes(detector),
      ),
      {
        data,
        split: 'test',
        threshold: ADVISORY,
        riskOf: (row) => passageRisk(passageOf(row), gramsOf(passageOf(row)), model).risk,
        // What an answer claims is not what its passages are.
        labelOf: (row) => (isAboutPassages(row.set) ? Number(row.label) : 0),
      },
    ),
};

/** The passage of a row: what stands beside the question, or the text itself. */
function passageOf(row: Row): string {
  const { context } = row;
  if (typeof context === 'string' && context !== '') return context;
  if (Array.isArray(context)) return context.filter((part) => typeof part === 'string').join('\n');
  return anyText(row);
}

/** Sentences of the training halves and of our own templates. */
export function indirectExamples(data: string): readonly Example[] {
  const harmlessPassages = harmlessExamples(data, HARMLESS, HARMLESS_WEIGHT);
  return [
    ...distinct(bipiaExamples(data)),
    ...distinct(harmlessPassages.flatMap((passage) => bySentence(passage))),
    ...['ko', 'ja', 'zh'].flatMap((lang) => ownPassages(data, `own_injection_indirect_${lang}`)),
    ...plainOrders(data),
    ...ownSentences(),
  ];
}

function bySentence(passage: Example): readonly Example[] {
  return sentencesOf(passage.text).map(({ start, end }) => ({
    ...passage,
    text: passage.text.slice(start, end),
  }));
}

function distinct(examples: readonly Example[]): readonly Example[] {
  const byText = new Map(examples.map((example) => [`${example.label}${example.text}`, example]));
  return [...byText.values()];
}

/** What was put into a clean document is an attack, sentence by sentence; code is not, the words around it are. */
function bipiaExamples(data: string): readonly Example[] {
  const rows = readSet(data, { detector: 'injection', set: 'bipia_built' }, 'train');
  const clean = new Map(
    rows.filter(({ label }) => Number(label) === 0).map((row) => [row.group, anyText(row)]),
  );
  return rows.flatMap((row) => {
    const isAttack = Number(row.label) === 1;
    const text = isAttack ? insertedInto(clean.get(row.group) ?? '', anyText(row)) : anyText(row);
    const example: Example = {
      text,
      label: isAttack ? 1 : 0,
      weight: isAttack ? 1 : HARMLESS_WEIGHT,
      source: row.set,
      lang: row.lang ?? '',
      group: isAttack ? (row.category ?? row.id) : (row.group ?? row.id),
    };
    return bySentence(example).filter((one) => !isAttack || !one.text.startsWith('```'));
  });
}

/** What `whole` has that `clean` has not, when one piece was put in. */
function insertedInto(clean: string, whole: string): string {
  let from = 0;
  while (from < clean.length && clean[from] === whole[from]) from += 1;
  let behind = 0;
  while (behind < clean.length - from && clean.at(-1 - behind) === whole.at(-1 - behind)) {
    behind += 1;
  }
  return whole.slice(from, whole.length - behind);
}

/** Sentences that name a model or an instruction: the injected ones of passages that have one. */
const NAMES_A_MODEL =
  /\bAI\b|AI|인공지능|人工知能|人工智能|챗봇|チャットボット|机器人|機器人|助手|어시스턴트|アシスタント|모델|モデル|模型|지시|指示|指令|시스템|システム|系统/u;

function ownPassages(data: string, set: string): readonly Example[] {
  return readSet(data, { detector: 'injection', set }, 'train').flatMap((row) => {
    const isAttack = Number(row.label) === 1;
    const sentences = bySentence({
      text: passageOf(row),
      label: isAttack ? 1 : 0,
      weight: 1,
      source: set,
      lang: row.lang ?? '',
      group: row.group ?? row.id,
    });
    return isAttack ? sentences.filter(({ text }) => NAMES_A_MODEL.test(text)) : sentences;
  });
}

/** First sentences of ordinary prompts, as positives and as negatives, so that they end up in between. */
function plainOrders(data: string): readonly Example[] {
  const prompts = harmlessExamples(
    data,
    [
      harmless('injection', 'alpacaeval_benign'),
      { ...harmless('quality_pairs', 'llmbar'), textOf: ({ prompt }) => prompt ?? '' },
    ],
    1,
  );
  return prompts.flatMap((prompt) =>
    bySentence(prompt)
      .slice(0, 1)
      .flatMap((first) => [
        { ...first, label: 1 as const, weight: PLAIN_ORDER },
        { ...first, label: 0 as const, weight: 1 - PLAIN_ORDER },
      ]),
  );
}

function ownSentences(): readonly Example[] {
  const ofDocuments = ownTexts(['own-injection', 'indirect'], LANGUAGES, {
    perTemplate: 16,
    seed: 7,
  });
  const direct = ownTexts(['own-injection', 'injection'], ATTACK_LANGUAGES, {
    perTemplate: 6,
    seed: 7,
  }).filter(({ label, text }) => label === 1 && text.length < LONGEST_DIRECT_ATTACK);
  return [
    ...ofDocuments.map((text) => ({ ...text, weight: 1, source: OWN })),
    ...direct.map((text) => ({ ...text, weight: 0.5, source: OWN })),
  ];
}
