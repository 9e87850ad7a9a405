import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { createLog } from '../core/log.ts';
import { DatabaseError } from '../store/database-error.ts';
import type { JobDefinition, Jobs } from '../store/jobs.ts';
import { defineRepricingJobs } from './jobs.ts';
import type { RepriceDeps } from './reprice.ts';

const database = await testDatabase();
let projectId: string;
let id: string;

beforeEach(async () => {
  await ensurePartitions(database);
  await database.query("update repricings set status = 'cancelled'");
  projectId = randomUUID();
  id = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    projectId,
  ]);
  await database.query(
    `insert into prices (id, project_id, model, valid_from, input_usd_per_million, created_at)
     values ($1, $2, 'gpt-test', 'epoch', 1, now())`,
    [randomUUID(), projectId],
  );
  await database.query(
    `insert into repricings (id, project_id, from_at, to_at, status, created_at)
     values ($1, $2, '2026-11-01', '2026-12-01', 'queued', now())`,
    [id, projectId],
  );
  const base = interactionRow({ projectId });
  const usage = { ...base.usage, output: null };
  const row = { ...base, id: randomUUID(), usage, costMicroUsd: null };
  await record(database, batchOf({ interactions: [row] }), [insertRaw]);
});

/** A job queue whose clock is the test. */
function program(recount: RepriceDeps['recount'] = async () => undefined) {
  const definitions = new Map<string, JobDefinition>();
  const sent: object[] = [];
  const queue: Jobs = {
    define: (definition) => definitions.set(definition.name, definition),
    send: (name, data, options) => Promise.resolve(sent.push({ name, data, ...options }) > 0),
    failed: () => Promise.resolve([]),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const jobs = defineRepricingJobs(queue, {
    database,
    clock: testClock(),
    log: createLog('silent'),
    recount,
  });
  const run = async (name: string, data: object = {}): Promise<void> =>
    definitions.get(name)?.work(new AbortController().signal, data);
  return { jobs, sent, run };
}

const status = async (): Promise<object> => {
  const [row] = await database.query<{ status: string; error: string | null }>(
    'select status, error from repricings where id = $1',
    [id],
  );
  return { ...row };
};

describe('the job of re-pricing', () => {
  it('prices what is noted', async () => {
    const { run } = program();
    await run('reprice', { id });
    expect(await status()).toEqual({ status: 'done', error: null });
    await run('reprice', { id });
    await run('reprice', { id: randomUUID() });
    await run('reprice', {});
    expect(await status()).toEqual({ status: 'done', error: null });
  });

  it('is sent once for each, and again for what nobody began', async () => {
    const { jobs, sent, run } = program();
    await jobs.send(id);
    await run('reprice-open');
    expect(sent).toEqual([
      { name: 'reprice', data: { id }, singletonKey: id },
      { name: 'reprice', data: { id }, singletonKey: id },
    ]);
  });

  it('tells why it failed', async () => {
    const { run } = program(() => Promise.reject(new Error('roll-ups are broken')));
    await run('reprice', { id });
    expect(await status()).toEqual({ status: 'failed', error: 'roll-ups are broken' });
  });

  it('is tried again when the database is away', async () => {
    const away = new DatabaseError({ message: 'gone', code: '08006' });
    const { run } = program(() => Promise.reject(away));
    await expect(run('reprice', { id })).rejects.toBe(away);
    expect(await status()).toEqual({ status: 'running', error: null });
  });
});
