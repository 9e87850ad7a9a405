import { beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../../test/support/clock.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../../test/support/records.ts';
import { type Monitor, NewMonitor } from '../../contract/monitors.ts';
import { createIdGenerator } from '../../core/ids.ts';
import { createLog } from '../../core/log.ts';
import type { InteractionRow, ScoreRow } from '../../interactions/record.ts';
import { storeRecords } from '../../interactions/store-records.ts';
import { settle } from '../alerts/settle.ts';
import { tellLateMonitors } from './late.ts';
import { addMonitor } from './manage-monitors.ts';
import { readMonitor } from './monitor-store.ts';
import { lookAtMonitors, type TickDeps } from './tick.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const database = await testDatabase();
const clock = testClock('2026-11-20T12:00:05.000Z');
const newId = createIdGenerator(clock);
const rounds: string[] = [];
const budgets: { subject: string; usedShare: number }[] = [];
const deps: TickDeps = {
  database,
  clock,
  newId,
  settle,
  log: createLog('silent'),
  figures: { spoolAgeSeconds: () => 0, budgets: async () => budgets },
  mayPage: async (_db, { metric }) =>
    metric.kind === 'score_mean' && metric.evaluator === 'unproven-judge'
      ? 'It is unproven.'
      : null,
  meters: {
    ran: (status) => rounds.push(status),
    stands: ({ lagSeconds }) => rounds.push(`lag ${Math.round(lagSeconds)}`),
  },
};

let projectId = '';
beforeEach(async () => {
  projectId = newId();
  await database.query('update monitors set enabled = false');
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    projectId.slice(0, 20) + projectId.slice(24),
  ]);
  rounds.length = 0;
});

async function monitorOf(more: object): Promise<string> {
  const wish = NewMonitor.parse({ name: `Monitor ${newId()}`, ...more });
  const manage = { database, clock, newId, recordDeed: async () => {}, endAlerts: async () => {} };
  return (await addMonitor(manage, { projectId, actor: 'test' }, wish)).id;
}

const look = async (): Promise<void> => lookAtMonitors(deps, new AbortController().signal);
const stateOf = (id: string): Promise<Monitor> => readMonitor(deps, { projectId, id });

/** `n` calls spread over the last `minutes`, of which `bad` failed. */
async function calls(
  n: number,
  {
    bad = 0,
    minutes = 5,
    ...more
  }: { bad?: number; minutes?: number } & Partial<InteractionRow> = {},
): Promise<InteractionRow[]> {
  const end = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  const interactions = Array.from({ length: n }, (_, i) =>
    interactionRow({
      projectId,
      createdAt: new Date(end - Math.floor(((i + 0.5) / n) * minutes * MINUTE_MS)),
      status: i < bad ? 'error' : 'success',
      id: newId(),
      ...more,
    }),
  );
  await record(database, batchOf({ interactions }), [storeRecords]);
  return interactions;
}

const alerts = (): Promise<
  { state: string; name: string; subject: string; ended_at: Date | null; reason: object }[]
> => database.query('select * from alerts where project_id = $1 order by started_at', [projectId]);

const ERRORS = {
  metric: { kind: 'error_rate' },
  condition: {
    kind: 'threshold',
    comparison: 'above',
    fire: 0.2,
    resolve: 0.1,
    windowMinutes: 5,
    minSamples: 20,
  },
};

