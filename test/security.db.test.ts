import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentId } from '../src/core/ids.ts';
import type { RouteEntry } from '../src/http/route-table.ts';
import { recordAll } from '../src/record.ts';
import type { SignedIn, TestApp, TestProject } from './support/app.ts';
import { testClock } from './support/clock.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from './support/records.ts';
import { wholeApp } from './support/whole-app.ts';

/**
 * The refusals that every route shares. Routes are taken from the running server, so a new one is
 * covered on the day it is registered.
 */
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Open to everybody on purpose; anything else that turns up here is a mistake. */
const OPEN = /^\/(health|ready|openapi\.json|sign-in|docs(\/.*)?|api\/v1\/session)$/;
const OTHER_SCOPE = {
  read: 'ingest',
  admin: 'read',
  gateway: 'read',
  ingest: 'read',
  feedback: 'read',
  metrics: 'read',
} as const;
/** Filters that fit rows of both projects; routes ignore those they do not know. */
const SHARED =
  '?user=shared-user&user_id=shared-user&model=shared-model&model_version=shared-model';
/** A page that does not hold everything, so that estimates of the rest are made. */
const SHORT = '?limit=1';
const NOBODY = '00000000-0000-7000-8000-000000000000';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
let server: TestApp;
let user: SignedIn;
const seeds = new Map<string, { interactionId: string; keyId: string; marker: string }>();

/** What project `a` is told before and after project `b` holds something. */
let before: Map<string, string>;
let after: Map<string, string>;

beforeAll(async () => {
  // The time stands still, so that the same question has the same answer.
  server = await wholeApp({ clock: testClock(new Date().toISOString()) });
  user = await server.signIn('admin');
  await seed(server.a);
  before = await answersTo(server.a);
  await seed(server.b);
  after = await answersTo(server.a);
});
afterAll(() => server.close());

/** One interaction with everything that can be said about one, all of it marked with its project. */
async function seed(project: TestProject): Promise<void> {
  const marker = `secret-of-${project.slug}`;
  const interaction = interactionRow({
    projectId: project.id,
    createdAt: new Date(server.deps.clock.now() - 60_000),
    // The same in every project: a filter by them must still stay within one.
    model: 'shared-model',
    userId: 'shared-user',
    sessionId: `${marker}-session`,
    tags: [`${marker}-tag`],
    metadata: { note: `${marker}-note` },
    promptName: `${marker}-prompt`,
    promptPreview: `${marker}-question`,
    responsePreview: `${marker}-answer`,
    provider: `${marker}-provider`,
    traceId: `${marker}-trace`,
  });
  const failed = interactionRow({
    ...interaction,
    id: contentId(interaction.createdAt.getTime(), marker),
    status: 'error',
    errorType: 'timeout_idle',
    errorMessage: `${marker}-error`,
  });
  const batch = batchOf({
    interactions: [interaction, failed],
    bodies: [bodyRow(interaction), bodyRow(failed)],
    scores: [
      scoreRow(interaction, {
        value: 0.1,
        flagged: true,
        label: `${marker}-label`,
        reason: `${marker}-reason`,
      }),
    ],
  });
  await record(server.database, batch, [recordAll]);
  const created = await server.inject({
    method: 'POST',
    url: '/api/v1/keys',
    key: project.key,
    payload: { name: `${marker}-key`, scopes: ['read'] },
  });
  seeds.set(project.slug, { interactionId: interaction.id, keyId: created.json().id, marker });
}

/** Every answer to a reader of this project, by URL; ids are those of its own interaction. */
async function answersTo(project: TestProject): Promise<Map<string, string>> {
  const id = seeds.get(project.slug)?.interactionId ?? '';
  const answers = new Map<string, string>();
  for (const route of readable()) {
    for (const query of ['', SHARED, SHORT]) {
      const url = pathOf(route.url, id) + query;
      const { statusCode, body } = await server.inject({ url, key: project.key });
      answers.set(url, `${statusCode} ${body.replace(/"requestId":"[^"]*"/, '')}`);
    }
  }
  return answers;
}

const closedRoutes = (): RouteEntry[] =>
  server.routeTable.entries().filter(({ config }) => config.public !== true);

/** Routes that answer questions about a project; streams of events never end, so they are not among them. */
const readable = (): RouteEntry[] =>
  closedRoutes().filter(
    ({ method, config, url }) =>
      method === 'GET' &&
      (config.scope === 'read' || config.scope === 'admin') &&
      !url.endsWith('/stream'),
  );

/** A path of the template: every parameter and wildcard filled in. */
function pathOf(url: string, id = NOBODY): string {
  return url.replace(/:[A-Za-z]+(\([^)]*\))?/g, id).replace('*', 'x');
}

