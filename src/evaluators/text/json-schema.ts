import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';

const MAX_SCHEMAS = 100;
const MAX_SCHEMA_CHARACTERS = 100_000;

type Schema = Readonly<Record<string, unknown>>;
type Compiled = ValidateFunction | { readonly unusable: string };
const compiled = new Map<string, Compiled>();

/** Patterns in schemas come from callers, so they run in linear time. The compiler tells them apart by `toString`. */
const linearRegExp = Object.assign(
  (pattern: string): { test(text: string): boolean; toString(): string } => {
    const expression = RE2JS.compile(pattern);
    return {
      test: (text) => expression.matcher(text).find(),
      toString: () => `linear:${pattern}`,
    };
  },
  { code: 'linearRegExp' },
);

const SETTINGS = {
  strict: false,
  allErrors: false,
  validateFormats: false,
  logger: false,
  code: { regExp: linearRegExp },
} as const;

/**
 * What a value does wrong by a JSON Schema (draft 7 or 2020-12): null when nothing, else the first fault.
 * `unusable` when the schema itself cannot be used, which says nothing about the value.
 */
export function schemaFault(
  schema: Schema,
  value: unknown,
): { readonly fault: string | null } | { readonly unusable: string } {
  const validate = compile(schema);
  if ('unusable' in validate) return validate;
  if (validate(value)) return { fault: null };
  const [first] = validate.errors ?? [];
  return { fault: `${first?.instancePath || 'the value'} ${first?.message ?? 'is not valid'}` };
}

function compile(schema: Schema): Compiled {
  const text = JSON.stringify(schema);
  if (text.length > MAX_SCHEMA_CHARACTERS) return { unusable: 'the schema is too large' };
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_SCHEMAS) compiled.delete(compiled.keys().next().value ?? '');
  const made = compileNew(schema);
  compiled.set(text, made);
  return made;
}

function compileNew(schema: Schema): Compiled {
  // A new compiler each time: ids of one caller's schemas must not be seen by another's.
  const { $schema, ...rest } = schema;
  const Compiler = String($schema).includes('draft-07') ? Ajv : Ajv2020;
  try {
    const validate = new Compiler(SETTINGS).compile(rest);
    return '$async' in validate ? { unusable: 'the schema is asynchronous' } : validate;
  } catch (cause) {
    return { unusable: cause instanceof Error ? cause.message : String(cause) };
  }
}
