import { asList, asObject, type JsonObject } from '../json.ts';
import { fieldIn } from './fields.ts';

/** Members of Gemini's Schema that JSON Schema knows by the same name and meaning. */
const SAME = [
  'title',
  'description',
  'default',
  'enum',
  'required',
  'pattern',
  'minimum',
  'maximum',
] as const;
/** int64 in ProtoJSON: text. */
const COUNTS = [
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
] as const;
/** Deeper schemas are cut: no model takes them. */
const DEEPEST = 32;

/**
 * JSON Schema of a Schema of the Gemini API, which is a subset of OpenAPI 3.0 (ai.google.dev/api/caching,
 * Schema, November 2026): types in capitals, `nullable`, counts as text, `example`. `propertyOrdering`
 * has no counterpart; it says nothing about what is valid.
 */
export function schemaFromGemini(schema: JsonObject, depth = 0): JsonObject {
  if (depth === DEEPEST) return {};
  const inner = (value: unknown): JsonObject => schemaFromGemini(asObject(value) ?? {}, depth + 1);
  const result: Record<string, unknown> = { ...typeOf(schema) };
  for (const name of SAME) copy(result, name, schema[name]);
  for (const name of COUNTS) copy(result, name, asNumber(fieldIn(schema, name)));
  // `enum` as a format only says that there are values to choose from.
  if (schema['format'] !== 'enum') copy(result, 'format', schema['format']);
  if (schema['example'] !== undefined) result['examples'] = [schema['example']];
  if (schema['items'] !== undefined) result['items'] = inner(schema['items']);
  const anyOf = fieldIn(schema, 'anyOf');
  if (anyOf !== undefined) {
    const orNull = schema['nullable'] === true ? [{ type: 'null' }] : [];
    result['anyOf'] = [...asList(anyOf).map(inner), ...orNull];
  }
  const properties = asObject(schema['properties']);
  if (properties !== null) {
    const entries = Object.entries(properties).map(([name, value]) => [name, inner(value)]);
    result['properties'] = Object.fromEntries(entries);
  }
  return result;
}

function typeOf(schema: JsonObject): JsonObject {
  const type = schema['type'];
  if (typeof type !== 'string' || type === 'TYPE_UNSPECIFIED') return {};
  const name = type.toLowerCase();
  return { type: schema['nullable'] === true && name !== 'null' ? [name, 'null'] : name };
}

function copy(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined && value !== null) target[name] = value;
}

function asNumber(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
