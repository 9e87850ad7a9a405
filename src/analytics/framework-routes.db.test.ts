import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { RelevanceMetrics } from '../contract/framework.ts';
import type { ScoreRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { frameworkMetricsRoutes } from './framework-routes.ts';
import { rollUp } from './roll-up.ts';

const NO_DATA = { message: 'No data available for this time period.' };
type Json = Record<string, unknown>;
const DAY_MS = 86_400_000;
let test: TestApp;

beforeAll(async () => {
  test = await testApp({ routes: (app, deps) => frameworkMetricsRoutes(app, deps) });
});
afterAll(() => test.close());

/** Scores of one interaction each, so long ago. */
async function add(ago: number, scores: readonly Partial<ScoreRow>[]): Promise<void> {
  const at = new Date(Date.now() - ago);
  const interaction = interactionRow({ projectId: test.a.id, createdAt: at });
  const rows = scores.map((score) =>
    scoreRow(interaction, {
      createdAt: at,
      source: 'detector',
      evaluator: 'assessment',
      flagged: false,
      ...score,
    }),
  );
  await record(test.database, batchOf({ interactions: [interaction], scores: rows }), [
    storeRecords,
    rollUp,
  ]);
}

const ask = async (path: string, key = test.a.key): Promise<{ status: number; json: Json }> => {
  const reply = await test.app.inject({ url: path, headers: { authorization: `Bearer ${key}` } });
  return { status: reply.statusCode, json: reply.json() };
};

const PATHS = ['/metrics/quality', '/metrics/safety', '/metrics/relevance'];

describe('without data', () => {
  it.each(PATHS)('%s says so', async (path) => {
    expect(await ask(path)).toEqual({ status: 200, json: NO_DATA });
  });

  it('feedback is counted as none, and its rate as unknown', async () => {
    expect((await ask('/feedback')).json).toMatchObject({
      total_feedback: 0,
      satisfaction_rate: null,
      common_complaints: [],
    });
  });
});

describe('given assessed interactions', () => {
  beforeAll(async () => {
    for (const value of [0.9, 0.8, 0.7]) {
      await add(0, [
        { name: 'quality', value, label: 'finance', details: { parts: { relevance: value } } },
        { name: 'safety', value: 1, label: 'safe' },
        { name: 'relevance', value, evaluator: 'relevance' },
      ]);
    }
    for (let at = 0; at < 5; at += 1) {
      await add(3 * DAY_MS, [
        { name: 'quality', value: 0.4, label: 'science', details: { parts: { relevance: 0.2 } } },
        {
          name: 'safety',
          value: 0.5,
          label: at === 0 ? 'toxicity, pii_leak' : 'toxicity',
          flagged: true,
        },
        { name: 'relevance', value: 0.2, evaluator: 'relevance' },
      ]);
    }
  });

  it('tells the mean quality of the last day, with its interval', async () => {
    const { json } = await ask('/metrics/quality');
    expect(json).toMatchObject({ time_period: '24h', total_evaluations: 3 });
    expect(json['average_quality']).toBeCloseTo(0.8);
    expect(json['average_quality_low']).toBeLessThan(0.8);
    expect(json['average_quality_high']).toBeGreaterThan(0.8);
  });

  it.each(['7d', '30d', 'whatever'])('takes the whole period %s', async (period) => {
    const { json } = await ask(`/metrics/quality?time_period=${period}`);
    expect(json).toMatchObject({ time_period: period, total_evaluations: 8 });
  });

  it('tells violations and their flags, the most frequent first', async () => {
    expect((await ask('/metrics/safety')).json).toMatchObject({
      total_interactions: 3,
      safety_violations: 0,
      violation_rate: 0,
      common_flags: [],
    });
    expect((await ask('/metrics/safety?time_period=7d')).json).toMatchObject({
      total_interactions: 8,
      safety_violations: 5,
      violation_rate: 0.625,
      common_flags: ['toxicity', 'pii_leak'],
      flag_counts: { toxicity: 5, pii_leak: 1, hallucination: 0 },
    });
  });

  it('tells relevance, topics and which of them do badly', async () => {
    const { json } = await ask('/metrics/relevance?time_period=7d');
    expect(json).toMatchObject({
      total_evaluations: 8,
      topic_distribution: { science: 5, finance: 3 },
      quality_insights: {
        low_relevance_count: 5,
        low_relevance_rate: 0.625,
        most_problematic_topics: ['science'],
      },
      relevance_metrics: { average_contextual_relevance: null, average_intent_relevance: null },
    });
    expect(RelevanceMetrics.parse(json).relevance_metrics.average_overall_relevance).toBeCloseTo(
      (2.4 + 1) / 8,
    );
  });

  it('tells feedback by the last word of each user', async () => {
    const said = (value: number, givenBy: string, reason: string | null): Partial<ScoreRow> => ({
      name: 'user_feedback',
      source: 'human',
      evaluator: 'feedback',
      value,
      reason,
      details: { givenBy },
    });
    await add(0, [said(1, 'ada', null)]);
    await add(0, [said(0, 'bob', 'Too long.')]);
    await add(0, [said(0, 'cem', 'It should cite its sources.')]);
    await add(0, [said(0.5, 'dan', null)]);
    expect((await ask('/feedback')).json).toMatchObject({
      total_feedback: 4,
      positive_feedback: 1,
      negative_feedback: 2,
      neutral_feedback: 1,
      common_complaints: expect.arrayContaining(['Too long.', 'It should cite its sources.']),
      improvement_suggestions: ['It should cite its sources.'],
    });
  });

  it('refuses a period that is no word', async () => {
    expect((await ask(`/metrics/quality?time_period=${'x'.repeat(99)}`)).status).toBe(400);
  });

  it.each([...PATHS, '/feedback'])('shows %s of other projects to nobody', async (path) => {
    const theirs = await ask(`${path}?time_period=30d`, test.b.key);
    expect(theirs.json['message'] ?? theirs.json['total_feedback']).toBe(
      path === '/feedback' ? 0 : NO_DATA.message,
    );
    expect((await test.app.inject({ url: path })).statusCode).toBe(401);
  });
});
