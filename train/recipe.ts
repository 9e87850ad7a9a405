import type { LinearModel } from '../src/evaluators/models/linear-model.ts';
import type { ModelCard, Thresholds } from '../src/evaluators/models/model-card.ts';
import type { Example } from './fit.ts';
import { readManifest } from './read-sets.ts';

/** How one shipped model is made. */
export interface Recipe {
  /** Name of its files and of the command: `npm run train -- name`. */
  readonly name: string;
  readonly version: string;
  /** A power of two; one byte each. */
  readonly buckets: number;
  readonly l2: number;
  /** Rounds of fitting at most; 60 unless stated. Few rounds act like a stronger pull towards zero. */
  readonly iterations?: number;
  readonly blindSpots: readonly string[];
  readonly thresholds: { readonly whole: Thresholds; readonly sentence: Thresholds };
  /** Labelled texts out of the training halves in `data` and of what this folder adds. */
  examples(data: string): readonly Example[];
  /** Figures for the card, of the finished model on the test halves. */
  measure(model: LinearModel, data: string): Readonly<Record<string, unknown>>;
}

/** Which sets examples came from, with licence and origin, for the card. Sources that are no set are the folder's own sentences. */
export function describeSources(data: string, examples: readonly Example[]): ModelCard['data'] {
  const entries = new Map(readManifest(data).map((entry) => [entry.set, entry]));
  const rows = new Map<string, number>();
  for (const { source } of examples) rows.set(source, (rows.get(source) ?? 0) + 1);
  return [...rows.keys()]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((set) => ({
      set,
      rows: rows.get(set) ?? 0,
      licence: entries.get(set)?.licence ?? 'CC0-1.0',
      source: entries.get(set)?.source ?? 'written for this project',
    }));
}
