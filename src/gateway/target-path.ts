import { AppError } from '../core/errors.ts';
import type { Target, UpstreamProvider } from '../routing/router.ts';
import type { KnownRequest } from './known-request.ts';

/** Azure's paths below a deployment; all others are of its newer API, which names models in the body. */
const OF_DEPLOYMENTS = /^\/(?:chat\/completions|completions|embeddings|audio\/|images\/)/;

/** The path (with query) below the provider's base URL for a request in the provider's own dialect. */
export function targetPath(known: KnownRequest, { provider, model }: Target): string {
  const { ask } = known;
  const renamed = model !== null && ask.pathFor !== undefined ? ask.pathFor(model) : ask.path;
  // Older clients of Gemini send their key here: it is the caller's, or ours, and never the provider's.
  if (provider.dialect === 'gemini') return withQuery(withoutQuery(renamed, 'key'), provider.query);
  if (provider.dialect !== 'openai') return withQuery(renamed, provider.query);
  if (provider.kind !== 'azure')
    return withQuery(withoutQuery(renamed, 'api-version'), provider.query);
  return azurePath(renamed, provider, model ?? known.fields.model ?? ask.model ?? '');
}

/** Azure OpenAI names the deployment in the path and the version of its API in the query. */
export function azurePath(path: string, provider: UpstreamProvider, deployment: string): string {
  const base = provider.baseUrl.pathname.replace(/\/+$/, '');
  const plain = withoutQuery(path, 'api-version');
  if (base.endsWith('/openai/v1')) return plain;
  const openai = base.endsWith('/openai') ? '' : '/openai';
  if (!OF_DEPLOYMENTS.test(plain) || deployment === '') return `${openai}/v1${plain}`;
  const below = `${openai}/deployments/${encodeURIComponent(deployment)}${plain}`;
  return withQuery(below, provider.query);
}

/** Whether the model of a call to this provider is told by the path alone. */
export function namesModelInPath(provider: UpstreamProvider, path: string): boolean {
  return provider.kind === 'azure' && OF_DEPLOYMENTS.test(path);
}

/** A path with further parameters; those it has already are replaced. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const names = Object.keys(query);
  if (names.length === 0) return path;
  const plain = names.reduce(withoutQuery, path);
  const text = names.map((name) => `${name}=${encodeURIComponent(query[name] ?? '')}`).join('&');
  return `${plain}${plain.includes('?') ? '&' : '?'}${text}`;
}

/** A path without a parameter of its query, the others untouched. */
function withoutQuery(path: string, name: string): string {
  const at = path.indexOf('?');
  if (at === -1 || !path.includes(name, at)) return path;
  const kept = path
    .slice(at + 1)
    .split('&')
    .filter((part) => part !== name && !part.startsWith(`${name}=`));
  return kept.length === 0 ? path.slice(0, at) : `${path.slice(0, at)}?${kept.join('&')}`;
}

const VERSION = /\/v\d[\w.]*$/;

/** Base path and path in one; a version that both name (`/v1` twice) counts once. */
export function joinedPath(basePath: string, path: string): string {
  const version = VERSION.exec(basePath)?.[0];
  const doubled = version !== undefined && /^\/v\d[\w.]*\//.test(path);
  return (doubled ? basePath.slice(0, -version.length) : basePath) + path;
}

/** A way out of the provider's base path, written plainly or encoded. */
const CLIMBS = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)|\\|%5c/i;

/** Throws `invalid_request` when a path could leave the base path: names of models are the caller's. */
export function assertStays(path: string): void {
  const end = path.indexOf('?');
  if (CLIMBS.test(end === -1 ? path : path.slice(0, end))) {
    throw new AppError('invalid_request', 'The path must not contain `.` or `..` segments.');
  }
}
