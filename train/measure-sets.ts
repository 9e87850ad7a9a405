import { atThreshold, auc, type Judged } from './measure.ts';
import { type Row, readSet, type SetEntry, type Split } from './read-sets.ts';

export interface MeasureOptions {
  readonly data: string;
  readonly split: Split;
  /** Risks at or above it count as found. */
  readonly threshold: number;
  /** In [0, 1]: 1 is what the detector looks for. */
  riskOf(row: Row): number;
  /** 1 is what the detector looks for; by the row's label unless given. */
  labelOf?(row: Row): number;
}

/** Figures for each set, by its name; for cards. */
export function measureSets(
  entries: readonly SetEntry[],
  { data, split, threshold, riskOf, labelOf }: MeasureOptions,
): Readonly<Record<string, Readonly<Record<string, number | null>>>> {
  const measured = entries.map((entry) => {
    const judged: Judged[] = readSet(data, entry, split).map((row) => ({
      label: labelOf?.(row) ?? Number(row.label),
      score: riskOf(row),
    }));
    const { recall, precision, falseAlarms } = atThreshold(judged, threshold);
    const figures = { rows: judged.length, auc: auc(judged), precision, recall, falseAlarms };
    return [entry.set, rounded(figures)] as const;
  });
  return Object.fromEntries(measured.filter(([, { rows }]) => rows !== 0));
}

function rounded(figures: Readonly<Record<string, number | null>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      value === null ? null : Math.round(value * 1e4) / 1e4,
    ]),
  );
}
