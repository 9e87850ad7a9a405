import type {
  FastifyContextConfig,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
} from 'fastify';
import {
  DEFAULT_PROJECT_SLUG,
  type KeyDirectory,
  type LookUp,
  type ProjectInfo,
} from '../access/key-directory.ts';
import { ALL_SCOPES, scopesOfRole } from '../access/scopes.ts';
import { SESSION_COOKIE, type Sessions, sameSecret } from '../access/sessions.ts';
import { type Config, ConfigError, isLoopbackHost } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { Auth, KeyScope } from '../core/http.ts';
import { keysOf } from './credentials.ts';
import type { CrossOrigin } from './cross-origin.ts';
import { hostName } from './guard-origin.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const EVERYTHING: ReadonlySet<KeyScope> = new Set(ALL_SCOPES);
/** Any of these says that a proxy stands in between, so "from loopback" proves nothing. */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'true-client-ip',
  'cf-connecting-ip',
] as const;

/** What a public route sees: nobody, who may nothing. */
export const ANONYMOUS: Auth = {
  kind: 'anonymous',
  projectId: '',
  projectSlug: '',
  keyId: null,
  userId: null,
  actor: 'anonymous',
  scopes: new Set(),
};

export interface AuthenticateDeps {
  readonly authMode: Config['AUTH_MODE'];
  readonly directory: KeyDirectory;
  readonly sessions: Pick<Sessions, 'read'>;
  readonly crossOrigin: Pick<CrossOrigin, 'admit'>;
}

/**
 * Finds out who asks before anything else of a route runs. Keys are looked up in memory, so the
 * gateway's path stays synchronous; only browser sessions ask the database.
 */
export function createAuthenticate(deps: AuthenticateDeps): onRequestHookHandler {
  return (request, reply, done) => {
    const { config } = request.routeOptions;
    request.auth = ANONYMOUS;
    if (config.public === true || request.is404) {
      done();
      return;
    }
    const auth = authenticateNow(deps, request, config);
    const enter = (found: Auth): void => {
      admit(found, request, config);
      if (config.crossOrigin === true) deps.crossOrigin.admit(found, request, reply);
    };
    if (auth !== null) {
      enter(auth);
      done();
      return;
    }
    authenticateSession(deps, request, config)
      .then((found) => {
        enter(found);
        done();
      })
      .catch((thrown: unknown) => {
        challenge(thrown, reply);
        done(thrown instanceof Error ? thrown : new Error(String(thrown)));
      });
  };
}

/** Everything that needs no database: keys, switched-off authentication, local scrapes. Null: try the session. */
function authenticateNow(
  deps: AuthenticateDeps,
  request: FastifyRequest,
  config: FastifyContextConfig,
): Auth | null {
  const { directory, authMode } = deps;
  const keys = keysOf(request.headers);
  let reason: (LookUp & { found: false })['reason'] | null = null;
  for (const key of keys) {
    const result = directory.lookUp(key);
    if (result.found && result.anyProject) {
      return inProject(result.auth, chosenProject(directory, request, config));
    }
    if (result.found) return keepToProject(result.auth, request, config);
    reason ??= result.reason;
  }
  if (authMode === 'off') return authOff(directory, request, config);
  if (reason !== null) throw refusal(reason);
  if (request.cookies[SESSION_COOKIE] !== undefined) return null;
  if (config.scope === 'metrics' && isLocalScrape(request)) return localScrape(directory);
  throw refusal('missing');
}

async function authenticateSession(
  { directory, sessions }: AuthenticateDeps,
  request: FastifyRequest,
  config: FastifyContextConfig,
): Promise<Auth> {
  const session = await sessions.read(request.cookies[SESSION_COOKIE] ?? '');
  if (session === null) throw refusal('missing');
  if (!SAFE_METHODS.has(request.method)) {
    const given = request.headers['x-csrf-token'];
    if (typeof given !== 'string' || !sameSecret(given, session.csrfToken)) {
      throw new AppError(
        'csrf_failed',
        'Send the csrfToken of GET /api/v1/session as x-csrf-token with every change.',
      );
    }
  }
  const project = chosenProject(directory, request, config);
  return {
    kind: 'session',
    projectId: project.id,
    projectSlug: project.slug,
    keyId: null,
    userId: session.user.id,
    actor: `user:${session.user.email}`,
    scopes: scopesOfRole(session.user.role),
  };
}

function admit(auth: Auth, request: FastifyRequest, config: FastifyContextConfig): void {
  if (config.scope === undefined || !auth.scopes.has(config.scope)) {
    const needed = config.scope ?? 'admin';
    const who = auth.kind === 'session' ? 'Your role' : 'This key';
    throw new AppError('forbidden', `${who} lacks the scope "${needed}".`);
  }
  request.auth = auth;
}

