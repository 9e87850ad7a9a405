import type { FeatureModelFile } from '../src/evaluators/models/feature-model.ts';
import type { WordWeights } from '../src/evaluators/text/word-weights.ts';
import { countCommonWords } from './common-words.ts';
import { trainGrounding } from './grounding.ts';
import { trainRelevance } from './relevance.ts';
import { countWordWeights } from './word-weights.ts';

/** A shipped file that is no hashed model: weights of named features, or a table of words. */
export interface Table {
  /** Name of its file and of the command: `npm run train -- name`. */
  readonly name: string;
  /** What goes into `<name>.json`. */
  make(options: { readonly data: string; readonly date: string }): TableFile;
}

type TableFile = FeatureModelFile | WordWeights;

/** In this order: what compares texts reads the weights of words. */
export const TABLES: readonly Table[] = [
  { name: 'word-weights', make: ({ data }) => countWordWeights(data) },
  { name: 'common-words', make: ({ data }) => countCommonWords(data) },
  { name: 'grounding', make: trainGrounding },
  { name: 'relevance', make: trainRelevance },
];
