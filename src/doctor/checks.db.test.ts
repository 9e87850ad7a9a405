import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { doctorTools, type LookGiven, lookAt } from '../../test/support/doctor-tools.ts';
import { projectWith } from '../../test/support/filled-project.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { errors, providers, recording, responds } from './daily-checks.ts';
import { configuration, models, schema, smoke } from './deploy-checks.ts';
import type { Check } from './finding.ts';
import { runDoctor } from './run-doctor.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const HOUR_MS = 3_600_000;

let test: TestApp;
beforeAll(async () => {
  test = await testApp({ clock: { now: () => NOW_MS, monotonic: () => 0 } });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

const calls = (count: number, given: object = {}, hoursAgo = 1) =>
  Array.from({ length: count }, () => ({ hoursAgo, given }));

const failed = { status: 'error', errorType: 'timeout_total' } as const;

const look = (check: Check, given: LookGiven = {}) =>
  lookAt({ database: test.database, nowMs: NOW_MS }, check, given);

describe('whether it responds', () => {
  it('is well when the API is ready and the dashboard is served', async () => {
    expect(await look(responds)).toMatchObject({ status: 'ok', finding: 'answers', advice: null });
  });

  it('names what is not ready, and a dashboard that is missing', async () => {
    const notReady = {
      checks: [
        { name: 'database', problem: 'away' },
        { name: 'spool', problem: null },
      ],
    };
    expect(
      await look(responds, { fetch: async () => Response.json(notReady, { status: 503 }) }),
    ).toMatchObject({
      status: 'fail',
      finding: 'not_ready',
      figures: { problem: 'database: away' },
    });
    const noPages = async (url: unknown): Promise<Response> =>
      String(url).endsWith('/ready') ? Response.json({}) : new Response('', { status: 404 });
    expect(await look(responds, { fetch: noPages as typeof fetch })).toMatchObject({
      status: 'warn',
      finding: 'no_pages',
    });
    expect(await look(responds, { url: async () => null })).toMatchObject({ status: 'skipped' });
  });
});

describe('whether records come in', () => {
  it('counts those of a day, and says when they stopped', async () => {
    const busy = await projectWith(test, NOW_MS, calls(3));
    expect(await look(recording, { projectId: busy.id })).toMatchObject({
      status: 'ok',
      figures: { day: 3, week: 0 },
    });
    const silent = await projectWith(test, NOW_MS, calls(2, {}, 30));
    expect(await look(recording, { projectId: silent.id })).toMatchObject({
      status: 'warn',
      finding: 'records_stopped',
      figures: { week: 2 },
    });
    expect(await look(recording)).toMatchObject({ status: 'skipped', finding: 'nothing_recorded' });
  });

  it('fails when records were lost or cannot be loaded', async () => {
    const books = async () => ({ spooled: 0, dropped: 4, rejected: 1, balanced: true });
    expect(await look(recording, { books })).toMatchObject({
      status: 'fail',
      finding: 'records_lost',
      figures: { dropped: 4 },
    });
    expect(await look(recording, { loadingProblem: () => 'disk full' })).toMatchObject({
      status: 'fail',
      finding: 'records_wait',
    });
  });
});

describe('whether providers answer', () => {
  const tried = async (projectId: string, outcome: string, attempts: number) =>
    test.database.query(
      `insert into attempt_rollups (project_id, at, provider, model, outcome, attempts, duration_ms_sum)
       values ($1, $2, 'openai', 'm', $3, $4, 1)`,
      [projectId, new Date(NOW_MS - HOUR_MS), outcome, attempts],
    );

  it('judges by the whole interval, and waits for enough tries', async () => {
    const few = await projectWith(test, NOW_MS, []);
    await tried(few.id, 'upstream_error', 3);
    expect(await look(providers, { projectId: few.id })).toMatchObject({ status: 'ok' });
    const bad = await projectWith(test, NOW_MS, []);
    await tried(bad.id, 'success', 60);
    await tried(bad.id, 'upstream_error', 40);
    expect(await look(providers, { projectId: bad.id })).toMatchObject({
      status: 'fail',
      finding: 'provider_fails',
      figures: { provider: 'openai', answeredShare: 0.6 },
      estimate: { n: 100 },
    });
    expect(await look(providers)).toMatchObject({ status: 'skipped', finding: 'no_tries' });
  });

  it('tells what Ollama has loaded, that it is away, or has nothing', async () => {
    const ollama = (tags: object[], running: object[]): typeof fetch =>
      (async (url: unknown) =>
        Response.json({ models: String(url).endsWith('/ps') ? running : tags })) as typeof fetch;
    const at = { ollamaUrl: 'http://127.0.0.1:11434/' };
    const llama = { name: 'llama3:8b', digest: 'sha256:abc' };
    expect(
      await look(providers, { ...at, fetch: ollama([llama], [{ ...llama, size: 5e9 }]) }),
    ).toMatchObject({ status: 'ok', figures: { loaded: 'llama3:8b', memoryBytes: 5e9 } });
    expect(await look(providers, { ...at, fetch: ollama([], []) })).toMatchObject({
      status: 'warn',
      finding: 'ollama_empty',
    });
    const away = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    };
    expect(await look(providers, { ...at, fetch: away })).toMatchObject({
      status: 'fail',
      finding: 'ollama_away',
      figures: { problem: 'connect ECONNREFUSED' },
    });
  });
});

describe('how many calls failed', () => {
  it('says so with an interval, timeouts apart', async () => {
    const p = await projectWith(test, NOW_MS, [...calls(20), ...calls(20, failed)]);
    const what = await look(errors, { projectId: p.id });
    expect(what).toMatchObject({
      status: 'fail',
      finding: 'many_errors',
      figures: { n: 40, errorShare: 0.5, timeoutShare: 0.5 },
      estimate: { value: 0.5, n: 40 },
    });
    expect(what.estimate?.low).toBeGreaterThan(0.3);
  });

  it('says nothing of few calls, and is well with few errors', async () => {
    const few = await projectWith(test, NOW_MS, calls(19, failed));
    expect(await look(errors, { projectId: few.id })).toMatchObject({
      status: 'skipped',
      finding: 'too_few_calls',
      figures: { n: 19, needed: 20 },
    });
    const well = await projectWith(test, NOW_MS, [...calls(39), ...calls(1, failed)]);
    expect(await look(errors, { projectId: well.id })).toMatchObject({ status: 'ok' });
  });
});

describe('after a deployment', () => {
  it('compares settings by fingerprint and names those that differ', async () => {
    expect(await look(configuration)).toMatchObject({ status: 'skipped' });
    expect(await look(configuration, { asked: { PORT: 'one' } })).toMatchObject({
      status: 'ok',
      figures: { n: 1 },
    });
    expect(await look(configuration, { asked: { PORT: 'x', HOST: 'two' } })).toMatchObject({
      status: 'fail',
      figures: { variables: 'PORT' },
    });
  });

  it('sees missing migrations, and roll-ups that do not add up', async () => {
    const p = await projectWith(test, NOW_MS, calls(4, {}, 5));
    expect(await look(schema, { projectId: p.id })).toMatchObject({
      status: 'ok',
      figures: { stored: 4 },
    });
    await test.database.query(
      "update usage_rollups set requests = requests + 1 where project_id = $1 and grain = 'hour' and slice = 'all'",
      [p.id],
    );
    expect(await look(schema, { projectId: p.id })).toMatchObject({
      status: 'fail',
      finding: 'sums_differ',
      figures: { rolled: 5, stored: 4 },
    });
    expect(
      await look(schema, { projectId: p.id, missingMigrations: async () => ['0099-later'] }),
    ).toMatchObject({ status: 'fail', finding: 'schema_behind' });
  });

  it('sees another version answer under the same name', async () => {
    const answered = (responseModel: string, hoursAgo: number) =>
      calls(3, { model: 'gpt', responseModel }, hoursAgo);
    const same = await projectWith(test, NOW_MS, [
      ...answered('gpt-1', 2),
      ...answered('gpt-1', 40),
    ]);
    expect(await look(models, { projectId: same.id })).toMatchObject({
      status: 'ok',
      figures: { models: 'gpt = gpt-1' },
    });
    const other = await projectWith(test, NOW_MS, [
      ...answered('gpt-2', 2),
      ...answered('gpt-1', 40),
    ]);
    expect(await look(models, { projectId: other.id })).toMatchObject({
      status: 'warn',
      figures: { changes: 'gpt: gpt-1 → gpt-2' },
    });
    expect(await look(models)).toMatchObject({ status: 'skipped', finding: 'no_models' });
  });

  it('follows a sample call into the database', async () => {
    const p = await projectWith(test, NOW_MS, calls(1));
    const sample = (interactionId: string) => async () => ({
      interactionId,
      provider: 'demo',
      latencyMs: 12.4,
      text: '42',
    });
    const recorded = p.interactions[0]?.id ?? '';
    expect(await look(smoke, { projectId: p.id, sample: sample(recorded) })).toMatchObject({
      status: 'ok',
      figures: { latencyMs: 12, model: 'demo/good' },
    });
    expect(await look(smoke, { projectId: p.id, sample: sample(randomUUID()) })).toMatchObject({
      status: 'fail',
      finding: 'sample_lost',
    });
    expect(await look(smoke, { projectId: p.id })).toMatchObject({
      status: 'fail',
      finding: 'sample_failed',
      figures: { problem: 'nobody answers' },
    });
  });
});

describe('a run', () => {
  it('goes on after a check that broke, and remembers what the last one saw of Ollama', async () => {
    const p = await projectWith(test, NOW_MS, []);
    const of = (digest: string): typeof fetch =>
      (async (url: unknown) =>
        Response.json({
          models: String(url).endsWith('/ps') ? [] : [{ name: 'llama3:latest', digest }],
        })) as typeof fetch;
    const run = async (digest: string) =>
      await runDoctor(
        {
          ...doctorTools(
            { database: test.database, nowMs: NOW_MS },
            {
              ollamaUrl: 'http://127.0.0.1:11434',
              fetch: of(digest),
              space: () => Promise.reject(new Error('no such folder')),
            },
          ),
          newId: randomUUID,
        },
        {
          projectId: p.id,
          groups: ['deploy', 'weekly'],
          model: 'demo/good',
          asked: null,
          startedBy: 'person',
        },
        AbortSignal.timeout(60_000),
      );
    const first = await run('sha256:aaa');
    expect(first.groups).toEqual(['weekly', 'deploy']);
    expect(first.checks.map(({ name }) => name)).toEqual([
      'retrieval',
      'cache',
      'storage',
      'retention',
      'configuration',
      'schema',
      'models',
      'smoke',
    ]);
    expect(first.status).toBe('fail');
    expect(first.checks[2]).toMatchObject({
      finding: 'check_broke',
      figures: { problem: 'no such folder' },
    });
    const second = await run('sha256:bbb');
    expect(second.checks.find(({ name }) => name === 'models')).toMatchObject({
      status: 'warn',
      figures: { changes: 'ollama/llama3:latest: aaa → bbb' },
    });
  });
});
