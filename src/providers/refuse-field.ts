import { AppError } from '../core/errors.ts';
import type { JsonObject } from './json.ts';

/** The refusal of a field that cannot be carried over; `why` is a whole sentence for the caller. */
export function unsupportedField(field: string, why: string): AppError {
  return new AppError('unsupported_field', `${field}: ${why}`, { details: { field } });
}

/** The refusal of a field that does not have the shape its own dialect asks for. */
export function invalidField(field: string, expected: string): AppError {
  return new AppError('invalid_request', `${field}: expected ${expected}.`, { details: { field } });
}

/**
 * Refuses by name what is not in `known`. Fields that are null, absent or empty say nothing and pass.
 * `path` leads to the object (`messages[0].`), empty for the outermost.
 */
export function refuseUnknown(object: JsonObject, known: ReadonlySet<string>, path: string): void {
  for (const [name, value] of Object.entries(object)) {
    if (known.has(name) || saysNothing(value)) continue;
    throw unsupportedField(`${path}${name}`, 'this field cannot be carried over to the provider.');
  }
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
