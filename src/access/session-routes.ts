import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SessionReply, SignIn } from '../contract/access.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { recordDeed } from './audit.ts';
import type { AccessRouteDeps } from './routes.ts';
import { SESSION_COOKIE, SESSION_MAX_MS, type Session } from './sessions.ts';
import { redeemSignInLink } from './sign-in-links.ts';
import { sendLinkProblem } from './sign-in-page.ts';
import { normalEmail, userByPassword } from './users.ts';

const WINDOW_MS = 15 * 60_000;
/** Offices share an address, so it may try more often than one account may be tried. */
const ATTEMPTS_BY_ADDRESS = 30;
const ATTEMPTS_BY_ACCOUNT = 5;

/** Signing in and out, and who is signed in. */
export function sessionRoutes(app: App, deps: AccessRouteDeps): void {
  linkRoute(app, deps);
  passwordRoute(app, deps);
  app.get(
    '/api/v1/session',
    {
      config: { public: true },
      schema: { response: { 200: SessionReply }, tags: ['access'], summary: 'Who is signed in?' },
    },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      const session = token === undefined ? null : await deps.access.sessions.read(token);
      return reply.header('cache-control', 'no-store').send(describeSession(deps, session));
    },
  );
  app.delete(
    '/api/v1/session',
    {
      config: { scope: 'read' },
      schema: { response: { 204: z.null() }, tags: ['access'], summary: 'Sign out.' },
    },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) await deps.access.sessions.end(token);
      if (request.auth.kind === 'session') {
        await recordDeed(deps.access.database, deps.access, {
          projectId: null,
          actor: request.auth.actor,
          action: 'session.end',
        });
      }
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null);
    },
  );
}

function linkRoute(app: App, deps: AccessRouteDeps): void {
  const { access } = deps;
  app.get(
    '/sign-in',
    {
      config: { public: true },
      // A look at the head must not use the link up.
      exposeHeadRoute: false,
      schema: { hide: true, querystring: z.object({ token: z.string().max(200).optional() }) },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      const { token } = request.query;
      if (token === undefined) return reply.redirect('/', 303);
      const user = await redeemSignInLink(access.database, access, token);
      if (user === null) return sendLinkProblem(request, reply);
      await beginSession(deps, { request, reply }, { user, way: 'link' });
      return reply.redirect('/', 303);
    },
  );
}

function passwordRoute(app: App, deps: AccessRouteDeps): void {
  const { clock, database } = deps.access;
  const byAddress = createAttemptLimit({ clock, max: ATTEMPTS_BY_ADDRESS, windowMs: WINDOW_MS });
  const byAccount = createAttemptLimit({ clock, max: ATTEMPTS_BY_ACCOUNT, windowMs: WINDOW_MS });
  app.post(
    '/api/v1/session',
    {
      config: { public: true },
      bodyLimit: 8192,
      schema: {
        body: SignIn.strict(),
        response: { 200: SessionReply },
        tags: ['access'],
        summary: 'Sign in with e-mail and password.',
      },
    },
    async (request, reply) => {
      const email = normalEmail(request.body.email);
      const waitSeconds = Math.max(byAddress.take(request.ip), byAccount.take(email));
      if (waitSeconds > 0) {
        reply.header('retry-after', waitSeconds);
        throw new AppError('too_many_requests', `Too many attempts; wait ${waitSeconds} seconds.`);
      }
      const user = await userByPassword(database, request.body);
      if (user === null) {
        throw new AppError('unauthorized', 'E-mail address or password is wrong.');
      }
      byAddress.forgive(request.ip);
      byAccount.forgive(email);
      const session = await beginSession(deps, { request, reply }, { user, way: 'password' });
      return reply.header('cache-control', 'no-store').send(describeSession(deps, session));
    },
  );
}

/** Opens a session with a token of its own (never one that the browser brought) and hands over the cookie. */
async function beginSession(
  { access }: AccessRouteDeps,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { user, way }: { user: { id: string; email: string }; way: 'link' | 'password' },
): Promise<Session | null> {
  const former = request.cookies[SESSION_COOKIE];
  if (former !== undefined) await access.sessions.end(former);
  const token = await access.sessions.open(user.id);
  await recordDeed(access.database, access, {
    projectId: null,
    actor: `user:${user.email}`,
    action: 'session.begin',
    details: { way },
  });
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    // Not strict: then a link in a chat message would open the dashboard signed out.
    sameSite: 'lax',
    secure: isHttps(request),
    maxAge: SESSION_MAX_MS / 1000,
  });
  return access.sessions.read(token);
}

/** Whether the browser speaks https, to us or to the proxy in front; a lie here only hurts the liar's cookie. */
function isHttps(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-proto'];
  const first = typeof forwarded === 'string' ? forwarded.split(',')[0]?.trim() : undefined;
  return (first ?? request.protocol) === 'https';
}

function describeSession(
  { access, authMode, version }: AccessRouteDeps,
  session: Session | null,
): SessionReply {
  const mayLook = session !== null || authMode === 'off';
  return {
    authMode,
    user: session?.user ?? null,
    csrfToken: session?.csrfToken ?? null,
    projects: mayLook ? [...access.directory.projects()] : [],
    version,
  };
}
