import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { type LookGiven, lookAt } from '../../test/support/doctor-tools.ts';
import { projectWith } from '../../test/support/filled-project.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, record } from '../../test/support/records.ts';
import type { SpanRow } from '../interactions/record.ts';
import type { Check } from './finding.ts';
import { cache, retention, retrieval, storage } from './weekly-checks.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const DAY_MS = 86_400_000;

let test: TestApp;
beforeAll(async () => {
  test = await testApp({ clock: { now: () => NOW_MS, monotonic: () => 0 } });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

const look = (check: Check, given: LookGiven = {}) =>
  lookAt({ database: test.database, nowMs: NOW_MS }, check, given);

describe('weekly trends', () => {
  const span = (projectId: string, daysAgo: number, attributes: object): SpanRow => ({
    id: randomUUID(),
    projectId,
    createdAt: new Date(NOW_MS - daysAgo * DAY_MS),
    traceId: null,
    spanId: null,
    parentSpanId: null,
    interactionId: null,
    kind: 'hit' in attributes ? 'cache' : 'retrieval',
    name: 'step',
    durationMs: null,
    status: 'success',
    attributes: { ...attributes },
  });
  const spans = async (made: readonly SpanRow[]) =>
    record(test.database, batchOf({ spans: [...made] }), [insertRaw]);
  const many = (count: number, make: (at: number) => SpanRow) =>
    Array.from({ length: count }, (_, at) => make(at));

  it('warn when retrievals find less than the week before', async () => {
    const { id } = await projectWith(test, NOW_MS, []);
    await spans([
      ...many(60, (at) => span(id, 9, { hits: at % 10 === 0 ? 0 : 3 })),
      ...many(60, (at) => span(id, 2, { hits: at % 2 })),
      span(id, 2, { hits: 'three' }),
    ]);
    expect(await look(retrieval, { projectId: id })).toMatchObject({
      status: 'warn',
      finding: 'rate_fell',
      figures: { nowShare: 0.5, beforeShare: 0.9 },
      estimate: { n: 60 },
    });
  });

  it('are skipped with too few look-ups, and well when nothing fell', async () => {
    expect(await look(retrieval)).toMatchObject({ status: 'skipped', finding: 'too_few_lookups' });
    const { id } = await projectWith(test, NOW_MS, []);
    await spans([2, 9].flatMap((days) => many(50, (at) => span(id, days, { hit: at % 3 === 0 }))));
    expect(await look(cache, { projectId: id })).toMatchObject({
      status: 'ok',
      finding: 'rate_steady',
    });
  });

  it('warn when the cache of answers hits less', async () => {
    const p = await projectWith(
      test,
      NOW_MS,
      [9 * 24, 24].flatMap((hoursAgo) => Array.from({ length: 50 }, () => ({ hoursAgo }))),
    );
    await test.database.query(
      `update interactions set cache = case when created_at < $2 then 'hit' else 'miss' end where project_id = $1`,
      [p.id, new Date(NOW_MS - 7 * DAY_MS)],
    );
    expect(await look(cache, { projectId: p.id })).toMatchObject({
      status: 'warn',
      finding: 'rate_fell',
    });
  });
});

describe('room and retention', () => {
  it('count the days for which there is room, by what earlier runs measured', async () => {
    const { id } = await projectWith(test, NOW_MS, []);
    const first = await look(storage, { projectId: id });
    expect(first).toMatchObject({ status: 'ok', finding: 'space_enough' });
    const databaseBytes = Number(first.figures['databaseBytes']);
    expect(databaseBytes).toBeGreaterThan(1e6);
    const run = { name: 'storage', figures: { databaseBytes: databaseBytes - 10e6 } };
    await test.database.query(
      `insert into doctor_runs (id, project_id, started_at, finished_at, started_by, groups, status, checks)
       values ($1, $2, $3, $3, 'schedule', '{weekly}', 'ok', $4::jsonb)`,
      [randomUUID(), id, new Date(NOW_MS - 10 * DAY_MS), JSON.stringify([run])],
    );
    const space = async () => ({ freeBytes: 20e6, totalBytes: 100e6 });
    const what = await look(storage, { projectId: id, space });
    expect(what).toMatchObject({ status: 'warn', finding: 'space_short' });
    expect(what.figures['dailyGrowthBytes']).toBeGreaterThan(0.9e6);
    expect(what.figures['roomDays']).toBeLessThan(23);
    const full = async () => ({ freeBytes: 1e6, totalBytes: 100e6 });
    expect(await look(storage, { projectId: id, space: full })).toMatchObject({ status: 'fail' });
  });

  it('see records that should be gone, and a missing tomorrow', async () => {
    const today = Date.parse('2026-11-21');
    const days =
      (...agos: number[]) =>
      async () =>
        agos.map((ago) => new Date(today - ago * DAY_MS));
    expect(await look(retention)).toMatchObject({ status: 'ok', figures: { oldestDays: 1 } });
    expect(await look(retention, { partitionedDays: days(95, -1) })).toMatchObject({
      status: 'warn',
      finding: 'retention_late',
      figures: { oldestDays: 95, retentionDays: 90 },
    });
    expect(await look(retention, { partitionedDays: days(1, 0) })).toMatchObject({
      status: 'fail',
      finding: 'retention_no_room',
    });
  });
});
