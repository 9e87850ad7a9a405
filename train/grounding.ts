import { FEATURES, featuresOf } from '../src/evaluators/grounding/features.ts';
import { guessTask, TASKS, type Task } from '../src/evaluators/grounding/guess-task.ts';
import { judgeAnswer } from '../src/evaluators/grounding/judge-answer.ts';
import {
  createFeatureModel,
  type FeatureModel,
  type FeatureModelFile,
  type FeatureWeights,
} from '../src/evaluators/models/feature-model.ts';
import { type FeatureRow, fitFeatures } from './fit-features.ts';
import { auc } from './measure.ts';
import { type Row, readManifest, readSet } from './read-sets.ts';

/** Which sets stand for which task, and how much each counts. */
const MIX: Readonly<Record<Task, Readonly<Record<string, number>>>> = {
  question_answering: { begin_wow: 1, wice_oracle: 0.5, halueval_qa: 0.5 },
  summary: { summedits: 1, qags_cnndm: 0.3, qags_xsum: 0.3 },
  dialogue: { begin_wow: 3, wice_oracle: 0.25, halueval_qa: 0.25 },
  claim: { wice_oracle: 1, summedits: 1 },
};
const SETS = ['begin_wow', 'wice_oracle', 'summedits', 'qags_cnndm', 'qags_xsum', 'halueval_qa'];
/** A set counts as this many rows at most, small ones as less. */
const MOST_ROWS = 700;
const FEW_ROWS = 400;
const L2 = 10;
/** How one speaks tells something in a conversation only. */
const STYLE: ReadonlySet<string> = new Set(['firstPerson', 'asks']);

interface Prepared {
  readonly features: Float64Array;
  readonly label: number;
  readonly group: string;
  readonly task: Task;
}

type Prepare = readonly (readonly [set: string, rows: readonly Prepared[]])[];

/** Trains the weights of grounding on the training halves, and measures them on the test halves. */
export function trainGrounding({
  data,
  date,
}: {
  readonly data: string;
  readonly date: string;
}): FeatureModelFile {
  const entries = readManifest(data).filter(
    ({ set, may_train_shipped_weights }) => SETS.includes(set) && may_train_shipped_weights,
  );
  const train = entries.map(
    (entry) => [entry.set, prepare(readSet(data, entry, 'train'))] as const,
  );
  const test = entries.map((entry) => [entry.set, prepare(readSet(data, entry, 'test'))] as const);
  const rows = new Map(train.map(([set, prepared]) => [set, prepared.length]));
  const file: FeatureModelFile = {
    name: 'grounding',
    version: 'v1',
    date,
    features: FEATURES,
    groups: fitTasks(train),
    data: entries.map(({ set, licence, source }) => ({
      set,
      rows: rows.get(set) ?? 0,
      licence,
      source,
    })),
    accuracy: {},
    blindSpots: [
      'paraphrase in other words',
      'false sentences made of the words of the passages',
      'subtle edits of a summary',
      'Korean and Japanese: no labelled data; Chinese: spans only',
    ],
  };
  return { ...file, accuracy: measure(file, train, test) };
}

/** Features of labelled rows; rows that the evaluator would not judge are left out. */
function prepare(rows: readonly Row[]): Prepared[] {
  return rows.flatMap((row) => {
    const answer = row.response ?? '';
    const { sentences, passages } = judgeAnswer(answer, [String(row.context ?? '')]);
    if (sentences.length === 0) return [];
    return {
      features: featuresOf(sentences, answer),
      label: Number(row.label),
      group: row.group ?? row.id,
      task: guessTask(
        { prompt: row.prompt ?? null },
        { answer: sentences.length, passages: passages.sentences.length },
      ),
    };
  });
}

function fitTasks(sets: Prepare): Record<string, FeatureWeights> {
  return Object.fromEntries(
    TASKS.map((task) => {
      const signs = FEATURES.map((name) => {
        if (!STYLE.has(name)) return 1;
        return task === 'dialogue' ? 0 : null;
      });
      const rows = sets.flatMap(([set, prepared]) => weighted(prepared, MIX[task][set] ?? 0));
      return [task, fitFeatures(rows, { l2: L2, signs })];
    }),
  );
}

/** Both labels count the same in each set. */
function weighted(rows: readonly Prepared[], share: number): FeatureRow[] {
  if (share === 0) return [];
  const total = share * MOST_ROWS * Math.min(1, Math.sqrt(rows.length / FEW_ROWS));
  const positives = rows.filter(({ label }) => label === 1).length;
  return rows.map(({ features, label, group }) => {
    const alike = label === 1 ? positives : rows.length - positives;
    return { features, label, group, weight: total / 2 / alike };
  });
}

/** For each set: AUC of the shipped weights on the test half, and of weights that never saw the set. */
function measure(file: FeatureModelFile, train: Prepare, test: Prepare): Record<string, unknown> {
  const model = createFeatureModel(file, FEATURES);
  return Object.fromEntries(
    test.map(([set, rows]) => {
      const others = train.filter(([other]) => other !== set);
      const unseen = createFeatureModel({ ...file, groups: fitTasks(others) }, FEATURES);
      return [
        set,
        { rows: rows.length, auc: aucOf(model, rows), aucLeaveSetOut: aucOf(unseen, rows) },
      ];
    }),
  );
}

function aucOf(model: FeatureModel, rows: readonly Prepared[]): number | null {
  const area = auc(
    rows.map(({ features, label, task }) => ({ label, score: model.probability(task, features) })),
  );
  return area === null ? null : Math.round(area * 1000) / 1000;
}