function send(
  route: RouteEntry,
  options: { key?: string | null; id?: string; headers?: Record<string, string> },
) {
  const { key, id, headers } = options;
  return server.inject({
    method: asMethod(route.method),
    url: pathOf(route.url, id),
    ...(key === undefined ? {} : { key }),
    ...(headers === undefined ? {} : { headers }),
    ...(CHANGING.has(route.method) ? { payload: {} } : {}),
  });
}

/** Templates hold upper-case method names; `inject` wants them as literals. */
function asMethod(method: string): Method {
  return method as Method;
}

/** What each route answers instead of what it should, by `METHOD url`. */
async function exceptions(
  routes: readonly RouteEntry[],
  probe: (route: RouteEntry) => Promise<unknown>,
  expected: unknown,
): Promise<Record<string, unknown>> {
  const wrong: Record<string, unknown> = {};
  for (const route of routes) {
    const seen = await probe(route);
    if (seen !== expected) wrong[`${route.method} ${route.url}`] = seen;
  }
  return wrong;
}

/** Whether an answer names our code; each dialect has its own place for it, and Gemini writes it in capitals. */
function said(body: string, code: string): boolean {
  return body.toLowerCase().includes(`"${code}"`);
}

describe('every route', () => {
  it('is covered: the list is that of the whole program', () => {
    const urls = new Set(server.routeTable.entries().map(({ url }) => url));
    for (const url of [
      '/v1/chat/completions',
      '/api/v1/keys',
      '/api/v1/analytics/summary',
      '/health',
    ]) {
      expect([url, urls.has(url)]).toEqual([url, true]);
    }
    expect(closedRoutes().length).toBeGreaterThan(20);
  });

  it('is closed unless it is open on purpose', () => {
    const open = server.routeTable.entries().filter(({ config }) => config.public === true);
    const closed = open.filter(({ url }) => !OPEN.test(url));
    expect(closed.map(({ method, url }) => `${method} ${url}`)).toEqual([
      // What browsers ask before a page of another origin sends feedback.
      'OPTIONS /api/v1/feedback',
    ]);
  });

  it('changes nothing for those who may only read, but their own session', () => {
    const changes = closedRoutes().filter(
      ({ method, config }) => CHANGING.has(method) && config.scope === 'read',
    );
    expect(changes.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'DELETE /api/v1/session',
      // They work something out of what is sent and keep nothing.
      'POST /api/v1/prompts/:name/render',
      'POST /api/v1/runs/estimate',
      'POST /api/v1/runs/:id/gates',
      'POST /api/v1/rules/test',
      'POST /api/v1/monitors/backtest',
      'POST /api/v1/datasets/import-preview',
    ]);
  });

  it('answers 401 without a key, saying how to send one', async () => {
    const probe = async (route: RouteEntry) => {
      const reply = await send(route, { key: null, headers: { 'x-forwarded-for': '10.0.0.1' } });
      return `${reply.statusCode} ${/lqo_/.test(reply.body)}`;
    };
    expect(await exceptions(closedRoutes(), probe, '401 true')).toEqual({});
  });

  it('answers 401 to a key that is unknown, expired or revoked', async () => {
    const expired = await server.key(
      server.a.id,
      undefined,
      new Date(server.deps.clock.now() - 1000),
    );
    const revoked = await server.key(server.a.id);
    await server.database.query('update api_keys set revoked_at = now() where prefix = $1', [
      revoked.slice(0, 10),
    ]);
    await server.refresh();
    for (const key of ['lqo_unknown', 'sk-foreign', expired, revoked]) {
      const probe = async (route: RouteEntry) => (await send(route, { key })).statusCode;
      expect(await exceptions(closedRoutes(), probe, 401)).toEqual({});
    }
  });

  it('answers 403 to a key that lacks its scope', async () => {
    const keys = new Map<string, string>();
    for (const scope of ['read', 'ingest'] as const)
      keys.set(scope, await server.key(server.a.id, [scope]));
    const probe = async (route: RouteEntry) => {
      const key = keys.get(OTHER_SCOPE[route.config.scope ?? 'admin']) ?? '';
      return (await send(route, { key })).statusCode;
    };
    expect(await exceptions(closedRoutes(), probe, 403)).toEqual({});
  });

  it('answers 404 to a key that names another project', async () => {
    const headers = { 'x-lqo-project': server.b.slug };
    const probe = async (route: RouteEntry) => (await send(route, { headers })).statusCode;
    expect(await exceptions(closedRoutes(), probe, 404)).toEqual({});
  });

  it('refuses a Host name that is not ours, whoever asks', async () => {
    const probe = async (route: RouteEntry) => {
      const reply = await send(route, { headers: { host: 'evil.example' } });
      return `${reply.statusCode} ${said(reply.body, 'forbidden_host')}`;
    };
    expect(await exceptions(server.routeTable.entries(), probe, '403 true')).toEqual({});
  });

  it('refuses changes that another web origin sends', async () => {
    const changing = server.routeTable.entries().filter(({ method }) => CHANGING.has(method));
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:3000']) {
      const probe = async (route: RouteEntry) =>
        (await send(route, { headers: { origin } })).statusCode;
      expect(await exceptions(changing, probe, 403)).toEqual({});
    }
  });

  it('refuses changes of a browser session without its CSRF token', async () => {
    const changing = closedRoutes().filter(({ method }) => CHANGING.has(method));
    const probe = async (route: RouteEntry) => {
      const reply = await server.browse(
        { ...user, csrfToken: 'wrong' },
        { method: asMethod(route.method), url: pathOf(route.url), payload: {} },
      );
      return `${reply.statusCode} ${said(reply.body, 'csrf_failed')}`;
    };
    expect(await exceptions(changing, probe, '403 true')).toEqual({});
  });

  it('sends an id and headers that browsers obey', async () => {
    const probe = async (route: RouteEntry) => {
      const { headers } = await send(route, { key: null });
      const page = route.config.scope !== 'gateway';
      const missing = [
        'x-request-id',
        'x-content-type-options',
        ...(page ? ['content-security-policy', 'x-frame-options', 'referrer-policy'] : []),
      ].filter((name) => headers[name] === undefined);
      const inline = /script-src[^;]*unsafe/.test(String(headers['content-security-policy']));
      return [...missing, ...(inline ? ['inline scripts'] : [])].join(' ');
    };
    expect(await exceptions(server.routeTable.entries(), probe, '')).toEqual({});
  });
});

