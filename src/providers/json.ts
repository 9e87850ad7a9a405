import { parseCutJson } from './cut-json.ts';

/** A parsed JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null when it is anything else (arrays included). */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The value as a list; anything else is an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list, in order; everything else in it is left out. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return asList(value).flatMap((item): readonly JsonObject[] => listOf(asObject(item)));
}

/** The value as a list of one, or of none when it is null: to leave nulls out with `flatMap`. */
export function listOf<Value>(value: Value | null): readonly Value[] {
  return value === null ? [] : [value];
}

/** The value when it is text. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The value when it is text with something in it. */
export function asFilledText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** A count: a safe integer from 0 on. Anything else, negative and fractional numbers too, is null. */
export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/**
 * Parses JSON. A text whose end is missing is closed where it stops, so that what came before the cut
 * can be read: an open string keeps what it has, a number or literal cut half-way is left out.
 * `undefined` when nothing can be read.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseCutJson(text);
  }
}
