import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODELS_FOLDER } from '../../src/evaluators/models/load-model.ts';
import type { ModelCard } from '../../src/evaluators/models/model-card.ts';
import { type Example, fitWeights } from '../../train/fit.ts';
import { matrixOf } from '../../train/matrix.ts';
import type { Recipe } from '../../train/recipe.ts';
import { RECIPES } from '../../train/recipes.ts';
import { TABLES } from '../../train/tables.ts';
import { type Hidden, withDataWithout } from './data-without.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(import.meta.dirname, '../results');
const DATE = '2026-11-21';

/** Models to make again. */
export interface Learning {
  /** Names of recipes and tables. */
  readonly models: readonly string[];
  /** What is left out, for people. */
  readonly name: string;
  readonly hidden: Hidden;
}

/** Calls `use` with a folder of the models, trained without what is hidden. */
export async function withModelsWithout<T>(
  data: string,
  learning: Learning,
  use: (models: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-models-'));
  try {
    withDataWithout(data, learning.hidden, (view) => trainInto(folder, view, learning.models));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function trainInto(folder: string, data: string, models: readonly string[]): void {
  for (const recipe of RECIPES.filter(({ name }) => models.includes(name))) {
    const { weights, scale, bias } = trained(recipe, recipe.examples(data));
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const card = { ...shippedCard(recipe.name), scale, bias, sha256 };
    writeFileSync(join(folder, `${recipe.name}.json`), JSON.stringify(card));
    writeFileSync(join(folder, `${recipe.name}.bin`), weights);
  }
  for (const table of TABLES.filter(({ name }) => models.includes(name))) {
    const file = table.make({ data, date: DATE });
    writeFileSync(join(folder, `${table.name}.json`), JSON.stringify(file));
  }
}

/** Calibration and limits stay those of the shipped model, which spares four of five fittings. */
function shippedCard(name: string): ModelCard {
  return JSON.parse(readFileSync(join(MODELS_FOLDER, `${name}.json`), 'utf8')) as ModelCard;
}

interface Trained {
  readonly weights: Int8Array;
  readonly scale: number;
  readonly bias: number;
}

/** The weights, from an earlier run when texts, labels and the code of fitting are the same. */
function trained(recipe: Recipe, examples: readonly Example[]): Trained {
  const file = join(CACHE, `weights-${recipe.name}-${keyOf(recipe, examples)}.tmp`);
  if (existsSync(file)) {
    const bytes = readFileSync(file);
    const [scale = 1, bias = 0] = new Float64Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 16),
    );
    return {
      scale,
      bias,
      weights: Int8Array.from(bytes.subarray(16), (byte) => (byte << 24) >> 24),
    };
  }
  const made = fitAnew(recipe, examples);
  const head = Buffer.from(Float64Array.of(made.scale, made.bias).buffer);
  writeFileSync(file, Buffer.concat([head, Buffer.from(made.weights.buffer)]));
  return made;
}

function fitAnew(recipe: Recipe, examples: readonly Example[]): Trained {
  const matrix = matrixOf(
    examples.map(({ text }) => text),
    recipe.buckets,
  );
  const rows = {
    labels: examples.map(({ label }) => label),
    weights: examples.map(({ weight }) => weight),
  };
  const { values, bias } = fitWeights(matrix, rows, recipe);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest === 0 ? 1 : largest / 127;
  const weights = Int8Array.from(values, (value) => Math.round(value / scale));
  return { weights, scale, bias };
}

function keyOf(recipe: Recipe, examples: readonly Example[]): string {
  const { name, buckets, l2 } = recipe;
  const hash = createHash('sha256').update(
    JSON.stringify([name, buckets, l2, recipe.iterations ?? 0]),
  );
  for (const { text, label, weight } of examples) hash.update(`${label} ${weight} ${text}\n`);
  for (const file of codeOfFitting()) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

function codeOfFitting(): string[] {
  const text = 'src/evaluators/text';
  const grams = readdirSync(join(ROOT, text))
    .filter((file) => /^(?:grams|fold|sentences)\.ts$/.test(file))
    .map((file) => join(text, file));
  return ['train/fit.ts', 'train/matrix.ts', 'train/minimise.ts', ...grams];
}
