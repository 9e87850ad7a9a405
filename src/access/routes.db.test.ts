import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAccess } from '../../test/support/access.ts';
import type { SignedIn, TestApp } from '../../test/support/app.ts';
import { type TestClock, testClock } from '../../test/support/clock.ts';
import { ensureDemoProject } from './projects.ts';

let server: TestApp;
let clock: TestClock;
let admin: SignedIn;

beforeAll(async () => {
  clock = testClock();
  server = await testAccess({ clock });
  admin = await server.signIn('admin');
});
afterAll(() => server.close());

const makeKey = (body: object, key?: string) =>
  server.inject({ method: 'POST', url: '/api/v1/keys', payload: body, ...(key ? { key } : {}) });
const projectsOf = async (key: string) =>
  (await server.inject({ url: '/api/v1/projects', key }))
    .json()
    .items.map(({ slug }: { slug: string }) => slug);

describe('keys: happy', () => {
  it('are made, shown once, usable at once and listed without themselves', async () => {
    const reply = await makeKey({ name: 'ci', scopes: ['read', 'read'] });
    expect([reply.statusCode, reply.headers['cache-control']]).toEqual([201, 'no-store']);
    const created = reply.json();
    expect(created).toMatchObject({
      name: 'ci',
      scopes: ['read'],
      revokedAt: null,
      expiresAt: null,
    });
    expect(created.prefix).toBe(created.key.slice(0, 10));
    expect(await projectsOf(created.key)).toEqual(['default']);
    const list = await server.inject({ url: '/api/v1/keys' });
    expect(list.body).not.toContain(created.key);
    const { key: _, ...row } = created;
    expect(list.json().items).toContainEqual(row);
  });

  it('have scopes for an application unless others are asked for', async () => {
    expect((await makeKey({ name: 'app' })).json().scopes).toEqual(['gateway', 'ingest', 'read']);
  });

  it('are stored as a hash', async () => {
    const { key } = (await makeKey({ name: 'hashed' })).json();
    const rows = await server.database.query<{ row: string }>(
      'select k::text as row from api_keys k',
    );
    expect(rows.some(({ row }) => row.includes('hashed'))).toBe(true);
    expect(rows.every(({ row }) => !row.includes(key))).toBe(true);
  });

  it('end at once when they are revoked, and again without harm', async () => {
    const { id, key } = (await makeKey({ name: 'short-lived' })).json();
    expect(await projectsOf(key)).toEqual(['default']);
    for (let n = 0; n < 2; n++) {
      const reply = await server.inject({ method: 'DELETE', url: `/api/v1/keys/${id}` });
      expect([reply.statusCode, reply.body]).toEqual([204, '']);
      expect((await server.inject({ url: '/api/v1/projects', key })).statusCode).toBe(401);
    }
    const { items } = (await server.inject({ url: '/api/v1/keys' })).json();
    expect(items.find((item: { id: string }) => item.id === id).revokedAt).not.toBeNull();
  });

  it('end at the time they were given', async () => {
    const expiresAt = new Date(clock.now() + 60_000).toISOString();
    const { key } = (await makeKey({ name: 'expiring', expiresAt })).json();
    expect(await projectsOf(key)).toEqual(['default']);
    clock.pass(60_000);
    expect((await server.inject({ url: '/api/v1/projects', key })).statusCode).toBe(401);
  });

  it('are replaced by rotation: same name and scopes, the old one ends', async () => {
    const old = (await makeKey({ name: 'rotated', scopes: ['read'] })).json();
    const reply = await server.inject({ method: 'POST', url: `/api/v1/keys/${old.id}/rotate` });
    expect(reply.statusCode).toBe(201);
    const fresh = reply.json();
    expect(fresh).toMatchObject({ name: 'rotated', scopes: ['read'] });
    expect(fresh.key).not.toBe(old.key);
    expect(await projectsOf(fresh.key)).toEqual(['default']);
    expect((await server.inject({ url: '/api/v1/projects', key: old.key })).statusCode).toBe(401);
  });

  it('overlap while they are rotated, if that is asked for', async () => {
    const old = (await makeKey({ name: 'overlapping' })).json();
    const url = `/api/v1/keys/${old.id}/rotate?overlapMinutes=60`;
    const fresh = (await server.inject({ method: 'POST', url })).json();
    expect(fresh.expiresAt).toBeNull();
    expect(await projectsOf(old.key)).toEqual(['default']);
    clock.pass(3_600_000);
    expect((await server.inject({ url: '/api/v1/projects', key: old.key })).statusCode).toBe(401);
    expect(await projectsOf(fresh.key)).toEqual(['default']);
  });

  it('can be managed by a signed-in administrator, in the project that is looked at', async () => {
    const reply = await server.browse(admin, {
      method: 'POST',
      url: '/api/v1/keys?project=other',
      payload: { name: 'from the browser' },
    });
    expect(reply.statusCode).toBe(201);
    expect(await projectsOf(reply.json().key)).toEqual(['other']);
    const [row] = await server.database.query<{ created_by: string }>(
      'select created_by from api_keys where id = $1',
      [reply.json().id],
    );
    expect(row?.created_by).toBe(admin.userId);
  });
});

