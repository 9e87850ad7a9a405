import { asObject, type JsonObject } from './json.ts';
import { invalidField } from './refuse-field.ts';

/** One object of a request and the way to it (`tools[0].`, empty for the body), for errors that name a field. */
export interface Place {
  readonly object: JsonObject;
  readonly path: string;
}

/** A number; null when absent. Throws `invalid_request` for anything else, as all of these do. */
export function numberIn({ object, path }: Place, name: string): number | null {
  const value = object[name] ?? null;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw invalidField(path + name, 'a number');
}

/** A whole number from 0 on; null when absent. */
export function countIn(place: Place, name: string): number | null {
  const value = numberIn(place, name);
  if (value === null || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw invalidField(place.path + name, 'a whole number from 0 on');
}

export function textIn({ object, path }: Place, name: string): string | null {
  const value = object[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw invalidField(path + name, 'a string');
}

/** Text that has to be there. */
export function neededTextIn(place: Place, name: string): string {
  const value = textIn(place, name);
  if (value === null) throw invalidField(place.path + name, 'a string');
  return value;
}

export function flagIn({ object, path }: Place, name: string): boolean | null {
  const value = object[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw invalidField(path + name, 'true or false');
}

export function objectIn({ object, path }: Place, name: string): JsonObject | null {
  const value = object[name] ?? null;
  if (value === null) return null;
  const found = asObject(value);
  if (found === null) throw invalidField(path + name, 'an object');
  return found;
}

/** The objects of a list with their places; an absent list is empty. */
export function placesIn({ object, path }: Place, name: string): readonly Place[] {
  const value = object[name] ?? null;
  if (value === null) return [];
  if (!Array.isArray(value)) throw invalidField(path + name, 'a list');
  return value.map((item: unknown, index) => {
    const found = asObject(item);
    if (found === null) throw invalidField(`${path}${name}[${index}]`, 'an object');
    return { object: found, path: `${path}${name}[${index}].` };
  });
}

/** One of these words; null when absent. */
export function wordIn<Word extends string>(
  place: Place,
  name: string,
  words: readonly Word[],
): Word | null {
  const value = textIn(place, name);
  if (value === null) return null;
  const word = words.find((one) => one === value);
  if (word === undefined) throw invalidField(place.path + name, `one of ${words.join(', ')}`);
  return word;
}
