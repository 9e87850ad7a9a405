interface Compared {
  readonly value: 0 | 1;
  readonly reason: string | null;
}

/** A comparison of an answer with the reference: 1 passes, 0 fails. */
export interface ReferenceCheck {
  readonly id: 'exact_match' | 'contains' | 'json_equal';
  readonly version: string;
  readonly title: string;
  readonly description: string;
  compare(answer: string, reference: string): Compared;
}

/** Composed letters and single spaces, without white space at the ends: what nobody means by a difference. */
function tidy(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

const exactMatch: ReferenceCheck = {
  id: 'exact_match',
  version: '1',
  title: 'Exact match',
  description: 'The answer is the reference, but for white space.',
  compare: (answer, reference) =>
    tidy(answer) === tidy(reference)
      ? { value: 1, reason: null }
      : { value: 0, reason: 'The answer is not the reference.' },
};

const contains: ReferenceCheck = {
  id: 'contains',
  version: '1',
  title: 'Contains',
  description: 'The reference stands in the answer, whatever the case and white space.',
  compare: (answer, reference) =>
    tidy(answer).toLowerCase().includes(tidy(reference).toLowerCase())
      ? { value: 1, reason: null }
      : { value: 0, reason: 'The reference does not stand in the answer.' },
};

const jsonEqual: ReferenceCheck = {
  id: 'json_equal',
  version: '1',
  title: 'JSON equality',
  description:
    'Answer and reference are the same JSON value; a code fence around the answer is fine.',
  compare(answer, reference): Compared {
    const expected = parse(reference);
    if (expected === undefined) return { value: 0, reason: 'The reference is not JSON.' };
    const given = parse(unfenced(answer));
    if (given === undefined) return { value: 0, reason: 'The answer is not JSON.' };
    const place = difference(given, expected, '$');
    return place === null
      ? { value: 1, reason: null }
      : { value: 0, reason: `The answer differs from the reference at ${place}.` };
  },
};

export const REFERENCE_CHECKS: readonly ReferenceCheck[] = [exactMatch, contains, jsonEqual];

function unfenced(text: string): string {
  const fenced = /^\s*```[a-zA-Z]*\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text);
  return fenced?.[1] ?? text;
}

/** `undefined` for what is no JSON; JSON itself has no such value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 100;

/** Where two values differ first; null when they are equal. Orders of keys do not matter, orders of lists do. */
function difference(a: unknown, b: unknown, place: string): string | null {
  if (place.length > 2_000 || place.split(/[.[]/).length > MAX_DEPTH) return place;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return `${place}.length`;
    return firstOf(a.keys(), (at) => difference(a[at], b[at], `${place}[${at}]`));
  }
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  if (left === null || right === null) return Object.is(a, b) || a === b ? null : place;
  const names = new Set([...left.keys(), ...right.keys()]);
  return firstOf(names, (name) =>
    left.has(name) && right.has(name)
      ? difference(left.get(name), right.get(name), `${place}.${name}`)
      : `${place}.${name}`,
  );
}

function fieldsOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

function firstOf<Item>(items: Iterable<Item>, look: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}
