import type { JsonObject } from '../json.ts';

/** Models that refuse the older name of the limit wherever they are served. */
const NEWER_MODELS = /(?:^|\/)(?:o\d|gpt-[5-9])/;
/** Who named the limit anew; everybody else still knows it as `max_tokens`, and some refuse the new name. */
const NEWER_SERVERS: ReadonlySet<string> = new Set(['openai', 'azure']);

/**
 * A request that we wrote, in the words of one of the many servers that speak OpenAI's dialect with an accent.
 * `server` is the provider's name as price lists have it, or a host.
 * Source: what users of these servers report (Mistral answers 422 `extra_forbidden` for the newer limit, Ollama
 * and DeepSeek overlook it), looked up in November 2026.
 */
export function forServer(body: JsonObject, server: string): JsonObject {
  if (NEWER_SERVERS.has(server)) return body;
  const limited = withOlderLimit(body);
  return server === 'mistral' ? forMistral(limited) : limited;
}

function withOlderLimit(body: JsonObject): JsonObject {
  const { max_completion_tokens: limit, ...rest } = body as Record<string, unknown>;
  const { model } = rest;
  if (limit === undefined || (typeof model === 'string' && NEWER_MODELS.test(model))) return body;
  return { ...rest, max_tokens: limit };
}

/** Mistral refuses fields that it does not know: a seed has another name, and callers have none. */
function forMistral(body: JsonObject): JsonObject {
  const { seed, user: _caller, ...rest } = body as Record<string, unknown>;
  return seed === undefined ? rest : { ...rest, random_seed: seed };
}
