import type { Usage } from '../../interactions/record.ts';
import { NO_USAGE } from '../exchange.ts';
import { asCount, asObject, type JsonObject } from '../json.ts';
import { readUsage } from '../usage.ts';

/**
 * Tokens as Anthropic reports them, with our meaning: its `input_tokens` leaves out what was read from or
 * written to the cache, our `input` is the total. Prices of writes that last 5 minutes and an hour differ;
 * both are in `cacheWriteInput`. Other namings (compatible servers) are read too; nothing reported gives
 * no source.
 */
export function readMessageUsage(value: unknown): Usage {
  const usage = asObject(value);
  const fresh = asCount(usage?.['input_tokens']);
  const output = asCount(usage?.['output_tokens']);
  if (usage === null || (fresh === null && output === null)) return readUsage(value);
  const cachedInput = asCount(usage['cache_read_input_tokens']);
  const cacheWriteInput = cacheWrites(usage);
  const thinking = asCount(asObject(usage['output_tokens_details'])?.['thinking_tokens']);
  return {
    ...NO_USAGE,
    input: fresh === null ? null : fresh + (cachedInput ?? 0) + (cacheWriteInput ?? 0),
    cachedInput: fresh === null ? null : cachedInput,
    cacheWriteInput: fresh === null ? null : cacheWriteInput,
    output,
    reasoning: thinking === null || output === null ? null : Math.min(thinking, output),
    source: 'reported',
  };
}

function cacheWrites(usage: JsonObject): number | null {
  const total = asCount(usage['cache_creation_input_tokens']);
  if (total !== null) return total;
  const split = asObject(usage['cache_creation']);
  const short = asCount(split?.['ephemeral_5m_input_tokens']);
  const long = asCount(split?.['ephemeral_1h_input_tokens']);
  return short === null && long === null ? null : (short ?? 0) + (long ?? 0);
}

/**
 * The usage of a stream so far: its counters are totals of the whole message, and an event leaves out
 * those that it has nothing new to say about.
 */
export function laterUsage(
  known: JsonObject | null,
  reported: JsonObject | null,
): JsonObject | null {
  if (known === null || reported === null) return reported ?? known;
  const told = Object.entries(reported).filter(([, value]) => value !== null);
  return { ...known, ...Object.fromEntries(told) };
}

/** What `message_start` says: its output count is a placeholder and left out. */
export function startUsage(usage: JsonObject | null): JsonObject | null {
  return usage === null ? null : { ...usage, output_tokens: null, output_tokens_details: null };
}

/** Tokens in Anthropic's words. Clients need numbers in the two totals: unknown ones are 0 there. */
export function writeMessageUsage(usage: Usage, serviceTier: string | null): JsonObject {
  const cached = usage.cachedInput ?? 0;
  const written = usage.cacheWriteInput ?? 0;
  return {
    input_tokens: Math.max(0, (usage.input ?? 0) - cached - written),
    cache_creation_input_tokens: usage.cacheWriteInput,
    cache_read_input_tokens: usage.cachedInput,
    output_tokens: usage.output ?? 0,
    ...(usage.reasoning === null
      ? {}
      : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...(serviceTier === null
      ? {}
      : { service_tier: serviceTier === 'default' ? 'standard' : serviceTier }),
  };
}

/** The tier of an answer in our words (OpenAI's): Anthropic's `standard` is `default`. */
export function readServiceTier(usage: JsonObject | null): string | null {
  const tier = usage?.['service_tier'];
  if (typeof tier !== 'string') return null;
  return tier === 'standard' ? 'default' : tier;
}
