import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { jsonText } from '../store/values.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { backtestMonitor } from './monitors/backtest.ts';

/** Whatever a reply holds. */
type Json = ReturnType<typeof JSON.parse>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const clock = testClock('2026-11-20T10:00:30.000Z');
const deeds: string[] = [];
const ended: string[] = [];
let server: TestApp;
beforeAll(async () => {
  server = await testApp({
    clock,
    routes: (app, given) =>
      monitorRoutes(app, {
        ...given,
        recordDeed: async (_tx, { action, target, projectId, actor }) => {
          deeds.push(`${action} ${target} ${projectId === server.a.id} ${actor.slice(0, 4)}`);
        },
        endAlerts: async (_tx, { id }) => {
          ended.push(id);
        },
        backtest: (projectId, wish) => backtestMonitor(given, { projectId, wish }),
      }),
  });
});
afterAll(() => server.close());

async function call(
  method: Method,
  path: string,
  ...[payload, key]: [payload?: object, key?: string]
): Promise<{ status: number; body: Json }> {
  const reply = await server.inject({
    method,
    url: `/api/v1/monitors${path}`,
    ...(payload === undefined ? {} : { payload }),
    ...(key === undefined ? {} : { key }),
  });
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
}

let names = 0;
function wish(more: object = {}): object {
  names += 1;
  return {
    name: `Errors ${names}`,
    metric: { kind: 'error_rate' },
    condition: { kind: 'threshold', comparison: 'above', fire: 0.05, resolve: 0.03 },
    ...more,
  };
}

const added = async (more: object = {}): Promise<Json> => {
  const { status, body } = await call('POST', '', wish(more));
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};

async function addChannel(name: string): Promise<void> {
  await server.database.query(
    `insert into channels (id, project_id, name, kind, settings, options, enabled, managed_by, created_at, updated_at)
     values ($1, $2, $3, 'webhook', '{}', '{}', true, 'api', now(), now())`,
    [server.deps.newId(), server.a.id, name],
  );
}

