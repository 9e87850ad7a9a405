import type { Interval } from '../../src/statistics/intervals.ts';
import type { Benign, Measured } from './measure.ts';
import type { Speed } from './speed.ts';
import type { TaskId } from './tasks.ts';

/** Everything that one run measured. */
export interface Report {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** By task: every system on the test half of every set. */
  readonly results: Readonly<Partial<Record<TaskId, readonly Measured[]>>>;
  /** By task: ours, trained on everything but the set that is measured. */
  readonly leftOut: Readonly<Partial<Record<TaskId, readonly Measured[]>>>;
  readonly benign: readonly Benign[];
  readonly speed: readonly Speed[];
  /** Sets that nothing of ours answers for. */
  readonly without: readonly {
    readonly folder: string;
    readonly set: string;
    readonly n: number;
  }[];
  /** Sets by folder with what the manifest says of them. */
  readonly sets: readonly {
    readonly folder: string;
    readonly set: string;
    readonly source: string;
    readonly licence: string;
    readonly mayTrain: boolean;
  }[];
}

/** A share or an area as people read it: three digits and the interval; `–` when nothing was observed. */
export function shown(interval: Interval | undefined, { bare = false } = {}): string {
  if (interval === undefined || interval.value === null) return '–';
  const digits = (value: number): string =>
    value
      .toFixed(3)
      .replace(/^0(?=\.)/, '')
      .replace(/^1\.000$/, '1');
  const value = digits(interval.value);
  if (bare || interval.low === null || interval.high === null) return value;
  return `${value} [${digits(interval.low)}–${digits(interval.high)}]`;
}

/** One line of a console table. */
export function consoleRow({ system, set, figures }: Measured): Record<string, string | number> {
  const bare = { bare: true };
  return {
    system,
    set,
    n: figures.n,
    positives: figures.positives,
    AUC: shown(figures.auc),
    P: shown(figures.precision, bare),
    R: shown(figures.recall, bare),
    F1: shown(figures.f1, bare),
    'false finds': shown(figures.falseFinds, bare),
    'alarm R': shown(figures.alarmRecall, bare),
    'false alarms': shown(figures.falseAlarms, bare),
  };
}

/** A table of Markdown. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
