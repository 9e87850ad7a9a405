import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testDatabase } from '../../test/support/database.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';
import { recordDeed } from '../access/audit.ts';
import type { Rule } from '../contract/rules.ts';
import { readSettingsVersion } from '../evaluation/settings.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { ruleRoutes } from './routes.ts';
import { readRulesSnapshot } from './rule-directory.ts';
import { tryItems, tryRule } from './try-rule.ts';

const database = await testDatabase();
let server: TestApp;

beforeAll(async () => {
  server = await testApp({
    database,
    routes: (app, deps) => {
      ruleRoutes(app, {
        ...deps,
        database,
        takenScores: new Set(['toxicity']),
        recordDeed: (tx, deed) => recordDeed(tx, deps, deed),
        tryRule: (projectId, trial) => {
          const { clock } = deps;
          const scoring = { scorers: [], monotonic: () => 0 };
          const here = (request: Parameters<typeof tryItems>[0]) =>
            Promise.resolve(tryItems(request, scoring));
          return tryRule({ database, clock, tryItems: here }, projectId, trial);
        },
      });
    },
  });
});
afterAll(() => server.close());
beforeEach(() => database.exec('delete from custom_rules'));

const condition = { field: 'answer', operator: 'contains', value: 'guaranteed' };
const PATH = '/api/v1/rules';

type Sent = [
  method: 'POST' | 'PATCH' | 'DELETE' | 'GET',
  url: string,
  payload?: object,
  key?: string,
];

function send(...[method, url, payload, key]: Sent): ReturnType<TestApp['inject']> {
  return server.inject({ method, url, ...(payload ? { payload } : {}), ...(key ? { key } : {}) });
}

async function create(given: object = {}): Promise<Rule> {
  const reply = await send('POST', PATH, { name: 'no-promises', condition, ...given });
  expect(reply.statusCode).toBe(201);
  return reply.json();
}

async function store(projectId: string, responseText: string): Promise<InteractionRow> {
  const row = interactionRow({ projectId, createdAt: new Date() });
  const bodies = [bodyRow(row, { promptText: 'Is it safe?', responseText })];
  await record(database, batchOf({ interactions: [row], bodies }), [storeRecords]);
  return row;
}

