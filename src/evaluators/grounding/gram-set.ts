const BITS = 17;
const LENGTH = 5;
const FACTOR = 0x0100_0193;
/** What the character that leaves the window has been multiplied with. */
const LEAVING = power(FACTOR, LENGTH + 1);

function power(base: number, exponent: number): number {
  let result = 1;
  for (let step = 0; step < exponent; step += 1) result = Math.imul(result, base);
  return result;
}

/**
 * The runs of five characters of texts, hashed to bits: letters and digits only, ASCII without case. Two runs may
 * share a bit, at most one in about fifty for texts of the length that is read.
 */
export class GramSet {
  readonly #bits = new Uint32Array(1 << (BITS - 5));

  add(text: string): void {
    const bits = this.#bits;
    const window = new Window();
    for (let at = 0; at < text.length; at += 1) {
      if (!window.push(text.charCodeAt(at))) continue;
      const slot = window.slot;
      bits[slot >>> 5] = (bits[slot >>> 5] ?? 0) | (1 << (slot & 31));
    }
  }

  /** Share of the runs of a stretch that are in the set, in [0, 1]; 1 when it has none. */
  coverage(text: string, from: number, to: number): number {
    const window = new Window();
    let all = 0;
    let found = 0;
    for (let at = from; at < to; at += 1) {
      if (!window.push(text.charCodeAt(at))) continue;
      const slot = window.slot;
      all += 1;
      found += ((this.#bits[slot >>> 5] ?? 0) >>> (slot & 31)) & 1;
    }
    return all === 0 ? 1 : found / all;
  }
}

/** The last five characters and their hash, moved on by one at a time. */
class Window {
  readonly #codes = new Uint16Array(LENGTH);
  #at = 0;
  #filled = 0;
  #hash = 0;

  /** Takes a UTF-16 unit in; true when there are five. */
  push(unit: number): boolean {
    let code = unit;
    if (code < 0x80) {
      if (code >= 0x41 && code <= 0x5a) code += 0x20;
      else if (code < 0x30 || code > 0x7a || (code > 0x39 && code < 0x61)) return false;
    }
    const leaving = this.#codes[this.#at] ?? 0;
    this.#codes[this.#at] = code;
    this.#at = this.#at === LENGTH - 1 ? 0 : this.#at + 1;
    this.#hash = (Math.imul(this.#hash + code, FACTOR) - Math.imul(leaving, LEAVING)) | 0;
    this.#filled += 1;
    return this.#filled >= LENGTH;
  }

  get slot(): number {
    return Math.imul(this.#hash ^ (this.#hash >>> 15), 0x9e37_79b1) >>> (32 - BITS);
  }
}
