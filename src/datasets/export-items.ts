import type { DatasetItem, FileFormat } from '../contract/datasets.ts';
import { csvCell } from '../interactions/export.ts';
import type { Queryable } from '../store/database.ts';
import { everyItem } from './item-store.ts';

const NAMES = ['key', 'input', 'reference', 'context', 'variables', 'metadata', 'interactionId'];

/** The items of a version as a file that can be imported again. Throws `not_found` before the first piece. */
export async function* exportItems(
  db: Queryable,
  of: { readonly projectId: string; readonly datasetId: string; readonly version: number | null },
  format: FileFormat,
): AsyncGenerator<string> {
  const line = format === 'csv' ? csvLine : jsonLine;
  if (format === 'csv') yield `${NAMES.join(',')}\r\n`;
  for await (const items of everyItem(db, of)) yield items.map(line).join('');
}

function jsonLine({ id: _id, position: _position, interactionId, ...item }: DatasetItem): string {
  const from = interactionId === null ? {} : { interactionId };
  return `${JSON.stringify({ ...item, ...from })}\n`;
}

function csvLine(item: DatasetItem): string {
  const [only, ...more] = item.messages;
  const isPlain = more.length === 0 && only?.role === 'user';
  const cells = [
    item.key,
    isPlain ? only.content : JSON.stringify(item.messages),
    item.reference,
    item.context.length === 0 ? null : JSON.stringify(item.context),
    filled(item.variables),
    filled(item.metadata),
    item.interactionId,
  ];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function filled(record: Readonly<Record<string, string>>): string | null {
  return Object.keys(record).length === 0 ? null : JSON.stringify(record);
}
