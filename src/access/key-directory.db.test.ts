import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createLog } from '../core/log.ts';
import type { Database, Queryable } from '../store/database.ts';
import { KeyDirectory, keepDirectoryFresh, readAccessSnapshot } from './key-directory.ts';
import { hashToken, makeApiKey } from './key-format.ts';

const clock = testClock();
let database: Database;
let projectId: string;

beforeAll(async () => {
  database = await testDatabase();
  projectId = randomUUID();
  await database.query(`insert into projects (id, slug, name) values ($1, 'default', 'Default')`, [
    projectId,
  ]);
});

async function insertKey(): Promise<{ id: string; key: string }> {
  const [id, key] = [randomUUID(), makeApiKey()];
  await database.query(
    `insert into api_keys (id, project_id, name, prefix, key_hash, scopes)
     values ($1, $2, 'test', 'lqo_abcdef', decode($3, 'hex'), '{read}')`,
    [id, projectId, hashToken(key)],
  );
  return { id, key };
}

/** The database with its statements counted and, while `away`, refused. */
function watched(): Queryable & { away: boolean; statements: string[] } {
  const statements: string[] = [];
  return {
    away: false,
    statements,
    exec: (sql) => database.exec(sql),
    copyIn: (copy) => database.copyIn(copy),
    query(sql, params) {
      statements.push(sql);
      if (this.away) return Promise.reject(new Error('connection refused'));
      return database.query(sql, params);
    },
  };
}

function open(source: Queryable, refreshMs = 60_000, lines: string[] = []) {
  const directory = new KeyDirectory(clock);
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  return { directory, ...keepDirectoryFresh({ directory, database: source, log, refreshMs }) };
}

describe('the directory of keys', () => {
  it('knows nothing before its first look, and says that instead of refusing keys', async () => {
    const { key } = await insertKey();
    const { directory, refresh, close } = open(database);
    expect(directory.lookUp(key)).toEqual({ found: false, reason: 'not_loaded' });
    await refresh();
    expect(directory.lookUp(key)).toMatchObject({ found: true });
    expect(directory.lookUp(makeApiKey())).toEqual({ found: false, reason: 'unknown' });
    await close();
  });

  it('notices every change that matters by one small statement, and reads no more without one', async () => {
    const source = watched();
    const { directory, refresh, close } = open(source);
    await refresh();
    source.statements.length = 0;
    await refresh();
    expect(source.statements).toEqual(['select version from access_version']);

    const { id, key } = await insertKey();
    await refresh();
    expect(directory.lookUp(key).found).toBe(true);
    await database.query('update api_keys set last_used_at = now() where id = $1', [id]);
    source.statements.length = 0;
    await refresh();
    expect(source.statements).toHaveLength(1);

    await database.query(`update api_keys set scopes = '{admin}' where id = $1`, [id]);
    await refresh();
    const found = directory.lookUp(key);
    expect(found.found && [...found.auth.scopes]).toEqual(['admin']);
    await database.query('update api_keys set revoked_at = now() where id = $1', [id]);
    await refresh();
    expect(directory.lookUp(key)).toEqual({ found: false, reason: 'unknown' });
    await close();
  });

  it('looks by itself, so a revocation elsewhere counts soon', async () => {
    const { id, key } = await insertKey();
    const { directory, refresh, close } = open(database, 5);
    await refresh();
    expect(directory.lookUp(key).found).toBe(true);
    await database.query('update api_keys set revoked_at = now() where id = $1', [id]);
    await expect.poll(() => directory.lookUp(key).found, { timeout: 10_000 }).toBe(false);
    await close();
  });

  it('answers from its last snapshot while the database is away, logs that once and heals', async () => {
    const source = watched();
    const lines: string[] = [];
    const { directory, refresh, close } = open(source, 5, lines);
    const { key } = await insertKey();
    await refresh();
    source.away = true;
    source.statements.length = 0;
    await expect.poll(() => source.statements.length, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(directory.lookUp(key).found).toBe(true);
    expect(lines).toHaveLength(1);
    const later = await insertKey();
    source.away = false;
    await expect.poll(() => directory.lookUp(later.key).found, { timeout: 10_000 }).toBe(true);
    await close();
  });

  it('loses no last use of a key to a database that is away', async () => {
    const source = watched();
    const { directory, refresh, flushUsed, close } = open(source);
    const { id, key } = await insertKey();
    await refresh();
    directory.lookUp(key);
    source.away = true;
    await expect(flushUsed()).rejects.toThrow('connection refused');
    source.away = false;
    await close();
    const [row] = await database.query<{ last_used_at: Date | null }>(
      'select last_used_at from api_keys where id = $1',
      [id],
    );
    expect(row?.last_used_at?.getTime()).toBe(clock.now());
  });

  it('works from a snapshot that was posted to another process', async () => {
    const { key } = await insertKey();
    const posted = structuredClone(await readAccessSnapshot(database));
    const directory = new KeyDirectory(clock);
    directory.replace(JSON.parse(JSON.stringify(posted)));
    expect(directory.lookUp(key)).toMatchObject({ found: true, auth: { projectId } });
    expect(directory.projectBySlug('default')?.id).toBe(projectId);
    expect(directory.projectBySlug('missing')).toBeNull();
  });

  it('holds no key in its snapshot', async () => {
    const { key } = await insertKey();
    expect(JSON.stringify(await readAccessSnapshot(database))).not.toContain(key);
  });
});