describe('monitors', () => {
  it('are added with defaults, listed newest first in pages, and say that nobody has looked', async () => {
    const first = await added();
    clock.pass(5);
    const second = await added({ slice: { model: 'gpt-test' }, severity: 'critical' });
    expect(first).toMatchObject({
      state: 'no_data',
      current: null,
      checkedAt: null,
      problem: null,
      managedBy: 'api',
      openAlertId: null,
      strip: '-'.repeat(24),
      condition: { windowMinutes: 5, minSamples: 20 },
      renotifyMinutes: 180,
    });
    const page = (await call('GET', '?limit=1')).body;
    expect(page.items.map(({ id }: Json) => id)).toEqual([second.id]);
    const next = (await call('GET', `?limit=1&cursor=${page.nextCursor}`)).body;
    expect(next).toMatchObject({ items: [{ id: first.id }], nextCursor: null });
    expect((await call('GET', `/${second.id}`)).body).toEqual(second);
    expect(deeds).toContain(`monitor.created ${first.id} true key:`);
  });

  it('begin anew when they ask something else, and keep where they stand when they do not', async () => {
    const monitor = await added();
    await look(monitor.id, 'firing', '2026-11-20T09:00:00Z');
    const { id: _, ...rest } = monitor;
    const definition = Object.fromEntries(
      Object.entries(rest).filter(([field]) => field in wishFields(monitor)),
    );
    const renamed = await call('PUT', `/${monitor.id}`, { ...definition, severity: 'info' });
    expect(renamed.body).toMatchObject({ severity: 'info', state: 'firing' });
    const other = { ...definition, metric: { kind: 'flag_rate' } };
    const changed = await call('PUT', `/${monitor.id}`, other);
    expect(changed.body).toMatchObject({ metric: { kind: 'flag_rate' }, state: 'no_data' });
    expect(ended).toContain(monitor.id);
  });

  it('are switched off and on, and removed', async () => {
    const monitor = await added();
    await look(monitor.id, 'firing', '2026-11-20T09:00:00Z');
    const off = await call('PATCH', `/${monitor.id}`, { enabled: false });
    expect(off.body).toMatchObject({ enabled: false, state: 'disabled' });
    expect(ended.filter((id) => id === monitor.id)).toHaveLength(1);
    const on = await call('PATCH', `/${monitor.id}`, { enabled: true });
    expect(on.body).toMatchObject({ enabled: true, state: 'no_data' });
    expect((await call('DELETE', `/${monitor.id}`)).status).toBe(204);
    expect((await call('GET', `/${monitor.id}`)).status).toBe(404);
    expect(
      deeds.filter((deed) => deed.includes(monitor.id)).map((deed) => deed.split(' ')[0]),
    ).toEqual(['monitor.created', 'monitor.changed', 'monitor.changed', 'monitor.deleted']);
  });

  it('show the last 24 hours as letters', async () => {
    const monitor = await added();
    await look(monitor.id, 'ok', '2026-11-19T20:00:00Z');
    await look(monitor.id, 'firing', '2026-11-20T08:10:00Z');
    await look(monitor.id, 'ok', '2026-11-20T08:20:00Z');
    const { strip } = (await call('GET', `/${monitor.id}`)).body;
    expect(strip).toBe(`${'-'.repeat(9)}${'o'.repeat(13)}fo`);
  });

  it('show their series with n, intervals, states and lines', async () => {
    const monitor = await added();
    await look(monitor.id, 'ok', '2026-11-20T09:00:00Z');
    await look(monitor.id, 'firing', '2026-11-20T09:32:00Z');
    for (const [at, n, errors] of [
      ['2026-11-20T09:30:00Z', 40, 2],
      ['2026-11-20T09:33:00Z', 10, 5],
    ] as const) {
      const groups = Array.from({ length: n }, (_, i) => i % 10).flatMap((group) => [group]);
      const sums = [...new Set(groups)].map((group) => [group, n / 10, errors / 10]);
      await server.database.query(
        'insert into monitor_points (monitor_id, at, n, sum, sumsq, groups) values ($1, $2, $3, $4, $4, $5::text::jsonb)',
        [monitor.id, at, n, errors, jsonText(sums)],
      );
    }
    const { status, body } = await call(
      'GET',
      `/${monitor.id}/points?from=2026-11-20T09:00:00Z&to=2026-11-20T10:00:00Z`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      unit: 'share',
      stepMinutes: 1,
      points: [
        { at: '2026-11-20T09:30:00.000Z', current: { value: 0.05, n: 40 }, state: 'ok' },
        { at: '2026-11-20T09:33:00.000Z', current: { value: 0.5, n: 10 }, state: 'firing' },
      ],
      lines: [
        { kind: 'fire', value: 0.05 },
        { kind: 'resolve', value: 0.03 },
      ],
    });
    expect(body.points[1].current.low).toBeGreaterThan(0.1);
    expect(body.points[1].current.high).toBeLessThan(0.9);
  });

  it('have templates that can be added as they are', async () => {
    const { items } = (await call('GET', '/templates')).body;
    expect(items.length).toBeGreaterThan(15);
    expect(new Set(items.map(({ id }: Json) => id)).size).toBe(items.length);
    for (const { monitor } of items) {
      const { status, body } = await call('POST', '', monitor);
      expect(status, `${monitor.name}: ${JSON.stringify(body)}`).toBe(201);
    }
  });

  it('name channels of their project', async () => {
    await addChannel('team');
    const monitor = await added({
      channels: ['team'],
      escalation: { afterMinutes: 30, channels: ['team'] },
    });
    expect(monitor.channels).toEqual(['team']);
  });
});

