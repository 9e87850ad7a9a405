import type { Example } from './fit.ts';
import { type Row, readManifest, readSet } from './read-sets.ts';

/** Rows of a set of another detector that are harmless as a prompt or as a passage. */
export interface Harmless {
  readonly detector: string;
  readonly set: string;
  /** At most so many rows, the first ones. */
  readonly rows: number;
  /** The text of a row. */
  textOf(row: Row): string;
}

/** What a row is about, where it has one text. */
export function anyText(row: Row): string {
  return row.text ?? row.response ?? '';
}

/** All rows of a set, or the first ones, by their text. */
export function harmless(detector: string, set: string, rows = 10_000): Harmless {
  return { detector, set, rows, textOf: anyText };
}

/** Their examples; sets that the manifest does not let us train on are refused. */
export function harmlessExamples(
  data: string,
  sources: readonly Harmless[],
  weight: number,
): readonly Example[] {
  const entries = new Map(readManifest(data).map((entry) => [entry.set, entry]));
  return sources.flatMap(({ detector, set, rows, textOf }) => {
    const entry = entries.get(set);
    if (entry?.may_train_shipped_weights !== true)
      throw new Error(`${set} must not be trained on.`);
    return readSet(data, { detector, set }, 'train')
      .slice(0, rows)
      .map((row) => ({
        text: textOf(row),
        label: 0 as const,
        weight,
        source: set,
        lang: row.lang ?? '',
        group: row.group ?? row.id,
      }))
      .filter(({ text }) => text !== '');
  });
}
