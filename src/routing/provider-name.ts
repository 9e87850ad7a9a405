/** Hosts of known providers, with the names that price lists use. Matched against the end of the host name. */
const KNOWN: readonly (readonly [string, string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure'],
  ['services.ai.azure.com', 'azure'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['api.mistral.ai', 'mistral'],
  ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.x.ai', 'x-ai'],
  ['openrouter.ai', 'openrouter'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
];

const OLLAMA_PORT = '11434';

/** A provider's name for records and prices: known by its host, else the host itself. */
export function providerName(baseUrl: URL): string {
  const host = baseUrl.hostname.toLowerCase();
  const known = KNOWN.find(([end]) => host === end || host.endsWith(`.${end}`));
  if (known !== undefined) return known[1];
  return baseUrl.port === OLLAMA_PORT ? 'ollama' : host;
}

/** Mistral refuses unknown fields, `stream_options` among them, and reports usage without being asked. */
const REPORTS_USAGE_UNASKED = new Set(['mistral']);

/** Whether `stream_options.include_usage` may be sent to the provider at this URL. */
export function takesUsageOption(baseUrl: URL): boolean {
  return !REPORTS_USAGE_UNASKED.has(providerName(baseUrl));
}
