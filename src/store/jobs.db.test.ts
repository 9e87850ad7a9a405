import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { createLog } from '../core/log.ts';
import { createJobs, type Jobs, type JobsOptions } from './jobs.ts';
import type { StoreDatabase } from './sql-database.ts';

const log = createLog('silent');
let database: StoreDatabase;
let running: Jobs[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(running.map((jobs) => jobs.stop()));
  running = [];
});

function jobsOn(options: Partial<JobsOptions> = {}): Jobs {
  const jobs = createJobs({ database, log, pollSeconds: 0.5, ...options });
  running.push(jobs);
  return jobs;
}

describe('given a defined job', () => {
  it('runs what is sent, with its data', async () => {
    const seen: object[] = [];
    const jobs = jobsOn();
    jobs.define({
      name: 'greet',
      work: (_signal, data) => {
        seen.push(data);
        return Promise.resolve();
      },
    });
    await jobs.start();
    expect(await jobs.send('greet', { name: 'Ada', at: { deep: [1] } })).toBe(true);
    expect(await jobs.send('greet', { name: 'Bo' })).toBe(true);
    await vi.waitFor(() => expect(seen).toHaveLength(2), 20_000);
    expect(seen).toContainEqual({ name: 'Ada', at: { deep: [1] } });
  });

  it('refuses a job that nobody defined', async () => {
    const jobs = jobsOn();
    await jobs.start();
    await expect(jobs.send('nobody')).rejects.toThrow('not defined');
  });

  it('lets at most one run of a key wait', async () => {
    const jobs = jobsOn({ work: false });
    jobs.define({ name: 'rebuild', work: () => Promise.resolve() });
    await jobs.start();
    expect(await jobs.send('rebuild', {}, { singletonKey: 'a' })).toBe(true);
    expect(await jobs.send('rebuild', {}, { singletonKey: 'a' })).toBe(false);
    expect(await jobs.send('rebuild', {}, { singletonKey: 'b' })).toBe(true);
  });
});

describe('when a run fails', () => {
  it('tries again and succeeds', async () => {
    let tries = 0;
    const jobs = jobsOn();
    jobs.define({
      name: 'shaky',
      retries: 3,
      retryDelaySeconds: 0,
      work: () => (++tries < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
    });
    await jobs.start();
    await jobs.send('shaky');
    await vi.waitFor(() => expect(tries).toBe(2), 30_000);
    expect(await jobs.failed(10)).toEqual([]);
  });

  it('sets a hopeless job aside with its reason', async () => {
    const jobs = jobsOn();
    jobs.define({
      name: 'hopeless',
      retries: 0,
      work: () => Promise.reject(new Error('poisoned record 7')),
    });
    await jobs.start();
    await jobs.send('hopeless', { record: 7 });
    await vi.waitFor(async () => expect(await jobs.failed(10)).toHaveLength(1), 30_000);
    expect(await jobs.failed(10)).toMatchObject([
      { name: 'hopeless', data: { record: 7 }, reason: 'poisoned record 7' },
    ]);
  });
});

describe('when the program stops', () => {
  it('aborts what runs and waits for it', async () => {
    const events: string[] = [];
    const jobs = createJobs({ database, log, pollSeconds: 0.5 });
    jobs.define({
      name: 'long',
      retries: 0,
      work: async (signal) => {
        events.push('started');
        await delay(60_000, undefined, { signal }).catch(() => events.push('aborted'));
        await delay(20);
        events.push('ended');
      },
    });
    await jobs.start();
    await jobs.send('long');
    await vi.waitFor(() => expect(events).toEqual(['started']), 20_000);
    await jobs.stop();
    expect(events).toEqual(['started', 'aborted', 'ended']);
  });
});

describe('given two programs on one database', () => {
  it('keeps one schedule for a cron job', async () => {
    const first = jobsOn({ work: true });
    const second = jobsOn({ work: true });
    for (const jobs of [first, second]) {
      jobs.define({ name: 'nightly', cron: '0 3 * * *', work: () => Promise.resolve() });
    }
    await first.start();
    await second.start();
    const schedules = await database.query('select name, cron, timezone from jobs.schedule');
    expect(schedules).toEqual([{ name: 'nightly', cron: '0 3 * * *', timezone: 'UTC' }]);
  });

  it('lets one run of a cron job wait, whoever asks for it', async () => {
    // Nobody works, so that nothing is taken from the queue between two sends.
    const senders = [jobsOn({ work: false }), jobsOn({ work: false })];
    for (const jobs of senders) {
      jobs.define({ name: 'hourly', cron: '0 * * * *', work: () => Promise.resolve() });
      await jobs.start();
    }
    const sent = await Promise.all([...senders, ...senders].map((jobs) => jobs.send('hourly')));
    expect(sent.filter(Boolean)).toHaveLength(1);
  });

  it('runs each job once', async () => {
    const runs: string[] = [];
    const names = Array.from({ length: 6 }, (_, n) => `item-${n}`);
    for (const worker of ['a', 'b']) {
      const jobs = jobsOn();
      jobs.define({
        name: 'shared',
        work: (_signal, data) => {
          runs.push(`${worker}:${'item' in data ? String(data.item) : ''}`);
          return Promise.resolve();
        },
      });
      await jobs.start();
    }
    const [sender] = running;
    for (const item of names) await sender?.send('shared', { item });
    await vi.waitFor(() => expect(runs).toHaveLength(names.length), 30_000);
    expect(new Set(runs.map((run) => run.slice(2)))).toEqual(new Set(names));
  });
});
