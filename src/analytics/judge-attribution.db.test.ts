import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { storeCalls } from '../../test/support/many-calls.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import type { ChangesReply } from '../contract/changes.ts';
import { changeRoutes } from './change-routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const HOUR_MS = 3_600_000;
const iso = (hoursAgo: number) => new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString();

let test: TestApp;
beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) => changeRoutes(app, { ...deps, recordDeed: async () => undefined }),
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

async function project(): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  await test.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  return { id, key: await test.key(id) };
}

async function changes(key: string, query: string): Promise<ChangesReply> {
  const url = `/api/v1/analytics/changes?from=${iso(12)}&to=${iso(0)}&${query}`;
  const reply = await test.inject({ url, key });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
}

describe('given the scores of a judge with an anchor set', () => {
  /** Scores fall by 0.2 twelve hours ago; the verdicts over anchors fall by so much. */
  async function judged(anchorsFall: number, anchors = 30): Promise<ChangesReply> {
    const { id, key } = await project();
    for (const [from, to, value] of [
      [24, 12, 0.8],
      [12, 0, 0.6],
    ] as const) {
      await storeCalls(test.database, id, {
        count: 200,
        from: NOW_MS - from * HOUR_MS,
        to: NOW_MS - to * HOUR_MS,
        given: () => ({}),
        score: (at) => ({
          value: value + (at % 9) / 100,
          source: 'judge',
          evaluator: 'judge:relevance',
          name: 'relevance',
        }),
      });
    }
    for (let item = 0; item < anchors; item++) {
      const itemId = randomUUID();
      for (const [hoursAgo, fall] of [
        [40, 0],
        [16, 0],
        [2, anchorsFall],
      ] as const) {
        await test.database.query(
          `insert into judge_anchor_verdicts (project_id, rubric, name, is_main, item_id, day, evaluator_version, value,
             judged_at)
           values ($1, 'relevance', 'relevance', true, $2, $3::timestamptz::date, $4, $5, $3)`,
          [
            id,
            itemId,
            iso(hoursAgo),
            hoursAgo === 2 ? '2@m' : '1@m',
            0.7 - fall + ((item * hoursAgo) % 5) / 100,
          ],
        );
      }
    }
    const evaluator = 'evaluator=judge:relevance&score=relevance';
    return changes(key, `metric=score_mean&${evaluator}`);
  }

  it('says that the judge changed where anchors moved alike', async () => {
    const { judge } = await judged(0.2);
    expect(judge).toMatchObject({
      rubric: 'relevance',
      verdict: 'judge',
      versions: { before: ['1@m'], after: ['2@m'] },
    });
    expect(judge?.traffic.value).toBeCloseTo(-0.2, 2);
    expect(judge?.anchor.value).toBeCloseTo(-0.2, 1);
    expect(judge?.anchor.n).toBe(30);
  });

  it('says that the product changed where anchors stayed', async () => {
    const { judge } = await judged(0);
    expect(judge?.verdict).toBe('product');
    expect(judge?.product.high).toBeLessThan(0);
  });

  it('does not know without enough anchors', async () => {
    expect((await judged(0.2, 5)).judge?.verdict).toBe('unknown');
    expect((await judged(0, 0)).judge).toMatchObject({
      verdict: 'unknown',
      anchor: { value: null, n: 0 },
    });
  });

  it('says nothing of scores that are no judge’s', async () => {
    const { key } = await project();
    expect((await changes(key, 'metric=score_mean')).judge).toBeNull();
  });
});
