import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type TestApp, testApp } from '../../test/support/app.ts';
import type { InteractionEvent } from '../contract/events.ts';
import { EvaluateReply, InferenceReply } from '../contract/framework.ts';
import { defineEvaluator, found, passed } from '../evaluators/define-evaluator.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { frameworkRoutes } from './framework-routes.ts';
import { scoreHere } from './scorer.ts';
import { SettingsDirectory } from './settings.ts';
import { createShelfScorer } from './shelf-scorer.ts';

/** Finds "idiot" toxic and flags it. */
const toxicity = defineEvaluator({
  id: 'tox',
  version: 'v7',
  title: 'Toxicity',
  description: 'For tests.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate: ({ answer }) => [
    answer.includes('idiot')
      ? found('toxicity', { value: 0, flagged: true, label: 'alert', reason: 'insult' })
      : passed('toxicity'),
    passed('bias_cues'),
    passed('relevance'),
  ],
});

let test: TestApp;
let appended: { projectId: string; event: z.input<typeof InteractionEvent> }[] = [];
let room = true;

beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) => {
      const settings = new SettingsDirectory();
      settings.replace({ version: 1, settings: [] });
      const { monotonic } = deps.clock;
      frameworkRoutes(app, {
        ...deps,
        record: storeRecords,
        score: scoreHere([createShelfScorer({ evaluators: [toxicity], settings, monotonic })]),
        price: ({ model }) => Promise.resolve(model === 'gpt-4' ? 60_000 : null),
        append: (projectId, event) => {
          if (room) appended.push({ projectId, event });
          return Promise.resolve(room ? 'spooled' : 'dropped');
        },
      });
    },
  });
});
afterAll(() => test.close());

const post = async (
  url: string,
  body: unknown,
  key = test.a.key,
): Promise<{ status: number; json: unknown }> => {
  appended = [];
  const reply = await test.app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
  return { status: reply.statusCode, json: reply.json() };
};
const CALL = { prompt: 'p', response: 'r' };

describe('POST /monitor/inference', () => {
  it('records the call and answers what is to be said of it', async () => {
    const { status, json } = await post('/monitor/inference', {
      ...CALL,
      model_name: 'gpt-4',
      user_id: 'ada',
      context: ['passage'],
      response_time_ms: 120,
    });
    const reply = InferenceReply.parse(json);
    expect(status).toBe(200);
    expect(reply.trace_id).toMatch(/^[0-9a-f]{12}$/);
    expect(reply).toMatchObject({
      quality_score: 1,
      safety_score: 1,
      is_safe: true,
      safety_flags: [],
      cost_usd: 0.06,
      quality: { response_length: 1, response_relevance: 1, factual_accuracy: null },
      details: { toxicity_score: 0, bias_score: 0, hallucination_score: null },
    });
    expect(appended).toMatchObject([
      {
        projectId: test.a.id,
        event: {
          id: reply.interaction_id,
          traceId: reply.trace_id,
          model: 'gpt-4',
          userId: 'ada',
          context: ['passage'],
          latencyMs: 120,
        },
      },
    ]);
  });

  it('flags what is not safe, with evaluator and version', async () => {
    const { json } = await post('/monitor/inference', { ...CALL, response: 'You idiot' });
    expect(json).toMatchObject({
      is_safe: false,
      safety_flags: ['toxicity'],
      cost_usd: null,
      details: { toxicity_score: 1, toxicity: { evaluators: ['tox@v7'] } },
    });
  });

  it('leaves out what is not asked for', async () => {
    const { json } = await post('/monitor/inference', {
      ...CALL,
      response: 'You idiot',
      check_toxicity: false,
    });
    const reply = InferenceReply.parse(json);
    expect(reply.is_safe).toBe(true);
    expect(Object.keys(reply.details)).not.toContain('toxicity_score');
    expect(Object.keys(reply.details)).toContain('bias_score');
  });

  it('tells what is wrong with a body in the words of the framework', async () => {
    const { status, json } = await post('/monitor/inference', { prompt: 'p' });
    expect(status).toBe(422);
    expect(json).toMatchObject({ detail: [{ loc: ['body', 'response'] }] });
    expect(appended).toEqual([]);
  });

  it('does not say that it recorded what it did not', async () => {
    room = false;
    const { status, json } = await post('/monitor/inference', CALL);
    room = true;
    expect(status).toBe(503);
    expect(json).toMatchObject({ error: { code: 'spool_full' } });
  });

  it.each(['/monitor/inference', '/evaluate', '/feedback'])(
    'refuses %s without a key that may write',
    async (url) => {
      expect((await post(url, CALL, 'lqo_unknown')).status).toBe(401);
      const reader = await test.key(test.a.id, ['read']);
      expect((await post(url, CALL, reader)).status).toBe(403);
    },
  );
});

describe('POST /evaluate', () => {
  it('assesses item by item; a bad one spoils no other', async () => {
    const { status, json } = await post('/evaluate', [CALL, { prompt: 'p' }, 5, CALL]);
    const reply = EvaluateReply.parse(json);
    expect(status).toBe(200);
    expect(reply.evaluated_count).toBe(2);
    expect(reply.results.map(({ index }) => index)).toEqual([0, 3]);
    expect(reply.rejected).toMatchObject([
      { index: 1, reason: expect.stringContaining('response') },
      { index: 2 },
    ]);
    expect(appended).toHaveLength(2);
  });

  it('refuses what is no list, an empty one and one that is too long', async () => {
    for (const body of [CALL, [], Array.from({ length: 501 }, () => CALL)]) {
      expect((await post('/evaluate', body)).status).toBe(422);
    }
  });
});

describe('POST /feedback', () => {
  it('refuses a rating that is none, and interactions that are not there', async () => {
    expect((await post('/feedback', { trace_id: 'abc', rating: 7 })).status).toBe(422);
    expect((await post('/feedback', { trace_id: 'abc' })).status).toBe(400);
    expect((await post('/feedback', { trace_id: 'abc', rating: 1 })).status).toBe(404);
  });
});
