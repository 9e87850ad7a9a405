import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MODELS_FOLDER } from '../../src/evaluators/models/load-model.ts';
import type { ModelCard } from '../../src/evaluators/models/model-card.ts';
import { fitWeights } from '../../train/fit.ts';
import { matrixOf } from '../../train/matrix.ts';
import { readManifest } from '../../train/read-sets.ts';
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
  /** What is left out, for people and for the cache. */
  readonly name: string;
  readonly hidden: Hidden;
}

/** The models trained without what is hidden, in a folder; kept by the content of code and data, so that a second run is quick. */
export function trainWithout(data: string, learning: Learning): string {
  const key = keyOf(data, learning);
  const folder = join(CACHE, `left-out-${learning.name.replaceAll(/\W/g, '_')}-${key}.tmp`);
  if (existsSync(folder)) return folder;
  const draft = `${folder.slice(0, -'.tmp'.length)}-draft.tmp`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  withDataWithout(data, learning.hidden, (view) => {
    for (const recipe of RECIPES.filter(({ name }) => learning.models.includes(name))) {
      trainHashed(recipe, view, draft);
    }
    for (const table of TABLES.filter(({ name }) => learning.models.includes(name))) {
      const file = table.make({ data: view, date: DATE });
      writeFileSync(join(draft, `${table.name}.json`), JSON.stringify(file));
    }
  });
  renameSync(draft, folder);
  return folder;
}

/** As `npm run train` does it, but with the shipped model's calibration, which spares four of five fittings. */
function trainHashed(recipe: Recipe, data: string, folder: string): void {
  const examples = recipe.examples(data);
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
  const shipped = JSON.parse(
    readFileSync(join(MODELS_FOLDER, `${recipe.name}.json`), 'utf8'),
  ) as ModelCard;
  const sha256 = createHash('sha256').update(weights).digest('hex');
  writeFileSync(
    join(folder, `${recipe.name}.json`),
    JSON.stringify({ ...shipped, scale, bias, sha256 }),
  );
  writeFileSync(join(folder, `${recipe.name}.bin`), weights);
}

/** Changes with the code of training and reading, with the data, and with what is left out. */
function keyOf(data: string, { models, name, hidden }: Learning): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([models, name, hidden.sets, hidden.isHidden.toString()]));
  for (const file of filesThatMatter(models))
    hash.update(file).update(readFileSync(join(ROOT, file)));
  for (const { detector, set, may_train_shipped_weights } of readManifest(data)) {
    const file = join(data, detector, 'train', `${set}.jsonl.gz`);
    if (may_train_shipped_weights && existsSync(file)) hash.update(set).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Code and words of training, how texts are read, and the shipped card whose calibration is used. */
function filesThatMatter(models: readonly string[]): string[] {
  const folders = ['train', 'src/evaluators/text', 'src/evaluators/grounding'];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|txt|json)$/.test(file) && !file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
  const cards = models
    .map((name) => join('src/evaluators/models/shipped', `${name}.json`))
    .filter((file) => existsSync(join(ROOT, file)));
  return [...sources, ...cards].sort(byCharacters);
}

function byCharacters(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
