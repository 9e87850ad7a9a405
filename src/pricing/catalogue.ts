import { readFileSync } from 'node:fs';
import { calcPrice, type ModelPrice, TieredPrices } from '@pydantic/genai-prices';
import type { Rate, TokenRates } from './token-rates.ts';

/** Rates of a model as the bundled price list has them. */
export interface ListedRates {
  readonly rates: TokenRates;
  /** The price list's name of the provider. */
  readonly provider: string;
  /** True when the provider is unknown to the list and was guessed from the model's name. */
  readonly guessed: boolean;
}

export interface Catalogue {
  /** `genai-prices@<version>`. */
  readonly version: string;
  /** The rates at a moment; null when the list has no such model. */
  find(provider: string, model: string, at: Date): ListedRates | null;
}

const MAX_NAME_LENGTH = 256;
const MAX_REMEMBERED = 20_000;
/** No provider changes prices at finer times of day than this. */
const SLOT_MS = 15 * 60 * 1000;

/**
 * The bundled list `@pydantic/genai-prices` (MIT), with prices by date and time of day. Looking a
 * model up costs tens of microseconds, so results are remembered: one per model while its price never
 * changed, else one per quarter of an hour. What the list does not know: batch and priority tiers,
 * image tokens apart from text, searches and other tool calls of the provider, own discounts.
 */
export function openCatalogue(): Catalogue {
  const remembered = new Map<string, ListedRates | null>();
  const remember = (key: string, rates: ListedRates | null): void => {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, rates);
  };
  return {
    version: `genai-prices@${packageVersion()}`,
    find(provider, model, at): ListedRates | null {
      if (model.length > MAX_NAME_LENGTH || provider.length > MAX_NAME_LENGTH) return null;
      const always = `${provider}\n${model}`;
      const slot = `${always}\n${Math.floor(at.getTime() / SLOT_MS)}`;
      const known = remembered.get(always) ?? remembered.get(slot);
      if (known !== undefined) return known;
      if (remembered.has(always)) return null;
      const found = lookUp(provider, model, at);
      remember(found === null || !found.changes ? always : slot, found?.listed ?? null);
      return found?.listed ?? null;
    },
  };
}

interface Found {
  readonly listed: ListedRates;
  /** Whether the price depends on the time. */
  readonly changes: boolean;
}

function lookUp(provider: string, model: string, at: Date): Found | null {
  const named = ask(model, provider, at);
  if (named !== null) return { ...named, listed: { ...named.listed, guessed: false } };
  for (const guess of guesses(model)) {
    const found = ask(guess.model, guess.provider, at);
    if (found !== null) return found;
  }
  return null;
}

/** Where a model may come from when its provider says nothing: `vendor/model`, known prefixes. */
function guesses(model: string): { model: string; provider: string | undefined }[] {
  const slash = model.indexOf('/');
  const prefixed =
    slash > 0 ? [{ model: model.slice(slash + 1), provider: model.slice(0, slash) }] : [];
  const embedding = model.startsWith('text-embedding-') ? [{ model, provider: 'openai' }] : [];
  return [...prefixed, ...embedding, { model, provider: undefined }];
}

function ask(model: string, provider: string | undefined, at: Date): Found | null {
  try {
    const result = calcPrice({}, model, {
      timestamp: at,
      ...(provider === undefined ? {} : { providerId: provider }),
    });
    if (result === null) return null;
    return {
      changes: Array.isArray(result.model.prices),
      listed: {
        rates: toRates(result.model_price, result.provider.id),
        provider: result.provider.id,
        guessed: true,
      },
    };
  } catch {
    // An entry of the list that it cannot price itself is an unknown price for us.
    return null;
  }
}

/** At these providers audio always costs more than text; without an audio price the cost is unknown. */
const AUDIO_PRICED_APART: readonly string[] = ['openai', 'azure'];

function toRates(price: ModelPrice, provider: string): TokenRates {
  const perThousandCalls = price['requests_kcount'];
  return {
    input: toRate(price['input_mtok']),
    cachedInput: toRate(price['cache_read_mtok']),
    cacheWriteInput: toRate(price['cache_write_mtok']),
    audioInput: toRate(price['input_audio_mtok']),
    cachedAudioInput: toRate(price['cache_audio_read_mtok']),
    output: toRate(price['output_mtok']),
    reasoning: toRate(price['output_reasoning_mtok']),
    audioOutput: toRate(price['output_audio_mtok']),
    perCall: typeof perThousandCalls === 'number' ? perThousandCalls * 1000 : undefined,
    audioAsText: !AUDIO_PRICED_APART.includes(provider),
  };
}

function toRate(price: number | TieredPrices | undefined): Rate | undefined {
  return price instanceof TieredPrices || typeof price === 'object'
    ? { base: price.base, tiers: price.tiers.toSorted((a, b) => a.start - b.start) }
    : price;
}

function packageVersion(): string {
  // The package does not export its package.json, so it is found beside its entry file.
  const entry = import.meta.resolve('@pydantic/genai-prices');
  const text = readFileSync(new URL('../package.json', entry), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
