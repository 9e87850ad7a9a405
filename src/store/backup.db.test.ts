import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { type BackupProgress, backup, restore } from './backup-command.ts';
import { tablesInOrder } from './backup-format.ts';
import type { Database } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
import { connectPglite } from './pglite-client.ts';
import { openMemoryEngine } from './pglite-engine.ts';
import { createPgliteServer } from './pglite-server.ts';
import { jsonText } from './values.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'lqo-backup-'));
const file = join(folder, 'backup.gz');
let full: Database;

beforeAll(async () => {
  full = await testDatabase();
  await fill(full);
});
beforeEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A database of the other kind than this run's, or of the same where only that is at hand. */
async function embedded(): Promise<Database> {
  const server = createPgliteServer(await openMemoryEngine());
  const { port1, port2 } = new MessageChannel();
  server.serve(port1);
  port1.unref();
  const database = connectPglite(port2);
  afterAll(async () => {
    await database.close();
    await server.close();
  });
  await migrate(database);
  return database;
}

const AWKWARD = [
  '',
  '\\N',
  '\\.',
  'a\tb\nc\rd\\',
  '한국어 日本語 中文 🎉',
  '{"x":1}',
  'null',
  "it''s",
];

async function fill(db: Database): Promise<void> {
  const project = crypto.randomUUID();
  const user = crypto.randomUUID();
  await db.query('insert into projects (id, slug, name) values ($1, $2, $3)', [project, 'p', 'P']);
  await db.query(
    "insert into users (id, email, name, role, created_at) values ($1, 'a@b.c', 'Ada', 'admin', '2026-01-02 03:04:05.678901+00')",
    [user],
  );
  await db.query(
    "insert into api_keys (id, project_id, name, prefix, key_hash, scopes, created_by) values ($1, $2, 'k', 'lqo_1', $3, $4, $5)",
    [crypto.randomUUID(), project, randomBytes(32), ['read', 'odd "scope", {}'], user],
  );
  await db.query("insert into settings (name, value) values ('big', $1)", [
    '{"n": 12345678901234567890123, "text": "\\ud83c\\udf89"}',
  ]);
  const days = [0, 1, 2].map((age) => new Date(NOW - age * 86_400_000));
  await db.transaction((tx) => ensurePartitions(tx, days, NOW));
  const rows = Array.from({ length: 600 }, (_, n) => {
    const text = AWKWARD[n % AWKWARD.length] ?? '';
    const at = new Date(NOW - (n % 4) * 86_400_000 - n);
    return { id: crypto.randomUUID(), at, text, long: text.repeat(n % 50 === 0 ? 2_000 : 1) };
  });
  await db.copyIn({
    table: 'interaction_bodies',
    columns: [
      'interaction_id',
      'project_id',
      'created_at',
      'request_body',
      'response_body',
      'request_encoding',
      'response_encoding',
      'prompt_text',
      'context',
    ],
    rows: rows.map(({ id, at, text, long }) => [
      id,
      project,
      at,
      long,
      null,
      'utf8',
      'utf8',
      text,
      jsonText([text]),
    ]),
  });
  await db.copyIn({
    table: 'spans',
    columns: [
      'id',
      'project_id',
      'created_at',
      'kind',
      'name',
      'duration_ms',
      'status',
      'attributes',
    ],
    rows: rows.map(({ id, at, text }, n) => [
      id,
      project,
      at,
      'tool',
      text,
      n / 7,
      'success',
      { n, text },
    ]),
  });
}

/** Every row of every table as PostgreSQL prints it, so that nothing can differ unseen. */
async function contents(db: Database): Promise<Record<string, { rows: number; digest: string }>> {
  const all: Record<string, { rows: number; digest: string }> = {};
  for (const { table } of await tablesInOrder(db)) {
    const rows = await db.query<{ line: string }>(
      `select t::text as line from ${table} t order by t::text collate "C"`,
    );
    const hash = createHash('sha256');
    for (const { line } of rows) hash.update(`${line}\n`);
    all[table] = { rows: rows.length, digest: hash.digest('hex') };
  }
  return all;
}

