import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietMs } from './lifecycle.ts';
import { GROUP_WAIT_MS, type PlannedAlert, planTellings, type Told } from './plan-tellings.ts';

const MINUTE = 60_000;
const CHANNELS = new Map([
  ['ops', 'channel-ops'],
  ['boss', 'channel-boss'],
  ['chat', 'channel-chat'],
]);

const alert = (given: Partial<PlannedAlert> & { id: string }): PlannedAlert => ({
  state: 'firing',
  labels: {},
  fired_at: new Date(0),
  episode: 1,
  escalated_at: null,
  silence_id: null,
  ...given,
  notify: {
    channels: ['ops'],
    renotifyMinutes: 60,
    escalation: null,
    groupBy: [],
    ...given.notify,
  },
});
const toldAt = (lastMs: number, given: Partial<Told> = {}): Told => ({
  alertId: 'a',
  channelId: 'channel-ops',
  firstMs: lastMs,
  lastMs,
  waiting: false,
  ...given,
});
const planned = (nowMs: number, alerts: readonly PlannedAlert[], told: readonly Told[] = []) =>
  planTellings({ nowMs, alerts, told, channels: CHANNELS, silencing: () => null });

describe('the plan of tellings', () => {
  it('cuts what is told together into messages of fifty', () => {
    const notify = {
      channels: ['ops'],
      renotifyMinutes: null,
      escalation: null,
      groupBy: ['model'],
    };
    const many = Array.from({ length: 120 }, (_, at) => alert({ id: `a${at}`, notify }));
    const { messages } = planned(MINUTE, many);
    expect(messages.map(({ alertIds }) => alertIds.length)).toEqual([50, 50, 20]);
  });

  it('tells again at the interval, and never where the monitor says so', () => {
    const once = { channels: ['ops'], renotifyMinutes: null, escalation: null, groupBy: [] };
    const told = [toldAt(0)];
    expect(planned(60 * MINUTE - 1, [alert({ id: 'a' })], told).messages).toEqual([]);
    expect(planned(60 * MINUTE, [alert({ id: 'a' })], told).messages).toMatchObject([
      { occasion: 'again' },
    ]);
    expect(planned(9e9, [alert({ id: 'a', notify: once })], told).messages).toEqual([]);
    // Of an earlier episode: told once more, after a rest.
    const before = [toldAt(0, { firstMs: null })];
    expect(planned(9e9, [alert({ id: 'a', notify: once })], before).messages).toHaveLength(1);
  });

  it('changes which silence keeps an alert, without a word', () => {
    const silenced = alert({ id: 'a', state: 'silenced', silence_id: 'one' });
    const plan = planTellings({
      nowMs: MINUTE,
      alerts: [silenced],
      told: [],
      channels: CHANNELS,
      silencing: () => 'two',
    });
    expect(plan).toEqual({
      silence: [{ alertId: 'a', silenceId: 'two' }],
      unsilence: [],
      escalate: [],
      messages: [],
    });
  });
});

/** One message that the plan wanted, and what became of it. */
interface Sent {
  readonly alertId: string;
  readonly channelId: string;
  readonly episode: number;
  readonly createdMs: number;
  arrivedMs: number | null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Alerts and channels over time: whatever happens to them, what the plan promises has to hold. */
class World {
  nowMs = 0;
  readonly alerts: Mutable<PlannedAlert>[];
  readonly sent: Sent[] = [];
  readonly away = new Set<string>();
  readonly quiet = new Set<string>();

  constructor(alerts: readonly PlannedAlert[]) {
    this.alerts = alerts.map((one) => ({ ...one }));
  }

  told(): Told[] {
    const groups = Map.groupBy(this.sent, ({ alertId, channelId }) => `${alertId} ${channelId}`);
    return [...groups.values()].map((some) => {
      const [{ alertId, channelId } = { alertId: '', channelId: '' }] = some;
      const episode = this.alerts.find(({ id }) => id === alertId)?.episode;
      const now = some.filter((one) => one.episode === episode);
      return {
        alertId,
        channelId,
        firstMs: now.length === 0 ? null : Math.min(...now.map(({ createdMs }) => createdMs)),
        lastMs: Math.max(...some.map(({ arrivedMs, createdMs }) => arrivedMs ?? createdMs)),
        waiting: some.some(({ arrivedMs }) => arrivedMs === null),
      };
    });
  }

