import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { MODELS_FOLDER } from '../src/evaluators/models/load-model.ts';
import { DEFAULT_DATA } from '../train/read-sets.ts';
import { RECIPES } from '../train/recipes.ts';
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
const recipes = RECIPES.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
if (recipes.length === 0) {
  console.error(`There are: ${RECIPES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
/** Four folds and the whole, 60 rounds each at most. */
const MOST_ROUNDS = 300;
for (const recipe of recipes) {
  const bar = new SingleBar({
    format: `${recipe.name} {bar} {value} rounds, {duration_formatted}`,
  });
  bar.start(MOST_ROUNDS, 0);
  const model = trainModel(recipe, {
    data: values.data,
    date: values.date,
    onProgress: (done) => bar.update(done),
  });
  bar.stop();
  writeModel(values.out, model);
  console.log(JSON.stringify(model.card.accuracy, null, 2));
}
