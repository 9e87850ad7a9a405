import { Agent, request } from 'undici';
import type { ProviderTest } from '../contract/routing.ts';
import { AppError } from '../core/errors.ts';
import { checkedBaseUrl, guardedLookup } from './guard-address.ts';
import type { ProviderEntry } from './snapshot.ts';

export type ProbedProvider = Pick<
  ProviderEntry,
  'kind' | 'dialect' | 'baseUrl' | 'credentialHeaders' | 'apiVersion' | 'allowLinkLocal'
> & {
  /** Asked for one token where the provider has no list of models; null or absent: nothing is asked. */
  readonly model?: string | null;
};

const CONNECT_MS = 5000;
const TOTAL_MS = 10_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_MODELS = 500;

/**
 * Asks a provider for its models and tells what happened in plain words. Never throws for what the provider
 * does, follows no redirects, and tells nothing of the credential or of the answer but model names.
 */
export async function testProvider(
  provider: ProbedProvider,
  clock: { monotonic(): number },
): Promise<ProviderTest> {
  if (provider.kind === 'demo') return told(true, 'The built-in provider is always there.');
  const startedMs = clock.monotonic();
  const { allowLinkLocal } = provider;
  const agent = new Agent({
    connect: { timeout: CONNECT_MS, lookup: guardedLookup({ allowLinkLocal }) },
    headersTimeout: TOTAL_MS,
    bodyTimeout: TOTAL_MS,
  });
  try {
    const answer = await send(provider, { path: modelList(provider).path, dispatcher: agent });
    const missing = answer.status === 404 || answer.status === 405;
    const model = missing && provider.kind !== 'azure' ? (provider.model ?? null) : null;
    const judged =
      model === null || provider.dialect !== 'openai'
        ? { ...judge(answer), httpStatus: answer.status }
        : await askModel(provider, model, agent);
    return { ...judged, latencyMs: Math.round(clock.monotonic() - startedMs) };
  } catch (error) {
    const host = URL.parse(provider.baseUrl)?.host ?? 'The provider';
    return told(false, failureInWords(error, host));
  } finally {
    await agent.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

interface Sending {
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly dispatcher: Agent;
  /** Makes it a POST. */
  readonly body?: object;
}

async function send(provider: ProbedProvider, sending: Sending): Promise<Answer> {
  const base = checkedBaseUrl(provider.baseUrl, provider);
  const url = new URL(base.href);
  const [pathname = '', query = ''] = sending.path.split('?');
  url.pathname = joined(base.pathname.replace(/\/+$/, ''), pathname);
  url.search = query;
  const { headers } = modelList(provider);
  const json = sending.body === undefined ? {} : { 'content-type': 'application/json' };
  const reply = await request(url, {
    dispatcher: sending.dispatcher,
    method: sending.body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...json, ...headers, ...provider.credentialHeaders },
    body: sending.body === undefined ? null : JSON.stringify(sending.body),
    signal: AbortSignal.timeout(TOTAL_MS),
  });
  let text = '';
  for await (const chunk of reply.body.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  const { location } = reply.headers;
  return {
    status: reply.statusCode,
    text,
    location: typeof location === 'string' ? location : null,
  };
}

/** The smallest question there is, for the few providers without a list of models. */
async function askModel(
  provider: ProbedProvider,
  model: string,
  dispatcher: Agent,
): Promise<Omit<ProviderTest, 'latencyMs'>> {
  const messages = [{ role: 'user', content: 'Hi' }];
  const body = { model, max_tokens: 1, messages };
  const { status, location } = await send(provider, {
    path: '/chat/completions',
    dispatcher,
    body,
  });
  const ok = status >= 200 && status < 300;
  const message = ok
    ? `The provider answers. It has no list of models, so ${model} was asked for one token.`
    : refusalInWords(status, location);
  return { ok, message, httpStatus: status, models: null };
}

/** A version that base path and path both name counts once, as in the gateway. */
function joined(basePath: string, path: string): string {
  const doubled = /^\/v\d[^/]*\//.test(path);
  return (doubled ? basePath.replace(/\/v\d[^/]*$/, '') : basePath) + path;
}

/** Where each API lists its models. Source: the providers' API references. */
function modelList(provider: ProbedProvider): {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (provider.kind === 'azure') {
    return { path: azureModels(provider), headers: {} };
  }
  const lists = {
    openai: { path: '/models', headers: {} },
    anthropic: {
      path: '/v1/models?limit=1000',
      headers: { 'anthropic-version': '2023-06-01' },
    },
    gemini: { path: '/v1beta/models?pageSize=1000', headers: {} },
    ollama: { path: '/api/tags', headers: {} },
  } as const;
  return lists[provider.dialect];
}

/** Azure's newer API (`…/openai/v1`) has no versions in its query. */
function azureModels({ baseUrl, apiVersion }: ProbedProvider): string {
  const base = new URL(baseUrl).pathname.replace(/\/+$/, '');
  if (base.endsWith('/openai/v1')) return '/models';
  const version = encodeURIComponent(apiVersion ?? '');
  return `${base.endsWith('/openai') ? '' : '/openai'}/models?api-version=${version}`;
}

type Judged = Pick<ProviderTest, 'ok' | 'message' | 'models'>;

function judge({ status, text, location }: Answer): Judged {
  if (status >= 200 && status < 300) return judgeList(text);
  return { ok: false, message: refusalInWords(status, location), models: null };
}

function judgeList(text: string): Judged {
  const models = modelsIn(text);
  if (models === null) {
    const message =
      'The server answered, but not with a list of models. Check that the base URL is that of the API.';
    return { ok: false, message, models: null };
  }
  const message =
    models.length === 0
      ? 'The provider answers. It names no models.'
      : `The provider answers. It names ${models.length} model${models.length === 1 ? '' : 's'}.`;
  return { ok: true, message, models: models.slice(0, MAX_MODELS) };
}

function modelsIn(text: string): string[] | null {
  const list = listIn(text);
  if (list === null) return null;
  const names = list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const id = ('id' in entry && entry.id) || ('name' in entry && entry.name);
    return typeof id === 'string' && id.length <= 256 ? [id.replace(/^models\//, '')] : [];
  });
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}

function listIn(text: string): readonly unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    // Together AI answers with the bare list.
    if (Array.isArray(parsed)) return parsed;
    if (typeof parsed !== 'object' || parsed === null) return null;
    if ('data' in parsed && Array.isArray(parsed.data)) return parsed.data;
    return 'models' in parsed && Array.isArray(parsed.models) ? parsed.models : null;
  } catch {
    return null;
  }
}

