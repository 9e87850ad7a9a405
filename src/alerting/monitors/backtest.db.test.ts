import { beforeAll, describe, expect, it } from 'vitest';
import { testClock } from '../../../test/support/clock.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../../test/support/records.ts';
import { seeded } from '../../../test/support/seeded-random.ts';
import { type MonitorBacktest, NewMonitor } from '../../contract/monitors.ts';
import { createIdGenerator } from '../../core/ids.ts';
import { storeRecords } from '../../interactions/store-records.ts';
import { backtestMonitor } from './backtest.ts';

const DAY_MS = 86_400_000;
const database = await testDatabase();
const clock = testClock('2026-11-20T12:00:05.000Z');
const newId = createIdGenerator(clock);
const projectId = newId();

/** 30 days of 240 calls a day in sessions of three; the last two days fail five times as often. */
beforeAll(async () => {
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    'p',
  ]);
  const random = seeded(11);
  const interactions = Array.from({ length: 7_200 }, (_, i) => {
    const createdAt = new Date(clock.now() - Math.floor((i + 0.5) * (DAY_MS / 240)));
    const failing = i < 480 ? 0.25 : 0.05;
    return interactionRow({
      projectId,
      id: newId(),
      createdAt,
      sessionId: `s${Math.floor(i / 3)}`,
      status: random() < failing ? 'error' : 'success',
      latencyMs: 300 + 400 * random(),
    });
  });
  const scores = interactions.map((interaction) =>
    scoreRow(interaction, { name: 'quality', value: random() < 0.9 ? 0.9 : 0.2 }),
  );
  await record(database, batchOf({ interactions, scores }), [storeRecords]);
});

const backtest = (more: object): Promise<MonitorBacktest> =>
  backtestMonitor(
    { database, clock },
    { projectId, wish: NewMonitor.parse({ name: 'A monitor', ...more }) },
  );

const errorsAbove = (fire: number, more: object = {}): object => ({
  metric: { kind: 'error_rate' },
  condition: {
    kind: 'threshold',
    comparison: 'above',
    fire,
    windowMinutes: 60,
    minSamples: 5,
    ...more,
  },
});

describe('a backtest', () => {
  it('says when a monitor would have fired, and how much there was to see', async () => {
    const found = await backtest(errorsAbove(0.15, { windowMinutes: 720, minSamples: 50 }));
    expect(found).toMatchObject({ n: 7_200, sampled: false, needed: 50 });
    expect(found.samplesPerDay).toBeCloseTo(240, 0);
    expect(found.firingCount).toBe(1);
    const [firing] = found.firings;
    expect(firing?.to).toBeNull();
    const afterChange = Date.parse(firing?.from ?? '') - (clock.now() - 2 * DAY_MS);
    expect(afterChange).toBeGreaterThan(0);
    expect(afterChange).toBeLessThan(DAY_MS);
    expect(found.series.points.length).toBeGreaterThan(100);
    expect(found.series.lines).toEqual([{ kind: 'fire', value: 0.15 }]);
  });

  it('tells a restless monitor from a calm one by false alarms and delays', async () => {
    const restless = await backtest(errorsAbove(0.1));
    const calm = await backtest(
      errorsAbove(0.1, { windowMinutes: 720, minSamples: 50, certain: true }),
    );
    expect(restless.falseAlarmsPer30Days?.value).toBeGreaterThan(10);
    expect(restless.falseAlarmsPer30Days?.low).toBeGreaterThan(5);
    expect(calm.falseAlarmsPer30Days?.value).toBeLessThan(3);
    const [five, ten] = calm.delays;
    expect([five?.drop, ten?.drop]).toEqual([0.05, 0.1]);
    expect(ten?.found).toBeGreaterThan(0.9);
    expect(ten?.medianHours).toBeLessThan(five?.medianHours ?? Infinity);
    expect(ten?.medianSamples).toBeGreaterThan(20);
  });

  it('keeps a drift monitor within its budget of false alarms, and finds what it is made for', async () => {
    const found = await backtest({
      metric: { kind: 'error_rate' },
      condition: { kind: 'drift', direction: 'rise', by: 0.1 },
    });
    // The budget is one in 30 days; sessions are guessed from the data.
    expect(found.falseAlarmsPer30Days?.value).toBeLessThan(1.5);
    expect(found.delays.find(({ drop }) => drop === 0.1)).toMatchObject({ found: 1 });
    expect(found.firings.at(-1)?.to).toBeNull();
    expect(found.series.lines).toMatchObject([{ kind: 'baseline' }]);
  });

  it('answers the same for the same data, for scores, latencies and volumes too', async () => {
    for (const more of [
      {
        metric: { kind: 'score_rate', score: 'quality' },
        condition: { kind: 'change', direction: 'fall', by: 0.1, windowMinutes: 1_440 },
      },
      {
        metric: { kind: 'latency', percentile: 95 },
        condition: {
          kind: 'threshold',
          comparison: 'above',
          fire: 690,
          windowMinutes: 120,
          minSamples: 10,
        },
      },
      {
        metric: { kind: 'volume' },
        condition: { kind: 'absence', forMinutes: 60 },
      },
    ]) {
      const once = await backtest(more);
      expect(await backtest(more)).toEqual(once);
      expect(once.falseAlarmsPer30Days).not.toBeNull();
    }
  });

  it('gives no chances below the smallest useful number of samples', async () => {
    const found = await backtest({
      ...errorsAbove(0.1, { minSamples: 30 }),
      slice: { model: 'other' },
    });
    expect(found).toMatchObject({
      n: 0,
      falseAlarmsPer30Days: null,
      delays: [],
      needed: 30,
      firings: [],
    });
  });
});
