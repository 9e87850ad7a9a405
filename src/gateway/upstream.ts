import { Pool } from 'undici';
import { type Config, ConfigError } from '../core/config.ts';
import { providerName } from './provider-name.ts';

/** The one provider that calls are forwarded to. */
export interface Upstream {
  readonly pool: Pool;
  /** Path that replaces our `/v1`, without a slash at the end. */
  readonly basePath: string;
  readonly authorization: string | null;
  readonly provider: string;
  close(): Promise<void>;
}

export type UpstreamConfig = Pick<
  Config,
  'LLM_API_BASE_URL' | 'LLM_API_KEY' | 'UPSTREAM_CONNECTIONS' | 'UPSTREAM_CONNECT_TIMEOUT_MS'
>;

/** Our own timer answers the caller; undici's comes a little later and cleans the socket up. */
const CONNECT_GRACE_MS = 1000;

/**
 * Connections to `LLM_API_BASE_URL`; null when it is not set. Throws ConfigError when it is no http(s) URL.
 * A base URL without a key forwards without authorization, for servers on one's own machine.
 */
export function createUpstream(config: UpstreamConfig): Upstream | null {
  if (config.LLM_API_BASE_URL === null) return null;
  const url = baseUrl(config.LLM_API_BASE_URL);
  const pool = new Pool(url.origin, {
    connections: config.UPSTREAM_CONNECTIONS,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: { timeout: config.UPSTREAM_CONNECT_TIMEOUT_MS + CONNECT_GRACE_MS },
  });
  return {
    pool,
    basePath: url.pathname.replace(/\/+$/, ''),
    authorization: config.LLM_API_KEY === null ? null : `Bearer ${config.LLM_API_KEY}`,
    provider: providerName(url),
    close: () => pool.destroy(),
  };
}

function baseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new ConfigError(
      'LLM_API_BASE_URL must be an http or https URL without user name and query, for example https://api.openai.com/v1.',
    );
  }
  return url;
}
