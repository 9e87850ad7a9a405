import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import {
  answered,
  type EvaluationApp,
  evaluationApp,
  evaluationBench,
  fussy,
} from '../../test/support/evaluation.ts';
import { ruleOverall } from '../evaluators/rule-overall.ts';
import { countPending } from './queue.ts';
import { readSettingsSnapshot, readSettingsVersion, SettingsDirectory } from './settings.ts';

const database = await testDatabase();
let app: EvaluationApp;

beforeAll(async () => {
  app = await evaluationApp(database);
});
afterAll(() => app.server.close());
beforeEach(() => database.exec('delete from evaluator_settings; delete from evaluator_errors'));

const URL = '/api/v1/evaluators/rule-basic';

function change(payload: object, key?: string, url = URL) {
  return app.server.inject({
    method: 'PATCH',
    url,
    payload,
    ...(key === undefined ? {} : { key }),
  });
}

describe('GET /api/v1/evaluators', () => {
  it('happy: lists local evaluators with defaults and a schema of their options', async () => {
    const { items } = (await app.get('/api/v1/evaluators')).json();
    expect(items[0]).toMatchObject({
      id: 'rule-basic',
      kind: 'rule',
      setting: {
        enabled: true,
        options: {},
        sampleRate: 1,
        flags: true,
        revision: 0,
        updatedAt: null,
      },
      errors: null,
    });
    expect(items[0].optionsSchema.properties).toHaveProperty('keywords');
  });

  it('security: needs a key that may read', async () => {
    const key = await app.server.key(app.server.a.id, ['gateway']);
    expect((await app.get('/api/v1/evaluators', key)).statusCode).toBe(403);
  });
});

describe('PATCH /api/v1/evaluators/{id}', () => {
  it('happy: changes what is given, counts changes, moves the version, is in the audit log', async () => {
    const version = await readSettingsVersion(database);
    const options = { keywords: { forbidden: ['guaranteed'] } };
    expect((await change({ options, sampleRate: 0.5 })).json().setting).toMatchObject({
      enabled: true,
      options,
      sampleRate: 0.5,
      revision: 1,
    });
    const again = (await change({ enabled: false })).json().setting;
    expect(again).toMatchObject({ enabled: false, options, revision: 2 });
    expect(await readSettingsVersion(database)).toBeGreaterThan(version);
    const [deed] = await database.query<{ target: string; details: { to: object } }>(
      `select target, details from audit_log where action = 'evaluator.changed' order by id desc limit 1`,
    );
    expect(deed).toMatchObject({ target: 'rule-basic', details: { to: { enabled: false } } });
  });

  it.each<[string, object, string]>([
    ['options that it does not take', { options: { colour: 'red' } }, 'colour'],
    ['options of a wrong kind', { options: { disabled: ['nonsense'] } }, 'disabled'],
    ['a rate of nothing', { sampleRate: 0 }, 'sampleRate'],
    ['unknown fields', { color: 1 }, 'color'],
  ])('error: refuses %s and says which', async (_, payload, named) => {
    const reply = await change(payload);
    expect(reply.statusCode).toBe(400);
    expect(JSON.stringify(reply.json())).toContain(named);
  });

  it('error: knows no evaluator of that name', async () => {
    expect(
      (await change({ enabled: false }, undefined, '/api/v1/evaluators/none')).statusCode,
    ).toBe(404);
  });

  it('security: changes one project alone, and only for an administrator', async () => {
    const reader = await app.server.key(app.server.a.id, ['read', 'ingest']);
    expect((await change({ enabled: false }, reader)).statusCode).toBe(403);
    await change({ enabled: false }, app.server.b.key);
    const { items } = (await app.get('/api/v1/evaluators')).json();
    expect(items[0].setting).toMatchObject({ enabled: true, revision: 0 });
  });
});

describe('when one of several evaluators fails', () => {
  it('writes what the others said, tells the error, and does not try again', async () => {
    const bench = await evaluationBench(database);
    const fails = { ...fussy, id: 'fussy', evaluate: fussy.evaluate };
    const deps = bench.depsOf({ evaluators: [fails, ruleOverall] });
    const [row] = await bench.store(answered('q', 'This is poison, they say.'));
    expect(await bench.run(deps)).toMatchObject({ evaluated: 1, failed: 0 });
    expect(await countPending(database, bench.projectId)).toBe(0);
    expect(await bench.scores()).toHaveLength(1);
    const errors = await database.query(
      `select evaluator, errors, last_error, last_interaction_id from evaluator_errors where project_id = $1`,
      [bench.projectId],
    );
    expect(errors).toEqual([
      {
        evaluator: 'fussy',
        errors: 1,
        last_error: 'cannot swallow this',
        last_interaction_id: row?.id,
      },
    ]);
    const text = await deps.metrics.registry.metrics();
    expect(text).toContain('llm_evaluator_errors_total{evaluator="fussy"} 1');
    expect(text).toContain('llm_evaluator_seconds_count{evaluator="rule-basic"} 1');
  });

  it('runs by the settings of the project', async () => {
    const bench = await evaluationBench(database);
    await database.query(
      `insert into evaluator_settings values ($1, 'rule-basic', true, '{"disabled": ["refusal"]}', 1, true, 1, now(), 'me')`,
      [bench.projectId],
    );
    const settings = new SettingsDirectory();
    settings.replace(await readSettingsSnapshot(database));
    await bench.store(answered('q', 'fine'));
    await bench.run(bench.depsOf({ settings }));
    expect(await bench.scores()).toHaveLength(1);
    expect(await bench.scores('refusal')).toEqual([]);
  });
});