  tick(): void {
    const plan = planTellings({
      nowMs: this.nowMs,
      alerts: this.alerts,
      told: this.told(),
      channels: CHANNELS,
      silencing: (labels) => (this.quiet.has(labels['name'] ?? '') ? 'silence' : null),
    });
    for (const { alertId } of plan.silence) this.#of(alertId).state = 'silenced';
    for (const id of plan.unsilence) this.#of(id).state = 'firing';
    for (const { alertId } of plan.escalate) this.#of(alertId).escalated_at = new Date(this.nowMs);
    for (const { channelId, alertIds } of plan.messages) {
      expect(alertIds.length).toBeLessThanOrEqual(50);
      for (const alertId of alertIds) this.#tell(alertId, channelId);
    }
    this.#nobodyIsForgotten();
    for (const one of this.sent) {
      if (!this.away.has(one.channelId)) one.arrivedMs ??= this.nowMs;
    }
  }

  #of(id: string): Mutable<PlannedAlert> {
    const found = this.alerts.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no alert ${id}`);
    return found;
  }

  #tell(alertId: string, channelId: string): void {
    const { state, episode } = this.#of(alertId);
    expect(state).toBe('firing');
    this.sent.push({ alertId, channelId, episode, createdMs: this.nowMs, arrivedMs: null });
  }

  /** Who fires long enough and is not kept quiet was told to every channel, or is on the way there. */
  #nobodyIsForgotten(): void {
    for (const { id, state, notify, fired_at: firedAt } of this.alerts) {
      if (state !== 'firing' || this.nowMs < (firedAt?.getTime() ?? 0) + GROUP_WAIT_MS) continue;
      for (const name of notify.channels) {
        const some = this.sent.filter(
          ({ alertId, channelId }) => alertId === id && channelId === CHANNELS.get(name),
        );
        expect(some.length).toBeGreaterThan(0);
        const last = Math.max(...some.map(({ arrivedMs, createdMs }) => arrivedMs ?? createdMs));
        if (notify.renotifyMinutes === null) continue;
        const waits = some.some(({ arrivedMs }) => arrivedMs === null);
        expect(waits || this.nowMs < last + quietMs(notify)).toBe(true);
      }
    }
  }
}

const names = fc.subarray([...CHANNELS.keys()], { minLength: 1 });
const notify = fc.record({
  channels: names,
  renotifyMinutes: fc.option(fc.integer({ min: 5, max: 120 })),
  escalation: fc.option(
    fc.record({ afterMinutes: fc.integer({ min: 1, max: 90 }), channels: names }),
  ),
  groupBy: fc.subarray(['model', 'name']),
});
const happening = fc.record({
  minutes: fc.integer({ min: 0, max: 40 }),
  what: fc.constantFrom('tick', 'fire', 'end', 'acknowledge', 'hush', 'speak', 'away', 'back'),
  which: fc.nat({ max: 5 }),
});

function happen(world: World, { what, which }: { what: string; which: number }): void {
  const one = world.alerts[which % world.alerts.length];
  const channelId = [...CHANNELS.values()][which % CHANNELS.size] ?? '';
  if (one === undefined) return;
  if (what === 'fire' && one.state === 'resolved') {
    Object.assign(one, { state: 'firing', fired_at: new Date(world.nowMs), escalated_at: null });
    one.episode += 1;
  }
  if (what === 'end') one.state = 'resolved';
  if (what === 'acknowledge' && one.state !== 'resolved') one.state = 'acknowledged';
  if (what === 'hush') world.quiet.add(one.id);
  if (what === 'speak') world.quiet.delete(one.id);
  if (what === 'away') world.away.add(channelId);
  if (what === 'back') world.away.delete(channelId);
}

describe('whatever happens', () => {
  it('nobody is told twice within the interval, nobody is forgotten, nothing quiet is told', () => {
    const settings = fc.array(notify, { minLength: 1, maxLength: 5 });
    const story = fc.array(happening, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(settings, story, (given, happenings) => {
        const world = new World(
          given.map((one, at) =>
            alert({ id: `a${at}`, labels: { name: `a${at}`, model: `m${at % 2}` }, notify: one }),
          ),
        );
        for (const step of happenings) {
          world.nowMs += step.minutes * MINUTE;
          happen(world, step);
          world.tick();
        }
        const series = Map.groupBy(
          world.sent,
          ({ alertId, channelId }) => `${alertId} ${channelId}`,
        );
        for (const some of series.values()) {
          const quiet = quietMs(
            world.alerts.find(({ id }) => id === some[0]?.alertId)?.notify ?? {
              renotifyMinutes: null,
            },
          );
          const times = some.flatMap(({ arrivedMs }) => arrivedMs ?? []);
          const gaps = times.slice(1).map((at, place) => at - (times[place] ?? 0));
          for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(quiet);
        }
      }),
      { numRuns: 300 },
    );
  });
});