describe('keys: error', () => {
  it.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 'x', scopes: [] }],
    [{ name: 'x', scopes: ['root'] }],
    [{ name: 'x', expiresAt: 'tomorrow' }],
    [{ name: 'x', expiresAt: '2001-01-01T00:00:00Z' }],
    [{ name: 'x', projectId: randomUUID() }],
  ])('refuse %j', async (body) => {
    const reply = await makeKey(body);
    expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'invalid_request']);
  });

  it('that do not exist are not found, and ids that are none are refused', async () => {
    const ask = async (method: 'DELETE' | 'POST', url: string) =>
      (await server.inject({ method, url })).statusCode;
    expect(await ask('DELETE', `/api/v1/keys/${randomUUID()}`)).toBe(404);
    expect(await ask('POST', `/api/v1/keys/${randomUUID()}/rotate`)).toBe(404);
    expect(await ask('DELETE', '/api/v1/keys/1')).toBe(400);
  });

  it('that are revoked are not rotated back to life', async () => {
    const { id } = (await makeKey({ name: 'gone' })).json();
    await server.inject({ method: 'DELETE', url: `/api/v1/keys/${id}` });
    const reply = await server.inject({ method: 'POST', url: `/api/v1/keys/${id}/rotate` });
    expect([reply.statusCode, reply.json().error.code]).toEqual([409, 'conflict']);
  });
});

describe('keys: security', () => {
  it('of one project are neither seen nor ended nor rotated from another', async () => {
    const { id, key } = (await makeKey({ name: 'of a' })).json();
    const list = await server.inject({ url: '/api/v1/keys', key: server.b.key });
    expect(list.body).not.toContain(id);
    for (const [method, url] of [
      ['DELETE', `/api/v1/keys/${id}`],
      ['POST', `/api/v1/keys/${id}/rotate`],
    ] as const) {
      const reply = await server.inject({ method, url, key: server.b.key });
      expect([method, reply.statusCode]).toEqual([method, 404]);
    }
    expect(await projectsOf(key)).toEqual(['default']);
  });
});