describe('monitors as a file', () => {
  const file = (...names: string[]): object => ({
    monitors: names.map((name) => wish({ name })),
  });

  it('are made, changed and removed as the file says, and told before', async () => {
    const byHand = await added({ name: 'By hand' });
    const dry = await call('POST', '/apply?dryRun=true', file('One', 'Two'));
    expect(dry.body).toEqual({
      created: ['One', 'Two'],
      changed: [],
      removed: [],
      unchanged: [],
      dryRun: true,
    });
    expect(
      (await call('GET', '/export')).body.monitors.map(({ name }: Json) => name),
    ).not.toContain('One');
    expect((await call('POST', '/apply', file('One', 'Two'))).body).toMatchObject({
      created: ['One', 'Two'],
      dryRun: false,
    });
    const changed = {
      monitors: [wish({ name: 'One', severity: 'info' }), wish({ name: 'By hand' })],
    };
    expect((await call('POST', '/apply', changed)).body).toMatchObject({
      created: [],
      changed: ['One', 'By hand'],
      removed: ['Two'],
    });
    expect((await call('POST', '/apply', changed)).body).toMatchObject({
      changed: [],
      unchanged: ['One', 'By hand'],
    });
    expect((await call('GET', `/${byHand.id}`)).body.managedBy).toBe('file');
  });

  it('export what applying them leaves unchanged', async () => {
    const exported = (await call('GET', '/export')).body;
    await call('POST', '/apply', exported);
    const again = (await call('POST', '/apply', exported)).body;
    expect(again).toMatchObject({ created: [], changed: [], removed: [] });
    expect(again.unchanged).toHaveLength(exported.monitors.length);
    expect((await call('POST', '/apply', { monitors: [] })).body.removed).toHaveLength(
      exported.monitors.length,
    );
  });

  it('change nothing when one of them is wrong, and name it', async () => {
    const before = (await call('GET', '/export')).body;
    const wrong = wish({ name: 'Wrong', condition: { kind: 'budget_level' } });
    const reply = await call('POST', '/apply', { monitors: [wish({ name: 'Right' }), wrong] });
    expect(reply.body.error.message).toMatch(/^"Wrong": budget_level needs/);
    expect((await call('POST', '/apply', file('Same', 'Same'))).body.error.message).toMatch(
      /two monitors named "Same"/,
    );
    expect((await call('GET', '/export')).body).toEqual(before);
    const reader = await server.key(server.a.id, ['read']);
    expect((await call('POST', '/apply', before, reader)).status).toBe(403);
  });
});

