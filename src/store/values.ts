import type { SqlValue } from './database.ts';

/**
 * The one convention of both drivers for values: parameters travel as text, and text that comes
 * back is turned into JavaScript by type. Sessions run in UTC, so times need no zone arithmetic.
 */

const REPLACEMENT = '\uFFFD';

/** Text as PostgreSQL can keep it: NUL has no place in a text value, so it becomes U+FFFD. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', REPLACEMENT) : text;
}

const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/**
 * JSON text that a jsonb column accepts: NUL and lone surrogates, which JSON may carry and
 * PostgreSQL refuses, become U+FFFD. Use it for every json parameter and for arrays that go into
 * a json column by `copyIn` (a bare array would become a PostgreSQL array there).
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (!UNSTORABLE_ESCAPE.test(text)) return text;
  return JSON.stringify(storableJson(value));
}

function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value).toWellFormed();
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      storableText(key).toWellFormed(),
      storableJson(inner),
    ]),
  );
}

/** A parameter as PostgreSQL's text format; null stays null. */
export function encodeParam(value: SqlValue): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return encodeArray(value);
  return String(value);
}

/** An array as PostgreSQL's array literal; every element is quoted, so no value is mistaken for NULL. */
export function encodeArray(values: readonly SqlValue[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return encodeArray(value);
    const text = encodeParam(value);
    return text === null ? 'NULL' : `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}

type Parse = (text: string) => unknown;

/** int8 and numeric: a number where that loses nothing, the text itself otherwise. */
function parseWhole(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function parseNumeric(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** `2026-11-21 10:00:00.123456+00`, microseconds cut to milliseconds. */
function parseTime(text: string): Date {
  const zoned = /(?:[+-]\d\d(?::\d\d)?|BC)$/.test(text)
    ? text.replace(/([+-]\d\d)$/, '$1:00')
    : `${text}Z`;
  return new Date(zoned.replace(' ', 'T'));
}

function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

const asText: Parse = (text) => text;

/** Type oid → how its text is read. Types that are not listed stay text. */
const SCALARS: Readonly<Record<number, Parse>> = {
  16: (text) => text === 't',
  17: parseBytes,
  20: parseWhole,
  21: Number,
  23: Number,
  26: Number,
  700: Number,
  701: Number,
  1700: parseNumeric,
  114: JSON.parse,
  3802: JSON.parse,
  1082: asText,
  1114: parseTime,
  1184: parseTime,
};

/** Array type oid → element type oid. */
const ARRAYS: Readonly<Record<number, number>> = {
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1009: 25,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1115: 1114,
  1182: 1082,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  199: 114,
  3807: 3802,
};

/** How the text of a type is read; text itself for types without a rule. */
export function parserOf(oid: number): Parse {
  const element = ARRAYS[oid];
  if (element === undefined) return SCALARS[oid] ?? asText;
  const parseElement = SCALARS[element] ?? asText;
  return (text) => parseArray(text, parseElement);
}

/** Every oid with a rule, for drivers that want a table. */
export function parserTable(): Record<number, Parse> {
  const oids = [...Object.keys(SCALARS), ...Object.keys(ARRAYS)].map(Number);
  return Object.fromEntries(oids.map((oid) => [oid, parserOf(oid)]));
}

const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)|([{}])/gs;

function parseArray(text: string, parse: Parse): unknown[] {
  const root: unknown[] = [];
  const open: unknown[][] = [root];
  // Bounds such as `[0:2]={1,2}` come before the first brace.
  for (const [, quoted, bare, brace] of text.slice(text.indexOf('{')).matchAll(ELEMENT)) {
    const current = open.at(-1) ?? root;
    if (brace === '{') {
      const inner: unknown[] = [];
      current.push(inner);
      open.push(inner);
    } else if (brace === '}') {
      open.pop();
    } else if (quoted !== undefined) {
      current.push(parse(quoted.replace(/\\(.)/gs, '$1')));
    } else if (bare !== undefined) {
      current.push(bare === 'NULL' ? null : parse(bare));
    }
  }
  const [array] = root;
  return Array.isArray(array) ? array : [];
}