describe('live monitors', () => {
  it('open an alert when real calls fail, keep it between the limits, and resolve it', async () => {
    const id = await monitorOf(ERRORS);
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'no_data', current: { value: null, n: 0 } });
    clock.pass(5 * MINUTE_MS);
    await calls(40, { bad: 2 });
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'ok', current: { value: 0.05, n: 40 } });
    expect(await alerts()).toEqual([]);
    clock.pass(5 * MINUTE_MS);
    await calls(40, { bad: 20 });
    await look();
    const firing = await stateOf(id);
    expect(firing).toMatchObject({ state: 'firing', current: { value: 0.5, n: 40 } });
    const [alert] = await alerts();
    expect(alert).toMatchObject({
      state: 'firing',
      reason: { kind: 'above', unit: 'share', against: 0.2, current: { value: 0.5 } },
      labels: { severity: 'warning', monitor: firing.name },
    });
    expect(firing.openAlertId).not.toBeNull();
    clock.pass(5 * MINUTE_MS);
    await calls(40, { bad: 6 });
    await look();
    expect((await stateOf(id)).state).toBe('firing');
    clock.pass(5 * MINUTE_MS);
    await calls(40);
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'ok', openAlertId: null });
    expect((await alerts()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('look once a minute, and once when two programs look at the same time', async () => {
    await monitorOf(ERRORS);
    let observed = 0;
    const counting: TickDeps = {
      ...deps,
      settle: async (...given) => {
        observed += 1;
        await settle(...given);
      },
    };
    const signal = new AbortController().signal;
    await Promise.all([lookAtMonitors(counting, signal), lookAtMonitors(counting, signal)]);
    expect(observed).toBe(1);
    clock.pass(20_000);
    await lookAtMonitors(counting, signal);
    expect(observed).toBe(1);
    clock.pass(MINUTE_MS);
    await lookAtMonitors(counting, signal);
    expect(observed).toBe(2);
  });

  it('walk through an hour of downtime: the history is kept, and only its end is told', async () => {
    const id = await monitorOf(ERRORS);
    await calls(40);
    await look();
    expect((await stateOf(id)).state).toBe('ok');
    // Nobody looks while it fails and gets well, three times.
    for (let turn = 0; turn < 3; turn++) {
      clock.pass(10 * MINUTE_MS);
      await calls(60, { bad: 40 });
      clock.pass(10 * MINUTE_MS);
      await calls(60);
    }
    await look();
    expect((await stateOf(id)).state).toBe('ok');
    expect(await alerts()).toEqual([]);
    const changes = await database.query<{ state: string }>(
      'select state from monitor_changes where monitor_id = $1 order by at',
      [id],
    );
    const fired = changes.filter(({ state }) => state === 'firing');
    expect(fired).toHaveLength(3);
    expect(changes.at(-1)?.state).toBe('ok');
  });

  it('count rows that arrive late, as long as the stretch is open', async () => {
    const id = await monitorOf(ERRORS);
    await calls(30);
    await look();
    clock.pass(2 * MINUTE_MS);
    // Of minutes that were looked at already.
    await calls(30, { bad: 30, minutes: 4 });
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'firing' });
  });

  it('wait for the time a condition must hold', async () => {
    const id = await monitorOf({ ...ERRORS, condition: { ...ERRORS.condition, forMinutes: 3 } });
    await calls(40, { bad: 40 });
    await look();
    expect((await stateOf(id)).state).toBe('pending');
    for (let minute = 0; minute < 3; minute++) {
      clock.pass(MINUTE_MS);
      await calls(20, { bad: 20, minutes: 1 });
      await look();
    }
    expect((await stateOf(id)).state).toBe('firing');
    expect((await alerts()).map(({ state }) => state)).toEqual(['firing']);
  });

  it('go on with the others when one is broken, and say what is wrong with it', async () => {
    const broken = await monitorOf(ERRORS);
    await database.query(
      `update monitors set definition = definition || '{"metric":{"kind":"nonsense"}}' where id = $1`,
      [broken],
    );
    const whole = await monitorOf(ERRORS);
    await calls(40);
    await look();
    expect((await stateOf(whole)).state).toBe('ok');
    const [row] = await database.query<{ problem: string }>(
      'select problem from monitor_states where monitor_id = $1',
      [broken],
    );
    expect(row?.problem).toMatch(/cannot be read: Invalid/);
    expect(rounds).toContain('error');
    await database.query('delete from monitors where id = $1', [broken]);
  });

  it('miss traffic that stopped, but not traffic that never was', async () => {
    const id = await monitorOf({
      metric: { kind: 'volume' },
      condition: { kind: 'absence', forMinutes: 30 },
    });
    await look();
    expect((await stateOf(id)).state).toBe('no_data');
    clock.pass(5 * MINUTE_MS);
    await calls(3, { minutes: 2 });
    await look();
    expect((await stateOf(id)).state).toBe('ok');
    clock.pass(31 * MINUTE_MS);
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'firing', current: { value: 0, n: 0 } });
    clock.pass(MINUTE_MS);
    await calls(1, { minutes: 1 });
    await look();
    expect((await stateOf(id)).state).toBe('ok');
  });

  it('let no judge page that has not met its bar', async () => {
    const id = await monitorOf({
      metric: { kind: 'score_mean', score: 'overall', evaluator: 'unproven-judge' },
      condition: { kind: 'threshold', comparison: 'below', fire: 0.5 },
      severity: 'critical',
    });
    const interactions = await calls(40);
    await scores(interactions, { value: 0.1, evaluator: 'unproven-judge' });
    clock.pass(MINUTE_MS);
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'no_data', problem: 'It is unproven.' });
    expect(await alerts()).toEqual([]);
  });

  it('tell each account of a budget by itself', async () => {
    const id = await monitorOf({
      metric: { kind: 'budget' },
      condition: { kind: 'budget_level', level: 'critical' },
    });
    budgets.push(
      { subject: 'Users: ann', usedShare: 0.9 },
      { subject: 'Users: bob', usedShare: 0.2 },
    );
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'firing', current: { value: 0.9, n: 1 } });
    expect(await alerts()).toMatchObject([{ subject: 'Users: ann', state: 'firing' }]);
    budgets.splice(0, 2, { subject: 'Users: bob', usedShare: 0.85 });
    clock.pass(MINUTE_MS);
    await look();
    expect((await alerts()).map(({ subject, state }) => `${subject} ${state}`)).toEqual([
      'Users: ann resolved',
      'Users: bob firing',
    ]);
    budgets.length = 0;
  });

  it('find a drift of scores against what two weeks showed, and the way back', async () => {
    const history = async (days: number, good: number): Promise<void> => {
      const interactions = await calls(days * 120, { minutes: days * 1_440 });
      await scores(interactions, { value: 0.9 }, good);
    };
    await history(10, 0.9);
    const id = await monitorOf({
      metric: { kind: 'score_rate', score: 'overall' },
      condition: { kind: 'drift', direction: 'fall', by: 0.15 },
    });
    await look();
    const learned = await stateOf(id);
    expect(learned).toMatchObject({ state: 'ok', problem: null });
    expect(learned.drift?.baseline.value).toBeCloseTo(0.9, 2);
    expect(learned.drift?.samplesPerDay).toBeGreaterThan(100);
    expect(learned.drift?.falseAlarmDays).toBeGreaterThan(25);
    clock.pass(24 * HOUR_MS);
    await scores(await calls(120, { minutes: 1_430 }), { value: 0.9 }, 0.6);
    await look();
    const fell = await stateOf(id);
    expect(fell.state).toBe('firing');
    const [alert] = await alerts();
    expect(alert).toMatchObject({ state: 'firing', reason: { kind: 'drift_down' } });
    clock.pass(3 * 24 * HOUR_MS);
    await scores(await calls(400, { minutes: 3 * 1_430 }), { value: 0.9 }, 0.92);
    await look();
    expect((await stateOf(id)).state).toBe('ok');
  });

  it('watch what a judge says of its anchors', async () => {
    const id = await monitorOf({
      metric: { kind: 'judge_anchor', rubric: 'quality' },
      condition: { kind: 'threshold', comparison: 'below', fire: 0.6, windowMinutes: 60 },
    });
    const end = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
    for (let item = 0; item < 20; item++) {
      await database.query(
        `insert into judge_anchor_verdicts (project_id, rubric, name, is_main, item_id, day, evaluator_version, value,
           judged_at)
         values ($1, 'quality', 'overall', true, $2, $3::timestamptz::date, '1@m', 0.5, $3),
           ($1, 'quality', 'truthfulness', false, $2, $3::timestamptz::date, '1@m', 1, $3)`,
        [projectId, newId(), new Date(end - 90_000)],
      );
    }
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'firing', current: { value: 0.5, n: 20 } });
  });

  it('say that a baseline is still to be learned', async () => {
    const id = await monitorOf({
      metric: { kind: 'error_rate' },
      condition: { kind: 'drift', direction: 'rise', by: 0.05 },
    });
    await calls(20, { minutes: 60 });
    await look();
    expect(await stateOf(id)).toMatchObject({
      state: 'learning',
      drift: null,
      problem: expect.stringContaining(' of 100)'),
    });
  });
});