describe('monitors: errors', () => {
  it('say why a metric and a condition make no sense together', async () => {
    const drift = { kind: 'drift', direction: 'fall', by: 0.05 };
    const cases: readonly (readonly [more: object, message: RegExp])[] = [
      [
        { condition: { kind: 'burn_rate', objective: 0.99 }, metric: { kind: 'cost' } },
        /needs a rate/,
      ],
      [{ condition: drift, metric: { kind: 'volume' } }, /drift needs a rate, a mean or a latency/],
      [{ condition: { kind: 'budget_level' } }, /needs the metric budget/],
      [
        { condition: { kind: 'absence', forMinutes: 5 }, metric: { kind: 'spool_age' } },
        /about traffic/,
      ],
      [{ metric: { kind: 'evaluation_lag' }, slice: { model: 'x' } }, /no slice/],
      [
        { condition: { kind: 'threshold', comparison: 'above', fire: 0.05, resolve: 0.1 } },
        /cannot resolve at 0.1/,
      ],
      [{ condition: { kind: 'threshold', comparison: 'above', fire: 5 } }, /between 0 and 1/],
      [
        {
          condition: {
            kind: 'change',
            direction: 'rise',
            by: 0.1,
            reference: 'day_before',
            windowMinutes: 2_000,
          },
        },
        /overlaps/,
      ],
      [{ condition: { ...drift, by: 1 } }, /cannot fall by 1/],
    ];
    for (const [more, message] of cases) {
      const { status, body } = await call('POST', '', wish(more));
      expect(status, JSON.stringify(more)).toBe(400);
      expect((await call('POST', '/backtest', wish(more))).status).toBe(400);
      expect(body.error.message).toMatch(message);
    }
  });

  it('refuse unknown channels, names that are taken, fields that are unknown and monitors that are not there', async () => {
    expect((await call('POST', '', wish({ channels: ['nobody'] }))).body.error).toMatchObject({
      code: 'invalid_request',
      message: 'There is no channel named "nobody".',
    });
    const monitor = await added();
    expect((await call('POST', '', wish({ name: monitor.name }))).status).toBe(409);
    expect((await call('PUT', `/${(await added()).id}`, wish({ name: monitor.name }))).status).toBe(
      409,
    );
    expect((await call('POST', '', wish({ colour: 'red' }))).status).toBe(400);
    const nobody = '01900000-0000-7000-8000-000000000000';
    expect((await call('GET', `/${nobody}`)).status).toBe(404);
    expect((await call('PUT', `/${nobody}`, wish())).status).toBe(404);
    expect((await call('DELETE', `/${nobody}`)).status).toBe(404);
    const long = `/${monitor.id}/points?from=2026-01-01T00:00:00Z&to=2026-11-20T00:00:00Z`;
    expect((await call('GET', long)).body.error.message).toMatch(/31 days/);
  });

  it('leave monitors of a file to the file', async () => {
    const monitor = await added();
    await server.database.query(`update monitors set managed_by = 'file' where id = $1`, [
      monitor.id,
    ]);
    for (const reply of [
      await call('PUT', `/${monitor.id}`, wish()),
      await call('PATCH', `/${monitor.id}`, { enabled: false }),
      await call('DELETE', `/${monitor.id}`),
    ]) {
      expect(reply.status).toBe(409);
      expect(reply.body.error.message).toMatch(/apply the file/);
    }
  });
});

describe('monitors: security', () => {
  it('are of their project alone, and changed by administrators alone', async () => {
    const monitor = await added();
    for (const [method, path, payload] of [
      ['GET', `/${monitor.id}`],
      ['GET', `/${monitor.id}/points`],
      ['PUT', `/${monitor.id}`, wish()],
      ['PATCH', `/${monitor.id}`, { enabled: false }],
      ['DELETE', `/${monitor.id}`],
    ] as const) {
      expect((await call(method, path, payload, server.b.key)).status, `${method} ${path}`).toBe(
        404,
      );
    }
    expect((await call('GET', '', undefined, server.b.key)).body.items).toEqual([]);
    const reader = await server.key(server.a.id, ['read']);
    expect((await call('GET', '', undefined, reader)).status).toBe(200);
    expect((await call('POST', '', wish(), reader)).status).toBe(403);
    expect((await call('DELETE', `/${monitor.id}`, undefined, reader)).status).toBe(403);
  });
});

const DEFINITION_FIELDS = [
  ...['name', 'description', 'metric', 'slice', 'condition', 'severity', 'enabled', 'channels'],
  ...['renotifyMinutes', 'escalation', 'labels', 'groupBy', 'runbookUrl'],
];

function wishFields(monitor: Json): Json {
  return Object.fromEntries(DEFINITION_FIELDS.map((field) => [field, monitor[field]]));
}

/** What a look at a monitor leaves behind. */
async function look(monitorId: string, state: string, at: string): Promise<void> {
  await server.database.query(
    `insert into monitor_states (monitor_id, state, state_since, checked_at) values ($1, $2, $3, $4)
     on conflict (monitor_id) do update set state = excluded.state, state_since = excluded.state_since`,
    [monitorId, state, at, new Date(clock.now())],
  );
  await server.database.query(
    'insert into monitor_changes (monitor_id, at, state) values ($1, $2, $3)',
    [monitorId, at, state],
  );
}