describe('rules', () => {
  it('happy: are written with defaults, listed, read, changed as versions and removed', async () => {
    const version = await readSettingsVersion(database);
    const rule = await create();
    expect(rule).toMatchObject({
      name: 'no-promises',
      score: 'rule:no-promises',
      version: 1,
      verdict: 'fail',
      value: 0,
      weight: 1,
      enabled: true,
      scope: {},
    });
    expect(await readSettingsVersion(database)).toBeGreaterThan(version);
    const changed = (await send('PATCH', `${PATH}/${rule.id}`, { enabled: false })).json();
    expect(changed).toMatchObject({ version: 2, enabled: false, condition });
    const again = (await send('PATCH', `${PATH}/${rule.id}`, { enabled: false })).json();
    expect(again.version).toBe(2);
    expect((await send('GET', PATH)).json().items).toHaveLength(1);
    expect((await send('GET', `${PATH}/${rule.id}`)).json()).toEqual(changed);
    expect((await readRulesSnapshot(database)).rules).toEqual([]);
    expect((await send('DELETE', `${PATH}/${rule.id}`)).statusCode).toBe(204);
    expect((await send('GET', `${PATH}/${rule.id}`)).statusCode).toBe(404);
    const deeds = await database.query<{ action: string }>(
      `select action from audit_log where target = $1 order by id`,
      [rule.id],
    );
    expect(deeds.map(({ action }) => action)).toEqual([
      'rule.created',
      'rule.changed',
      'rule.deleted',
    ]);
  });

  it('happy: keep versions with what each changed, and restore one', async () => {
    const { id } = await create();
    await send('PATCH', `${PATH}/${id}`, { severity: 'high', weight: 2 });
    const restored = await send('POST', `${PATH}/${id}/restore`, { version: 1 });
    expect(restored.json()).toMatchObject({ version: 3, severity: 'medium', weight: 1 });
    const { items } = (await send('GET', `${PATH}/${id}/versions`)).json();
    expect(items).toMatchObject([
      { version: 3, deed: 'restored', changed: ['severity', 'weight'] },
      { version: 2, deed: 'changed', changed: ['severity', 'weight'] },
      { version: 1, deed: 'created', changed: [] },
    ]);
    const page = (await send('GET', `${PATH}/${id}/versions?limit=1&cursor=3`)).json();
    expect(page).toMatchObject({ items: [{ version: 2 }], nextCursor: '2' });
  });

  it.each<[string, object, string]>([
    ['a condition that is none', { condition: { all: [] } }, 'condition.all'],
    ['an unknown field', { condition: { ...condition, field: 'colour' } }, 'colour'],
    [
      'a wrong pattern',
      { condition: { ...condition, operator: 'matches', value: '(a' } },
      'pattern',
    ],
    ['a score of an evaluator', { scoreName: 'toxicity' }, 'toxicity'],
    ['a value of 1', { value: 1 }, 'value'],
    ['a name with blanks', { name: 'a b' }, 'name'],
    ['unknown fields', { colour: 'red' }, 'colour'],
  ])('error: refuses %s and says so', async (_, given, named) => {
    const reply = await send('POST', PATH, { name: 'x', condition, ...given });
    expect(reply.statusCode).toBe(400);
    expect(JSON.stringify(reply.json())).toContain(named);
  });

  it('error: tells the place in the pattern', async () => {
    const wrong = { all: [condition, { ...condition, operator: 'matches', value: 'ab[z-a]' }] };
    const reply = await send('POST', PATH, { name: 'x', condition: wrong });
    expect(reply.json().error.details.problems).toMatchObject([{ path: 'all.1', position: 3 }]);
  });

  it('error: refuses a name or score that is taken, and a version that is none', async () => {
    const { id } = await create();
    expect((await send('POST', PATH, { name: 'no-promises', condition })).statusCode).toBe(409);
    const { id: other } = await create({ name: 'other', scoreName: 'promises' });
    const same = { name: 'third', condition, scoreName: 'promises' };
    expect((await send('POST', PATH, same)).statusCode).toBe(409);
    expect((await send('PATCH', `${PATH}/${other}`, { name: 'no-promises' })).statusCode).toBe(409);
    expect((await send('POST', `${PATH}/${id}/restore`, { version: 9 })).statusCode).toBe(404);
  });

  it('error: are at most 200', async () => {
    await database.query(
      `insert into custom_rules (id, project_id, name, version, definition, created_at, updated_at, updated_by)
       select gen_random_uuid(), $1, 'r' || n, 1,
         jsonb_build_object('name', 'r' || n, 'condition', $2::text::jsonb, 'enabled', true), now(), now(), 'me'
       from generate_series(1, 200) n`,
      [server.a.id, JSON.stringify(condition)],
    );
    expect((await send('POST', PATH, { name: 'one-more', condition })).statusCode).toBe(409);
  });

  it('security: are one project’s, and changed by administrators alone', async () => {
    const rule = await create();
    const { key } = server.b;
    for (const [method, url, body] of [
      ['GET', `${PATH}/${rule.id}`, undefined],
      ['PATCH', `${PATH}/${rule.id}`, { enabled: false }],
      ['DELETE', `${PATH}/${rule.id}`, undefined],
      ['GET', `${PATH}/${rule.id}/versions`, undefined],
      ['POST', `${PATH}/${rule.id}/restore`, { version: 1 }],
    ] as const) {
      expect((await send(method, url, body, key)).statusCode).toBe(404);
    }
    expect((await send('GET', PATH, undefined, key)).json().items).toEqual([]);
    const reader = await server.key(server.a.id, ['read', 'ingest']);
    expect((await send('POST', PATH, { name: 'x', condition }, reader)).statusCode).toBe(403);
  });
});

