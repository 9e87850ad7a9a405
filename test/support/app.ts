import { randomUUID } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type Access, openAccess } from '../../src/access/access.ts';
import type { KeyDirectory } from '../../src/access/key-directory.ts';
import { hashToken, makeApiKey, shownPrefix } from '../../src/access/key-format.ts';
import { ALL_SCOPES, type UserRole } from '../../src/access/scopes.ts';
import { SESSION_COOKIE } from '../../src/access/sessions.ts';
import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import { type Config, parseConfig } from '../../src/core/config.ts';
import type { App, KeyScope } from '../../src/core/http.ts';
import { createIdGenerator, type NewId } from '../../src/core/ids.ts';
import { createLog, type Log } from '../../src/core/log.ts';
import { createMetrics, type Metrics } from '../../src/core/metrics.ts';
import type { ReadyCheck } from '../../src/http/health.ts';
import type { RouteTable } from '../../src/http/route-table.ts';
import { buildServer } from '../../src/http/server.ts';
import type { Database } from '../../src/store/database.ts';
import { testDatabase } from './database.ts';

/** What routes under test are given; everything is real but the network. */
export interface TestDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly directory: KeyDirectory;
  readonly access: Access;
}

export interface TestProject {
  readonly id: string;
  readonly slug: string;
  /** A key with every scope. */
  readonly key: string;
}

export interface TestAppOptions {
  /** Registers the routes under test. */
  routes?(app: App, deps: TestDeps): void | Promise<void>;
  readonly database?: Database;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Environment variables, as the program would get them. */
  readonly environment?: Record<string, string>;
  readonly checks?: readonly ReadyCheck[];
  readonly webRoot?: string;
}

export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly cookie: string;
  readonly csrfToken: string;
}

export interface TestApp {
  readonly app: App;
  readonly routeTable: RouteTable;
  readonly deps: TestDeps;
  readonly database: Database;
  /** The project `default`. */
  readonly a: TestProject;
  /** The project `other`. */
  readonly b: TestProject;
  /** A new key of a project with these scopes (default: all). */
  key(projectId: string, scopes?: readonly KeyScope[], expiresAt?: Date): Promise<string>;
  /** A new user with an open session, as a browser holds it. */
  signIn(role?: UserRole): Promise<SignedIn>;
  /** Sends a request as a program would: with this key (default: the key of project `a`; null: none). */
  inject(request: InjectOptions & { key?: string | null }): Promise<LightMyRequestResponse>;
  /** Sends a request as a signed-in browser would. */
  browse(user: SignedIn, request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Reads keys and projects anew after a test changed them in the database. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** The real server over the test database, with two projects and real keys. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const deps = await testDeps(options);
  const { database, access } = deps;
  const { directory, sessions, refresh } = access;
  const a = await insertProject(database, 'default');
  const b = await insertProject(database, 'other');
  await refresh();
  const { app, routeTable } = await buildServer({
    ...deps,
    version: '0.0.0-test',
    access: { directory, sessions },
    checks: options.checks ?? [],
    webRoot: options.webRoot ?? null,
    routes: (server) => options.routes?.(server, deps),
  });
  return {
    app,
    routeTable,
    deps,
    database,
    a,
    b,
    refresh,
    async key(projectId, scopes = ALL_SCOPES, expiresAt): Promise<string> {
      const key = await insertKey(database, { projectId, scopes, expiresAt: expiresAt ?? null });
      await refresh();
      return key;
    },
    async signIn(role = 'admin'): Promise<SignedIn> {
      const userId = randomUUID();
      const email = `${role}-${userId}@example.test`;
      await database.query('insert into users (id, email, name, role) values ($1, $2, $3, $4)', [
        userId,
        email,
        `A ${role}`,
        role,
      ]);
      const cookie = await sessions.open(userId);
      const session = await sessions.read(cookie);
      return { userId, email, cookie, csrfToken: session?.csrfToken ?? '' };
    },
    inject: ({ key = a.key, ...request }) =>
      app.inject({
        ...request,
        headers: {
          host: '127.0.0.1:18000',
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...request.headers,
        },
      }),
    browse: (user, request) =>
      app.inject({
        ...request,
        cookies: { [SESSION_COOKIE]: user.cookie, ...request.cookies },
        headers: {
          host: '127.0.0.1:18000',
          origin: 'http://127.0.0.1:18000',
          'x-csrf-token': user.csrfToken,
          ...request.headers,
        },
      }),
    async close(): Promise<void> {
      await app.close();
      await access.close();
      if (options.database === undefined) await database.close();
    },
  };
}

async function testDeps(options: TestAppOptions): Promise<TestDeps> {
  const clock = options.clock ?? systemClock;
  const database = options.database ?? (await testDatabase());
  const log = options.log ?? createLog('silent');
  const newId = createIdGenerator(clock);
  const access = await openAccess({ database, clock, newId, log });
  return {
    database,
    clock,
    newId,
    log,
    access,
    directory: access.directory,
    metrics: createMetrics({ version: '0.0.0-test', environment: 'test', defaults: false }),
    config: parseConfig({ ...options.environment }),
  };
}

async function insertProject(database: Database, slug: string): Promise<TestProject> {
  const [existing] = await database.query<{ id: string }>(
    'select id from projects where slug = $1',
    [slug],
  );
  const id = existing?.id ?? randomUUID();
  if (existing === undefined) {
    await database.query('insert into projects (id, slug, name) values ($1, $2, $3)', [
      id,
      slug,
      `Project ${slug}`,
    ]);
  }
  const key = await insertKey(database, { projectId: id, scopes: ALL_SCOPES, expiresAt: null });
  return { id, slug, key };
}

async function insertKey(
  database: Database,
  {
    projectId,
    scopes,
    expiresAt,
  }: { projectId: string; scopes: readonly KeyScope[]; expiresAt: Date | null },
): Promise<string> {
  const key = makeApiKey();
  await database.query(
    `insert into api_keys (id, project_id, name, prefix, key_hash, scopes, expires_at)
     values ($1, $2, 'test', $3, decode($4, 'hex'), $5, $6)`,
    [randomUUID(), projectId, shownPrefix(key), hashToken(key), [...scopes], expiresAt],
  );
  return key;
}
