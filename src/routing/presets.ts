import type { AuthStyle, ProviderKind, ProviderPreset } from '../contract/routing.ts';

type Given = Partial<ProviderPreset> & Pick<ProviderPreset, 'kind' | 'title'>;

function preset(given: Given): ProviderPreset {
  const baseUrl = given.baseUrl ?? null;
  return {
    dialect: 'openai',
    baseUrlExample: baseUrl ?? 'https://llm.example.com/v1',
    authStyle: 'bearer',
    needsCredential: true,
    needsApiVersion: false,
    apiVersion: null,
    credentialUrl: null,
    ...given,
    baseUrl,
  };
}

/**
 * The usual settings of known providers. Base URLs end where their dialect's paths begin: with `/v1` for
 * OpenAI's (`/chat/completions` follows), at the root for the others. Source: the providers' API references.
 */
export const PROVIDER_PRESETS: readonly ProviderPreset[] = [
  preset({
    kind: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    credentialUrl: 'https://platform.openai.com/api-keys',
  }),
  preset({
    kind: 'azure',
    title: 'Azure OpenAI',
    baseUrlExample: 'https://my-resource.openai.azure.com',
    authStyle: 'api-key',
    needsApiVersion: true,
    apiVersion: '2024-10-21',
    credentialUrl: 'https://portal.azure.com',
  }),
  preset({
    kind: 'anthropic',
    title: 'Anthropic',
    dialect: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    authStyle: 'x-api-key',
    credentialUrl: 'https://console.anthropic.com/settings/keys',
  }),
  preset({
    kind: 'google',
    title: 'Google Gemini',
    dialect: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    authStyle: 'x-goog-api-key',
    credentialUrl: 'https://aistudio.google.com/apikey',
  }),
  preset({
    kind: 'ollama',
    title: 'Ollama',
    dialect: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    needsCredential: false,
  }),
  preset({ kind: 'openai-compatible', title: 'OpenAI-compatible', needsCredential: false }),
  preset({
    kind: 'vllm',
    title: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    needsCredential: false,
  }),
  preset({
    kind: 'lm-studio',
    title: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    needsCredential: false,
  }),
  preset({
    kind: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    credentialUrl: 'https://console.groq.com/keys',
  }),
  preset({
    kind: 'together',
    title: 'Together AI',
    baseUrl: 'https://api.together.xyz/v1',
    credentialUrl: 'https://api.together.ai/settings/api-keys',
  }),
  preset({
    kind: 'mistral',
    title: 'Mistral AI',
    baseUrl: 'https://api.mistral.ai/v1',
    credentialUrl: 'https://console.mistral.ai/api-keys',
  }),
  preset({
    kind: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    credentialUrl: 'https://platform.deepseek.com/api_keys',
  }),
  preset({
    kind: 'x-ai',
    title: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    credentialUrl: 'https://console.x.ai',
  }),
  preset({
    kind: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    credentialUrl: 'https://openrouter.ai/settings/keys',
  }),
];

/** The preset of a kind. */
export function presetOf(kind: ProviderKind): ProviderPreset {
  const found = PROVIDER_PRESETS.find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`There is no preset for ${kind}.`);
  return found;
}

/** The headers that carry a credential; none without one. */
export function credentialHeaders(
  style: AuthStyle,
  credential: string | null,
): Record<string, string> {
  if (credential === null || style === 'none') return {};
  return style === 'bearer' ? { authorization: `Bearer ${credential}` } : { [style]: credential };
}
