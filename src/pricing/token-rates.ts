import type { Usage } from '../interactions/record.ts';

/**
 * Micro-US-dollars a token, which is the same number as US dollars a million tokens. Tiered rates
 * apply to the whole call: the last tier whose `start` is below the call's total input tokens.
 */
export type Rate = number | { readonly base: number; readonly tiers: readonly Tier[] };
interface Tier {
  readonly start: number;
  readonly price: number;
}

/** Rates of one model at one time. A missing part is charged as the whole it belongs to. */
export interface TokenRates {
  readonly input?: Rate | undefined;
  readonly cachedInput?: Rate | undefined;
  readonly cacheWriteInput?: Rate | undefined;
  readonly audioInput?: Rate | undefined;
  readonly cachedAudioInput?: Rate | undefined;
  readonly output?: Rate | undefined;
  readonly reasoning?: Rate | undefined;
  readonly audioOutput?: Rate | undefined;
  /** Micro-US-dollars a call, beside its tokens. */
  readonly perCall?: number | undefined;
  /** True when the price list names one price for all kinds of input (Google); else audio without a price is unknown. */
  readonly audioAsText: boolean;
}

/** A cost before rounding, and whether something had to be assumed. */
export interface RawCost {
  readonly microUsd: number;
  readonly assumed: boolean;
}

/**
 * What the tokens cost in micro-US-dollars, not rounded. Null when a total is unknown that has a
 * price, or tokens were used that have none. `input` holds cached, cache-write and audio tokens,
 * `output` holds reasoning and audio tokens: each token is charged once.
 */
export function costOf(usage: Usage, rates: TokenRates): RawCost | null {
  const input = inputCost(usage, rates);
  const output = outputCost(usage, rates);
  if (input === null || output === null) return null;
  return {
    microUsd: input.microUsd + output + (rates.perCall ?? 0),
    assumed: input.assumed,
  };
}

function inputCost(usage: Usage, rates: TokenRates): RawCost | null {
  const total = usage.input;
  if (total === null) return rates.input === undefined ? { microUsd: 0, assumed: false } : null;
  const rateOf = (rate: Rate | undefined): number | undefined => rateAt(rate, total);
  const plainRate = rateOf(rates.input);
  if (plainRate === undefined) return total === 0 ? { microUsd: 0, assumed: false } : null;
  const cached = part(usage.cachedInput, total);
  const written = part(usage.cacheWriteInput, total - cached);
  const audio = part(usage.audioInput, total);
  if (audio > 0 && rates.audioInput === undefined && !rates.audioAsText) return null;
  // How much of the audio came from the cache is not reported: as little as the totals allow.
  const cachedAudio = Math.max(0, cached + written + audio - total);
  const cachedRate = rateOf(rates.cachedInput) ?? plainRate;
  const audioRate = rateOf(rates.audioInput) ?? plainRate;
  const cachedAudioRate = rateOf(rates.cachedAudioInput) ?? Math.min(cachedRate, audioRate);
  const microUsd =
    (total - cached - written - audio + cachedAudio) * plainRate +
    (cached - cachedAudio) * cachedRate +
    written * (rateOf(rates.cacheWriteInput) ?? plainRate) +
    (audio - cachedAudio) * audioRate +
    cachedAudio * cachedAudioRate;
  return { microUsd, assumed: cached > 0 && audio > 0 && audioRate !== plainRate };
}

function outputCost(usage: Usage, rates: TokenRates): number | null {
  const total = usage.output;
  if (total === null) return rates.output === undefined ? 0 : null;
  const tierTokens = usage.input ?? 0;
  const plainRate = rateAt(rates.output, tierTokens);
  if (plainRate === undefined) return total === 0 ? 0 : null;
  const audio = part(usage.audioOutput, total);
  if (audio > 0 && rates.audioOutput === undefined && !rates.audioAsText) return null;
  const reasoning = part(usage.reasoning, total - audio);
  return (
    (total - audio - reasoning) * plainRate +
    reasoning * (rateAt(rates.reasoning, tierTokens) ?? plainRate) +
    audio * (rateAt(rates.audioOutput, tierTokens) ?? plainRate)
  );
}

function part(tokens: number | null, atMost: number): number {
  return Math.min(tokens ?? 0, atMost);
}

function rateAt(rate: Rate | undefined, inputTokens: number): number | undefined {
  if (rate === undefined || typeof rate === 'number') return rate;
  return rate.tiers.reduce(
    (price, tier) => (inputTokens > tier.start ? tier.price : price),
    rate.base,
  );
}
