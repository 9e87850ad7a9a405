/**
 * Objects in a text that a model wrote and meant as JSON: with fences and prose around them, single or curly quotes,
 * names without quotes, comments, trailing or missing commas, Python's words, line breaks in strings, and a missing
 * end. What is no object by any such reading is left out. Never throws; reads at most {@link MAX_TEXT} characters.
 */
export function lenientObjects(text: string): Readonly<Record<string, unknown>>[] {
  const found: Readonly<Record<string, unknown>>[] = [];
  const source = text.slice(0, MAX_TEXT);
  let at = source.indexOf('{');
  for (let tries = 0; at !== -1 && tries < MAX_TRIES; tries += 1) {
    const reader = new Reader(source, at);
    const value = reader.object(0);
    if (value !== null) found.push(value);
    // Behind an object that was read; into one that was not.
    at = source.indexOf('{', value === null ? at + 1 : Math.max(reader.at, at + 1));
  }
  return found;
}

const MAX_TEXT = 100_000;
const MAX_TRIES = 64;
const MAX_DEPTH = 12;

const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '‘': '’',
  '「': '」',
};
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  null: null,
  None: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** Where a value without quotes ends. */
const BARE_END = /[,}\]\n]/;

const NOTHING = Symbol('nothing');

class Reader {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** The object that begins here; null when it makes no sense. */
  object(depth: number): Readonly<Record<string, unknown>> | null {
    const entries: [string, unknown][] = [];
    this.at += 1;
    for (;;) {
      this.#skip();
      if (this.#ends('}')) return Object.fromEntries(entries);
      const name = this.#name();
      if (name === null) return null;
      this.#skip();
      if (!this.#take(':') && !this.#take('=')) return null;
      const value = this.#value(depth + 1);
      if (value === NOTHING) return null;
      entries.push([name, value]);
    }
  }

  #list(depth: number): unknown[] | typeof NOTHING {
    const items: unknown[] = [];
    this.at += 1;
    for (;;) {
      this.#skip();
      if (this.#ends(']')) return items;
      const value = this.#value(depth + 1);
      if (value === NOTHING) return NOTHING;
      items.push(value);
    }
  }

  /** A closer, or the end of a text that was cut off. */
  #ends(closer: '}' | ']'): boolean {
    return this.#take(closer) || this.at >= this.#text.length;
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** Space, commas (there may be too many or too few) and comments. */
  #skip(): void {
    const between = /(?:[\s,]|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*)*/y;
    between.lastIndex = this.at;
    this.at += between.exec(this.#text)?.[0].length ?? 0;
  }

  #name(): string | null {
    const opener = this.#text[this.at] ?? '';
    if (opener in CLOSERS) return this.#string();
    const bare = /[A-Za-z_][\w-]*/y;
    bare.lastIndex = this.at;
    const name = bare.exec(this.#text)?.[0];
    if (name === undefined) return null;
    this.at += name.length;
    return name;
  }

  #value(depth: number): unknown {
    this.#skip();
    const opener = this.#text[this.at];
    if (opener === undefined || depth > MAX_DEPTH) return NOTHING;
    if (opener === '{') return this.object(depth) ?? NOTHING;
    if (opener === '[') return this.#list(depth);
    if (opener in CLOSERS) return this.#string();
    return this.#bare();
  }

  #bare(): unknown {
    const end = this.#text.slice(this.at).search(BARE_END);
    const raw = end === -1 ? this.#text.slice(this.at) : this.#text.slice(this.at, this.at + end);
    const word = raw.replace(/\s*(?:\/\/|#).*$/, '').trim();
    if (word === '') return NOTHING;
    this.at += raw.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    const number = Number(word);
    return Number.isFinite(number) ? number : word;
  }

  /** A string; a quote within it that ends nothing belongs to it. */
  #string(): string {
    const closer = CLOSERS[this.#text[this.at] ?? ''] ?? '"';
    this.at += 1;
    let value = '';
    while (this.at < this.#text.length) {
      const character = this.#text[this.at] ?? '';
      if (character === '\\') {
        value += this.#escape();
      } else if (character === closer && this.#isLast()) {
        this.at += 1;
        return value;
      } else {
        value += character;
        this.at += 1;
      }
    }
    return value;
  }

  #escape(): string {
    const next = this.#text[this.at + 1] ?? '';
    const hex = next === 'u' ? this.#text.slice(this.at + 2, this.at + 6) : '';
    if (/^[0-9a-f]{4}$/i.test(hex)) {
      this.at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    this.at += 2;
    return ESCAPES[next] ?? next;
  }

  /** Whether what follows a quote can follow a string. */
  #isLast(): boolean {
    const after = /\s*(?:$|[,:}\]=]|\/\/|\/\*|\n\s*["'A-Za-z_])/y;
    after.lastIndex = this.at + 1;
    return after.test(this.#text);
  }
}
