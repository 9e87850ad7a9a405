import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { answered, type EvaluationBench, evaluationBench } from '../../test/support/evaluation.ts';
import { createLog } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { createJobs, type JobDefinition, type Jobs } from '../store/jobs.ts';
import { defineEvaluationJobs, type EvaluationJobs, type EvaluationSettings } from './jobs.ts';
import { countPending } from './queue.ts';
import { readRunFacts } from './runs.ts';

const database = await testDatabase();
let bench: EvaluationBench;
let started: EvaluationJobs[] = [];

beforeEach(async () => {
  bench = await evaluationBench(database);
});
afterEach(async () => {
  await Promise.all(started.map((jobs) => jobs.stop()));
  started = [];
});

interface Program {
  readonly jobs: EvaluationJobs;
  readonly definition: JobDefinition;
  readonly sent: object[];
  readonly metrics: Metrics;
  /** What the job queue does every minute. */
  tick(): Promise<void>;
}

/** One program of several: real evaluation, and a job queue whose clock is the test. */
function program(settings: Partial<EvaluationSettings> = {}, nowMs = Date.now()): Program {
  const definitions: JobDefinition[] = [];
  const sent: object[] = [];
  const queue: Jobs = {
    define: (definition) => definitions.push(definition),
    send: (name, _data, options) => Promise.resolve(sent.push({ name, ...options }) > 0),
    failed: () => Promise.resolve([]),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const deps = bench.depsOf({ clock: { now: () => nowMs, monotonic: () => performance.now() } });
  const jobs = defineEvaluationJobs(queue, deps, {
    enabled: true,
    intervalMinutes: 5,
    ...settings,
  });
  started.push(jobs);
  const [definition] = definitions;
  if (definition === undefined) throw new Error('no job was defined');
  const tick = (): Promise<void> => definition.work(new AbortController().signal, {});
  return { jobs, definition, sent, metrics: deps.metrics, tick };
}

const MINUTE = 60_000;

describe('given automatic evaluation', () => {
  it('scores arrivals soon after a nudge', async () => {
    const { jobs } = program();
    await jobs.start();
    await bench.store(answered('q', 'fine'));
    jobs.nudge();
    await vi.waitFor(async () => expect(await bench.scores()).toHaveLength(1), 10_000);
  });

  it('says from the start when its first turn comes', async () => {
    const at = Date.now();
    await program({}, at).jobs.start();
    const facts = await readRunFacts(database, bench.projectId);
    expect(facts).toMatchObject({ lastRunAt: null, nextRunAt: new Date(at + 5 * MINUTE) });
  });

  it('tells its interval, and none while it is off', async () => {
    const [on, off] = [program(), program({ enabled: false })];
    await Promise.all([on.jobs.start(), off.jobs.start()]);
    const line = 'llm_evaluator_scheduler_interval_seconds';
    expect(await on.metrics.registry.metrics()).toContain(`\n${line} 300\n`);
    expect(await off.metrics.registry.metrics()).toContain(`\n${line} 0\n`);
  });

  it('scores what arrives while it is at work', async () => {
    const { jobs } = program();
    await jobs.start();
    for (let round = 0; round < 5; round += 1) {
      await bench.store(answered('q', 'fine'), answered('q', 'fine'));
      jobs.nudge();
    }
    await vi.waitFor(async () => expect(await bench.scores()).toHaveLength(10), 10_000);
  });

  it('takes its turn when it is time, and only then', async () => {
    const at = Date.now();
    await program({}, at).tick();
    await bench.store(answered('q', 'fine'));
    await program({}, at + 4 * MINUTE).tick();
    expect(await countPending(database, bench.projectId)).toBe(1);
    await program({}, at + 5 * MINUTE).tick();
    expect(await countPending(database, bench.projectId)).toBe(0);
    const facts = await readRunFacts(database, bench.projectId);
    expect(facts.nextRunAt?.getTime()).toBe(at + 10 * MINUTE);
  });

  it('comes sooner when the interval was made shorter', async () => {
    const at = Date.now();
    await program({ intervalMinutes: 600 }, at).tick();
    await bench.store(answered('q', 'fine'));
    await program({ intervalMinutes: 1 }, at + MINUTE).tick();
    expect(await countPending(database, bench.projectId)).toBe(0);
  });

  it('takes one turn, however many programs run', async () => {
    const at = Date.now();
    const programs = Array.from({ length: 3 }, () => program({}, at));
    await bench.store(answered('q', 'fine'));
    await Promise.all(programs.map(({ tick }) => tick()));
    expect(await readRunFacts(database, bench.projectId)).toMatchObject({ totalRuns: 1 });
  });

  it('queues itself in between when the interval is below a minute', async () => {
    const { tick, sent } = program({ intervalMinutes: 0.1 });
    await tick();
    expect(sent).toEqual([{ name: 'evaluation', delaySeconds: 6 }]);
  });
});

describe('given the real job queue', () => {
  it('evaluates when the job comes', async () => {
    const queue = createJobs({ database, log: createLog('silent'), pollSeconds: 0.5 });
    started.push(
      defineEvaluationJobs(queue, bench.depsOf(), { enabled: true, intervalMinutes: 60 }),
    );
    await queue.start();
    await bench.store(answered('q', 'fine'));
    await queue.send('evaluation');
    await vi.waitFor(async () => expect(await bench.scores()).toHaveLength(1), 20_000);
    await queue.stop();
  });
});

describe('given automatic evaluation is off', () => {
  it('has no clock, ignores arrivals, and says that no run will come', async () => {
    await program().tick();
    const { jobs, definition, tick } = program({ enabled: false });
    await jobs.start();
    await bench.store(answered('q', 'fine'));
    jobs.nudge();
    await tick();
    expect(definition.cron).toBeUndefined();
    expect(await countPending(database, bench.projectId)).toBe(1);
    expect((await readRunFacts(database, bench.projectId)).nextRunAt).toBeNull();
  });

  it('still runs when somebody asks', async () => {
    const { jobs } = program({ enabled: false });
    await bench.store(answered('q', 'fine'));
    const { projectId } = bench;
    expect(await jobs.run({ trigger: 'manual', projectId, limit: 5 })).toMatchObject({
      evaluated: 1,
    });
  });
});
