import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One set of labelled rows as `MANIFEST.json` describes it. */
export interface SetEntry {
  readonly detector: string;
  readonly set: string;
  readonly langs: readonly string[];
  readonly licence: string;
  readonly source: string;
  /** Its licence allows weights made from it to be shipped. Sets without this are only ever measured on. */
  readonly may_train_shipped_weights: boolean;
}

/** A row of a set; which texts it has depends on the detector. */
export interface Row {
  readonly id: string;
  readonly set: string;
  readonly label: number | string;
  readonly lang?: string;
  readonly text?: string;
  readonly prompt?: string;
  readonly response?: string;
  readonly context?: unknown;
  readonly category?: string;
  /** Rows of one template or document; they stay together when rows are split. */
  readonly group?: string;
  readonly [field: string]: unknown;
}

export type Split = 'train' | 'test';

/** Where the labelled data are, unless `--data` says otherwise: beside the project folder. */
export const DEFAULT_DATA = join(import.meta.dirname, '..', '..', 'shared', 'data');

/** The sets of a data folder: of its `MANIFEST.json`, or, without one, of the files that are there (never trainable). */
export function readManifest(data: string): readonly SetEntry[] {
  const file = join(data, 'MANIFEST.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SetEntry[];
  if (!existsSync(data))
    throw new Error(`There is no data folder at ${data}; name one with --data DIR.`);
  return readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => inferredSets(data, name));
}

function inferredSets(data: string, detector: string): SetEntry[] {
  const names = (['train', 'test'] as const).flatMap((split) => {
    const folder = join(data, detector, split);
    return existsSync(folder) ? readdirSync(folder) : [];
  });
  const sets = [...new Set(names.filter((name) => name.endsWith(ENDING)))].sort(byCodeUnits);
  return sets.map((name) => ({
    detector,
    set: name.slice(0, -ENDING.length),
    langs: [],
    licence: 'not stated',
    source: 'not stated',
    may_train_shipped_weights: false,
  }));
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const ENDING = '.jsonl.gz';

/** The rows of one half of a set in file order; none when the file does not exist. */
export function readSet(
  data: string,
  entry: Pick<SetEntry, 'detector' | 'set'>,
  split: Split,
): readonly Row[] {
  const file = join(data, entry.detector, split, `${entry.set}${ENDING}`);
  if (!existsSync(file)) return [];
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

/** The training rows of the sets of a detector whose weights may be shipped. */
export function trainingSets(
  data: string,
  detector: string,
): readonly { readonly entry: SetEntry; readonly rows: readonly Row[] }[] {
  return readManifest(data)
    .filter((entry) => entry.detector === detector && entry.may_train_shipped_weights)
    .map((entry) => ({ entry, rows: readSet(data, entry, 'train') }))
    .filter(({ rows }) => rows.length > 0);
}
