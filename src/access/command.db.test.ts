import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAccess } from '../../test/support/access.ts';
import type { TestApp } from '../../test/support/app.ts';
import {
  type Administration,
  administrateDatabase,
  administrateProgram,
} from './administration.ts';
import { createKeyCommand, listKeysCommand, revokeKeyCommand, signInCommand } from './command.ts';
import { findLocalAccess, offerLocalAccess } from './local-access.ts';

let server: TestApp;
let dataDir: string;
let close: () => Promise<void>;
const ways = new Map<string, Administration>();

beforeAll(async () => {
  server = await testAccess();
  dataDir = mkdtempSync(join(tmpdir(), 'lqo-local-'));
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  ({ close } = await offerLocalAccess({ dataDir, url, directory: server.deps.directory }));
  const local = await findLocalAccess(dataDir);
  if (local === null) throw new Error('No local access was offered.');
  ways.set('the running program', administrateProgram({ ...local, fetch: globalThis.fetch }));
  ways.set('the database', administrateDatabase(server.deps.access));
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});

describe.each(['the running program', 'the database'])('the command line, through %s', (way) => {
  const through = (): Administration => {
    const found = ways.get(way);
    if (found === undefined) throw new Error(way);
    return found;
  };
  const create = (name: string, project = 'default') =>
    createKeyCommand(through(), { name, project, scopes: ['read'] });
  const works = async (key: string): Promise<boolean> =>
    (await server.inject({ url: '/api/v1/projects', key })).statusCode === 200;

  it('makes a key that works, in the project asked for', async () => {
    const text = await create(`made through ${way}`, 'other');
    const key = text.split('\n')[0] ?? '';
    expect(await works(key)).toBe(true);
    expect(text).toContain('project other');
    expect(await listKeysCommand(through(), 'other')).toContain(`made through ${way}`);
    expect(await listKeysCommand(through(), 'default')).not.toContain(`made through ${way}`);
    expect(await listKeysCommand(through(), 'other')).not.toContain(key);
  });

  it('revokes a key by its prefix or its id', async () => {
    for (const name of ['prefix', 'id']) {
      const lines = (await create(name)).split('\n');
      const key = lines[0] ?? '';
      const id = /id (\S+),/.exec(lines[1] ?? '')?.[1] ?? '';
      expect(await works(key)).toBe(true);
      const given = name === 'id' ? id : key.slice(0, 10);
      expect(await revokeKeyCommand(through(), given)).toContain(`(${name}) of project default`);
      expect(await works(key)).toBe(false);
      await expect(revokeKeyCommand(through(), given)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('prints a link that signs in', async () => {
    const [url = ''] = (await signInCommand(through(), 'http://localhost:18000')).split('\n');
    expect(url).toMatch(/^http:\/\/localhost:18000\/sign-in\?token=/);
    const { pathname, search } = new URL(url);
    expect((await server.inject({ url: pathname + search, key: null })).statusCode).toBe(303);
  });

  it('says that a project does not exist', async () => {
    await expect(create('x', 'missing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(listKeysCommand(through(), 'missing')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('revokes nothing when several keys fit', async () => {
    await server.database.query(`update api_keys set prefix = 'same' where revoked_at is null`);
    await expect(revokeKeyCommand(through(), 'same')).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('local access', () => {
  it('is readable for the owner of the data alone', () => {
    expect(statSync(join(dataDir, 'local-access.json')).mode & 0o777).toBe(0o600);
  });

  it('ends with the program, which leaves no file behind', async () => {
    const local = await findLocalAccess(dataDir);
    const ask = () => server.inject({ url: '/api/v1/keys', key: local?.token ?? '' });
    expect((await ask()).statusCode).toBe(200);
    await close();
    expect((await ask()).statusCode).toBe(401);
    expect(await findLocalAccess(dataDir)).toBeNull();
  });

  it('that is broken is none', async () => {
    writeFileSync(join(dataDir, 'local-access.json'), '{"url":');
    expect(await findLocalAccess(dataDir)).toBeNull();
  });
});
