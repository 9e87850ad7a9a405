import { gramsOf, type TextGrams } from '../src/evaluators/text/grams.ts';

/** The distinct buckets of each example, one behind the other. */
export interface Matrix {
  readonly buckets: number;
  readonly indices: Uint32Array;
  /** Behind the last bucket of each example. */
  readonly ends: Uint32Array;
}

/** The distinct buckets of each text, as a model sees a whole text: without code. */
export function matrixOf(texts: readonly string[], buckets: number): Matrix {
  const mask = buckets - 1;
  const seen = new Int32Array(buckets).fill(-1);
  const ends = new Uint32Array(texts.length);
  let indices = new Uint32Array(1 << 20);
  let count = 0;
  for (const [row, text] of texts.entries()) {
    const grams = gramsOf(text);
    if (count + grams.hashes.length > indices.length) {
      const larger = new Uint32Array(2 * (count + grams.hashes.length));
      larger.set(indices);
      indices = larger;
    }
    for (const hash of hashesOutsideCode(grams)) {
      const bucket = hash & mask;
      if (seen[bucket] === row) continue;
      seen[bucket] = row;
      indices[count] = bucket;
      count += 1;
    }
    ends[row] = count;
  }
  return { buckets, indices: indices.slice(0, count), ends };
}

function hashesOutsideCode({ sentences, hashes, ends }: TextGrams): Uint32Array {
  if (sentences.every(({ isCode }) => !isCode)) return hashes;
  const kept = sentences.flatMap(({ isCode }, index) =>
    isCode ? [] : [...hashes.subarray(index === 0 ? 0 : ends[index - 1], ends[index])],
  );
  return Uint32Array.from(kept);
}
