import type { CorrectedQuality } from '../contract/calibration.ts';
import type { TimeRange } from '../core/time-range.ts';
import { MIN_LABELLED, predictionPowered, toStrata } from '../statistics/prediction-powered.ts';
import type { Queryable } from '../store/database.ts';
import { type JudgedQuestion, readJudged, stratumOf } from './judged.ts';
import { type JudgedPair, readPairs } from './pairs.ts';

export interface CorrectionQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly scoreName: string;
  /** Without one: that of which most answers were labelled. */
  readonly evaluator?: string | undefined;
  readonly model?: string | undefined;
}

type SamplePair = JudgedPair & {
  readonly labelProbability: number;
  readonly judgedProbability: number;
};

/**
 * The mean score that people would give, from an evaluator's scores and the labels of a probability sample of them in the
 * same range; null without any such label. `value` is null below {@link MIN_LABELLED} of them: then the counts say how
 * many are missing.
 */
export async function correctQuality(
  db: Queryable,
  question: CorrectionQuestion,
): Promise<CorrectedQuality | null> {
  const pairs = await readPairs(db, { ...question, name: question.scoreName });
  const evaluator = question.evaluator ?? mostLabelled(pairs);
  const sample = pairs.filter((pair) => pair.evaluator === evaluator).filter(isSample);
  if (evaluator === null || sample.length === 0) return null;
  if (sample.length < MIN_LABELLED) return missing(question.scoreName, evaluator, sample.length);
  return await correctBy(db, { ...question, evaluator }, sample);
}

function missing(scoreName: string, evaluator: string, nLabelled: number): CorrectedQuality {
  return {
    method: 'ppi++',
    scoreName,
    evaluator,
    naive: null,
    nJudged: null,
    nLabelled,
    nNeeded: MIN_LABELLED,
    value: null,
    low: null,
    high: null,
    power: null,
    labelsAlone: null,
  };
}

async function correctBy(
  db: Queryable,
  question: JudgedQuestion,
  sample: readonly SamplePair[],
): Promise<CorrectedQuality | null> {
  const judged = await readJudged(db, question);
  if (judged === null) return null;
  const labelled = sample.map((pair) => ({
    person: pair.person,
    judge: pair.judge,
    weight: 1 / (pair.judgedProbability * pair.labelProbability),
    judgedWeight: 1 / pair.judgedProbability,
    cluster: pair.cluster,
    stratum: stratumOf(pair.judge),
  }));
  const weights = judged.strata.map(({ weight }) => weight);
  const corrected = predictionPowered({
    judged: judged.mean,
    labelled: toStrata(labelled, weights),
  });
  return {
    ...missing(question.scoreName, question.evaluator, sample.length),
    naive: judged.mean.mean,
    nJudged: judged.mean.n,
    value: corrected?.value ?? null,
    low: corrected?.low ?? null,
    high: corrected?.high ?? null,
    power: corrected?.power ?? null,
    labelsAlone: corrected?.labelsAlone ?? null,
  };
}

function isSample(pair: JudgedPair): pair is SamplePair {
  return pair.labelProbability !== null && pair.judgedProbability !== null;
}

function mostLabelled(pairs: readonly JudgedPair[]): string | null {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    if (isSample(pair)) counts.set(pair.evaluator, (counts.get(pair.evaluator) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}
