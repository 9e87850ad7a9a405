import type {
  Accuracy,
  CalibratedEvaluator,
  CalibrationBar,
  Standing,
} from '../contract/calibration.ts';
import { confusionTable, judgeAccuracy, kappaOf, type Pair } from '../statistics/agreement.ts';
import type { JudgedPair } from './pairs.ts';

const BINARY = { levels: 2, weights: 'none' } as const;
/** People call good what they give at least this. */
export const GOOD = 0.5;

/** How well an evaluator agrees with people about good and bad. `pairs` are of one score, evaluator and version. */
export function calibrate(
  pairs: readonly JudgedPair[],
  { threshold, bar }: { readonly threshold: number; readonly bar: CalibrationBar },
): CalibratedEvaluator | null {
  const [first] = pairs;
  if (first === undefined) return null;
  const accuracy = accuracyOf(pairs, threshold);
  return {
    name: first.name,
    evaluator: first.evaluator,
    evaluatorVersion: first.evaluatorVersion,
    threshold,
    weighted: haveChances(pairs),
    gradedKappa: gradedKappaOf(pairs),
    ...accuracy,
    standing: standingOf(accuracy, bar),
  };
}

/** The levels of L's scale: every value goes to the nearest. */
const LEVELS = 5;

function gradedKappaOf(pairs: readonly JudgedPair[]): CalibratedEvaluator['gradedKappa'] {
  if (new Set(pairs.map(({ person }) => person)).size < 3) return null;
  const level = (score: number): number => Math.round(score * (LEVELS - 1));
  const levels = levelPairs(pairs, GOOD).map((pair, at) => ({
    ...pair,
    person: level(pairs[at]?.person ?? 0),
    judge: level(pairs[at]?.judge ?? 0),
  }));
  const { value, n, low, high } = kappaOf(levels, { levels: LEVELS, weights: 'quadratic' });
  return { value, n, low, high };
}

/** Where an evaluator stands; without labels of both kinds kappa is unknown, which is not enough. */
export function standingOf(
  { n, kappa }: Pick<Accuracy, 'n' | 'kappa'>,
  bar: CalibrationBar,
): Standing {
  if (n < bar.minLabels || kappa.low === null) return 'not_enough';
  return kappa.low >= bar.kappa ? 'meets' : 'below';
}

/** The same figures for any part of the labels. */
export function accuracyOf(pairs: readonly JudgedPair[], threshold: number): Accuracy {
  const levels = levelPairs(pairs, threshold);
  const { value, n, low, high } = kappaOf(levels, BINARY);
  return {
    n,
    confusion: confusionTable(levels, BINARY.levels),
    ...judgeAccuracy(levels),
    kappa: { value, n, low, high },
  };
}

/** Good and bad by both, weighted where every chance is known. */
export function levelPairs(pairs: readonly JudgedPair[], threshold: number): Pair[] {
  const weighted = haveChances(pairs);
  return pairs.map((pair) => ({
    person: pair.person >= GOOD ? 1 : 0,
    judge: pair.judge >= threshold ? 1 : 0,
    weight: weighted ? 1 / ((pair.judgedProbability ?? 1) * (pair.labelProbability ?? 1)) : 1,
    cluster: pair.cluster,
  }));
}

function haveChances(pairs: readonly JudgedPair[]): boolean {
  return pairs.every(
    ({ judgedProbability, labelProbability }) =>
      judgedProbability !== null && labelProbability !== null,
  );
}

/** Pairs of each score, evaluator and version. */
export function byEvaluator(pairs: readonly JudgedPair[]): JudgedPair[][] {
  const groups = new Map<string, JudgedPair[]>();
  for (const pair of pairs) {
    const key = [pair.name, pair.evaluator, pair.evaluatorVersion].join('\n');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(pair);
  }
  return [...groups.values()];
}
