import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertingStage, alertingStage } from '../../../test/support/alerting.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { ChannelError } from '../../channels/channel.ts';
import type { TestMessage } from '../../channels/message.ts';
import { createLog } from '../../core/log.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { enqueue } from './enqueue.ts';
import { closeRecoveredEverywhere, giveUpOld, removeOld } from './expire.ts';

const database = await testDatabase();
const MINUTE = 60_000;
let stage: AlertingStage;
let receiver: Receiver;
let deliverer: Deliverer;
let dead: string[] = [];

/** Stands for the world behind the channels: what arrived, and what it refuses. */
interface Receiver {
  readonly arrived: string[];
  readonly ids: string[];
  /** What the channel of this name answers instead of taking the message. */
  readonly refuses: Map<string, () => Promise<void>>;
}

beforeAll(async () => {
  stage = await alertingStage(database);
});
beforeEach(async () => {
  await stage.clear();
  receiver = { arrived: [], ids: [], refuses: new Map() };
  dead = [];
  deliverer = start();
});

function start(): Deliverer {
  const { deps } = stage;
  return createDeliverer({
    ...deps,
    database,
    random: () => 0.999_999,
    log: createLog('silent'),
    onDead: (kind) => dead.push(kind),
    async send(channelId, message, messageId): Promise<void> {
      const [row] = await database.query<{ name: string }>(
        'select name from channels where id = $1',
        [channelId],
      );
      const name = row?.name ?? '';
      await receiver.refuses.get(name)?.();
      const said = message.kind === 'test' ? message.by : message.kind;
      receiver.arrived.push(`${name}: ${said}`);
      receiver.ids.push(messageId);
    },
  });
}

async function put(channelId: string, text: string, sequenceKey = text): Promise<void> {
  const message: TestMessage = { kind: 'test', channel: '', by: text };
  await database.transaction((tx) =>
    enqueue(tx, stage.deps, {
      projectId: stage.projectId,
      channelIds: [channelId],
      sequenceKey,
      dedupeKey: text,
      alertId: null,
      message,
    }),
  );
}

const refuse = (options: { retryable: boolean; retryAfterMs?: number }) => () =>
  Promise.reject(new ChannelError('it says no', options));

async function waitAndDeliver(ms: number): Promise<void> {
  stage.clock.pass(ms);
  await deliverer.deliver();
}