describe('projects', () => {
  const create = (payload: object) =>
    server.browse(admin, { method: 'POST', url: '/api/v1/projects', payload });
  const remove = (id: string) =>
    server.browse(admin, { method: 'DELETE', url: `/api/v1/projects/${id}` });

  it('are made and listed for users; a key sees its own', async () => {
    const reply = await create({ slug: 'shop', name: 'Shop' });
    expect(reply.statusCode).toBe(201);
    expect(reply.json()).toMatchObject({ slug: 'shop', name: 'Shop', isDemo: false });
    const list = (await server.browse(admin, { url: '/api/v1/projects' })).json();
    expect(list.items).toContainEqual(reply.json());
    expect(await projectsOf(server.b.key)).toEqual(['other']);
  });

  it('refuse slugs that are taken or are none', async () => {
    expect((await create({ slug: 'default', name: 'x' })).statusCode).toBe(409);
    for (const slug of ['', 'A', '-a', 'a b', 'x'.repeat(64), '../a']) {
      expect([slug, (await create({ slug, name: 'x' })).statusCode]).toEqual([slug, 400]);
    }
  });

  it('are deleted with all their data, and no one else’s', async () => {
    const demo = await ensureDemoProject(server.deps.access);
    const key = await server.key(demo.id);
    for (const projectId of [demo.id, server.a.id]) {
      await server.database.query(
        `insert into scores (id, project_id, created_at, interaction_id, interaction_created_at, name, value, source, evaluator, evaluator_version, flagged)
         values ($1, $2, now(), $1, now(), 'overall', 1, 'rule', 'x', '1', false)`,
        [randomUUID(), projectId],
      );
      await server.database.query(
        `insert into evaluation_queue (interaction_id, interaction_created_at, project_id) values ($1, now(), $2)`,
        [randomUUID(), projectId],
      );
    }
    const count = async (table: string, id: string) =>
      (await server.database.query(`select 1 from ${table} where project_id = $1`, [id])).length;
    expect((await remove(demo.id)).statusCode).toBe(204);
    for (const table of ['scores', 'evaluation_queue', 'api_keys']) {
      expect([table, await count(table, demo.id)]).toEqual([table, 0]);
      expect([table, (await count(table, server.a.id)) > 0]).toEqual([table, true]);
    }
    expect((await server.inject({ url: '/api/v1/projects', key })).statusCode).toBe(401);
    expect((await remove(demo.id)).statusCode).toBe(404);
  });

  it('named default are kept', async () => {
    expect((await remove(server.a.id)).statusCode).toBe(409);
  });

  it('are not made or ended by keys, which belong to one, nor by users without the role', async () => {
    const byKey = (method: 'POST' | 'DELETE', url: string, payload?: object) =>
      server.inject({ method, url, ...(payload ? { payload } : {}) });
    expect((await byKey('POST', '/api/v1/projects', { slug: 'new', name: 'x' })).statusCode).toBe(
      403,
    );
    expect((await byKey('DELETE', `/api/v1/projects/${server.b.id}`)).statusCode).toBe(404);
    expect((await byKey('DELETE', `/api/v1/projects/${server.a.id}`)).statusCode).toBe(403);
    const developer = await server.signIn('developer');
    const reply = await server.browse(developer, {
      method: 'DELETE',
      url: `/api/v1/projects/${server.b.id}`,
    });
    expect(reply.statusCode).toBe(403);
  });
});

describe('the audit log', () => {
  it('tells who changed what, newest first, page by page', async () => {
    const { id, prefix } = (await makeKey({ name: 'audited' })).json();
    await server.inject({ method: 'DELETE', url: `/api/v1/keys/${id}` });
    const first = (await server.inject({ url: '/api/v1/audit?limit=1' })).json();
    expect(first.items).toMatchObject([{ action: 'key.revoke', target: id }]);
    const second = (
      await server.inject({ url: `/api/v1/audit?limit=1&cursor=${first.nextCursor}` })
    ).json();
    expect(second.items).toMatchObject([
      {
        action: 'key.create',
        target: id,
        actor: `key:${server.a.key.slice(0, 10)}`,
        projectId: server.a.id,
        details: { name: 'audited', prefix },
      },
    ]);
    const all = (await server.inject({ url: '/api/v1/audit?limit=200' })).json();
    expect(all.nextCursor).toBeNull();
  });

  it('never holds a key', async () => {
    const { key } = (await makeKey({ name: 'secret' })).json();
    expect((await server.inject({ url: '/api/v1/audit' })).body).not.toContain(key);
  });

  it('of one project is closed to another, and that of the installation to keys', async () => {
    const { id } = (await makeKey({ name: 'of a' })).json();
    expect((await server.inject({ url: '/api/v1/audit', key: server.b.key })).body).not.toContain(
      id,
    );
    await server.browse(admin, {
      method: 'POST',
      url: '/api/v1/projects',
      payload: { slug: 'audited', name: 'x' },
    });
    expect((await server.inject({ url: '/api/v1/audit' })).body).not.toContain('project.create');
    expect((await server.browse(admin, { url: '/api/v1/audit' })).body).toContain('project.create');
  });
});

describe('sign-in links', () => {
  it('are made for administrators who are signed in, not for keys', async () => {
    const make = { method: 'POST', url: '/api/v1/sign-in-links' } as const;
    expect((await server.inject(make)).statusCode).toBe(403);
    const reply = await server.browse(admin, make);
    expect(reply.statusCode).toBe(201);
    expect((await server.inject({ url: reply.json().path, key: null })).statusCode).toBe(303);
  });
});
