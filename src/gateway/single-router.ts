import { type Config, ConfigError } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import { DEMO_MODELS, isDemoModel } from '../providers/demo/answer.ts';
import { providerName, takesUsageOption } from '../routing/provider-name.ts';
import type { NextTry, RoutePlan, Router, Target, UpstreamProvider } from '../routing/router.ts';

export type SingleRouterConfig = Pick<Config, 'LLM_API_BASE_URL' | 'LLM_API_KEY'>;

const NO_TIMEOUTS = { connectMs: null, firstByteMs: null, idleMs: null, totalMs: null } as const;

/** The built-in provider as a target. */
export const DEMO_TARGET: Target = {
  id: 'demo',
  provider: {
    id: 'demo',
    name: 'demo',
    dialect: 'openai',
    kind: 'demo',
    baseUrl: new URL('http://demo.invalid/v1'),
    credentialHeaders: {},
    query: {},
    allowLinkLocal: false,
    takesUsageOption: true,
  },
  model: null,
  timeouts: NO_TIMEOUTS,
};

/**
 * The simplest router: the environment's provider and the demo one, each call tried once. Throws ConfigError
 * when `LLM_API_BASE_URL` is no http(s) URL.
 */
export function singleRouter(config: SingleRouterConfig): Router {
  const upstream = config.LLM_API_BASE_URL === null ? null : upstreamTarget(config);
  return {
    plan({ model }): RoutePlan {
      if (model !== null && isDemoModel(model)) return planOf(DEMO_TARGET);
      if (upstream !== null) return planOf(upstream);
      throw new AppError('upstream_not_configured', NOT_CONFIGURED);
    },
    models: () => DEMO_MODELS.map((id) => ({ id, ownedBy: 'lqo-demo', createdAtSeconds: 0 })),
  };
}

const NOT_CONFIGURED =
  'No provider is configured: set LLM_API_BASE_URL (for example https://api.openai.com/v1) and LLM_API_KEY and start again. The built-in model `demo/good` works without.';

function planOf(target: Target): RoutePlan {
  return {
    route: null,
    onDisconnect: 'abort',
    candidates: [target],
    next: (failed): NextTry | null =>
      failed === null ? { target, delayMs: 0, done: (): void => undefined } : null,
  };
}

function upstreamTarget({ LLM_API_BASE_URL, LLM_API_KEY }: SingleRouterConfig): Target {
  const baseUrl = checkedUrl(LLM_API_BASE_URL ?? '');
  const name = providerName(baseUrl);
  const provider: UpstreamProvider = {
    ...DEMO_TARGET.provider,
    id: 'environment',
    name,
    kind: 'standard',
    baseUrl,
    credentialHeaders: LLM_API_KEY === null ? {} : { authorization: `Bearer ${LLM_API_KEY}` },
    allowLinkLocal: true,
    takesUsageOption: takesUsageOption(baseUrl),
  };
  return { ...DEMO_TARGET, id: 'environment', provider };
}

function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new ConfigError(
      'LLM_API_BASE_URL must be an http or https URL without user name and query, for example https://api.openai.com/v1.',
    );
  }
  return url;
}