describe('delivery', () => {
  it('sends every message once, in the order of its sequence, and one written twice once', async () => {
    const ops = await stage.channel('ops');
    for (const text of ['one', 'two', 'three', 'two']) await put(ops, text, 'a');
    await deliverer.deliver();
    await deliverer.deliver();
    expect(receiver.arrived).toEqual(['ops: one', 'ops: two', 'ops: three']);
  });

  it('tries again with growing pauses under the same id, and keeps the order', async () => {
    const ops = await stage.channel('ops');
    await put(ops, 'one', 'a');
    await put(ops, 'two', 'a');
    const ids = new Set<string>();
    let tries = 0;
    receiver.refuses.set('ops', () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('it is away')) : Promise.resolve();
    });
    await deliverer.deliver();
    for (const seconds of [4, 1, 9, 1, 19, 1]) await waitAndDeliver(seconds * 1000);
    for (const id of receiver.ids) ids.add(id);
    expect([tries, receiver.arrived, ids.size]).toEqual([5, ['ops: one', 'ops: two'], 2]);
  });

  it('waits as long as the receiver asks', async () => {
    await put(await stage.channel('ops'), 'one');
    receiver.refuses.set('ops', refuse({ retryable: true, retryAfterMs: 3 * MINUTE }));
    await deliverer.deliver();
    receiver.refuses.clear();
    await waitAndDeliver(3 * MINUTE - 1);
    expect(receiver.arrived).toEqual([]);
    await waitAndDeliver(1);
    expect(receiver.arrived).toEqual(['ops: one']);
  });

  it('sends what waited as soon as a channel is back', async () => {
    const ops = await stage.channel('ops');
    for (const text of ['one', 'two', 'three']) await put(ops, text);
    receiver.refuses.set('ops', refuse({ retryable: true }));
    for (let at = 0; at < 30; at += 1) await waitAndDeliver(MINUTE);
    receiver.refuses.clear();
    for (let at = 0; at < 4; at += 1) await waitAndDeliver(MINUTE);
    expect(receiver.arrived.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'ops: one',
      'ops: three',
      'ops: two',
    ]);
  });

  it('keeps to the number of messages a minute, whoever sends', async () => {
    const ops = await stage.channel('ops', { perMinute: 3 });
    for (let at = 0; at < 5; at += 1) await put(ops, `m${at}`);
    await Promise.all([deliverer.deliver(), start().deliver()]);
    expect(receiver.arrived).toHaveLength(3);
    await waitAndDeliver(59_000);
    expect(receiver.arrived).toHaveLength(3);
    await waitAndDeliver(1_000);
    expect(receiver.arrived).toHaveLength(5);
  });

  it('sends each message once from several programs at a time', async () => {
    const channels = await Promise.all(['a', 'b', 'c'].map((name) => stage.channel(name)));
    for (const id of channels)
      for (let at = 0; at < 6; at += 1) await put(id, `m${at}`, `s${at % 2}`);
    const programs = Array.from({ length: 4 }, start);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(programs.map((program) => program.deliver()));
    }
    expect(new Set(receiver.arrived).size).toBe(18);
    expect(receiver.arrived).toHaveLength(18);
    for (const name of ['a', 'b', 'c']) {
      const evens = receiver.arrived.filter((text) => new RegExp(`^${name}: m[024]`).test(text));
      expect(evens).toEqual([0, 2, 4].map((at) => `${name}: m${at}`));
    }
  });

  it('takes over what a program left that died, and nothing before its lease is over', async () => {
    const ops = await stage.channel('ops');
    await put(ops, 'one', 'a');
    await put(ops, 'two', 'a');
    await database.query(
      `update outbox set claim = $1, claimed_until = $2, attempts = 1 where dedupe_key = 'one' and channel_id = $3`,
      [stage.deps.newId(), new Date(stage.clock.now() + MINUTE), ops],
    );
    await deliverer.deliver();
    expect(receiver.arrived).toEqual([]);
    await waitAndDeliver(MINUTE + 1);
    expect(receiver.arrived).toEqual(['ops: one', 'ops: two']);
  });

  it('holds up one channel, not the others', async () => {
    const [ops, boss] = [await stage.channel('ops'), await stage.channel('boss')];
    await put(ops, 'one');
    await put(boss, 'two');
    receiver.refuses.set('ops', refuse({ retryable: true }));
    await deliverer.deliver();
    expect(receiver.arrived).toEqual(['boss: two']);
  });
});

