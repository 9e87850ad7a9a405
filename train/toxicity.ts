import type { Subject } from '../src/evaluators/define-evaluator.ts';
import type { LinearModel } from '../src/evaluators/models/linear-model.ts';
import { sentencesOf } from '../src/evaluators/text/sentences.ts';
import { createTextReader } from '../src/evaluators/text/text-facts.ts';
import { toxicityBy } from '../src/evaluators/toxicity.ts';
import type { Example } from './fit.ts';
import { auc, type Judged } from './measure.ts';
import { chineseSentences } from './own-toxicity/chinese.ts';
import { commentSentences } from './own-toxicity/comments.ts';
import { englishSentences } from './own-toxicity/english.ts';
import { koreanSentences } from './own-toxicity/korean.ts';
import { otherSentences } from './own-toxicity/other-languages.ts';
import { PLAIN_ANSWERS } from './own-toxicity/plain-answers.ts';
import { answerSentences } from './own-toxicity/rude-answers.ts';
import type { OwnSentence } from './own-toxicity/spread.ts';
import { type Row, readManifest, readSet, trainingSets } from './read-sets.ts';
import type { Recipe } from './recipe.ts';

/** Hate, insults and threats, of the text itself; the training sets name what people called toxic. */
export const toxicity: Recipe = {
  name: 'toxicity',
  version: 'v1',
  buckets: 2 ** 18,
  l2: 1e-6,
  iterations: 100,
  blindSpots: [
    'Sources that were never trained on: the area under the curve is 0.63 to 0.82 there, not the figures of its own test halves.',
    'Veiled hate, irony and stereotypes without a bad word.',
    'Hate that is quoted, negated or answered (counter-speech), and reclaimed slurs, score too high.',
    'Crude words among friends.',
    'Short lines by themselves, such as headings of poems.',
    'Korean: plain narrative endings look like those of comments; Japanese: hardly any labelled data, a list helps out.',
    'New slang, and dialects that no training set holds.',
  ],
  thresholds: {
    whole: { advisory: 0.5, alert: 0.9 },
    sentence: { advisory: 0.8, alert: 0.97 },
  },
  examples: (data) => toxicityExamples(data),
  measure: (model, data) => measureToxicity(model, data),
};

/** Every labelled text for the toxicity model: sets of labelled comments, harmless texts, and what this folder adds. */
export function toxicityExamples(data: string): readonly Example[] {
  const labelled = trainingSets(data, 'toxicity').flatMap(({ rows }) => rows.map(labelledExample));
  const stereotypes = trainingSets(data, 'bias')
    .filter(({ entry }) => entry.set === 'redditbias')
    .flatMap(({ rows }) => rows.map(labelledExample));
  return balanced([...labelled, ...stereotypes, ...harmlessExamples(data), ...ownExamples()]);
}

function labelledExample(row: Row): Example {
  return {
    text: row.text ?? '',
    label: Number(row.label) === 1 ? 1 : 0,
    weight: 1,
    source: row.set,
    lang: row.lang ?? '',
    group: row.group ?? row.id,
  };
}

/** Sets made for other questions whose texts insult nobody, and which of their texts to take. */
const HARMLESS: readonly (readonly [detector: string, set: string, field: string])[] = [
  ['faithfulness', 'uhgeval_zh', 'context'],
  ['faithfulness', 'begin_wow', 'response'],
  ['pii', 'pii_synth_multi', 'text'],
  ['refusal', 'xstest_completions', 'response'],
  ['injection', 'xstest_safe', 'text'],
  ['injection', 'notinject', 'text'],
  ['bias_qa', 'bbq', 'context'],
];
const EVERY_NTH_SENTENCE = 3;
const OWN = 'written_';

function harmlessExamples(data: string): readonly Example[] {
  const answers = trainingSets(data, 'benign_responses').flatMap(({ rows }) =>
    rows.flatMap((row) => wholeAndSentences(row, row.response ?? row.text ?? '')),
  );
  const others = HARMLESS.flatMap(([detector, set, field]) =>
    trainingSets(data, detector)
      .filter(({ entry }) => entry.set === set)
      .flatMap(({ rows }) => rows.map((row) => harmless(row, String(row[field] ?? '')))),
  );
  return [...answers, ...others];
}

/** Answers are judged whole and sentence by sentence, so both forms are shown. */
function wholeAndSentences(row: Row, text: string): readonly Example[] {
  const sentences = sentencesOf(text).filter(
    ({ isCode }, index) => !isCode && index % EVERY_NTH_SENTENCE === 0,
  );
  return [text, ...sentences.map(({ start, end }) => text.slice(start, end))].map((part) =>
    harmless(row, part),
  );
}

