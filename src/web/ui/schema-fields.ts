/** The part of JSON Schema that options are described by. */
type Schema = Readonly<Record<string, unknown>>;

interface Named {
  readonly key: string;
  readonly description: string | undefined;
}

/** What one property of an object is edited by; `json` is everything that has no field of its own. */
export type SchemaField = Named &
  (
    | { readonly kind: 'boolean'; readonly usual: boolean }
    | {
        readonly kind: 'number';
        readonly usual: number | undefined;
        readonly min: number | undefined;
        readonly max: number | undefined;
        readonly step: 1 | 'any';
      }
    | { readonly kind: 'text'; readonly usual: string | undefined }
    | {
        readonly kind: 'choice';
        readonly usual: string | undefined;
        readonly of: readonly string[];
      }
    | { readonly kind: 'choices'; readonly of: readonly string[] }
    | { readonly kind: 'lines' }
    | { readonly kind: 'group'; readonly fields: readonly SchemaField[] }
    | { readonly kind: 'json' }
  );

/** How deep objects in objects have fields of their own; deeper ones are JSON. */
const MAX_DEPTH = 2;

/** The fields of an object's schema, in its order; none when it is no object. */
export function fieldsOf(schema: Schema, depth = 0): SchemaField[] {
  const properties = asSchema(schema['properties']);
  if (properties === null) return [];
  return Object.entries(properties).map(([key, given]) =>
    fieldOf(key, asSchema(given) ?? {}, depth),
  );
}

function fieldOf(key: string, schema: Schema, depth: number): SchemaField {
  const named = { key, description: textOf(schema['description']) };
  const choices = stringsOf(schema['enum']);
  if (choices !== null) {
    return { ...named, kind: 'choice', of: choices, usual: textOf(schema['default']) };
  }
  switch (schema['type']) {
    case 'boolean':
      return { ...named, kind: 'boolean', usual: schema['default'] === true };
    case 'integer':
    case 'number':
      return { ...named, ...numberField(schema) };
    case 'string':
      return { ...named, kind: 'text', usual: textOf(schema['default']) };
    case 'array':
      return { ...named, ...listField(asSchema(schema['items']) ?? {}) };
    case 'object': {
      const fields = depth < MAX_DEPTH ? fieldsOf(schema, depth + 1) : [];
      return fields.length === 0 ? { ...named, kind: 'json' } : { ...named, kind: 'group', fields };
    }
    default:
      return { ...named, kind: 'json' };
  }
}

function numberField(schema: Schema) {
  return {
    kind: 'number',
    usual: numberOf(schema['default']),
    min: bound(schema['minimum']),
    max: bound(schema['maximum']),
    step: schema['type'] === 'integer' ? 1 : 'any',
  } as const;
}

function listField(items: Schema) {
  const choices = stringsOf(items['enum']);
  if (choices !== null) return { kind: 'choices', of: choices } as const;
  return items['type'] === 'string' ? ({ kind: 'lines' } as const) : ({ kind: 'json' } as const);
}

function asSchema(value: unknown): Schema | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Schemas write the largest safe integers where there is no bound at all. */
function bound(value: unknown): number | undefined {
  const found = numberOf(value);
  return found === undefined || Math.abs(found) >= Number.MAX_SAFE_INTEGER ? undefined : found;
}

function stringsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object with one property changed; undefined takes it out. */
export function withProperty(of: JsonObject, key: string, value: unknown): JsonObject {
  const { [key]: _, ...rest } = of;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** JSON text as an object; null when it is none. */
export function readJsonObject(text: string): JsonObject | null {
  try {
    return asSchema(JSON.parse(text));
  } catch {
    return null;
  }
}