describe('what cannot be delivered', () => {
  const letters = () =>
    database.query<{ key: string; error: string }>(
      `select dedupe_key as key, last_error as error from outbox
       where project_id = $1 and dead_at is not null order by position`,
      [stage.projectId],
    );
  const failures = async (): Promise<string[]> =>
    (await stage.alerts()).map((row) => `${row['name']} ${row['subject']} ${row['state']}`);

  it('is set aside at once when trying again cannot help, and the next one is tried', async () => {
    const ops = await stage.channel('ops');
    await put(ops, 'one', 'a');
    await put(ops, 'two', 'a');
    let tries = 0;
    receiver.refuses.set('ops', () => {
      tries += 1;
      return tries === 1 ? refuse({ retryable: false })() : Promise.resolve();
    });
    await deliverer.deliver();
    expect([receiver.arrived, dead]).toEqual([['ops: two'], ['webhook']]);
    expect(await letters()).toEqual([{ key: 'one', error: 'it says no' }]);
  });

  it('is told through the other channels, never through itself, until it delivers again', async () => {
    const ops = await stage.channel('ops');
    await stage.channel('boss');
    await put(ops, 'one');
    receiver.refuses.set('ops', refuse({ retryable: false }));
    await deliverer.deliver();
    await deliverer.deliver();
    expect([await failures(), receiver.arrived]).toEqual([
      ['channel_failed ops firing'],
      ['boss: firing'],
    ]);
    receiver.refuses.clear();
    await put(ops, 'two');
    await deliverer.deliver();
    await deliverer.deliver();
    expect([await failures(), receiver.arrived]).toEqual([
      ['channel_failed ops resolved'],
      ['boss: firing', 'ops: two', 'boss: resolved'],
    ]);
  });

  it('raises no alert for a moment, and one for ten minutes', async () => {
    await put(await stage.channel('ops'), 'one');
    receiver.refuses.set('ops', refuse({ retryable: true }));
    await deliverer.deliver();
    for (let at = 0; at < 9; at += 1) await waitAndDeliver(MINUTE);
    expect(await failures()).toEqual([]);
    for (let at = 0; at < 6; at += 1) await waitAndDeliver(MINUTE);
    expect(await failures()).toEqual(['channel_failed ops firing']);
    await database.query('update channels set enabled = false where project_id = $1', [
      stage.projectId,
    ]);
    await closeRecoveredEverywhere({ ...stage.deps, database });
    expect(await failures()).toEqual(['channel_failed ops resolved']);
  });

  it('is given up after two days, also where the channel is switched off', async () => {
    const ops = await stage.channel('ops');
    await put(ops, 'one');
    await database.query('update channels set enabled = false where id = $1', [ops]);
    stage.clock.pass(48 * 60 * MINUTE);
    expect(await giveUpOld({ ...stage.deps, database })).toEqual([]);
    stage.clock.pass(1);
    expect(await giveUpOld({ ...stage.deps, database })).toEqual(['webhook']);
    expect(await letters()).toEqual([
      { key: 'one', error: 'The channel took nothing for 48 hours.' },
    ]);
    stage.clock.pass(91 * 24 * 60 * MINUTE);
    await removeOld({ ...stage.deps, database });
    expect(await letters()).toEqual([]);
  });
});

describe('given an outage of a channel in the middle', () => {
  it('brings every alert in order, none twice within its re-notify interval', async () => {
    await stage.channel('ops');
    const notify = { channels: ['ops'], renotifyMinutes: 30 };
    const told: { text: string; atMs: number }[] = [];
    const names = ['a', 'b', 'c'];
    const step = async (minute: number): Promise<void> => {
      const state = (name: string) =>
        // Each fires at another minute, `c` ends and comes back.
        minute >= names.indexOf(name) * 20 && !(name === 'c' && minute >= 90 && minute < 100)
          ? ('firing' as const)
          : ('ok' as const);
      await stage.say(...names.map((name) => ({ name, state: state(name), notify })));
      await stage.tick();
      const before = receiver.arrived.length;
      await deliverer.deliver();
      for (const text of receiver.arrived.slice(before))
        told.push({ text, atMs: stage.clock.now() });
      stage.clock.pass(MINUTE);
    };
    for (let minute = 0; minute < 180; minute += 1) {
      if (minute === 30) receiver.refuses.set('ops', refuse({ retryable: true }));
      if (minute === 75) receiver.refuses.clear();
      await step(minute);
    }
    const rows = await database.query<{ name: string; kind: string; at: Date }>(
      `select o.message -> 'alerts' -> 0 ->> 'name' as name, o.kind, o.delivered_at as at
       from outbox o where o.project_id = $1 and o.delivered_at is not null order by o.delivered_at, o.position`,
      [stage.projectId],
    );
    expect(rows).toHaveLength(told.length);
    for (const name of names) {
      const firing = rows.filter((row) => row.name === name && row.kind === 'firing');
      expect(firing.length).toBeGreaterThan(2);
      const gaps = firing
        .slice(1)
        .map((row, at) => row.at.getTime() - (firing[at]?.at.getTime() ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30 * MINUTE);
    }
    const kinds = rows.filter(({ name }) => name === 'c').map(({ kind }) => kind);
    expect(kinds.indexOf('resolved')).toBeGreaterThan(kinds.indexOf('firing'));
  });
});