/** A key opens its own project; naming another one is answered as if that did not exist. */
function keepToProject(auth: Auth, request: FastifyRequest, config: FastifyContextConfig): Auth {
  const asked = askedProject(request, config);
  if (asked !== null && asked !== auth.projectSlug) throw noProject();
  return auth;
}

function inProject(auth: Auth, project: ProjectInfo): Auth {
  return { ...auth, projectId: project.id, projectSlug: project.slug };
}

function authOff(
  directory: KeyDirectory,
  request: FastifyRequest,
  config: FastifyContextConfig,
): Auth {
  const project = chosenProject(directory, request, config);
  return {
    kind: 'off',
    projectId: project.id,
    projectSlug: project.slug,
    keyId: null,
    userId: null,
    actor: 'anonymous',
    scopes: EVERYTHING,
  };
}

function chosenProject(
  directory: KeyDirectory,
  request: FastifyRequest,
  config: FastifyContextConfig,
): ProjectInfo {
  if (directory.version === null) throw refusal('not_loaded');
  const project = directory.projectBySlug(askedProject(request, config) ?? DEFAULT_PROJECT_SLUG);
  if (project === null) throw noProject();
  return project;
}

/** The gateway's query strings belong to the provider, so there only the header counts. */
function askedProject(request: FastifyRequest, config: FastifyContextConfig): string | null {
  const header = request.headers['x-lqo-project'];
  if (typeof header === 'string' && header !== '') return header;
  if (config.scope === 'gateway') return null;
  const { query } = request;
  if (typeof query !== 'object' || query === null || !('project' in query)) return null;
  return typeof query.project === 'string' && query.project !== '' ? query.project : null;
}

function noProject(): AppError {
  return new AppError('not_found', 'There is no such project.');
}

function isLocalScrape(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const host = hostName(request.headers.host ?? '');
  return (
    isLoopbackHost(address) &&
    host !== null &&
    isLoopbackHost(host) &&
    FORWARDING_HEADERS.every((name) => request.headers[name] === undefined)
  );
}

function localScrape(directory: KeyDirectory): Auth {
  const project = directory.projectBySlug(DEFAULT_PROJECT_SLUG);
  return {
    ...ANONYMOUS,
    projectId: project?.id ?? '',
    projectSlug: DEFAULT_PROJECT_SLUG,
    scopes: new Set<KeyScope>(['metrics']),
  };
}

const HOW =
  'Send an API key as "Authorization: Bearer lqo_…" (or x-api-key, api-key, x-goog-api-key). ' +
  'Keys are made in the dashboard under Settings or with "lqo keys create".';

function refusal(reason: (LookUp & { found: false })['reason'] | 'missing'): AppError {
  switch (reason) {
    case 'missing':
      return new AppError('unauthorized', `No credentials were sent. ${HOW}`);
    case 'unknown':
      return new AppError('unauthorized', `This API key is unknown or was revoked. ${HOW}`);
    case 'mistyped':
      return new AppError(
        'unauthorized',
        `This API key is not whole: its checksum does not match, so characters are missing or wrong. ${HOW}`,
      );
    case 'expired':
      return new AppError('unauthorized', `This API key has expired. ${HOW}`);
    case 'not_loaded':
      return new AppError('database_unavailable', 'API keys were not loaded yet; try again.');
    default:
      return reason satisfies never;
  }
}

/** RFC 9110 §11.6.1: a 401 names a scheme that would work. */
function challenge(thrown: unknown, reply: FastifyReply): void {
  if (thrown instanceof AppError && thrown.status === 401) {
    reply.header('www-authenticate', 'Bearer realm="lqo"');
  }
}

/** Refuses a configuration that would stand open to the network. Throws ConfigError. */
export function assertSafeToListen(
  config: Pick<Config, 'HOST' | 'AUTH_MODE'>,
  facts: { hasAdministrator: boolean },
): void {
  if (isLoopbackHost(config.HOST)) return;
  if (config.AUTH_MODE === 'off') {
    throw new ConfigError(
      `AUTH_MODE=off is only possible on loopback, and HOST is ${config.HOST}. Set AUTH_MODE=required or HOST=127.0.0.1.`,
    );
  }
  if (!facts.hasAdministrator) {
    throw new ConfigError(
      `HOST is ${config.HOST}, reachable from outside, and no administrator can sign in. Set LQO_ADMIN_EMAIL and LQO_ADMIN_PASSWORD.`,
    );
  }
}