async function partitionsOf(db: Database): Promise<object[]> {
  return db.query(
    `select tableoid::regclass::text as place, count(*) as n from spans group by 1 order by 1`,
  );
}

describe('given a filled database', () => {
  it('brings every row into a PGlite and back', async () => {
    const there = await embedded();
    const progress: BackupProgress[] = [];
    const written = await backup({
      database: full,
      file,
      onProgress: (step) => progress.push(step),
    });
    await restore({ database: there, file });
    expect(await contents(there)).toEqual(await contents(full));
    expect(await partitionsOf(there)).toEqual(await partitionsOf(full));
    expect(written.rows).toBeGreaterThan(1_200);
    expect(progress.at(-1)).toMatchObject({ rows: written.rows, totalRows: written.rows });

    const second = join(folder, 'second.gz');
    await backup({ database: there, file: second });
    const back = await testDatabase();
    await restore({ database: back, file: second });
    expect(await contents(back)).toEqual(await contents(full));
    expect(await partitionsOf(back)).toEqual(await partitionsOf(full));
  });

  it('refuses to restore into it', async () => {
    await backup({ database: full, file });
    const before = await contents(full);
    await expect(restore({ database: full, file })).rejects.toThrow('not empty');
    expect(await contents(full)).toEqual(before);
  });

  it('leaves no file when it is aborted', async () => {
    const controller = new AbortController();
    const work = backup({
      database: full,
      file,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.unfinished`)).toBe(false);
  });
});

describe('when a backup is not what it should be', () => {
  let empty: Database;
  let whole: Buffer;
  beforeAll(async () => {
    empty = await testDatabase();
    await backup({ database: full, file });
    whole = readFileSync(file);
  });

  async function expectRefusal(content: Buffer, reason: string | RegExp): Promise<void> {
    writeFileSync(file, content);
    await expect(restore({ database: empty, file })).rejects.toThrow(reason);
    const rows = Object.values(await contents(empty)).map((table) => table.rows);
    expect(Math.max(...rows)).toBeLessThanOrEqual(1);
  }

  it('refuses a file that was cut off, and the database stays empty', async () => {
    await expectRefusal(whole.subarray(0, Math.floor(whole.length / 2)), 'not a complete backup');
  });

  it('refuses a file without its last line', async () => {
    const lines = gunzipSync(whole).toString().trimEnd().split('\n');
    await expectRefusal(gzipSync(`${lines.slice(0, -1).join('\n')}\n`), 'its end is missing');
  });

  it('refuses a changed row', async () => {
    const text = gunzipSync(whole).toString().replace('lqo_1', 'lqo_2');
    await expectRefusal(gzipSync(text), 'its checksum is wrong');
  });

  it('refuses another file', async () => {
    await expectRefusal(Buffer.from('hello'), 'cannot be unpacked');
    await expectRefusal(gzipSync('{"hello":1}\n'), 'no heading');
  });

  it('refuses one of a newer program', async () => {
    const text = gunzipSync(whole).toString().replace('"0001-initial"', '"9999-future"');
    await expectRefusal(gzipSync(text), 'newer program');
  });

  it('stops when it is aborted', async () => {
    writeFileSync(file, whole);
    const controller = new AbortController();
    const work = restore({
      database: empty,
      file,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
    expect((await contents(empty))['projects']).toMatchObject({ rows: 0 });
  });
});

describe('given a backup of an older version', () => {
  it('brings its schema up to date after the rows', async () => {
    const migrations = await readMigrations();
    const old = await testDatabase({ migrated: false });
    await migrate(old, migrations.slice(0, 1));
    await old.query("insert into projects (id, slug, name) values (gen_random_uuid(), 'o', 'Old')");
    await backup({ database: old, file });
    const now = await testDatabase();
    await restore({ database: now, file });
    expect(await now.query('select name from projects')).toEqual([{ name: 'Old' }]);
    const applied = await now.query('select name from schema_migrations order by name');
    expect(applied).toEqual(migrations.map(({ name }) => ({ name })));
  });
});