describe("the dead man's switch", () => {
  const late = (): Promise<number> => tellLateMonitors({ ...deps, settle });

  it('tells when monitors were not looked at for five minutes, and when they are again', async () => {
    await monitorOf(ERRORS);
    clock.pass(4 * MINUTE_MS);
    expect(await late()).toBe(0);
    await look();
    clock.pass(6 * MINUTE_MS);
    expect(await late()).toBe(1);
    expect(await late()).toBe(1);
    expect(await alerts()).toMatchObject([
      {
        name: 'Monitors stand still',
        state: 'firing',
        source: 'program',
        severity: 'critical',
        reason: { kind: 'monitors_late', current: { value: 360, n: 1 } },
      },
    ]);
    await look();
    expect(await late()).toBe(0);
    expect((await alerts()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('says nothing of projects without monitors, and of such that are switched off', async () => {
    clock.pass(60 * MINUTE_MS);
    expect(await late()).toBe(0);
    expect(await alerts()).toEqual([]);
  });
});

/** A score for each call, made when the call was; the first `share` of every ten are good. */
async function scores(
  interactions: readonly InteractionRow[],
  given: Partial<ScoreRow>,
  share = 1,
): Promise<void> {
  const rows = interactions.map((interaction, i) => ({
    ...scoreRow(interaction, given),
    id: newId(),
    value: ((i * 37) % 100) / 100 < share ? (given.value ?? 1) : 0.1,
  }));
  await record(database, batchOf({ scores: rows }), [storeRecords]);
}
