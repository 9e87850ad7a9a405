import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinearModel } from '../src/evaluators/models/linear-model.ts';
import type { ModelCard } from '../src/evaluators/models/model-card.ts';
import { GRAMS_VERSION } from '../src/evaluators/text/grams.ts';
import { calibrate, crossMargins, type Example, fitWeights, type Weights } from './fit.ts';
import { matrixOf } from './matrix.ts';
import { describeSources, type Recipe } from './recipe.ts';

const CALIBRATION_FOLDS = 4;

export interface TrainedModel {
  readonly card: ModelCard;
  readonly weights: Int8Array;
}

export interface TrainOptions {
  readonly data: string;
  /** Stands in the card; an argument, because the same inputs must give the same bytes. */
  readonly date: string;
  readonly onProgress?: (done: number) => void;
}

/** Fits, calibrates on groups that were left out, rounds to bytes and measures a model; the same inputs give the same bytes. */
export function trainModel(recipe: Recipe, { data, date, onProgress }: TrainOptions): TrainedModel {
  const examples = recipe.examples(data);
  const { weights, head } = trainOn(recipe, examples, onProgress);
  const draft: ModelCard = {
    ...head,
    date,
    data: describeSources(data, examples),
    accuracy: {},
    blindSpots: recipe.blindSpots,
  };
  const accuracy = recipe.measure(createLinearModel(draft, weights), data);
  return { card: { ...draft, accuracy }, weights };
}

type CardHead = Omit<ModelCard, 'date' | 'data' | 'accuracy' | 'blindSpots'>;

/** Weights and what reads them, from any examples; also for models that leave a source out. */
export function trainOn(
  recipe: Pick<Recipe, 'name' | 'version' | 'buckets' | 'l2' | 'iterations' | 'thresholds'>,
  examples: readonly Example[],
  onProgress?: (done: number) => void,
): { readonly weights: Int8Array; readonly head: CardHead } {
  let iterations = 0;
  const options = {
    buckets: recipe.buckets,
    l2: recipe.l2,
    iterations: recipe.iterations ?? 60,
    onIteration: (): void => {
      iterations += 1;
      onProgress?.(iterations);
    },
  };
  const matrix = matrixOf(
    examples.map(({ text }) => text),
    recipe.buckets,
  );
  const labels = examples.map(({ label }) => label);
  const rowWeights = examples.map(({ weight }) => weight);
  const left = crossMargins(matrix, examples, { ...options, folds: CALIBRATION_FOLDS });
  const calibration = calibrate(left, labels, rowWeights);
  const fitted = fitWeights(matrix, { labels, weights: rowWeights }, options);
  const { weights, scale } = inBytes(fitted);
  const head: CardHead = {
    name: recipe.name,
    version: recipe.version,
    gramsVersion: GRAMS_VERSION,
    buckets: recipe.buckets,
    scale,
    bias: fitted.bias,
    calibration,
    thresholds: recipe.thresholds,
    sha256: createHash('sha256').update(weights).digest('hex'),
  };
  return { weights, head };
}

/** Weights as bytes from -127 to 127 and the size of one step. */
function inBytes({ values }: Weights): { readonly weights: Int8Array; readonly scale: number } {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest === 0 ? 1 : largest / 127;
  return { weights: Int8Array.from(values, (value) => Math.round(value / scale)), scale };
}

/** Writes `<name>.json` and `<name>.bin`. */
export function writeModel(folder: string, { card, weights }: TrainedModel): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${card.name}.json`), `${JSON.stringify(card, null, 2)}\n`);
  writeFileSync(join(folder, `${card.name}.bin`), weights);
}
