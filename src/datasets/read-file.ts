import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import {
  type BadLine,
  type ColumnMap,
  type FileFormat,
  MAX_DATASET_ITEMS,
  MAX_IMPORT_LINE_BYTES,
  type NewDatasetItem,
} from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import { completeMap, type Fields, type FullMap, readItem } from './read-item.ts';

export interface FileToRead {
  readonly format: FileFormat;
  readonly columns?: ColumnMap | undefined;
  /** The bytes as they come in. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Stop after this many items: for a preview. */
  readonly limit?: number;
}

export interface FileItem {
  readonly line: number;
  readonly item: NewDatasetItem;
}

export interface ReadFile {
  readonly items: readonly FileItem[];
  /** At most 1,000; `badLines` counts all. */
  readonly rejected: readonly BadLine[];
  readonly badLines: number;
  /** Names of columns or fields, in order of appearance. */
  readonly columns: readonly string[];
  readonly map: FullMap;
}

const MAX_REJECTED = 1_000;
const MAX_COLUMNS = 200;

/** A line's fields, or why it has none. */
type Row =
  | { readonly line: number; readonly fields: Fields }
  | { readonly line: number; readonly reason: string };

/**
 * Reads the items of a file piece by piece as it comes in; what is wrong with a line is told with its number and stops
 * nothing. Throws `payload_too_large` beyond 50,000 items.
 */
export async function readFile(file: FileToRead): Promise<ReadFile> {
  const rows = file.format === 'csv' ? csvRows(file.bytes) : jsonRows(file.bytes);
  const gathered = new Gathered(file.columns);
  for await (const some of rows) {
    for (const row of some) {
      gathered.take(row);
      if (gathered.items.length === file.limit) return gathered;
    }
  }
  return gathered;
}

class Gathered implements ReadFile {
  readonly items: FileItem[] = [];
  readonly rejected: BadLine[] = [];
  badLines = 0;
  readonly #named: ColumnMap | undefined;
  readonly #columns = new Set<string>();
  readonly #keys = new Map<string, number>();

  constructor(named: ColumnMap | undefined) {
    this.#named = named;
  }

  get columns(): readonly string[] {
    return [...this.#columns];
  }

  get map(): FullMap {
    return completeMap(this.columns, this.#named);
  }

  take(row: Row): void {
    const reason = 'reason' in row ? row.reason : this.#takeFields(row);
    if (reason !== null) this.#reject({ line: row.line, reason });
  }

  /** Answers why the line is no item; null when it is one. */
  #takeFields({ line, fields }: { readonly line: number; readonly fields: Fields }): string | null {
    this.#learn(fields);
    // Lines of JSON need not have the same fields, so each is read by its own.
    const { item, reason } = readItem(fields, completeMap(Object.keys(fields), this.#named));
    if (item === null) return reason;
    const before = item.key === undefined ? undefined : this.#keys.get(item.key);
    if (before !== undefined) return `the key ${item.key} stands in line ${before} already`;
    if (item.key !== undefined) this.#keys.set(item.key, line);
    if (this.items.length >= MAX_DATASET_ITEMS) {
      throw new AppError('payload_too_large', `A dataset holds at most ${MAX_DATASET_ITEMS} items`);
    }
    this.items.push({ line, item });
    return null;
  }

  #learn(fields: Fields): void {
    for (const name of Object.keys(fields)) {
      if (this.#columns.size < MAX_COLUMNS) this.#columns.add(name);
    }
  }

  #reject(bad: BadLine): void {
    this.badLines += 1;
    if (this.rejected.length < MAX_REJECTED) {
      this.rejected.push({ line: bad.line, reason: bad.reason.slice(0, 500) });
    }
  }
}

async function* jsonRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  let line = 0;
  for await (const texts of splitLines(bytes)) {
    yield texts.flatMap((text) => {
      line += 1;
      if (text === null) {
        return [{ line, reason: `the line is longer than ${MAX_IMPORT_LINE_BYTES} bytes` }];
      }
      return text.trim() === '' ? [] : [{ line, ...parseLine(text) }];
    });
  }
}

function parseLine(text: string): { readonly fields: Fields } | { readonly reason: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { fields: Object.fromEntries(Object.entries(value)) };
    }
    return { reason: 'the line is no JSON object' };
  } catch (error) {
    return { reason: `the line is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
}

/** Lines of UTF-8 text without their ends, as many as each piece completes; null for one that is too long. */
async function* splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<(string | null)[]> {
  let pending: Uint8Array[] = [];
  let length = 0;
  let isFirst = true;
  const take = (): string | null => {
    const tooLong = length > MAX_IMPORT_LINE_BYTES;
    const text = tooLong ? null : Buffer.concat(pending).toString('utf8');
    pending = [];
    length = 0;
    const clean = isFirst ? (text?.replace(/^\uFEFF/, '') ?? null) : text;
    isFirst = false;
    return clean;
  };
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (part.length > 0 && length <= MAX_IMPORT_LINE_BYTES) pending.push(part);
  };
  for await (const chunk of bytes) {
    const lines: (string | null)[] = [];
    let at = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
      keep(chunk.subarray(at, end));
      lines.push(take());
      at = end + 1;
    }
    keep(chunk.subarray(at));
    yield lines;
  }
  if (length > 0) yield [take()];
}

async function* csvRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  const bad: Row[] = [];
  const parser = parse({
    bom: true,
    columns: (names: string[]) => names.map((name, at) => name.trim() || `column ${at + 1}`),
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_IMPORT_LINE_BYTES,
    on_skip: (error: CsvError | undefined) => {
      const line = typeof error?.['lines'] === 'number' ? error['lines'] : 0;
      bad.push({ line, reason: error?.message ?? 'the row cannot be read' });
      return undefined;
    },
  });
  const source = Readable.from(bytes);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const row of parser) {
      // With `info` the parser gives each record with its place; columns make it an object of texts.
      const { record, info } = row as { record: Record<string, string>; info: { lines: number } };
      yield [...bad.splice(0), { line: info.lines, fields: record }];
    }
  } catch (error) {
    // What the parser cannot go on from, such as a quote that never ends, is told like a bad line.
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('CSV_'))
      throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 0;
    bad.push({ line, reason: error.message });
  }
  yield bad.splice(0);
}
