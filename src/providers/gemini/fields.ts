import type { JsonObject } from '../json.ts';
import { unsupportedField } from '../refuse-field.ts';
import type { Place } from '../request-fields.ts';

/**
 * The object with its names in camel case: ProtoJSON takes `system_instruction` for `systemInstruction`
 * as well (protobuf.dev, ProtoJSON format, field names), and Google's own examples use both. Throws
 * `unsupported_field` for what is not in `known`; nulls say nothing and are left out.
 */
export function fieldsOf({ object, path }: Place, known: ReadonlySet<string>): Place {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue;
    const field = camelCase(name);
    if (!known.has(field)) {
      throw unsupportedField(path + name, 'this field cannot be carried over to the provider.');
    }
    fields[field] = value;
  }
  return { object: fields, path };
}

/** A field of a recorded body in either spelling; undefined when it is absent. */
export function fieldIn(object: JsonObject, name: string): unknown {
  return object[name] ?? object[snakeCase(name)];
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