describe('data of one project', () => {
  it('is never in an answer to another, and is in its own', async () => {
    const theirs = seeds.get('other');
    expect(theirs).toBeDefined();
    const { marker = '', interactionId = '' } = theirs ?? {};
    let own = 0;
    for (const route of readable()) {
      const where = [route.url, interactionId] as const;
      const foreign = await send(route, { key: server.a.key, id: interactionId });
      expect([...where, foreign.body.includes(marker)]).toEqual([...where, false]);
      expect([...where, foreign.statusCode < 500 ? '' : foreign.body]).toEqual([...where, '']);
      const mine = await send(route, { key: server.b.key, id: interactionId });
      if (mine.body.includes(marker)) own += 1;
    }
    expect(own).toBeGreaterThan(5);
  });

  it('changes no answer to another: no list, no total, no percentile', () => {
    expect(after.size).toBeGreaterThan(30);
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before));
  });

  it('cannot be reached by its ids: 404 as if it did not exist, and nothing changes', async () => {
    const { interactionId = '', keyId = '' } = seeds.get('other') ?? {};
    const byId = closedRoutes().filter(
      ({ url, config }) => url.includes(':') && config.scope !== 'gateway',
    );
    expect(byId.length).toBeGreaterThan(2);
    for (const id of [interactionId, keyId, server.b.id]) {
      const probe = async (route: RouteEntry) => {
        const { statusCode } = await send(route, { key: server.a.key, id });
        // What is not even well-formed (a missing body, an id where a number belongs) is refused unseen.
        return statusCode === 400 ? 404 : statusCode;
      };
      expect(await exceptions(byId, probe, 404)).toEqual({});
    }
    const left = await server.database.query(
      `select 1 from interactions where id = $1 union all
       select 1 from api_keys where id = $2 and revoked_at is null union all
       select 1 from projects where id = $3`,
      [interactionId, keyId, server.b.id],
    );
    expect(left).toHaveLength(3);
  });

  it('has ids that nobody guesses into a 500', async () => {
    const byId = closedRoutes().filter(
      ({ url, config }) => url.includes(':') && config.scope !== 'gateway',
    );
    for (const id of ['1', 'x'.repeat(300), '%00', "'%20or%201=1", randomUUID(), '..%2f..']) {
      const probe = async (route: RouteEntry) => (await send(route, { id })).statusCode < 500;
      expect(await exceptions(byId, probe, true)).toEqual({});
    }
  });
});

describe('the description of the whole program', () => {
  it('is complete: every route with a schema is in it and none breaks it', async () => {
    const reply = await server.inject({ url: '/openapi.json', key: null });
    expect(reply.statusCode).toBe(200);
    const { paths } = reply.json();
    for (const url of ['/api/v1/keys', '/api/v1/analytics/summary', '/v1/chat/completions']) {
      expect([url, paths[url] !== undefined]).toEqual([url, true]);
    }
  });
});
