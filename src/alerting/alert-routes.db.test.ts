import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertingStage, alertingStage } from '../../test/support/alerting.ts';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { type TestClock, testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { recordDeed } from '../access/audit.ts';
import { alertRoutes } from './alert-routes.ts';

const database = await testDatabase();
const MINUTE = 60_000;
const clock: TestClock = testClock();
let server: TestApp;
let stage: AlertingStage;

beforeAll(async () => {
  server = await testApp({
    database,
    clock,
    routes: (app, deps) =>
      alertRoutes(app, { ...deps, recordDeed: (tx, deed) => recordDeed(tx, deps, deed) }),
  });
  stage = await alertingStage(database, { projectId: server.a.id, clock });
});
afterAll(() => server.close());
beforeEach(async () => {
  await stage.clear();
  await database.exec('delete from audit_log');
});

type Method = 'GET' | 'POST' | 'DELETE';

function sendAs(key?: string) {
  return async (method: Method, url: string, body?: object) => {
    const reply = await server.inject({
      method,
      url,
      ...(body !== undefined && { payload: body }),
      ...(key !== undefined && { key }),
    });
    return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
  };
}
const send = sendAs();

const notify = { channels: ['ops'], renotifyMinutes: 60 };

async function firing(name = 'errors'): Promise<string> {
  await stage.say({ name, notify });
  const rows = await stage.alerts();
  return String(rows.findLast((row) => row['name'] === name)?.['id']);
}

async function actions(): Promise<string[]> {
  const rows = await database.query<{ action: string }>('select action from audit_log order by id');
  return rows.map(({ action }) => action);
}

const silence = (given: object = {}): object => ({
  matchers: [{ label: 'monitor', operator: '=', value: 'errors' }],
  endsAt: new Date(clock.now() + 60 * MINUTE).toISOString(),
  comment: 'we know',
  ...given,
});

describe('alerts: happy', () => {
  it('are listed newest first, page by page, by state, severity, name and time', async () => {
    for (const name of ['a', 'b', 'c']) {
      await stage.say({ name, severity: name === 'b' ? 'critical' : 'warning' });
      clock.pass(MINUTE);
    }
    await stage.say({ name: 'a', state: 'ok' }, { name: 'p', state: 'pending' });
    await stage.say({ name: 'p', state: 'ok' });
    const names = async (query: string): Promise<string[]> => {
      const { body } = await send('GET', `/api/v1/alerts?${query}`);
      return body.items.map(({ name }: { name: string }) => name);
    };
    expect(await names('')).toEqual(['c', 'b', 'a']);
    expect(await names('state=open')).toEqual(['c', 'b']);
    expect(await names('state=resolved')).toEqual(['a']);
    expect(await names('severity=critical')).toEqual(['b']);
    expect(await names('search=C')).toEqual(['c']);
    expect(await names('search=%25')).toEqual([]);
    const before = new Date(clock.now() - 2 * MINUTE).toISOString();
    expect(await names(`to=${before}`)).toEqual(['a']);
    expect(await names(`from=${new Date(clock.now() + 1).toISOString()}`)).toEqual(['c', 'b']);
    const first = await send('GET', '/api/v1/alerts?limit=2');
    expect(await names(`limit=2&cursor=${first.body.nextCursor}`)).toEqual(['a']);
  });

  it('show every step and message of one', async () => {
    await stage.channel('ops');
    const id = await firing();
    clock.pass(90_000);
    const { body } = await send('GET', `/api/v1/alerts/${id}`);
    expect(body).toMatchObject({
      id,
      state: 'firing',
      durationSeconds: 90,
      endedAt: null,
      events: [
        { kind: 'firing', actor: null },
        { kind: 'notified', details: { occasion: 'first', channels: ['ops'] } },
      ],
      deliveries: [{ channel: 'ops', state: 'waiting', attempts: 0 }],
    });
  });

  it('are told no more once acknowledged, and again when given back', async () => {
    await stage.channel('ops');
    const id = await firing();
    await stage.arrive();
    const taken = await send('POST', `/api/v1/alerts/${id}/acknowledge`, { note: 'mine' });
    expect(taken.body).toMatchObject({
      state: 'acknowledged',
      note: 'mine',
      acknowledgedBy: expect.stringMatching(/^key:/),
    });
    clock.pass(120 * MINUTE);
    await stage.say({ notify });
    expect(await stage.messages()).toHaveLength(1);
    const again = await send('POST', `/api/v1/alerts/${id}/acknowledge`, {});
    expect([again.status, again.body.note]).toEqual([200, 'mine']);
    await send('POST', `/api/v1/alerts/${id}/unacknowledge`, {});
    expect((await stage.messages()).map(({ occasion }) => occasion)).toEqual(['first', 'again']);
    const noted = await send('POST', `/api/v1/alerts/${id}/note`, { note: 'see the runbook' });
    expect(noted.body.note).toBe('see the runbook');
    await stage.say({ state: 'ok' });
    expect((await stage.messages()).at(-1)).toMatchObject({ kind: 'resolved' });
    expect(await actions()).toEqual(['alert.acknowledged', 'alert.unacknowledged', 'alert.noted']);
  });
});

describe('silences: happy', () => {
  it('keep quiet what matches, and tell it when they are over and it still fires', async () => {
    await stage.channel('ops');
    const made = await send('POST', '/api/v1/silences', silence());
    expect([made.status, made.body]).toMatchObject([201, { state: 'active', alerts: 0 }]);
    const id = await firing();
    await firing('other');
    expect((await stage.messages()).map(({ alerts }) => alerts)).toEqual([['other']]);
    const { body } = await send('GET', `/api/v1/alerts/${id}`);
    expect(body).toMatchObject({ state: 'silenced', silenceId: made.body.id });
    expect((await send('GET', '/api/v1/silences')).body.items).toMatchObject([{ alerts: 1 }]);
    await stage.arrive();
    clock.pass(60 * MINUTE);
    await stage.tick();
    expect((await stage.messages()).map(({ alerts }) => alerts)).toEqual([
      ['other'],
      ['errors'],
      ['other'],
    ]);
    expect((await send('GET', `/api/v1/alerts/${id}`)).body.events).toMatchObject([
      { kind: 'firing' },
      { kind: 'silenced' },
      { kind: 'unsilenced' },
      { kind: 'notified' },
    ]);
  });

  it('silence at once what is open, and tell its end to those that were told', async () => {
    await stage.channel('ops');
    const id = await firing();
    await send('POST', '/api/v1/silences', silence());
    expect((await send('GET', `/api/v1/alerts/${id}`)).body.state).toBe('silenced');
    await stage.say({ state: 'ok' });
    expect((await stage.messages()).map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
  });

  it('say nothing of what fired and ended while they held', async () => {
    await stage.channel('ops');
    await send('POST', '/api/v1/silences', silence());
    await firing();
    await stage.say({ state: 'ok' });
    clock.pass(61 * MINUTE);
    await stage.tick();
    expect(await stage.messages()).toEqual([]);
  });

  it('are ended early or removed, after which what fires is told at once', async () => {
    await stage.channel('ops');
    const one = (await send('POST', '/api/v1/silences', silence())).body;
    await firing();
    const ended = await send('POST', `/api/v1/silences/${one.id}/expire`);
    expect(ended.body).toMatchObject({ state: 'expired' });
    expect(await stage.messages()).toHaveLength(1);
    const two = (await send('POST', '/api/v1/silences', silence())).body;
    await firing('errors');
    expect((await send('DELETE', `/api/v1/silences/${two.id}`)).status).toBe(204);
    expect((await send('GET', `/api/v1/silences/${two.id}`)).status).toBe(404);
    const { body } = await send('GET', '/api/v1/silences?state=expired');
    expect(body.items).toMatchObject([{ id: one.id }]);
    expect(await actions()).toEqual([
      'silence.created',
      'silence.expired',
      'silence.created',
      'silence.removed',
    ]);
  });

  it('come back in their window, by labels with expressions', async () => {
    await stage.channel('ops');
    // The clock starts on a Saturday at noon, UTC.
    const from = new Date(clock.now() + 10 * MINUTE).toISOString().slice(11, 16);
    const to = new Date(clock.now() + 20 * MINUTE).toISOString().slice(11, 16);
    const made = await send(
      'POST',
      '/api/v1/silences',
      silence({
        matchers: [
          { label: 'severity', operator: '=~', value: 'warn.*|info' },
          { label: 'model', operator: '!=', value: 'large' },
        ],
        endsAt: new Date(clock.now() + 100 * 24 * 60 * MINUTE).toISOString(),
        recurrence: { weekdays: [1, 2, 3, 4, 5, 6, 7], from, to },
      }),
    );
    expect(made.body).toMatchObject({ state: 'pending', recurrence: { timeZone: 'UTC' } });
    clock.pass(10 * MINUTE);
    await firing();
    expect((await stage.alerts())[0]).toMatchObject({ state: 'silenced' });
    clock.pass(10 * MINUTE);
    await stage.tick();
    expect(await stage.messages()).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('are listed by state and channel, and tried again when they were given up', async () => {
    const ops = await stage.channel('ops');
    await firing('a');
    await firing('b');
    await database.query(
      `update outbox set dead_at = $1, attempts = 7, last_error = 'gone' where position = (select min(position) from outbox)`,
      [new Date(clock.now())],
    );
    const dead = await send('GET', `/api/v1/deliveries?state=dead&channel=${ops}`);
    expect(dead.body.items).toMatchObject([
      { state: 'dead', attempts: 7, lastError: 'gone', nextAttemptAt: null },
    ]);
    expect((await send('GET', '/api/v1/deliveries?limit=1')).body.nextCursor).not.toBeNull();
    const [letter] = dead.body.items;
    const retried = await send('POST', `/api/v1/deliveries/${letter.id}/retry`);
    expect(retried.body).toMatchObject({ state: 'waiting', attempts: 0 });
    expect((await send('POST', `/api/v1/deliveries/${letter.id}/retry`)).status).toBe(409);
    expect(await actions()).toEqual(['delivery.retried']);
  });
});

describe('alerts and silences: error', () => {
  it('refuse what the state does not allow', async () => {
    const id = await firing();
    expect((await send('POST', `/api/v1/alerts/${id}/unacknowledge`, {})).status).toBe(409);
    expect((await send('POST', `/api/v1/alerts/${id}/note`, { note: ' ' })).status).toBe(400);
    await stage.say({ state: 'ok' });
    expect((await send('POST', `/api/v1/alerts/${id}/acknowledge`, {})).status).toBe(409);
    const made = (await send('POST', '/api/v1/silences', silence())).body;
    await send('POST', `/api/v1/silences/${made.id}/expire`);
    expect((await send('POST', `/api/v1/silences/${made.id}/expire`)).status).toBe(409);
  });

  it('refuse silences that cannot be', async () => {
    const matcher = (operator: string, value: string, label = 'monitor') => ({
      matchers: [{ label, operator, value }],
    });
    const wrong: readonly object[] = [
      { endsAt: new Date(clock.now() - 1).toISOString() },
      { startsAt: new Date(clock.now() + 90 * MINUTE).toISOString() },
      { endsAt: new Date(clock.now() + 401 * 24 * 60 * MINUTE).toISOString() },
      { recurrence: { weekdays: [1], from: '10:00', to: '11:00', timeZone: 'Mars/Olympus' } },
      { recurrence: { weekdays: [], from: '10:00', to: '11:00' } },
      matcher('=~', '(?<=a)b'),
      matcher('=~', '.*'),
      matcher('!=', 'errors'),
      { matchers: [] },
      { comment: ' ' },
    ];
    for (const given of wrong) {
      const reply = await send('POST', '/api/v1/silences', silence(given));
      expect([given, reply.status]).toEqual([given, 400]);
    }
    expect((await send('POST', '/api/v1/silences', silence(matcher('=~', '.+')))).status).toBe(201);
  });

  it('answer 404 for what is not there', async () => {
    const id = randomUUID();
    for (const [method, path] of [
      ['GET', `alerts/${id}`],
      ['POST', `alerts/${id}/acknowledge`],
      ['GET', `silences/${id}`],
      ['DELETE', `silences/${id}`],
      ['POST', `silences/${id}/expire`],
      ['POST', `deliveries/${id}/retry`],
    ] as const) {
      const body = path.endsWith('acknowledge') ? {} : undefined;
      expect((await send(method, `/api/v1/${path}`, body)).status).toBe(404);
    }
    expect((await send('GET', '/api/v1/alerts?cursor=nonsense')).status).toBe(400);
  });
});

describe('alerts and silences: security', () => {
  it('show and give nothing of another project', async () => {
    await stage.channel('ops');
    const id = await firing();
    const made = (await send('POST', '/api/v1/silences', silence())).body;
    const [letter] = (await send('GET', '/api/v1/deliveries')).body.items;
    const other = sendAs(server.b.key);
    const asOther = (method: Method, path: string, body?: object) =>
      other(method, `/api/v1/${path}`, body);
    for (const list of ['alerts', 'silences', 'deliveries']) {
      expect((await asOther('GET', list)).body.items).toEqual([]);
    }
    const tries = [
      await asOther('GET', `alerts/${id}`),
      await asOther('POST', `alerts/${id}/acknowledge`, {}),
      await asOther('POST', `alerts/${id}/note`, { note: 'hello' }),
      await asOther('GET', `silences/${made.id}`),
      await asOther('DELETE', `silences/${made.id}`),
      await asOther('POST', `silences/${made.id}/expire`),
      await asOther('POST', `deliveries/${letter.id}/retry`),
    ];
    expect(tries.map(({ status }) => status)).toEqual(tries.map(() => 404));
    await asOther('POST', 'silences', silence());
    clock.pass(61 * MINUTE);
    await stage.say({ name: 'fresh', notify });
    expect((await stage.alerts()).at(-1)).toMatchObject({ state: 'firing' });
  });

  it('are changed by people and administrators, not by keys of applications or viewers', async () => {
    const id = await firing();
    const ingest = await server.key(server.a.id, ['ingest', 'read']);
    expect((await sendAs(ingest)('POST', `/api/v1/alerts/${id}/acknowledge`, {})).status).toBe(403);
    expect((await sendAs(ingest)('POST', '/api/v1/silences', silence())).status).toBe(403);
    const reader = await server.key(server.a.id, ['read']);
    expect((await sendAs(reader)('POST', `/api/v1/alerts/${id}/note`, { note: 'x' })).status).toBe(
      403,
    );
    const act = async (role: 'developer' | 'viewer') => {
      const reply = await server.browse(await server.signIn(role), {
        method: 'POST',
        url: `/api/v1/alerts/${id}/acknowledge?project=default`,
        payload: {},
      });
      return reply.statusCode;
    };
    expect([await act('viewer'), await act('developer')]).toEqual([403, 200]);
  });
});
