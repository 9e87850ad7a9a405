import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testAccess } from '../../test/support/access.ts';
import type { TestApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { ConfigError } from '../core/config.ts';
import { createIdGenerator } from '../core/ids.ts';
import type { Database } from '../store/database.ts';
import { hashToken, inspectApiKey } from './key-format.ts';
import { type Provisioned, provision } from './provision.ts';

const clock = testClock();
const newId = createIdGenerator(clock);
const NOTHING = { LQO_API_KEY: null, LQO_ADMIN_EMAIL: null, LQO_ADMIN_PASSWORD: null };
const KEY = 'a-key-of-the-operator-0123456789';
const servers: TestApp[] = [];
let database: Database;

const start = (
  environment: Partial<typeof NOTHING> | Record<string, string>,
): Promise<Provisioned> =>
  provision({ database, clock, newId, config: { ...NOTHING, ...environment } });
const count = async (table: string): Promise<number> =>
  (await database.query(`select 1 from ${table}`)).length;
const usableKeys = () =>
  database.query<{ name: string; hash: string }>(
    `select name, encode(key_hash, 'hex') as hash from api_keys where revoked_at is null order by name`,
  );

/** A server over the provisioned database; its own keys are beside the point. */
async function serve(): Promise<TestApp> {
  const server = await testAccess({ database, clock });
  servers.push(server);
  return server;
}

beforeEach(async () => {
  database = await testDatabase();
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

describe('given the first start', () => {
  it('makes the default project, a first key that works and a link that signs in', async () => {
    const first = await start({});
    expect(first).toMatchObject({ firstStart: true, hasAdministrator: false, warnings: [] });
    expect(inspectApiKey(first.apiKey ?? '')).toBe('valid');
    const server = await serve();
    const list = await server.inject({ url: '/api/v1/keys', key: first.apiKey });
    expect(list.json().items).toMatchObject([{ name: 'test' }, { name: 'First key' }]);
    const link = await server.inject({ url: first.signInPath, key: null });
    expect(link.statusCode).toBe(303);
  });

  it('makes no key of its own when the environment gives one', async () => {
    expect((await start({ LQO_API_KEY: KEY })).apiKey).toBeNull();
    expect(await usableKeys()).toEqual([{ name: 'LQO_API_KEY', hash: hashToken(KEY) }]);
    const server = await serve();
    expect((await server.inject({ url: '/api/v1/keys', key: KEY })).statusCode).toBe(200);
  });

  it('happens once when two programs start at the same moment', async () => {
    const both = await Promise.all([start({ LQO_API_KEY: KEY }), start({ LQO_API_KEY: KEY })]);
    expect(both.map(({ firstStart }) => firstStart).sort()).toEqual([false, true]);
    expect(await count('projects')).toBe(1);
    expect(await usableKeys()).toHaveLength(1);
  });
});

describe('given a later start', () => {
  it('changes nothing but the link', async () => {
    const environment = {
      LQO_API_KEY: KEY,
      LQO_ADMIN_EMAIL: 'kim@example.com',
      LQO_ADMIN_PASSWORD: 'a long enough password',
    };
    const first = await start(environment);
    const before = await count('audit_log');
    const second = await start(environment);
    expect(second).toMatchObject({ firstStart: false, apiKey: null, hasAdministrator: true });
    expect(second.projectId).toBe(first.projectId);
    expect(second.signInPath).not.toBe(first.signInPath);
    expect([await count('users'), await count('api_keys')]).toEqual([2, 1]);
    expect(await count('audit_log')).toBe(before);
  });

  it('ends the key that the environment gave before, and keeps those of users', async () => {
    const { apiKey } = await start({});
    await start({ LQO_API_KEY: KEY });
    await start({ LQO_API_KEY: `${KEY}-next` });
    expect(await usableKeys()).toEqual([
      { name: 'First key', hash: hashToken(apiKey ?? '') },
      { name: 'LQO_API_KEY', hash: hashToken(`${KEY}-next`) },
    ]);
  });

  it('leaves a revoked key revoked, and says so', async () => {
    await start({ LQO_API_KEY: KEY });
    await database.query('update api_keys set revoked_at = now()');
    const { warnings } = await start({ LQO_API_KEY: KEY });
    expect(warnings).toEqual([expect.stringContaining('LQO_API_KEY was revoked')]);
    expect(await usableKeys()).toEqual([]);
  });
});

describe('given an administrator', () => {
  const EMAIL = 'Kim@Example.com';
  const signIn = async (server: TestApp, password: string): Promise<number> => {
    const payload = { email: EMAIL, password };
    const url = '/api/v1/session';
    return (await server.inject({ method: 'POST', url, key: null, payload })).statusCode;
  };

  it('can sign in, with the new password after a change, and old sessions are over', async () => {
    await start({ LQO_ADMIN_EMAIL: EMAIL, LQO_ADMIN_PASSWORD: 'first password' });
    const server = await serve();
    expect(await signIn(server, 'first password')).toBe(200);
    expect(await count('sessions')).toBe(1);
    await start({ LQO_ADMIN_EMAIL: EMAIL, LQO_ADMIN_PASSWORD: 'second password' });
    expect(await count('sessions')).toBe(0);
    expect(await signIn(server, 'first password')).toBe(401);
    expect(await signIn(server, 'second password')).toBe(200);
  });

  it('who lost the role gets it back', async () => {
    const environment = { LQO_ADMIN_EMAIL: EMAIL, LQO_ADMIN_PASSWORD: 'first password' };
    await start(environment);
    await database.query(`update users set role = 'viewer', disabled_at = now()`);
    expect((await start(environment)).hasAdministrator).toBe(true);
  });
});

describe('given what cannot be', () => {
  it.each([
    [{ LQO_API_KEY: 'too-short' }, 'at least|20'],
    [{ LQO_API_KEY: 'with blanks in the middle' }, 'without blanks'],
    [{ LQO_API_KEY: 'x'.repeat(513) }, '512'],
    [{ LQO_ADMIN_EMAIL: 'kim@example.com' }, 'together'],
    [{ LQO_ADMIN_PASSWORD: 'a long enough password' }, 'together'],
    [{ LQO_ADMIN_EMAIL: 'kim@example.com', LQO_ADMIN_PASSWORD: 'short' }, 'at least 12'],
    [{ LQO_ADMIN_EMAIL: 'kim', LQO_ADMIN_PASSWORD: 'a long enough password' }, 'e-mail'],
  ])('refuses %j and changes nothing', async (environment, message) => {
    await expect(start(environment)).rejects.toThrow(new RegExp(message));
    await expect(start(environment)).rejects.toBeInstanceOf(ConfigError);
    expect(await count('projects')).toBe(0);
  });

  it('refuses a key that belongs to another project', async () => {
    await start({ LQO_API_KEY: KEY });
    const other = newId();
    await database.query(`insert into projects (id, slug, name) values ($1, 'other', 'Other')`, [
      other,
    ]);
    await database.query('update api_keys set project_id = $1', [other]);
    await expect(start({ LQO_API_KEY: KEY })).rejects.toThrow('another project');
  });
});
