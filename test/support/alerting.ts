import { randomUUID } from 'node:crypto';
import type { Notify } from '../../src/alerting/alerts/alert-row.ts';
import { settle, type Verdict } from '../../src/alerting/alerts/settle.ts';
import { tendAlerts } from '../../src/alerting/alerts/tend-alerts.ts';
import type { AlertingDeps } from '../../src/alerting/deps.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { jsonText } from '../../src/store/values.ts';
import { type TestClock, testClock } from './clock.ts';

/** A message of the outbox, as tests look at it. */
export interface SeenMessage {
  readonly channel: string;
  readonly kind: string;
  readonly occasion: string;
  /** Names of the alerts. */
  readonly alerts: readonly string[];
}

/** Alerts of a project over a database, at a time that stands still. */
export interface AlertingStage {
  readonly database: Database;
  readonly clock: TestClock;
  readonly deps: AlertingDeps;
  readonly projectId: string;
  /** A channel that is switched on; answers its id. */
  channel(name: string, settings?: object): Promise<string>;
  /** A monitor's row; answers its id. */
  monitor(name: string): Promise<string>;
  say(...verdicts: readonly GivenVerdict[]): Promise<void>;
  /** What the clock does every few seconds. */
  tick(): Promise<void>;
  /** Every message written so far, oldest first. */
  messages(): Promise<SeenMessage[]>;
  /** Notes that all waiting messages arrived now. */
  arrive(): Promise<void>;
  alerts(): Promise<Record<string, unknown>[]>;
  events(): Promise<string[]>;
  clear(): Promise<void>;
}

/** `of`: a project that is there already, with its clock; otherwise it is made. */
export async function alertingStage(
  database: Database,
  of?: { readonly projectId: string; readonly clock: TestClock },
): Promise<AlertingStage> {
  const clock = of?.clock ?? testClock();
  const deps = { clock, newId: createIdGenerator(clock) };
  const projectId = of?.projectId ?? randomUUID();
  await database.query(
    'insert into projects (id, slug, name) values ($1, $2, $3) on conflict do nothing',
    [projectId, `alerting-${projectId}`, 'Alerting'],
  );
  return {
    database,
    clock,
    deps,
    projectId,
    async channel(name, settings = {}): Promise<string> {
      const id = deps.newId();
      await database.query(
        `insert into channels (id, project_id, name, kind, settings, options, enabled, managed_by, created_at, updated_at)
         values ($1, $2, $3, 'webhook', $4::text::jsonb, '{}', true, 'api', $5, $5)`,
        [id, projectId, name, jsonText({ perMinute: 600, ...settings }), new Date(clock.now())],
      );
      return id;
    },
    async monitor(name): Promise<string> {
      const id = deps.newId();
      await database.query(
        `insert into monitors (id, project_id, name, definition, enabled, managed_by, created_at, updated_at)
         values ($1, $2, $3, '{}', true, 'api', $4, $4)`,
        [id, projectId, name, new Date(clock.now())],
      );
      return id;
    },
    say: (...given) =>
      database.transaction((tx) =>
        settle(
          tx,
          deps,
          given.map((one) => verdict({ projectId, nowMs: clock.now() }, one)),
        ),
      ),
    tick: () => tendAlerts({ ...deps, database }, new AbortController().signal),
    messages: () => readMessages(database, projectId),
    async arrive(): Promise<void> {
      await database.query(
        `update outbox set delivered_at = $2 where project_id = $1 and delivered_at is null`,
        [projectId, new Date(clock.now())],
      );
    },
    alerts: () =>
      database.query('select * from alerts where project_id = $1 order by started_at, id', [
        projectId,
      ]),
    async events(): Promise<string[]> {
      const rows = await database.query<{ kind: string }>(
        `select e.kind from alert_events e join alerts a on a.id = e.alert_id
         where a.project_id = $1 order by e.id`,
        [projectId],
      );
      return rows.map(({ kind }) => kind);
    },
    async clear(): Promise<void> {
      for (const table of [
        'outbox',
        'alerts',
        'silences',
        'channels',
        'monitors',
        'alert_counters',
      ]) {
        await database.query(`delete from ${table} where project_id = $1`, [projectId]);
      }
    },
  };
}

async function readMessages(database: Database, projectId: string): Promise<SeenMessage[]> {
  const rows = await database.query<{
    channel: string;
    kind: string;
    message: { occasion: string; alerts: { name: string }[] };
  }>(
    `select c.name as channel, o.kind, o.message from outbox o join channels c on c.id = o.channel_id
     where o.project_id = $1 order by o.position`,
    [projectId],
  );
  return rows.map(({ channel, kind, message }) => ({
    channel,
    kind,
    occasion: message.occasion,
    alerts: message.alerts.map(({ name }) => name),
  }));
}

type GivenVerdict = Partial<Omit<Verdict, 'notify'>> & { readonly notify?: Partial<Notify> };

/** A verdict of a program's own look that something fires, told to nobody, as far as nothing else is given. */
export function verdict(
  { projectId, nowMs }: { readonly projectId: string; readonly nowMs: number },
  given: GivenVerdict = {},
): Verdict {
  return {
    projectId,
    source: 'program',
    monitorId: null,
    name: 'errors',
    subject: '',
    severity: 'warning',
    state: 'firing',
    reason: {
      kind: 'above',
      metric: 'error_rate',
      unit: 'share',
      current: { value: 0.2, n: 100, low: 0.13, high: 0.29 },
      against: 0.1,
      details: { windowMinutes: 5 },
    },
    labels: { monitor: given.name ?? 'errors', severity: 'warning' },
    since: new Date(nowMs),
    changedAt: null,
    runbookUrl: null,
    at: new Date(nowMs),
    ...given,
    notify: { channels: [], renotifyMinutes: 180, escalation: null, groupBy: [], ...given.notify },
  };
}
