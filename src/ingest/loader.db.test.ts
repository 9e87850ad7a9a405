import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, dataFolder } from '../../test/durability/data-folder.ts';
import { exchangeRecord, PROJECT } from '../../test/durability/exchange-record.ts';
import { testDatabase } from '../../test/support/database.ts';
import { storeRecords } from '../interactions/store-records.ts';
import type { Database } from '../store/database.ts';
import { toEventRecord } from './event-records.ts';
import { listSegments, listWriters, segmentPath } from './spool-layout.ts';
import type { EventRecord } from './spool-record.ts';

const db = await testDatabase();
let data: DataFolder;

beforeEach(async () => {
  data = dataFolder();
  await db.exec('truncate interactions, interaction_bodies, spans, scores, spool_offsets');
});
afterEach(() => data.remove());

async function offsets(): Promise<Record<string, number>> {
  const [row] = await db.query<Record<string, number>>(
    `select sum(last_sequence)::bigint as sequence, sum(stored)::bigint as stored,
            sum(rejected)::bigint as rejected, sum(duplicates)::bigint as duplicates
     from spool_offsets`,
  );
  return row ?? {};
}

async function storedIds(): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from interactions order by id');
  return rows.map(({ id }) => id);
}

function event(value: object): EventRecord {
  const source = {
    projectId: PROJECT,
    origin: 'event',
    nowMs: Date.now(),
    timeRequired: false,
  } as const;
  const { record, reason } = toEventRecord(value, source);
  if (record === null) throw new Error(reason);
  return record;
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Runs a loader over what is in the folder until nothing is left. */
async function loadAll(options: Parameters<DataFolder['startLoader']>[0] = { db }): Promise<void> {
  const loader = data.startLoader(options);
  await loader.settled();
  await loader.stop(10_000);
}

describe('given records in the spool', () => {
  it('stores each with its body, usage and previews, and removes the folder of a closed writer', async () => {
    const spool = await data.openSpool();
    const records = Array.from({ length: 25 }, () => exchangeRecord());
    await Promise.all(records.map((record) => spool.append(record)));
    await spool.close();
    await loadAll();
    expect(await storedIds()).toEqual(records.map(({ id }) => id).toSorted(byText));
    const [row] = await db.query<object>(
      `select i.model, i.response_model, i.input_tokens, i.output_tokens, i.usage_source, i.finish_reason,
              left(i.prompt_preview, 9) as prompt, i.status, b.request_encoding
       from interactions i join interaction_bodies b on b.interaction_id = i.id limit 1`,
    );
    expect(row).toEqual({
      model: 'gpt-5-mini',
      response_model: 'gpt-5-mini-2025-08-07',
      input_tokens: 300,
      output_tokens: 200,
      usage_source: 'reported',
      finish_reason: 'stop',
      prompt: 'When is i',
      status: 'success',
      request_encoding: 'utf8',
    });
    expect(await offsets()).toMatchObject({ sequence: 25, stored: 25, rejected: 0 });
    expect(readdirSync(data.spoolDirectory)).toEqual([]);
  });

  it('goes on behind what was loaded before', async () => {
    const spool = await data.openSpool();
    const loader = data.startLoader({ db, ownSpoolId: spool.spoolId });
    await spool.append(exchangeRecord());
    await loader.settled();
    expect(await storedIds()).toHaveLength(1);
    await spool.append(exchangeRecord());
    await loader.settled();
    expect(await storedIds()).toHaveLength(2);
    await spool.close();
    await loader.stop(10_000);
    expect(await offsets()).toMatchObject({ sequence: 2, stored: 2 });
  });

  it('waits for what was added behind a look that was already under way', async () => {
    const spools = await Promise.all([1, 2].map(() => data.openSpool({ loads: false })));
    const asked: string[] = [];
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const holding: Database = {
      ...db,
      query: async (sql, params) => {
        if (sql.includes('insert into spool_offsets')) {
          asked.push(String(params?.[0]));
          if (asked.length === 2) await held;
        }
        return db.query(sql, params);
      },
    };
    const loader = data.startLoader({ db: holding });
    await expect.poll(() => asked.length).toBe(2);
    await spools.find(({ spoolId }) => spoolId === asked[0])?.append(exchangeRecord());
    const settled = loader.settled();
    letGo();
    await settled;
    expect(await storedIds()).toHaveLength(1);
    await Promise.all(spools.map((spool) => spool.close()));
    await loader.stop(10_000);
  });

  it('removes segments once they are loaded', async () => {
    const spool = await data.openSpool({ segmentBytes: 10_000 });
    for (let n = 0; n < 20; n++) await spool.append(exchangeRecord());
    const directory = join(data.spoolDirectory, spool.spoolId);
    expect((await listSegments(directory)).length).toBeGreaterThan(3);
    await loadAll({ db, ownSpoolId: spool.spoolId });
    expect(await listSegments(directory)).toHaveLength(1);
    expect(await storedIds()).toHaveLength(20);
    await spool.close();
  });

  it('leaves a living writer that has a loader of its own alone', async () => {
    const spool = await data.openSpool({ loads: true });
    await spool.append(exchangeRecord());
    await loadAll({ db, ownSpoolId: null });
    expect(await storedIds()).toEqual([]);
    await spool.close();
  });

  it('lets no busy writer hold up another', async () => {
    const busy = await data.openSpool({ loads: false });
    const quiet = await data.openSpool({ loads: false });
    const loader = data.startLoader({ db, batch: { records: 5, fillMs: 0 } });
    let running = true;
    const traffic = (async () => {
      while (running) await Promise.all([1, 2, 3, 4].map(() => busy.append(exchangeRecord())));
    })();
    const record = exchangeRecord();
    await quiet.append(record);
    await expect
      .poll(async () => (await storedIds()).includes(record.id), { timeout: 10_000 })
      .toBe(true);
    running = false;
    await traffic;
    await Promise.all([busy.close(), quiet.close()]);
    await loader.stop(10_000);
  });

  it('loads a living writer without a loader', async () => {
    const spool = await data.openSpool({ loads: false });
    await spool.append(exchangeRecord());
    await loadAll({ db, ownSpoolId: null });
    expect(await storedIds()).toHaveLength(1);
    await spool.close();
  });
});

describe('given the same event twice', () => {
  it('stores it once and counts the other as a duplicate', async () => {
    const line = {
      event: 'llm.call',
      ts: '2026-11-20T10:00:00Z',
      model: 'm',
      provider: 'ollama',
      success: true,
    };
    const spool = await data.openSpool();
    await spool.append(event(line));
    await spool.append(event(line));
    await spool.close();
    await loadAll();
    const again = await data.openSpool();
    await again.append(event(line));
    await again.close();
    await loadAll();
    expect(await storedIds()).toHaveLength(1);
    expect(await offsets()).toMatchObject({ sequence: 3, stored: 3, duplicates: 2 });
  });
});

describe('given a record that cannot be stored', () => {
  it('sets a poisoned one aside with its place and reason, and stores the others', async () => {
    const spool = await data.openSpool();
    const records = Array.from({ length: 40 }, (_, n) =>
      exchangeRecord(n === 17 ? { latencyMs: 'soon' as unknown as number } : {}),
    );
    await Promise.all(records.map((record) => spool.append(record)));
    await spool.close();
    await loadAll();
    expect(await storedIds()).toHaveLength(39);
    expect(await offsets()).toMatchObject({ sequence: 40, stored: 39, rejected: 1 });
    const [file = ''] = readdirSync(data.rejectedDirectory);
    const line = JSON.parse(readFileSync(join(data.rejectedDirectory, file), 'utf8'));
    expect(line).toMatchObject({ sequence: 18, segment: 1, spool: spool.spoolId });
    expect(line.reason).toMatch(/cannot be stored/);
    expect(JSON.parse(line.record).id).toBe(records[17]?.id);
  });

  it('sets one aside that a later step chokes on', async () => {
    const spool = await data.openSpool();
    const records = Array.from({ length: 9 }, () => exchangeRecord());
    await Promise.all(records.map((record) => spool.append(record)));
    await spool.close();
    const choke = (
      _tx: unknown,
      batch: { interactions: readonly { id: string }[] },
    ): Promise<void> =>
      batch.interactions.some(({ id }) => id === records[4]?.id)
        ? Promise.reject(new TypeError('no number'))
        : Promise.resolve();
    await loadAll({ db, steps: [storeRecords, choke] });
    expect(await storedIds()).toHaveLength(8);
    expect(await offsets()).toMatchObject({ stored: 8, rejected: 1 });
  });

  it('comes to suspect a record that fails for an unknown reason', async () => {
    const spool = await data.openSpool();
    const records = Array.from({ length: 6 }, () => exchangeRecord());
    await Promise.all(records.map((record) => spool.append(record)));
    await spool.close();
    const choke = (
      _tx: unknown,
      batch: { interactions: readonly { id: string }[] },
    ): Promise<void> =>
      batch.interactions.some(({ id }) => id === records[3]?.id)
        ? Promise.reject(new Error('who knows'))
        : Promise.resolve();
    const loader = data.startLoader({ db, steps: [storeRecords, choke] });
    await loader.settled();
    expect(loader.status()).toMatchObject({ stored: 5, rejected: 1, problem: null });
    await loader.stop(1_000);
  });

  it('does not set anything aside when the schema is at fault', async () => {
    const spool = await data.openSpool();
    await spool.append(exchangeRecord());
    await spool.close();
    let broken = true;
    const step = async (tx: { exec(sql: string): Promise<void> }): Promise<void> => {
      if (broken) await tx.exec('select * from no_such_table');
    };
    const loader = data.startLoader({ db, steps: [storeRecords, step] });
    await expect.poll(() => loader.status().problem).toMatch(/no_such_table/);
    expect(await storedIds()).toEqual([]);
    broken = false;
    await loader.settled();
    expect(loader.status()).toMatchObject({ stored: 1, rejected: 0, problem: null });
    await loader.stop(1000);
  });

  it('sets damaged bytes aside and stores what is around them', async () => {
    const spool = await data.openSpool();
    for (let n = 0; n < 5; n++) await spool.append(exchangeRecord());
    await spool.close();
    const path = segmentPath(join(data.spoolDirectory, spool.spoolId), 1);
    const bytes = readFileSync(path);
    const third = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    bytes[third + 200] = (bytes[third + 200] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await loadAll();
    expect(await storedIds()).toHaveLength(4);
    expect(await offsets()).toMatchObject({ sequence: 5, stored: 4, rejected: 1 });
  });
});

describe('given a torn tail', () => {
  it('passes over the unfinished line of a dead writer', async () => {
    const spool = await data.openSpool();
    await spool.append(exchangeRecord());
    await spool.close();
    appendFileSync(
      segmentPath(join(data.spoolDirectory, spool.spoolId), 1),
      '0123abcd 2 {"kind":"exch',
    );
    await loadAll();
    expect(await storedIds()).toHaveLength(1);
    expect(await offsets()).toMatchObject({ sequence: 1, stored: 1, rejected: 0 });
    expect(await listWriters(data.spoolDirectory)).toEqual([]);
  });
});

describe('given several loaders at one folder', () => {
  it('stores every record once', async () => {
    const spool = await data.openSpool({ loads: false, segmentBytes: 20_000 });
    const records = Array.from({ length: 300 }, () => exchangeRecord());
    const batch = { records: 20, fillMs: 5 };
    const loaders = [1, 2].map(() => data.startLoader({ db, batch }));
    for (const record of records) await spool.append(record);
    await spool.close();
    await expect.poll(async () => (await storedIds()).length, { timeout: 20_000 }).toBe(300);
    await Promise.all(loaders.map((loader) => loader.stop(5_000)));
    await loadAll();
    expect(await offsets()).toMatchObject({
      sequence: 300,
      stored: 300,
      duplicates: 0,
      rejected: 0,
    });
    expect(await listWriters(data.spoolDirectory)).toEqual([]);
  });
});

describe('given feedback', () => {
  it('finds the chat it is about and sets aside what is about nothing', async () => {
    const chat = '5b1c0a52-8a86-4c0d-9d0c-1d2f3a4b5c6d';
    const spool = await data.openSpool();
    await spool.append(
      event({
        kind: 'agent_chat',
        interaction_id: chat,
        ts: '2026-11-20T10:00:00Z',
        mode: 'voc',
        message: 'q',
        answer: 'a',
        used_logs: false,
        tool_steps: [],
        sources: [],
      }),
    );
    await spool.append(
      event({ interaction_id: chat, rating: -1, comment: 'no', ts: '2026-11-20T10:01:00Z' }),
    );
    await spool.append(
      event({ interaction_id: 'unheard of', rating: 1, comment: '', ts: '2026-11-20T10:01:00Z' }),
    );
    await spool.close();
    await loadAll();
    const scores = await db.query<object>(
      'select interaction_id, name, value, native_value, source, reason from scores',
    );
    expect(scores).toEqual([
      {
        interaction_id: chat,
        name: 'user_feedback',
        value: 0,
        native_value: -1,
        source: 'human',
        reason: 'no',
      },
    ]);
    expect(await offsets()).toMatchObject({ stored: 2, rejected: 1 });
  });
});

describe('given text that PostgreSQL cannot hold as it is', () => {
  it('stores it with the unstorable characters replaced', async () => {
    const spool = await data.openSpool();
    await spool.append(
      event({
        event: 'interaction',
        provider: 'p',
        model: 'm',
        prompt: 'a\u0000b',
        response: '\ud800x',
        metadata: { k: '\u0000' },
      }),
    );
    await spool.close();
    await loadAll();
    expect(await offsets()).toMatchObject({ stored: 1, rejected: 0 });
  });
});