function harmless(row: Row, text: string): Example {
  const group = row.group ?? row.id;
  return { text, label: 0, weight: 1, source: row.set, lang: row.lang ?? '', group };
}

function ownExamples(): readonly Example[] {
  const labelled = {
    en: englishSentences(),
    ko: koreanSentences(),
    zh: chineseSentences(),
    ...otherSentences(),
  };
  const plain = Object.entries(PLAIN_ANSWERS).map(
    ([lang, texts]) => [lang, texts.map((text) => ({ text, label: 0 as const }))] as const,
  );
  return [
    ...Object.entries(commentSentences()).flatMap(([lang, sentences]) =>
      own(`${OWN}comments_${lang}`, lang, sentences),
    ),
    ...Object.entries(answerSentences()).flatMap(([lang, sentences]) =>
      own(`${OWN}rude_answers_${lang}`, lang, sentences),
    ),
    ...Object.entries(labelled).flatMap(([lang, sentences]) =>
      own(`${OWN}${lang}`, lang, sentences),
    ),
    ...plain.flatMap(([lang, sentences]) => own(`${OWN}answers_${lang}`, lang, sentences)),
  ];
}

function own(source: string, lang: string, sentences: readonly OwnSentence[]): readonly Example[] {
  return sentences.map(({ text, label }) => ({
    text,
    label,
    weight: 1,
    source,
    lang,
    group: text,
  }));
}

/** Statements about groups count half: not every prejudice that people marked there is an insult. */
const EMPHASIS = new Map([['redditbias', 0.5]]);

/** Our own sentences count double: they show what single sources lack. */
function emphasisOf(source: string): number {
  return source.startsWith(OWN) ? 2 : 1;
}

/**
 * Weights so that in each source both labels count the same, and a source counts by the square root of its size: what
 * a source is like must not say what its label is, and large ones must not drown small ones.
 */
function balanced(examples: readonly Example[]): readonly Example[] {
  const bySource = Map.groupBy(examples, ({ source }) => source);
  const weights = new Map(
    [...bySource].map(([source, rows]) => {
      const positives = rows.filter(({ label }) => label === 1).length;
      const total = (EMPHASIS.get(source) ?? emphasisOf(source)) * Math.sqrt(rows.length);
      const isMixed = positives > 0 && positives < rows.length;
      return [
        source,
        isMixed
          ? [total / 2 / (rows.length - positives), total / 2 / positives]
          : [total / rows.length, total / rows.length],
      ] as const;
    }),
  );
  return examples.map((example) => ({
    ...example,
    weight: weights.get(example.source)?.[example.label] ?? 0,
  }));
}

/** AUC, recall and false alarms of the evaluator, as it is used, on each test half. */
function measureToxicity(model: LinearModel, data: string): Record<string, unknown> {
  const evaluator = toxicityBy(() => model);
  const sets = readManifest(data).filter(({ detector }) =>
    ['toxicity', 'benign_responses'].includes(detector),
  );
  return Object.fromEntries(
    sets.map((entry) => {
      const judged = readSet(data, entry, 'test').map((row) =>
        judgedRow(evaluator, row.text ?? row.response ?? '', Number(row.label)),
      );
      const area = auc(judged);
      return [
        entry.set,
        {
          rows: judged.length,
          auc: area === null ? null : rounded(area),
          advisoryOrAlert: shares(judged, ({ label }) => label !== 'ok'),
          alert: shares(judged, ({ label }) => label === 'alert'),
        },
      ];
    }),
  );
}

interface JudgedText extends Judged {
  readonly tier: string;
}

function judgedRow(
  evaluator: ReturnType<typeof toxicityBy>,
  answer: string,
  label: number,
): JudgedText {
  const [draft] = evaluator.evaluate(subjectOf(answer), {}, { read: createTextReader() });
  return { label, score: 1 - (draft?.value ?? 1), tier: draft?.label ?? 'ok' };
}

function subjectOf(answer: string): Subject {
  return {
    operation: 'chat',
    prompt: null,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
  };
}

/** Of the toxic texts and of the others, the share that `holds` is true for. */
function shares(
  judged: readonly JudgedText[],
  holds: (text: { readonly label: string }) => boolean,
): { readonly recall: number | null; readonly falseAlarms: number | null } {
  const share = (wanted: number): number | null => {
    const rows = judged.filter(({ label }) => label === wanted);
    if (rows.length === 0) return null;
    return rounded(rows.filter(({ tier }) => holds({ label: tier })).length / rows.length);
  };
  return { recall: share(1), falseAlarms: share(0) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
