import type { z } from 'zod';
import type { ProvidersReply } from './contract/access.ts';
import type { Config } from './core/config.ts';

/** Where calls go, without keys: the configured provider and the built-in demo one. */
export function listProviders(config: Config): z.infer<typeof ProvidersReply>['providers'] {
  const demo = {
    id: 'demo',
    title: 'Demo (built in)',
    baseUrl: null,
    hasKey: false,
    isDemo: true,
    models: ['demo/good', 'demo/poor', 'demo/toxic', 'demo/leaky', 'demo/slow', 'demo/flaky'],
  };
  if (config.LLM_API_BASE_URL === null) return [demo];
  const upstream = {
    id: 'openai',
    title: 'OpenAI-compatible',
    baseUrl: config.LLM_API_BASE_URL,
    hasKey: config.LLM_API_KEY !== null,
    isDemo: false,
    models: [config.OPENAI_MODEL_MAIN],
  };
  return [upstream, demo];
}