function refusalInWords(status: number, location: string | null): string {
  if (status === 401 || status === 403) {
    return `The provider refused the credential (HTTP ${status}).`;
  }
  if (status === 404 || status === 405) {
    return `The server is there, but has no list of models at this base URL (HTTP ${status}). Check the path, for example a missing /v1; a few providers have no such list.`;
  }
  if (status === 429) return 'The provider answers, but limits the rate of calls now (HTTP 429).';
  if (status >= 300 && status < 400) {
    const to = location === null ? null : URL.parse(location);
    const where = to === null ? '' : ` to ${to.origin}`;
    return `The server redirects${where} (HTTP ${status}). Redirects are not followed: enter the final URL.`;
  }
  return status >= 500
    ? `The provider has a problem of its own (HTTP ${status}).`
    : `The provider refused the question (HTTP ${status}).`;
}

const FAILURES: Readonly<Record<string, (host: string) => string>> = {
  ENOTFOUND: (host) => `The host name of ${host} is not known.`,
  EAI_AGAIN: (host) => `The host name of ${host} could not be resolved now.`,
  ECONNREFUSED: (host) => `Nothing listens at ${host}.`,
  ECONNRESET: (host) => `${host} closed the connection.`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection.`,
  EHOSTUNREACH: (host) => `There is no way to ${host} from here.`,
  ENETUNREACH: (host) => `There is no way to ${host} from here.`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `No connection to ${host} within ${CONNECT_MS / 1000} s.`,
  UND_ERR_HEADERS_TIMEOUT: (host) => `No answer from ${host} within ${TOTAL_MS / 1000} s.`,
  UND_ERR_BODY_TIMEOUT: (host) => `No complete answer from ${host} within ${TOTAL_MS / 1000} s.`,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has expired.`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => `The certificate of ${host} is signed by itself.`,
  SELF_SIGNED_CERT_IN_CHAIN: (host) => `The certificate of ${host} is signed by an unknown party.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (host) =>
    `The certificate of ${host} is signed by an unknown party.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate of ${host} is for another name.`,
  ERR_SSL_WRONG_VERSION_NUMBER: (host) => `${host} does not speak TLS: use http instead of https.`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: (host) =>
    `${host} does not speak TLS: use http instead of https.`,
  HPE_INVALID_CONSTANT: (host) => `${host} does not speak HTTP: use https instead of http?`,
};

function failureInWords(thrown: unknown, host: string): string {
  if (thrown instanceof AppError) return thrown.message;
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    return `No answer from ${host} within ${TOTAL_MS / 1000} s.`;
  }
  const inner = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  const words = FAILURES[code];
  // Messages of the network stack may hold headers, so an unknown failure is told by its code alone.
  const named = code === '' ? '' : ` (${code})`;
  return words === undefined ? `${host} could not be asked${named}.` : words(host);
}

function told(ok: boolean, message: string): ProviderTest {
  return { ok, message, httpStatus: null, latencyMs: null, models: null };
}
