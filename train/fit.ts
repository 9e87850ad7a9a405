/** Logistic regression over the hashed pieces of texts, and its calibration. */
import { createHash } from 'node:crypto';
import type { Matrix } from './matrix.ts';
import { minimise } from './minimise.ts';

/** A labelled text; `weight` says how much it counts. */
export interface Example {
  readonly text: string;
  readonly label: 0 | 1;
  readonly weight: number;
  /** The set it comes from; leave-one-source-out leaves whole sets out. */
  readonly source: string;
  readonly lang: string;
  /** Examples of one group stay on the same side of every split. */
  readonly group: string;
}

export interface Weights {
  readonly values: Float64Array;
  readonly bias: number;
}

export interface FitOptions {
  readonly buckets: number;
  /** Strength of the pull towards zero, of the mean loss. */
  readonly l2: number;
  readonly iterations?: number;
  readonly onIteration?: (iteration: number) => void;
}

/** The margin of every row: bias and the sum of its weights over the square root of their number. */
export function margins({ indices, ends }: Matrix, { values, bias }: Weights): Float64Array {
  return Float64Array.from(ends, (end, row) => {
    const own = indices.subarray(row === 0 ? 0 : ends[row - 1], end);
    return bias + sumAt(values, own) / Math.sqrt(Math.max(1, own.length));
  });
}

interface Rows {
  readonly labels: readonly number[];
  /** How much each row counts; 0 leaves it out. */
  readonly weights: readonly number[];
}

/** Weights that minimise the weighted mean logistic loss plus l2/2 of their squared length. */
export function fitWeights(matrix: Matrix, rows: Rows, options: FitOptions): Weights {
  const { buckets } = matrix;
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  const signs = Float64Array.from(rows.labels, (label) => (label === 1 ? 1 : -1));
  const shares = Float64Array.from(rows.weights, (weight) => weight / total);
  const objective = (point: Float64Array, gradient: Float64Array): number => {
    const loss = addLoss(matrix, { signs, shares }, { point, gradient });
    return loss + addPenalty(options.l2, buckets, { point, gradient });
  };
  const point = minimise(objective, buckets + 1, {
    iterations: options.iterations ?? 60,
    tolerance: 1e-5,
    ...(options.onIteration === undefined ? {} : { onIteration: options.onIteration }),
  });
  return { values: point.slice(0, buckets), bias: point[buckets] ?? 0 };
}

interface Evaluation {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
}

/** Answers the mean loss at the point and writes its gradient. */
function addLoss(
  { indices, ends, buckets }: Matrix,
  { signs, shares }: { readonly signs: Float64Array; readonly shares: Float64Array },
  { point, gradient }: Evaluation,
): number {
  gradient.fill(0);
  let loss = 0;
  for (let row = 0; row < ends.length; row += 1) {
    const share = shares[row] ?? 0;
    if (share === 0) continue;
    const own = indices.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
    const factor = 1 / Math.sqrt(Math.max(1, own.length));
    const sign = signs[row] ?? 1;
    const margin = sign * ((point[buckets] ?? 0) + factor * sumAt(point, own));
    loss += share * softplus(-margin);
    const pull = (-sign * share) / (1 + Math.exp(margin));
    gradient[buckets] = (gradient[buckets] ?? 0) + pull;
    addAt(gradient, own, pull * factor);
  }
  return loss;
}

function sumAt(values: Float64Array, indices: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < indices.length; at += 1) sum += values[indices[at] ?? 0] ?? 0;
  return sum;
}

function addAt(target: Float64Array, indices: Uint32Array, value: number): void {
  for (let at = 0; at < indices.length; at += 1) {
    const index = indices[at] ?? 0;
    target[index] = (target[index] ?? 0) + value;
  }
}

function addPenalty(l2: number, buckets: number, { point, gradient }: Evaluation): number {
  let squares = 0;
  for (let index = 0; index < buckets; index += 1) {
    const value = point[index] ?? 0;
    squares += value * value;
    gradient[index] = (gradient[index] ?? 0) + l2 * value;
  }
  return (l2 / 2) * squares;
}

function softplus(value: number): number {
  return value > 30 ? value : Math.log1p(Math.exp(value));
}

/**
 * Slope and intercept that make margins probabilities, by Newton's method on Platt's smoothed targets.
 * Source: Lin, Lin and Weng, A Note on Platt's Probabilistic Outputs for Support Vector Machines, 2007.
 */
export function calibrate(
  scores: ArrayLike<number>,
  labels: readonly number[],
  weights: readonly number[],
): { slope: number; intercept: number } {
  const positives = weights.reduce((sum, weight, row) => sum + (labels[row] === 1 ? weight : 0), 0);
  const negatives = weights.reduce((sum, weight, row) => sum + (labels[row] === 1 ? 0 : weight), 0);
  const targets = labels.map((label) =>
    label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  let slope = 1;
  let intercept = 0;
  for (let round = 0; round < 50; round += 1) {
    let [gradientA, gradientB, aa, ab, bb] = [0, 0, 1e-9, 0, 1e-9];
    for (let row = 0; row < targets.length; row += 1) {
      const x = scores[row] ?? 0;
      const weight = weights[row] ?? 0;
      const p = 1 / (1 + Math.exp(-(slope * x + intercept)));
      const error = weight * (p - (targets[row] ?? 0));
      const curvature = weight * p * (1 - p);
      gradientA += error * x;
      gradientB += error;
      aa += curvature * x * x;
      ab += curvature * x;
      bb += curvature;
    }
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 0)) break;
    const stepA = (bb * gradientA - ab * gradientB) / determinant;
    const stepB = (aa * gradientB - ab * gradientA) / determinant;
    slope -= stepA;
    intercept -= stepB;
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-8) break;
  }
  return { slope, intercept };
}

/** Which of `folds` parts a group belongs to; the same wherever it is asked. */
export function foldOf(group: string, folds: number): number {
  return createHash('sha256').update(group).digest().readUInt32BE() % folds;
}

/** Margins for rows by models that never saw their group. */
export function crossMargins(
  matrix: Matrix,
  examples: readonly Example[],
  options: FitOptions & { readonly folds: number },
): Float64Array {
  const folds = examples.map(({ group }) => foldOf(group, options.folds));
  const labels = examples.map(({ label }) => label);
  const result = new Float64Array(examples.length);
  for (let fold = 0; fold < options.folds; fold += 1) {
    const weights = examples.map(({ weight }, row) => (folds[row] === fold ? 0 : weight));
    const scored = margins(matrix, fitWeights(matrix, { labels, weights }, options));
    for (const [row, own] of folds.entries()) if (own === fold) result[row] = scored[row] ?? 0;
  }
  return result;
}
