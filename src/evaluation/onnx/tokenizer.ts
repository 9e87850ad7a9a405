import { z } from 'zod';
import { unigram } from './unigram.ts';
import { wordPiece } from './word-piece.ts';

/** Turns a text into numbers of the model's vocabulary, without the marks of beginning and end. */
export type Encode = (text: string) => number[];

export interface Tokenizer {
  readonly encode: Encode;
  /** What stands in front of and behind every text. */
  readonly first: number;
  readonly last: number;
}

const Added = z.object({ id: z.int(), content: z.string() });
const TokenizerFile = z.object({
  added_tokens: z.array(Added).default([]),
  normalizer: z.unknown().optional(),
  model: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('WordPiece'),
      vocab: z.record(z.string(), z.int()),
      unk_token: z.string().default('[UNK]'),
      continuing_subword_prefix: z.string().default('##'),
    }),
    z.object({
      type: z.literal('Unigram'),
      vocab: z.array(z.tuple([z.string(), z.number()])),
      unk_id: z.int().nullable().default(0),
    }),
  ]),
});

/**
 * Reads a `tokenizer.json` as Hugging Face's library writes it: WordPiece (BERT, MiniLM) and Unigram (DeBERTa v3,
 * XLM-R). Others are refused by name. Source: documentation of `tokenizers`, read in November 2026.
 */
export function readTokenizer(file: unknown): Tokenizer {
  const parsed = TokenizerFile.safeParse(file);
  if (!parsed.success) {
    throw new Error(
      'DETECTOR_ONNX_DIR: tokenizer.json must hold a model of type WordPiece or Unigram.',
    );
  }
  const { added_tokens, model, normalizer } = parsed.data;
  const special = (...names: string[]): number => {
    const own = added_tokens.find(({ content }) => names.includes(content));
    if (own === undefined) throw new Error(`DETECTOR_ONNX_DIR: tokenizer.json has no ${names[0]}.`);
    return own.id;
  };
  const first = special('[CLS]', '<s>');
  const last = special('[SEP]', '</s>');
  const encode = model.type === 'WordPiece' ? wordPiece(model, normalizer) : unigram(model);
  return { encode, first, last };
}
