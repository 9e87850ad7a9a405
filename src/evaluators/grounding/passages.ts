import { scanUnits, type Unit } from '../text/scan-units.ts';
import { sentencesOf } from '../text/sentences.ts';
import { GramSet } from './gram-set.ts';

/** How much of all passages together is read, in characters; what is behind it supports nothing. */
export const READ_CHARACTERS = 60_000;
/** A unit that is everywhere tells nothing about where; later places are left out. */
const MAX_PLACES = 64;
const NOWHERE = new Int32Array(0);

/** A sentence of a passage and its first and last unit among all units of the index. */
export interface PassageSentence {
  readonly passage: number;
  /** UTF-16 units in that passage. */
  readonly start: number;
  readonly end: number;
  readonly firstUnit: number;
  readonly lastUnit: number;
}

/** The passages of one answer, ready to be asked what they hold. */
export class Passages {
  readonly units: readonly Unit[];
  readonly sentences: readonly PassageSentence[];
  /** For each unit, the sentence it stands in. */
  readonly sentenceOf: Int32Array;
  readonly grams = new GramSet();
  /** True when the passages were longer than what is read. */
  readonly capped: boolean;
  readonly #ids = new Map<string, number>();
  readonly #ends: Int32Array;
  readonly #places: Int32Array;
  readonly #values: Float64Array;

  /** Reads the passages once; linear in their length. */
  constructor(texts: readonly string[]) {
    const units: Unit[] = [];
    const sentences: PassageSentence[] = [];
    let left = READ_CHARACTERS;
    for (const [passage, whole] of texts.entries()) {
      const text = whole.slice(0, left);
      left -= text.length;
      this.grams.add(text);
      for (const { start, end } of sentencesOf(text)) {
        const firstUnit = units.length;
        for (const unit of scanUnits(text, start, end)) units.push(unit);
        if (units.length === firstUnit) continue;
        sentences.push({ passage, start, end, firstUnit, lastUnit: units.length - 1 });
      }
    }
    this.units = units;
    this.sentences = sentences;
    this.capped = texts.reduce((sum, text) => sum + text.length, 0) > READ_CHARACTERS;
    this.sentenceOf = new Int32Array(units.length);
    for (const [index, { firstUnit, lastUnit }] of sentences.entries()) {
      this.sentenceOf.fill(index, firstUnit, lastUnit + 1);
    }
    const ids = Int32Array.from(units, ({ key }) => this.#idOf(key));
    this.#ends = endsById(ids, this.#ids.size);
    this.#places = placesById(ids, this.#ends);
    this.#values = Float64Array.from(units.flatMap(({ value }) => value ?? [])).sort();
  }

  /** Positions in `units` of a key, ascending, the first 64 at most. */
  placesOf(key: string): Int32Array {
    const id = this.#ids.get(key);
    if (id === undefined) return NOWHERE;
    const from = id === 0 ? 0 : (this.#ends[id - 1] ?? 0);
    return this.#places.subarray(from, Math.min(this.#ends[id] ?? 0, from + MAX_PLACES));
  }

  has(key: string): boolean {
    return this.#ids.has(key);
  }

  /** Whether a key stands in one of two sentences. */
  holds(sentences: readonly [number, number], key: string): boolean {
    return this.placesOf(key).some((place) => sentences.includes(this.sentenceOf[place] ?? -1));
  }

  /** Whether a number as large as this occurs, give or take `tolerance` (a share of it). */
  hasAbout(value: number, tolerance: number): boolean {
    const margin = Math.abs(value) * tolerance;
    let [low, high] = [0, this.#values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] ?? 0) < value - margin) low = middle + 1;
      else high = middle;
    }
    return low < this.#values.length && (this.#values[low] ?? 0) <= value + margin;
  }

  #idOf(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }
}

/** Where the places of each id end, when they stand one id after the other. */
function endsById(ids: Int32Array, count: number): Int32Array {
  const ends = new Int32Array(count);
  for (const id of ids) ends[id] = (ends[id] ?? 0) + 1;
  for (let id = 1; id < count; id += 1) ends[id] = (ends[id] ?? 0) + (ends[id - 1] ?? 0);
  return ends;
}

function placesById(ids: Int32Array, ends: Int32Array): Int32Array {
  const places = new Int32Array(ids.length);
  const next = ends.slice();
  for (let at = ids.length - 1; at >= 0; at -= 1) {
    const id = ids[at] ?? 0;
    next[id] = (next[id] ?? 0) - 1;
    places[next[id] ?? 0] = at;
  }
  return places;
}
