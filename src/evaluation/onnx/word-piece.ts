import { z } from 'zod';
import type { Encode } from './tokenizer.ts';

const Normalizer = z
  .object({
    lowercase: z.boolean().default(true),
    strip_accents: z.boolean().nullable().default(null),
  })
  .catch({ lowercase: true, strip_accents: null });

/** Longer words are unknown as a whole, as in BERT's own code. */
const LONGEST_WORD = 100;
const WORD = /\p{sc=Han}|[\p{P}$+<=>^`|~]|[^\s\p{P}\p{sc=Han}$+<=>^`|~]+/gu;

/** Words and signs, each cut into the longest pieces that the vocabulary has (Schuster, Nakajima 2012; Devlin et al. 2018). */
export function wordPiece(
  model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly unk_token: string;
    readonly continuing_subword_prefix: string;
  },
  normalizer: unknown,
): Encode {
  const { lowercase, strip_accents } = Normalizer.parse(normalizer);
  const vocab = new Map(Object.entries(model.vocab));
  const unknown = vocab.get(model.unk_token) ?? 0;
  const pieces = (word: string): number[] => {
    if (word.length > LONGEST_WORD) return [unknown];
    const ids: number[] = [];
    for (let start = 0; start < word.length; ) {
      const prefix = start === 0 ? '' : model.continuing_subword_prefix;
      let end = word.length;
      while (end > start && !vocab.has(prefix + word.slice(start, end))) end -= 1;
      if (end === start) return [unknown];
      ids.push(vocab.get(prefix + word.slice(start, end)) ?? unknown);
      start = end;
    }
    return ids;
  };
  return (text) => {
    const lower = lowercase ? text.toLowerCase() : text;
    const plain =
      (strip_accents ?? lowercase) ? lower.normalize('NFD').replace(/\p{Mn}/gu, '') : lower;
    return (plain.match(WORD) ?? []).flatMap(pieces);
  };
}
