import type { LinearModel } from '../src/evaluators/models/linear-model.ts';
import { gramsOf } from '../src/evaluators/text/grams.ts';
import type { Example } from './fit.ts';
import { atThreshold, auc, type Judged } from './measure.ts';
import { type Row, readManifest, readSet, trainingSets } from './read-sets.ts';
import type { Recipe } from './recipe.ts';

const BENIGN_WEIGHT = 1;

/** Hate, insults and threats, of the text itself; the training sets name what people called toxic. */
export const toxicity: Recipe = {
  name: 'toxicity',
  version: 'v1',
  buckets: 2 ** 18,
  l2: 2e-5,
  blindSpots: [],
  thresholds: {
    whole: { advisory: 0.5, alert: 0.9 },
    sentence: { advisory: 0.8, alert: 0.95 },
  },
  examples: (data) => toxicityExamples(data),
  measure: (model, data) => measureToxicity(model, data),
};

export function toxicityExamples(data: string): readonly Example[] {
  return [
    ...trainingSets(data, 'toxicity').flatMap(({ rows }) => rows.map((row) => toExample(row, 1))),
    ...trainingSets(data, 'benign_responses').flatMap(({ rows }) =>
      rows.map((row) => toExample(row, BENIGN_WEIGHT)),
    ),
  ];
}

function toExample(row: Row, weight: number): Example {
  return {
    text: row.text ?? row.response ?? '',
    label: Number(row.label) === 1 ? 1 : 0,
    weight,
    source: row.set,
    lang: row.lang ?? '',
    group: row.group ?? row.id,
  };
}

function measureToxicity(model: LinearModel, data: string): Record<string, unknown> {
  const sets = readManifest(data).filter(({ detector }) =>
    ['toxicity', 'benign_responses'].includes(detector),
  );
  return Object.fromEntries(
    sets.map((entry) => {
      const judged: Judged[] = readSet(data, entry, 'test').map((row) => ({
        label: Number(row.label),
        score: model.whole(gramsOf(row.text ?? row.response ?? '')),
      }));
      return [entry.set, { rows: judged.length, auc: auc(judged), ...atThreshold(judged, 0.5) }];
    }),
  );
}
