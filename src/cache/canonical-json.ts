/** A member of an object: its name and value in canonical text, the name with its quotes. */
export type Member = readonly [name: string, value: string];

/** Deeper documents are not brought into a canonical form. */
const MAX_DEPTH = 200;
/** Escapes that have no other short way to be written; anything else is decoded and written anew. */
const OTHER_ESCAPE = /\\[^nrtbf"\\]/;
const SCALAR = /[^\s,\]}:[{"]+/y;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The members of a JSON object in canonical form, sorted by name: without spacing, strings in one spelling, members of
 * objects sorted. Two documents have the same form exactly when they say the same, with two exceptions on the safe
 * side: numbers are compared as they are written (`1.0` is not `1`, and no digit of a long one is lost), and members of
 * an object named `properties` keep their order, because models write a structured answer in the order of its schema.
 *
 * Null for what has no form that is surely the same for everybody: broken JSON, another value than an object, a name
 * that occurs twice, too much depth. `text` is the document's UTF-8 bytes as a latin1 string: bytes are compared, and
 * nothing is decoded that need not be.
 */
export function canonicalMembers(text: string): readonly Member[] | null {
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (thrown) {
    if (thrown === NO_FORM) return null;
    throw thrown;
  }
}

const NO_FORM = Symbol('no canonical form');

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): readonly Member[] {
    if (this.#peek() !== '{') throw NO_FORM;
    const members = this.#members(false);
    if (this.#peek() !== '') throw NO_FORM;
    return members;
  }

  #value(ordered: boolean): string {
    const next = this.#peek();
    if (next === '"') return this.#string();
    if (next === '{') return writeObject(this.#members(ordered));
    if (next === '[') return this.#array();
    SCALAR.lastIndex = this.#at;
    const found = SCALAR.exec(this.#text)?.[0];
    if (found === undefined) throw NO_FORM;
    this.#at += found.length;
    return found;
  }

  #members(ordered: boolean): Member[] {
    this.#enter();
    const members: Member[] = [];
    if (this.#skip('}')) return this.#leave(members);
    do {
      if (this.#peek() !== '"') throw NO_FORM;
      const name = this.#string();
      if (!this.#skip(':')) throw NO_FORM;
      members.push([name, this.#value(name === '"properties"')]);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw NO_FORM;
    refuseTwins(members, ordered);
    return this.#leave(members);
  }

  #array(): string {
    this.#enter();
    const items: string[] = [];
    if (this.#skip(']')) return this.#leave('[]');
    do items.push(this.#value(false));
    while (this.#skip(','));
    if (!this.#skip(']')) throw NO_FORM;
    return this.#leave(`[${items.join(',')}]`);
  }

  #string(): string {
    const from = this.#at;
    let end = this.#text.indexOf('"', from + 1);
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw NO_FORM;
    this.#at = end + 1;
    const raw = this.#text.slice(from, this.#at);
    return OTHER_ESCAPE.test(raw) ? respell(raw) : raw;
  }

  #isEscaped(quote: number): boolean {
    let at = quote - 1;
    while (this.#text.charCodeAt(at) === BACKSLASH) at -= 1;
    return (quote - at) % 2 === 0;
  }

  /** The next character that is no space; empty at the end. */
  #peek(): string {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      this.#at += 1;
      code = this.#text.charCodeAt(this.#at);
    }
    if (code === QUOTE) return '"';
    return this.#text.charAt(this.#at);
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #enter(): void {
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw NO_FORM;
  }

  #leave<T>(value: T): T {
    this.#depth -= 1;
    return value;
  }
}

/** Sorts members unless their order counts; a name that occurs twice is read differently by different programs. */
function refuseTwins(members: Member[], ordered: boolean): void {
  const sorted = ordered ? [...members] : members;
  sorted.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at]?.[0] === sorted[at - 1]?.[0]) throw NO_FORM;
  }
}

/** The text of an object of these members. */
export function writeObject(members: readonly Member[]): string {
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
}

/** The one spelling of a string that has unusual escapes. */
function respell(raw: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(raw, 'latin1').toString('utf8'));
    return Buffer.from(JSON.stringify(value), 'utf8').toString('latin1');
  } catch {
    throw NO_FORM;
  }
}
