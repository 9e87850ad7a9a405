import { foldText, UNIT_KIND } from '../text/fold.ts';
import { gramsOf, type TextGrams } from '../text/grams.ts';

/** Something that need only be looked for in texts that hold one of its cues. */
export interface Cued {
  /** Words, beginnings of words (`jail*`), or one to four Han or Kana. */
  readonly cues: readonly string[];
}

/** A bit for each bucket says whether a cue may be there; few pieces get as far as the exact look-up. */
const FILTER_BITS = 1 << 16;
const MOST = 31;

/** Answers which of `items` have a cue in a text, by its hashed pieces; that costs next to nothing. */
export function byCue<Item extends Cued>(
  items: readonly Item[],
): (grams: TextGrams) => readonly Item[] {
  if (items.length > MOST) throw new Error(`At most ${MOST} things fit in one mask.`);
  const filter = new Int32Array(FILTER_BITS / 32);
  const masks = new Map<number, number>();
  for (const [index, { cues }] of items.entries()) {
    for (const hash of cues.map(hashOf)) {
      const word = (hash & (FILTER_BITS - 1)) >>> 5;
      filter[word] = (filter[word] ?? 0) | (1 << (hash & 31));
      masks.set(hash, (masks.get(hash) ?? 0) | (1 << index));
    }
  }
  return ({ hashes }) => {
    let possible = 0;
    for (let at = 0; at < hashes.length; at += 1) {
      const hash = hashes[at] ?? 0;
      if ((((filter[(hash & (FILTER_BITS - 1)) >>> 5] ?? 0) >>> (hash & 31)) & 1) === 0) continue;
      possible |= masks.get(hash) ?? 0;
    }
    return possible === 0 ? [] : items.filter((_, index) => ((possible >>> index) & 1) === 1);
  };
}

const SHORTEST_PIECE = 3;

/** The hash under which `gramsOf` has a cue: the last piece of a word is the word itself. */
function hashOf(cue: string): number {
  const isStem = cue.endsWith('*');
  const { hashes } = gramsOf(isStem ? cue.slice(0, -1) : cue);
  const { kinds, length } = foldText(isStem ? cue.slice(0, -1) : cue);
  if (kinds[0] === UNIT_KIND.running) return hashes[length - 1] ?? 0;
  // A word's first pieces begin with the space before it.
  return (isStem ? hashes[length + 1 - SHORTEST_PIECE] : hashes.at(-1)) ?? 0;
}
