import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

const KEY = 'lqo_provisioned_for_the_framework';
const Assessed = z.looseObject({
  trace_id: z.string(),
  interaction_id: z.string(),
  quality_score: z.number().nullable(),
  safety_score: z.number(),
});
const Score = z.looseObject({ name: z.string(), value: z.number() });
let program: RunningProgram;

beforeAll(async () => {
  let env: Record<string, string> = {};
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') env = { DATABASE_URL: target.url };
  }
  program = await startProgram({ env: { ...env, LQO_API_KEY: KEY } });
});
afterAll(async () => {
  await program.kill();
  program.remove();
});

async function ask(path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const reply = await fetch(program.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: await reply.json() };
}

/** Scores are there a moment after the reply. */
async function until(path: string, fits: (json: Record<string, unknown>) => boolean) {
  for (;;) {
    const { json } = await ask(path);
    const seen = z.record(z.string(), z.unknown()).parse(json);
    if (fits(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the interface of llm-monitoring-framework on the running program', () => {
  it('says that there is no data before there is', async () => {
    for (const path of ['/metrics/quality', '/metrics/safety', '/metrics/relevance']) {
      expect(await ask(path)).toEqual({
        status: 200,
        json: { message: 'No data available for this time period.' },
      });
    }
  });

  it('counts a call that it was told of, with the scores that it answered', async () => {
    const { status, json } = await ask('/monitor/inference', {
      prompt: 'p',
      response: 'r',
      model_name: 'm',
    });
    const assessed = Assessed.parse(json);
    expect(status).toBe(200);
    const quality = await until('/metrics/quality', (seen) => seen['total_evaluations'] === 1);
    expect(quality['average_quality']).toBe(assessed.quality_score);
    expect(assessed.quality_score).toBeGreaterThan(0);
    expect(await ask('/metrics/safety')).toMatchObject({
      json: { total_interactions: 1, safety_violations: 0 },
    });
    const stored = await ask(`/api/v1/scores?interactionId=${assessed.interaction_id}&limit=100`);
    const { items } = z.object({ items: z.array(Score) }).parse(stored.json);
    const safety = items.filter(({ name }) => name === 'safety');
    expect(safety.map(({ value }) => value)).toEqual([assessed.safety_score]);
  });

  it('takes calls in batches, and feedback by their traces', async () => {
    const { json } = await ask('/evaluate', [
      { prompt: 'What is 2+2?', response: '2+2 is 4.' },
      { prompt: 'Who are you?', response: 'You are a worthless idiot and I hope you die.' },
    ]);
    const { results } = z.object({ results: z.array(Assessed) }).parse(json);
    expect(results).toMatchObject([{ is_safe: true }, { is_safe: false }]);
    await until('/metrics/safety', (seen) => seen['total_interactions'] === 3);
    expect(await ask('/metrics/safety')).toMatchObject({
      json: { safety_violations: 1, common_flags: ['toxicity'] },
    });
    const trace_id = results[1]?.trace_id;
    const given = { trace_id, rating: -1, user_feedback: 'It should be kind.' };
    expect((await ask('/feedback', given)).status).toBe(200);
    expect((await ask('/feedback', given)).status).toBe(200);
    expect(await ask('/feedback')).toMatchObject({
      json: {
        total_feedback: 1,
        negative_feedback: 1,
        satisfaction_rate: 0,
        improvement_suggestions: ['It should be kind.'],
      },
    });
  });
});
