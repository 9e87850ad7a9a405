import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertingStage, alertingStage, verdict } from '../../../test/support/alerting.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { settle } from './settle.ts';

const database = await testDatabase();
let stage: AlertingStage;
const MINUTE = 60_000;

beforeAll(async () => {
  stage = await alertingStage(database);
});
beforeEach(() => stage.clear());

const notify = {
  channels: ['ops'],
  renotifyMinutes: 60,
  escalation: null,
  groupBy: [],
};

describe('the life of an alert', () => {
  it('goes from pending through firing to resolved, with every step kept', async () => {
    const since = new Date(stage.clock.now());
    await stage.say({ state: 'pending', since });
    stage.clock.pass(5 * MINUTE);
    await stage.say({ state: 'firing', since });
    expect(await stage.alerts()).toMatchObject([
      { state: 'firing', started_at: since, fired_at: new Date(stage.clock.now()), ended_at: null },
    ]);
    stage.clock.pass(10 * MINUTE);
    await stage.say({ state: 'ok' });
    expect(await stage.alerts()).toMatchObject([
      { state: 'resolved', started_at: since, ended_at: new Date(stage.clock.now()) },
    ]);
    expect(await stage.events()).toEqual(['pending', 'firing', 'resolved']);
  });

  it('is one per name and subject, whatever several looks say at once', async () => {
    const says = Array.from({ length: 8 }, (_, at) =>
      stage.say({ name: 'a' }, { name: 'a', subject: 'key 1' }, { name: at % 2 ? 'b' : 'a' }),
    );
    await Promise.all(says);
    const rows = await stage.alerts();
    const names = new Set(rows.map(({ name, subject }) => `${name}/${subject}`));
    expect([rows.length, names]).toEqual([3, new Set(['a/', 'a/key 1', 'b/'])]);
    expect(await stage.events()).toEqual(['firing', 'firing', 'firing']);
  });

  it('stays open while nothing is known, and while the condition begins anew', async () => {
    await stage.say({});
    await stage.say({ state: 'unknown' });
    await stage.say({ state: 'pending' });
    expect(await stage.alerts()).toMatchObject([{ state: 'firing' }]);
    await stage.say({ name: 'never seen', state: 'unknown' });
    await stage.say({ name: 'never seen', state: 'ok' });
    expect(await stage.alerts()).toHaveLength(1);
  });

  it('takes the newest figures and channels, and keeps its labels', async () => {
    await stage.say({ labels: { model: 'small' } });
    await stage.say({ labels: { model: 'large' }, severity: 'critical', notify });
    expect(await stage.alerts()).toMatchObject([
      { severity: 'critical', labels: { model: 'small' }, notify: { channels: ['ops'] } },
    ]);
  });

  it('ends when its monitor is switched off or removed', async () => {
    const monitors = [await stage.monitor('a'), await stage.monitor('b'), await stage.monitor('c')];
    const source = 'monitor' as const;
    await stage.say(...monitors.map((monitorId) => ({ name: monitorId, source, monitorId })));
    await database.query('update monitors set enabled = false where id = $1', [monitors[0] ?? '']);
    await database.query('delete from monitors where id = $1', [monitors[1] ?? '']);
    await stage.tick();
    const rows = await stage.alerts();
    expect(new Map(rows.map(({ name, state }) => [name, state]))).toEqual(
      new Map([
        [monitors[0], 'resolved'],
        [monitors[1], 'resolved'],
        [monitors[2], 'firing'],
      ]),
    );
  });

  it('counts openings and closings for pages that watch', async () => {
    await stage.say({ name: 'a' }, { name: 'b' }, { name: 'c', state: 'pending' });
    await stage.say({ name: 'a', state: 'ok' }, { name: 'c', state: 'ok' });
    const rows = await database.query(
      'select opened, closed from alert_counters where project_id = $1',
      [stage.projectId],
    );
    expect(rows).toEqual([{ opened: 2, closed: 1 }]);
  });
});

