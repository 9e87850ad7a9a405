import type { FeatureModelFile } from '../src/evaluators/models/feature-model.ts';
import { createFeatureModel } from '../src/evaluators/models/feature-model.ts';
import { compareTexts, FEATURES } from '../src/evaluators/relevance/compare-texts.ts';
import { OFF_TOPIC, RELEVANCE_GROUP } from '../src/evaluators/relevance.ts';
import { type FeatureRow, fitFeatures } from './fit-features.ts';
import { atThreshold, auc } from './measure.ts';
import { readManifest, readSet, type Split } from './read-sets.ts';

const SET = 'alpaca_matched_en';
const L2 = 3;
/** How long texts are says nothing by itself, only beside what they share. */
const FREE: ReadonlySet<string> = new Set(['answerWords', 'promptWords']);

interface TrainOptions {
  readonly data: string;
  readonly date: string;
}

/** Trains relevance on matched and shuffled prompts and answers, and measures it on the test half. */
export function trainRelevance({ data, date }: TrainOptions): FeatureModelFile {
  const entries = readManifest(data).filter(
    ({ set, may_train_shipped_weights }) => set === SET && may_train_shipped_weights,
  );
  const rowsOf = (split: Split): FeatureRow[] =>
    entries
      .flatMap((entry) => readSet(data, entry, split))
      .map((row) => ({
        features: compareTexts(row.prompt ?? '', row.response ?? '').features,
        label: Number(row.label),
        weight: 1,
        group: row.group ?? row.id,
      }));
  const rows = rowsOf('train');
  const signs = FEATURES.map((name) => (FREE.has(name) ? 0 : 1));
  const file: FeatureModelFile = {
    name: 'relevance',
    version: 'v1',
    date,
    features: FEATURES,
    groups: { [RELEVANCE_GROUP]: fitFeatures(rows, { l2: L2, signs }) },
    data: entries.map(({ set, licence, source }) => ({ set, rows: rows.length, licence, source })),
    accuracy: {},
    blindSpots: [
      'answers that repeat the question and say nothing',
      'good answers in quite other words',
      'trained on English; shuffled pairs are easier than answers that miss the point',
    ],
  };
  return { ...file, accuracy: { [SET]: measure(file, rowsOf('test')) } };
}

function measure(file: FeatureModelFile, rows: readonly FeatureRow[]): Record<string, unknown> {
  const model = createFeatureModel(file, FEATURES);
  const judged = rows.map(({ features, label }) => ({
    label,
    score: model.probability(RELEVANCE_GROUP, features),
  }));
  const offTopic = judged.map(({ label, score }) => ({ label: 1 - label, score: 1 - score }));
  return {
    rows: rows.length,
    auc: rounded(auc(judged)),
    offTopic: atThreshold(offTopic, 1 - OFF_TOPIC),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