describe('files of rules', () => {
  it('happy: go out and come back the same, in another project too', async () => {
    await create();
    await create({ name: 'second', scope: { models: ['gpt-*'] }, weight: 2 });
    const file = (await send('GET', `${PATH}/export`)).json();
    expect(file).toMatchObject({ format: 'lqo.rules', version: 1 });
    const same = await send('POST', `${PATH}/import`, { file });
    expect(same.json()).toMatchObject({
      created: [],
      changed: [],
      unchanged: ['no-promises', 'second'],
    });
    const { key } = server.b;
    const elsewhere = await send('POST', `${PATH}/import`, { file }, key);
    expect(elsewhere.json()).toMatchObject({ created: ['no-promises', 'second'] });
    expect((await send('GET', `${PATH}/export`, undefined, key)).json()).toEqual(file);
  });

  it('happy: tell what they would change without changing it', async () => {
    await create();
    await create({ name: 'old' });
    const file = {
      format: 'lqo.rules',
      version: 1,
      rules: [
        { name: 'no-promises', condition, weight: 5 },
        { name: 'new', condition },
      ],
    };
    const plan = {
      created: ['new'],
      changed: [{ name: 'no-promises', fields: ['weight'] }],
      removed: ['old'],
    };
    const dry = await send('POST', `${PATH}/import`, { file, mode: 'replace', dryRun: true });
    expect(dry.json()).toMatchObject({ ...plan, dryRun: true });
    expect((await send('GET', PATH)).json().items).toHaveLength(2);
    const real = await send('POST', `${PATH}/import`, { file, mode: 'replace' });
    expect(real.json()).toMatchObject({ ...plan, dryRun: false });
    const { items } = (await send('GET', PATH)).json();
    expect(items.map(({ name }: Rule) => name).sort()).toEqual(['new', 'no-promises']);
  });

  it('error: name the rule that cannot be taken, and take none', async () => {
    const rules = [
      { name: 'fine', condition },
      { name: 'broken', condition: { all: [] } },
    ];
    const reply = await send('POST', `${PATH}/import`, {
      file: { format: 'lqo.rules', version: 1, rules },
    });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error.message).toContain('broken');
    expect((await send('GET', PATH)).json().items).toEqual([]);
    const twice = { format: 'lqo.rules', version: 1, rules: [rules[0], rules[0]] };
    expect((await send('POST', `${PATH}/import`, { file: twice })).statusCode).toBe(400);
  });

  it('security: come in by administrators alone', async () => {
    const reader = await server.key(server.a.id, ['read']);
    const file = { format: 'lqo.rules', version: 1, rules: [] };
    expect((await send('POST', `${PATH}/import`, { file }, reader)).statusCode).toBe(403);
  });
});

describe('POST /api/v1/rules/test', () => {
  it('happy: tries a rule that nobody saved on the newest interactions, and stores nothing', async () => {
    const bad = await store(server.a.id, 'It is guaranteed to be safe.');
    const good = await store(server.a.id, 'Nobody can promise that.');
    const reply = await send('POST', `${PATH}/test`, { rule: { condition, value: 0.25 } });
    const { items, ...counts } = reply.json();
    expect(counts).toEqual({ passed: 1, failed: 1, unknown: 0 });
    const of = (id: string) =>
      items.find((item: { interactionId: string }) => item.interactionId === id);
    expect(of(bad.id)).toMatchObject({
      outcome: 'failed',
      value: 0.25,
      answerPreview: 'It is guaranteed to be safe.',
      why: [{ test: 'answer contains', holds: true, found: 'guaranteed' }],
      error: null,
    });
    expect(of(good.id)).toMatchObject({ outcome: 'passed', value: 1 });
    expect(
      await database.query('select id from scores where project_id = $1', [server.a.id]),
    ).toEqual([]);
  });

  it('happy: tries it on chosen ones and by a filter', async () => {
    const row = await store(server.a.id, 'guaranteed');
    const chosen = await send('POST', `${PATH}/test`, {
      rule: { condition },
      interactionIds: [row.id],
    });
    expect(chosen.json().items).toHaveLength(1);
    const none = await send('POST', `${PATH}/test`, {
      rule: { condition },
      filters: { model: 'no-such' },
    });
    expect(none.json().items).toEqual([]);
  });

  it('error: refuses a rule that is none, with every problem', async () => {
    const wrong = { ...condition, field: 'colour' };
    const reply = await send('POST', `${PATH}/test`, {
      rule: { condition: { all: [wrong, wrong] } },
    });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error.details.problems).toHaveLength(2);
  });

  it('security: reads nothing of another project', async () => {
    const row = await store(server.b.id, 'guaranteed');
    const body = { rule: { condition }, interactionIds: [row.id] };
    expect((await send('POST', `${PATH}/test`, body)).statusCode).toBe(404);
    const gateway = await server.key(server.a.id, ['gateway']);
    expect((await send('POST', `${PATH}/test`, { rule: { condition } }, gateway)).statusCode).toBe(
      403,
    );
  });
});
