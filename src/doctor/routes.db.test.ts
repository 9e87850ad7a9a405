import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { doctorTools } from '../../test/support/doctor-tools.ts';
import { projectWith } from '../../test/support/filled-project.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { recordDeed } from '../access/audit.ts';
import { createLog } from '../core/log.ts';
import { doctorJobs } from './jobs.ts';
import { doctorText } from './report.ts';
import { doctorRoutes } from './routes.ts';
import { type DoctorOrder, runDoctor } from './run-doctor.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');

let test: TestApp;
let nowMs = NOW_MS;
let hold: Promise<void> | null = null;
const run = async (order: DoctorOrder) => {
  await hold;
  const tools = { ...doctorTools({ database: test.database, nowMs }), newId: randomUUID };
  return await runDoctor(tools, order, AbortSignal.timeout(60_000));
};

beforeAll(async () => {
  test = await testApp({
    clock: { now: () => nowMs, monotonic: () => 0 },
    routes: (app, deps) =>
      doctorRoutes(app, {
        database: deps.database,
        run,
        recordDeed: (deed) => recordDeed(deps.database, deps, deed),
      }),
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

const url = '/api/v1/doctor';
const post = (payload: object, key?: string) =>
  test.inject({ method: 'POST', url, payload, ...(key === undefined ? {} : { key }) });

describe('happy', () => {
  it('runs the groups that are asked for, keeps the run, and writes the deed down', async () => {
    const reply = await post({ groups: ['daily'] });
    expect(reply.statusCode).toBe(200);
    const made = reply.json();
    expect(made).toMatchObject({ startedBy: 'person', groups: ['daily'], status: 'ok' });
    expect(made.checks).toHaveLength(4);
    const { items } = (await test.inject({ url })).json();
    expect(items[0]).toEqual(made);
    const deeds = await test.database.query(
      "select details from audit_log where project_id = $1 and action = 'doctor.run'",
      [test.a.id],
    );
    expect(deeds).toEqual([{ details: { groups: ['daily'], status: 'ok' } }]);
  });

  it('lists runs newest first, page by page and by group', async () => {
    const p = await projectWith(test, NOW_MS, []);
    const key = await test.key(p.id);
    for (const [minute, group] of ['daily', 'weekly', 'daily'].entries()) {
      nowMs = NOW_MS + minute * 60_000;
      await post({ groups: [group] }, key);
    }
    nowMs = NOW_MS;
    const first = (await test.inject({ url: `${url}?limit=2`, key })).json();
    expect(first.items.map((item: { groups: string[] }) => item.groups[0])).toEqual([
      'daily',
      'weekly',
    ]);
    const next = (await test.inject({ url: `${url}?cursor=${first.nextCursor}`, key })).json();
    expect(next).toMatchObject({ items: [{ groups: ['daily'] }], nextCursor: null });
    const weekly = (await test.inject({ url: `${url}?group=weekly`, key })).json();
    expect(weekly.items).toHaveLength(1);
  });

  it('runs daily for every project in use, and none that nobody uses', async () => {
    const used = await projectWith(test, NOW_MS, [{}]);
    const unused = await projectWith(test, NOW_MS, []);
    const orders: DoctorOrder[] = [];
    const jobs = doctorJobs({
      database: test.database,
      clock: { now: () => NOW_MS, monotonic: () => 0 },
      log: createLog('silent'),
      run: async (order) => {
        orders.push(order);
        return await run(order);
      },
    });
    expect(jobs.map(({ name, cron }) => [name, cron])).toEqual([
      ['doctor-daily', '10 5 * * *'],
      ['doctor-weekly', '20 5 * * 1'],
    ]);
    await jobs[0]?.work(AbortSignal.timeout(60_000), {});
    expect(orders).toContainEqual(
      expect.objectContaining({ projectId: used.id, groups: ['daily'], startedBy: 'schedule' }),
    );
    expect(orders.some(({ projectId }) => projectId === unused.id)).toBe(false);
  });

  it('prints what was found and what to do', async () => {
    const text = doctorText((await post({ groups: ['deploy'] })).json());
    expect(text).toContain('deploy\n');
    expect(text).toMatch(/FAIL +smoke +demo\/good did not answer: nobody answers\n +Look whether/);
    expect(text).toMatch(/1 ok, 0 to look at, 1 failed, 2 skipped\.$/);
  });
});

describe('error', () => {
  it('refuses groups that are none, unknown fields and foreign cursors', async () => {
    for (const payload of [{ groups: [] }, { groups: ['hourly'] }, { smoke: true }]) {
      expect((await post(payload)).statusCode).toBe(400);
    }
    expect((await test.inject({ url: `${url}?cursor=abc` })).statusCode).toBe(400);
  });

  it('refuses a second run beside one of the same project', async () => {
    const gate = Promise.withResolvers<void>();
    hold = gate.promise;
    const first = post({ groups: ['daily'] });
    const second = post({ groups: ['daily'] });
    // The one that is refused answers at once; the other waits for the gate.
    await Promise.race([first, second]);
    gate.resolve();
    hold = null;
    const codes = (await Promise.all([first, second])).map(({ statusCode }) => statusCode);
    codes.sort((a, b) => a - b);
    expect(codes).toEqual([200, 409]);
  });
});

describe('security', () => {
  it('needs the scope admin to run and read to look', async () => {
    const reader = await test.key(test.a.id, ['read']);
    expect((await post({}, reader)).statusCode).toBe(403);
    expect((await test.inject({ url, key: reader })).statusCode).toBe(200);
    const sender = await test.key(test.a.id, ['ingest']);
    expect((await test.inject({ url, key: sender })).statusCode).toBe(403);
    expect((await test.inject({ url, key: null })).statusCode).toBe(401);
  });

  it('shows nothing of another project', async () => {
    await post({ groups: ['daily'] });
    const { items } = (await test.inject({ url, key: test.b.key })).json();
    expect(items).toEqual([]);
  });

  it('compares settings for nobody who could only guess at them', async () => {
    const reply = await post({ groups: ['deploy'], asked: { LLM_API_KEY: 'guess' } });
    expect(reply.statusCode).toBe(403);
  });
});
