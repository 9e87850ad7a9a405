import type { CopyValue } from './database.ts';
import { encodeArray, jsonText, storableText } from './values.ts';

export interface CopyRequest {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CopyValue[])[];
}

/** Rows in the text format of `COPY … FROM STDIN`, the same for both drivers. */
export function encodeCopyRows(rows: CopyRequest['rows']): Uint8Array {
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(encodeField).join('\t'));
  return Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`, 'utf8');
}

/** `"schema"."table" ("a", "b")`: the target of a COPY, names quoted. */
export function copyTarget(copy: Pick<CopyRequest, 'table' | 'columns'>): string {
  const table = copy.table.split('.').map(quoteName).join('.');
  return `${table} (${copy.columns.map(quoteName).join(', ')})`;
}

/** A name of a table or column as SQL takes it, whatever it is made of. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function encodeField(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  // Four plain searches are faster than one pattern with a function. Backslashes first: the others bring some.
  return fieldText(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

function fieldText(value: string | Date | readonly string[] | object): string {
  if (typeof value === 'string') return storableText(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return encodeArray(textElements(value));
  return jsonText(value);
}

function textElements(values: readonly unknown[]): string[] {
  return values.map((value) => {
    if (typeof value === 'string') return value;
    throw new TypeError('copyIn takes arrays of text only; pass jsonText(array) for a json column');
  });
}
