import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GRAMS_VERSION } from '../text/grams.ts';
import { createLinearModel, type LinearModel } from './linear-model.ts';
import type { ModelCard } from './model-card.ts';

/** Where shipped models are: `<name>.json` is the card, `<name>.bin` the weights. */
export const MODELS_FOLDER = join(import.meta.dirname, 'shipped');

/** Answers the shipped model `name`; it is read at the first use, once. Throws when card and weights do not belong together. */
export function shippedModel(name: string): () => LinearModel {
  let model: LinearModel | null = null;
  return () => {
    model ??= readModel(MODELS_FOLDER, name);
    return model;
  };
}

/** Reads a model from a folder. Throws when the files are not what the card says. */
export function readModel(folder: string, name: string): LinearModel {
  const card = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as ModelCard;
  const bytes = readFileSync(join(folder, `${name}.bin`));
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== card.sha256 || bytes.length !== card.buckets) {
    throw new Error(`The weights of model ${name} are not those of its card.`);
  }
  if (card.gramsVersion !== GRAMS_VERSION) {
    throw new Error(
      `Model ${name} was trained for another hashing of texts: npm run train -- ${name}`,
    );
  }
  return createLinearModel(card, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}
