import type { ProviderKind } from '../contract/routing.ts';

/** What the part before the slash of a LiteLLM model means for us. */
export interface LitellmProvider {
  readonly kind: ProviderKind;
  /** Of ours, where it differs from the kind. */
  readonly name?: string;
  /** Where the API is when the file does not say and the preset does not know. */
  readonly baseUrl?: string;
}

/** Prefixes of LiteLLM models that we can serve. Source: LiteLLM's provider documentation. */
const PREFIXES: Readonly<Record<string, LitellmProvider>> = {
  openai: { kind: 'openai' },
  azure: { kind: 'azure' },
  anthropic: { kind: 'anthropic' },
  gemini: { kind: 'google' },
  ollama: { kind: 'ollama' },
  ollama_chat: { kind: 'ollama' },
  groq: { kind: 'groq' },
  together_ai: { kind: 'together' },
  mistral: { kind: 'mistral' },
  deepseek: { kind: 'deepseek' },
  xai: { kind: 'x-ai' },
  openrouter: { kind: 'openrouter' },
  vllm: { kind: 'vllm' },
  hosted_vllm: { kind: 'vllm' },
  lm_studio: { kind: 'lm-studio' },
  custom_openai: { kind: 'openai-compatible' },
  openai_like: { kind: 'openai-compatible' },
  litellm_proxy: { kind: 'openai-compatible', name: 'litellm' },
  perplexity: {
    kind: 'openai-compatible',
    name: 'perplexity',
    baseUrl: 'https://api.perplexity.ai',
  },
  fireworks_ai: {
    kind: 'openai-compatible',
    name: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
  },
  cerebras: {
    kind: 'openai-compatible',
    name: 'cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
  },
  deepinfra: {
    kind: 'openai-compatible',
    name: 'deepinfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
  },
  nvidia_nim: {
    kind: 'openai-compatible',
    name: 'nvidia',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
  },
};

/** Models without a prefix are known by their maker's names. */
const BARE: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o\d(-|$)|text-embedding-|ft:)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'gemini'],
];

export interface ReadModel {
  readonly provider: LitellmProvider;
  /** As the provider names it. */
  readonly model: string;
}

/** What a LiteLLM `model` means; a text says why it cannot be carried over. */
export function readLitellmModel(
  model: string,
  custom: string | null,
  apiBase: string | null,
): ReadModel | string {
  const slash = model.indexOf('/');
  const prefix = custom ?? (slash > 0 ? model.slice(0, slash) : null);
  const known = prefix === null ? undefined : PREFIXES[prefix];
  if (known !== undefined) {
    const name = custom === null || model.startsWith(`${custom}/`) ? model.slice(slash + 1) : model;
    if (name.includes('*')) {
      return 'Wildcards are not needed: callers can name any model of a provider as provider/model.';
    }
    return { provider: atOwnBase(known, apiBase), model: name };
  }
  const maker = BARE.find(([names]) => names.test(model))?.[1];
  const bare = prefix === null && maker !== undefined ? PREFIXES[maker] : undefined;
  if (bare !== undefined) return { provider: atOwnBase(bare, apiBase), model };
  if (apiBase !== null) return { provider: { kind: 'openai-compatible' }, model };
  return prefix === null
    ? `It is not known who serves the model ${model}.`
    : `The provider ${prefix} speaks an API that is not supported.`;
}

/** `openai/…` with an `api_base` of another host is anything that speaks OpenAI's dialect. */
function atOwnBase(provider: LitellmProvider, apiBase: string | null): LitellmProvider {
  const host = apiBase === null ? null : URL.parse(apiBase)?.hostname;
  const elsewhere = host !== null && host !== undefined && host !== 'api.openai.com';
  return provider.kind === 'openai' && elsewhere ? { kind: 'openai-compatible' } : provider;
}