describe('telling', () => {
  it('tells the channels by name at once, and their end to those that were told', async () => {
    await stage.channel('ops');
    await stage.channel('elsewhere');
    await stage.say({ notify: { ...notify, channels: ['ops', 'no such channel'] } });
    await stage.say({});
    stage.clock.pass(MINUTE);
    await stage.say({ state: 'ok', notify: { ...notify, channels: ['ops', 'elsewhere'] } });
    expect(await stage.messages()).toEqual([
      { channel: 'ops', kind: 'firing', occasion: 'first', alerts: ['errors'] },
      { channel: 'ops', kind: 'resolved', occasion: 'first', alerts: ['errors'] },
    ]);
  });

  it('writes nothing when the transaction fails', async () => {
    await stage.channel('ops');
    const failing = database.transaction(async (tx) => {
      const of = { projectId: stage.projectId, nowMs: stage.clock.now() };
      await settle(tx, stage.deps, [verdict(of, { notify })]);
      throw new Error('the look failed');
    });
    await expect(failing).rejects.toThrow('the look failed');
    expect([await stage.alerts(), await stage.messages()]).toEqual([[], []]);
  });

  it('tells again after the re-notify interval since the message arrived', async () => {
    await stage.channel('ops');
    await stage.say({ notify });
    stage.clock.pass(90 * MINUTE);
    await stage.tick();
    // The first one is still on its way: two at once would say nothing new.
    expect(await stage.messages()).toHaveLength(1);
    await stage.arrive();
    stage.clock.pass(59 * MINUTE);
    await stage.tick();
    expect(await stage.messages()).toHaveLength(1);
    stage.clock.pass(MINUTE);
    await stage.tick();
    expect((await stage.messages()).map(({ occasion }) => occasion)).toEqual(['first', 'again']);
  });

  it('opens what flaps anew without a word, and tells it when the interval is over', async () => {
    await stage.channel('ops');
    await stage.say({ notify });
    await stage.arrive();
    for (const state of ['ok', 'pending', 'firing', 'ok', 'firing'] as const) {
      stage.clock.pass(5 * MINUTE);
      await stage.say({ state, notify });
    }
    expect(await stage.alerts()).toMatchObject([{ state: 'firing', episode: 3, ended_at: null }]);
    expect((await stage.messages()).map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
    stage.clock.pass(35 * MINUTE);
    await stage.tick();
    await stage.say({ state: 'ok', notify });
    expect((await stage.messages()).map(({ kind, occasion }) => `${kind} ${occasion}`)).toEqual([
      'firing first',
      'resolved first',
      'firing again',
      'resolved first',
    ]);
  });

  it('opens a new alert for what fires long after', async () => {
    await stage.channel('ops');
    await stage.say({ notify });
    await stage.say({ state: 'ok', notify });
    stage.clock.pass(61 * MINUTE);
    await stage.say({ notify });
    expect(await stage.alerts()).toHaveLength(2);
    expect(await stage.messages()).toHaveLength(3);
  });

  it('puts alerts of a group that fire within half a minute into one message', async () => {
    await stage.channel('ops');
    const group = { notify: { ...notify, groupBy: ['model'] } };
    const labels = { model: 'small' };
    await stage.say({ name: 'a', labels, ...group });
    stage.clock.pass(20_000);
    await stage.say(
      { name: 'b', labels, ...group },
      { name: 'c', labels: { model: 'x' }, ...group },
    );
    expect(await stage.messages()).toEqual([]);
    stage.clock.pass(10_000);
    await stage.tick();
    expect((await stage.messages()).map(({ alerts }) => alerts)).toEqual([['a', 'b']]);
    stage.clock.pass(20_000);
    await stage.tick();
    await stage.say({ name: 'a', state: 'ok', labels }, { name: 'b', state: 'ok', labels });
    expect((await stage.messages()).map(({ alerts }) => alerts)).toEqual([
      ['a', 'b'],
      ['c'],
      ['a'],
      ['b'],
    ]);
  });

  it('passes on to further channels what nobody acknowledges, once', async () => {
    await stage.channel('ops');
    await stage.channel('boss');
    const escalation = { afterMinutes: 15, channels: ['boss', 'ops'] };
    await stage.say({ notify: { ...notify, escalation } });
    await stage.arrive();
    stage.clock.pass(14 * MINUTE);
    await stage.tick();
    expect(await stage.messages()).toHaveLength(1);
    stage.clock.pass(MINUTE);
    await stage.tick();
    await stage.tick();
    expect(await stage.messages()).toMatchObject([
      { channel: 'ops', occasion: 'first' },
      { channel: 'boss', occasion: 'escalation' },
    ]);
    await stage.say({ state: 'ok' });
    expect((await stage.messages()).slice(2)).toMatchObject([
      { channel: 'ops', kind: 'resolved' },
      { channel: 'boss', kind: 'resolved' },
    ]);
    expect(await stage.events()).toEqual([
      'firing',
      'notified',
      'escalated',
      'notified',
      'resolved',
    ]);
  });
});
