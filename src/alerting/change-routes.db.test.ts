import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { storeCalls } from '../../test/support/many-calls.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import type { ChangesReply } from '../contract/changes.ts';
import { NewMonitor } from '../contract/monitors.ts';
import { jsonText } from '../store/values.ts';
import { alertChangeRoutes, periodsOf } from './change-routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(NOW_MS - hours * HOUR_MS);

let test: TestApp;
beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: alertChangeRoutes,
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

/** An alert of the last two hours, of a monitor or of the program. */
async function alert(monitor: object | null): Promise<string> {
  const [id, monitorId] = [randomUUID(), randomUUID()];
  if (monitor !== null) {
    const definition = NewMonitor.parse({
      name: `M ${monitorId}`,
      condition: { kind: 'threshold', comparison: 'above', fire: 0.1, windowMinutes: 60 },
      ...monitor,
    });
    await test.database.query(
      `insert into monitors (id, project_id, name, definition, enabled, managed_by, created_at, updated_at)
       values ($1, $2, $3, $4::text::jsonb, true, 'api', $5, $5)`,
      [monitorId, test.a.id, definition.name, jsonText(definition), ago(90)],
    );
  }
  await test.database.query(
    `insert into alerts (id, project_id, source, monitor_id, name, severity, state, labels, reason, notify, started_at,
       fired_at, updated_at)
     values ($1, $2, $3, $4, $5, 'critical', 'firing', '{}', '{}', '{}', $6, $6, $6)`,
    [
      id,
      test.a.id,
      monitor === null ? 'program' : 'monitor',
      monitor === null ? null : monitorId,
      id,
      ago(1),
    ],
  );
  return id;
}

const ask = (id: string, key = test.a.key) =>
  test.inject({ url: `/api/v1/alerts/${id}/changes`, key });

describe('what changed when an alert began', () => {
  it('is explained from the window that fired on, against the day before', async () => {
    const calls = (from: number, to: number, every: number) =>
      storeCalls(test.database, test.a.id, {
        count: 300,
        from: ago(from).getTime(),
        to: ago(to).getTime(),
        given: (at) => ({
          provider: at % 3 === 0 ? 'chat' : 'search',
          model: 'm',
          status: at % 3 === 0 && at % every === 0 ? 'error' : 'success',
        }),
      });
    await calls(26, 2, 30);
    await calls(2, 0, 6);
    const id = await alert({ metric: { kind: 'error_rate' }, slice: { model: 'm' } });
    const reply = await ask(id);
    expect(reply.statusCode, reply.body).toBe(200);
    const body = reply.json<ChangesReply>();
    expect(body.before).toMatchObject({ from: ago(26).toISOString(), to: ago(2).toISOString() });
    expect(body.after).toMatchObject({ to: ago(0).toISOString(), current: { n: 300 } });
    expect(body.slices[0]).toMatchObject({ dimension: 'provider', value: 'chat', explains: true });
    expect(body.markers).toHaveLength(1);
    expect(body.markers[0]).toMatchObject({ kind: 'alert', title: id });
  });

  it('is markers alone for metrics without single calls, and for alerts of the program', async () => {
    for (const monitor of [{ metric: { kind: 'evaluation_lag' } }, null]) {
      const reply = await ask(await alert(monitor));
      expect(reply.statusCode, reply.body).toBe(200);
      expect(reply.json()).toMatchObject({ metric: null, unit: null, slices: [] });
    }
  });

  it('is asked of scores and flags as the monitor has them', async () => {
    for (const metric of [
      { kind: 'score_rate', score: 'overall', passAt: 0.7 },
      { kind: 'score_mean', score: 'overall', evaluator: 'judge:quality' },
      { kind: 'flag_rate' },
      { kind: 'latency' },
      { kind: 'cost' },
    ]) {
      const reply = await ask(await alert({ metric }));
      expect(reply.statusCode, reply.body).toBe(200);
      expect(reply.json()).toMatchObject({ metric: metric.kind });
    }
  });
});

describe('the periods of an alert', () => {
  const row = { started_at: ago(10), ended_at: null, changed_at: null };
  const condition = (given: object) =>
    NewMonitor.shape.condition.parse({ by: 0.1, direction: 'fall', ...given });

  it('begin at the likely moment of a drift, and end with the alert or after a week', () => {
    const drift = condition({ kind: 'drift' });
    const { before, after } = periodsOf({ ...row, changed_at: ago(30) }, drift, NOW_MS);
    expect(after).toEqual({ from: ago(30), to: ago(0) });
    expect(before).toEqual({ from: ago(60), to: ago(30) });
    const ended = periodsOf({ ...row, ended_at: ago(9) }, drift, NOW_MS);
    expect(ended.after).toEqual({ from: ago(10), to: ago(9) });
    expect(ended.before).toEqual({ from: ago(34), to: ago(10) });
    const old = periodsOf({ ...row, started_at: ago(900) }, drift, NOW_MS);
    expect(old.after.to).toEqual(ago(900 - 168));
    expect(old.before.from).toEqual(ago(900 + 168));
  });

  it('are held against the same time of the day or week before where the monitor was', () => {
    const change = condition({ kind: 'change', windowMinutes: 120, reference: 'week_before' });
    const { before, after } = periodsOf(row, change, NOW_MS);
    expect(after).toEqual({ from: ago(12), to: ago(0) });
    expect(before).toEqual({ from: ago(12 + 168), to: ago(168) });
  });

  it('are never empty', () => {
    const { after } = periodsOf({ ...row, ended_at: ago(10) }, null, NOW_MS);
    expect(after.to.getTime() - after.from.getTime()).toBe(600_000);
  });
});

describe('given an alert that is not there or of another project', () => {
  it('is not found', async () => {
    expect((await ask(randomUUID())).statusCode).toBe(404);
    expect((await ask(await alert(null), test.b.key)).statusCode).toBe(404);
    expect((await ask('no-id')).statusCode).toBe(400);
  });

  it('needs the scope read', async () => {
    const id = await alert(null);
    expect((await ask(id, await test.key(test.a.id, ['ingest']))).statusCode).toBe(403);
    expect((await test.inject({ url: `/api/v1/alerts/${id}/changes`, key: null })).statusCode).toBe(
      401,
    );
  });
});
