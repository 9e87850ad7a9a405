import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { MODELS_FOLDER } from '../src/evaluators/models/load-model.ts';
import { DEFAULT_DATA } from '../train/read-sets.ts';
import { RECIPES } from '../train/recipes.ts';
import { TABLES } from '../train/tables.ts';
import { trainModel, writeModel } from '../train/train-model.ts';

/** `npm run train [-- name …] [--data DIR] [--out DIR] [--date YYYY-MM-DD]`: makes the shipped models again. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: DEFAULT_DATA },
    out: { type: 'string', default: MODELS_FOLDER },
    date: { type: 'string', default: '2026-11-21' },
  },
});
const isWanted = ({ name }: { readonly name: string }): boolean =>
  positionals.length === 0 || positionals.includes(name);
const recipes = RECIPES.filter(isWanted);
const tables = TABLES.filter(isWanted);
if (recipes.length + tables.length === 0) {
  console.error(`There are: ${[...RECIPES, ...TABLES].map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
for (const recipe of recipes) {
  const bar = new SingleBar({
    format: `${recipe.name} {bar} {value} rounds, {duration_formatted}`,
  });
  // Four folds and the whole.
  bar.start(5 * (recipe.iterations ?? 60), 0);
  const model = trainModel(recipe, {
    data: values.data,
    date: values.date,
    onProgress: (done) => bar.update(done),
  });
  bar.stop();
  writeModel(values.out, model);
  console.log(JSON.stringify(model.card.accuracy, null, 2));
}
for (const table of tables) {
  const file = table.make({ data: values.data, date: values.date });
  writeFileSync(join(values.out, `${table.name}.json`), `${JSON.stringify(file, null, 2)}\n`);
  console.log(table.name, 'accuracy' in file ? JSON.stringify(file.accuracy, null, 2) : '');
}
