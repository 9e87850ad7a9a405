import type { FeatureWeights } from '../src/evaluators/models/feature-model.ts';
import { calibrate, foldOf } from './fit.ts';

/** A row of features with its label (1 is what is looked for). */
export interface FeatureRow {
  readonly features: Float64Array;
  readonly label: number;
  /** How much it counts. */
  readonly weight: number;
  /** Rows of one group stay on the same side of every split. */
  readonly group: string;
}

export interface FeatureFit {
  readonly l2: number;
  /** For each feature: 1 if it may only speak for the label, -1 only against it, 0 both, null neither. */
  readonly signs: readonly (1 | -1 | 0 | null)[];
}

interface Linear {
  readonly weights: Float64Array;
  readonly bias: number;
}

const FOLDS = 5;
const ROUNDS = 200;
const TOLERANCE = 1e-6;
/**
 * A verdict is clear where this share of the rows was judged right. More is asked of a good verdict, because nobody
 * looks at it again.
 */
const CLEAR = { found: 0.9, nothing: 0.95 };

/**
 * Logistic regression with weights of known sign, which keeps a model from learning the accidents of one set. Fits,
 * calibrates on groups that were left out, and finds where verdicts are clear. The same rows give the same weights.
 */
export function fitFeatures(rows: readonly FeatureRow[], fit: FeatureFit): FeatureWeights {
  const left = crossMargins(rows, fit);
  const labels = rows.map(({ label }) => label);
  const counts = rows.map(({ weight }) => weight);
  const { slope, intercept } = calibrate(left, labels, counts);
  const { weights, bias } = fitLinear(rows, fit);
  const probabilities = left.map((margin) => 1 / (1 + Math.exp(-(slope * margin + intercept))));
  return {
    weights: Array.from(weights, (weight) => round(slope * weight)),
    bias: round(slope * bias + intercept),
    clear: clearOf(rows, probabilities),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function crossMargins(rows: readonly FeatureRow[], fit: FeatureFit): Float64Array {
  const folds = rows.map(({ group }) => foldOf(group, FOLDS));
  const result = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const model = fitLinear(
      rows.filter((_, row) => folds[row] !== fold),
      fit,
    );
    for (const [row, { features }] of rows.entries()) {
      if (folds[row] === fold) result[row] = marginOf(model, features);
    }
  }
  return result;
}

function marginOf({ weights, bias }: Linear, features: Float64Array): number {
  return weights.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), bias);
}

/** Coordinate descent by Newton steps on standardised features, each step kept to its sign. */
function fitLinear(rows: readonly FeatureRow[], { l2, signs }: FeatureFit): Linear {
  const { columns, means, deviations } = standardise(rows, signs.length);
  const problem = {
    // The bias is the weight of a column of ones.
    columns: [...columns, new Float64Array(rows.length).fill(1)],
    margins: new Float64Array(rows.length),
    labels: Float64Array.from(rows, ({ label }) => label),
    counts: Float64Array.from(rows, ({ weight }) => weight),
  };
  const weights = new Float64Array(signs.length + 1);
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    let moved = 0;
    for (const [at, sign] of [...signs, 0 as const].entries()) {
      if (sign === null) continue;
      const penalty = at === signs.length ? 0 : l2;
      moved = Math.max(moved, move(problem, { at, penalty, sign }, weights));
    }
    if (moved < TOLERANCE) break;
  }
  return rescale(weights, means, deviations);
}

/** Moves one weight, and the margins with it; answers how far. */
function move(
  problem: Problem,
  {
    at,
    penalty,
    sign,
  }: { readonly at: number; readonly penalty: number; readonly sign: 1 | -1 | 0 },
  weights: Float64Array,
): number {
  const { columns, margins } = problem;
  const column = columns[at] ?? new Float64Array(0);
  const weight = weights[at] ?? 0;
  const change = kept(weight + newtonStep(problem, column, { penalty, weight }), sign) - weight;
  weights[at] = weight + change;
  for (let row = 0; row < margins.length; row += 1) {
    margins[row] = (margins[row] ?? 0) + change * (column[row] ?? 0);
  }
  return Math.abs(change);
}

interface Problem {
  readonly columns: readonly Float64Array[];
  readonly margins: Float64Array;
  readonly labels: Float64Array;
  readonly counts: Float64Array;
}

function newtonStep(
  { margins, labels, counts }: Problem,
  column: Float64Array,
  pull: { readonly penalty: number; readonly weight: number },
): number {
  let gradient = pull.penalty * pull.weight;
  let curvature = pull.penalty + 1e-9;
  for (let row = 0; row < margins.length; row += 1) {
    const x = column[row] ?? 0;
    if (x === 0) continue;
    const p = 1 / (1 + Math.exp(-(margins[row] ?? 0)));
    const count = counts[row] ?? 0;
    gradient += count * (p - (labels[row] ?? 0)) * x;
    // A lower bound keeps steps short where all is certain already.
    curvature += count * Math.max(p * (1 - p), 0.01) * x * x;
  }
  return -gradient / curvature;
}

function kept(value: number, sign: 1 | -1 | 0): number {
  if (sign === 0) return value;
  return sign === 1 ? Math.max(0, value) : Math.min(0, value);
}

function standardise(
  rows: readonly FeatureRow[],
  width: number,
): { columns: Float64Array[]; means: number[]; deviations: number[] } {
  const columns: Float64Array[] = [];
  const means: number[] = [];
  const deviations: number[] = [];
  for (let at = 0; at < width; at += 1) {
    const column = Float64Array.from(rows, ({ features }) => features[at] ?? 0);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    const deviation = Math.sqrt(variance) + 1e-9;
    columns.push(column.map((value) => (value - mean) / deviation));
    means.push(mean);
    deviations.push(deviation);
  }
  return { columns, means, deviations };
}

function rescale(
  standard: Float64Array,
  means: readonly number[],
  deviations: readonly number[],
): Linear {
  const weights = Float64Array.from(means, (_, at) => (standard[at] ?? 0) / (deviations[at] ?? 1));
  const shift = weights.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0);
  return { weights, bias: (standard[means.length] ?? 0) - shift };
}

/** From which probabilities on enough of the rows beyond are judged right; 0 and 1 where there are none such. */
function clearOf(
  rows: readonly FeatureRow[],
  probabilities: Float64Array,
): FeatureWeights['clear'] {
  const ordered = [...rows.keys()].sort(
    (a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0),
  );
  const below = lastClear(rows, ordered, 0);
  const above = lastClear(rows, ordered.toReversed(), 1);
  return {
    below: below === null ? 0 : round(probabilities[below] ?? 0),
    above: above === null ? 1 : round(probabilities[above] ?? 1),
  };
}

const FEWEST = 30;

function lastClear(
  rows: readonly FeatureRow[],
  ordered: readonly number[],
  label: number,
): number | null {
  const least = label === 1 ? CLEAR.found : CLEAR.nothing;
  let right = 0;
  let all = 0;
  let last: number | null = null;
  for (const [count, row] of ordered.entries()) {
    const { weight = 0, label: own } = rows[row] ?? {};
    all += weight;
    if (own === label) right += weight;
    if (count >= FEWEST && right >= least * all) last = row;
  }
  return last;
}
