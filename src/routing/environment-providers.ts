import { type Config, ConfigError } from '../core/config.ts';
import { providerName } from './provider-name.ts';
import type { ProviderEntry } from './snapshot.ts';

export type ProviderConfig = Pick<Config, 'LLM_API_BASE_URL' | 'LLM_API_KEY' | 'OLLAMA_BASE_URL'>;

/** The built-in provider; its models are named `demo/…` and never leave the program. */
export const DEMO_PROVIDER: ProviderEntry = {
  id: 'demo',
  projectId: null,
  name: 'demo',
  kind: 'demo',
  dialect: 'openai',
  baseUrl: 'http://demo.invalid',
  credentialHeaders: {},
  apiVersion: null,
  allowLinkLocal: false,
  isDefault: false,
  enabled: true,
  problem: null,
  revision: '0',
};

/**
 * The providers that are there without a row: those of the environment, then the demo one. They serve every
 * project. Throws ConfigError when a URL is none. The operator's own URLs may lead anywhere.
 */
export function environmentProviders(config: ProviderConfig): readonly ProviderEntry[] {
  const entries: ProviderEntry[] = [];
  if (config.LLM_API_BASE_URL !== null) {
    const url = operatorUrl('LLM_API_BASE_URL', config.LLM_API_BASE_URL);
    const headers =
      config.LLM_API_KEY === null ? {} : { authorization: `Bearer ${config.LLM_API_KEY}` };
    entries.push({
      ...DEMO_PROVIDER,
      id: 'env-openai',
      name: providerName(url),
      kind: 'openai-compatible',
      baseUrl: url.href.replace(/\/+$/, ''),
      credentialHeaders: headers,
      allowLinkLocal: true,
    });
  }
  if (config.OLLAMA_BASE_URL !== null) {
    const url = operatorUrl('OLLAMA_BASE_URL', config.OLLAMA_BASE_URL);
    entries.push({
      ...DEMO_PROVIDER,
      id: 'env-ollama',
      name: 'ollama',
      kind: 'ollama',
      dialect: 'ollama',
      // Users of the OpenAI-compatible side often give its path; ours is the native one.
      baseUrl: url.href.replace(/\/+$/, '').replace(/\/(v1|api)$/, ''),
      allowLinkLocal: true,
    });
  }
  return [...entries, DEMO_PROVIDER];
}

function operatorUrl(variable: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new ConfigError(
      `${variable} must be an http or https URL without user name and query, for example ${variable === 'OLLAMA_BASE_URL' ? 'http://127.0.0.1:11434' : 'https://api.openai.com/v1'}.`,
    );
  }
  return url;
}
