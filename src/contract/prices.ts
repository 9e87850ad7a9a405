import { z } from 'zod';
import { Id, page, Time } from './common.ts';

const usdPerMillion = (what: string) =>
  z
    .number()
    .min(0)
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe(`US dollars for a million ${what}; null: not stated.`);

const rates = {
  inputUsdPerMillion: usdPerMillion('input tokens'),
  cachedInputUsdPerMillion: usdPerMillion('input tokens read from a cache; null: as input'),
  cacheWriteInputUsdPerMillion: usdPerMillion('input tokens written to a cache; null: as input'),
  outputUsdPerMillion: usdPerMillion('output tokens, reasoning included'),
  audioInputUsdPerMillion: usdPerMillion('audio input tokens'),
  audioOutputUsdPerMillion: usdPerMillion('audio output tokens'),
};

/** A project's own price for a model, from a moment on. */
export const Price = z.object({
  id: Id,
  provider: z.string().nullable(),
  model: z.string(),
  validFrom: Time,
  validTo: Time.nullable(),
  ...rates,
  createdAt: Time,
});
export type Price = z.infer<typeof Price>;

export const PricePage = page(Price);

/**
 * A new price. It holds for calls made from `validFrom` (default: now) until before `validTo`; where two
 * hold, the one that names the provider, the longer model name and the later date wins. Costs that are already
 * recorded stay as they are.
 */
export const NewPrice = z.strictObject({
  provider: z.string().min(1).max(128).nullable().default(null),
  /** The exact name, or a beginning followed by `*`. */
  model: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^*]*\*?$/, 'may have one * at its end'),
  validFrom: Time.optional(),
  validTo: Time.nullable().default(null),
  ...rates,
  /** Needed for figures that look like prices a token or a thousand tokens. */
  confirmUnusual: z.boolean().default(false),
});
export type NewPrice = z.infer<typeof NewPrice>;
