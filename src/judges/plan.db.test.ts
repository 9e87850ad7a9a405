import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { type JudgeBench, judgeBench } from '../../test/support/judges.ts';
import { systemClock } from '../core/clock.ts';
import { createIdGenerator } from '../core/ids.ts';
import type { Evaluated } from '../evaluation/after-evaluated.ts';
import { EMPTY_BATCH, type ScoreRow } from '../interactions/record.ts';
import { planJudging, planOnFeedback } from './plan.ts';

const database = await testDatabase();
const newId = createIdGenerator(systemClock);
const plan = planJudging({ newId, defaults: { model: 'demo/judge', judgeType: 'rule' } });
let bench: JudgeBench;
beforeEach(async () => {
  bench = await judgeBench(database);
});

function evaluated(count: number, scores: readonly Partial<ScoreRow>[] = []): Evaluated[] {
  return Array.from({ length: count }, () => ({
    interactionId: newId(),
    interactionCreatedAt: new Date(),
    projectId: bench.projectId,
    // Plans read no more of a score than this.
    scores: scores.map(
      (score) =>
        ({ flagged: false, source: 'rule', value: 1, details: null, ...score }) as ScoreRow,
    ),
  }));
}

describe('what is judged', () => {
  it('is nothing, unless somebody says so', async () => {
    await plan(database, evaluated(50));
    expect(await bench.tasks()).toEqual([]);
  });

  it('is the share that the plan asks for, with its probability', async () => {
    await bench.plan('relevance', { sampling: { base: 0.25 } as never });
    await plan(database, evaluated(800));
    const tasks = await bench.tasks();
    // Six standard deviations around a quarter of 800.
    expect(Math.abs(tasks.length - 200)).toBeLessThan(75);
    expect(new Set(tasks.map(({ stratum, probability }) => `${stratum} ${probability}`))).toEqual(
      new Set(['base 0.25']),
    );
  });

  it('is the same however often it is drawn', async () => {
    await bench.plan('relevance', { sampling: { base: 0.5 } as never });
    const some = evaluated(60);
    await plan(database, some);
    const first = await bench.tasks();
    await plan(database, some);
    expect(await bench.tasks()).toHaveLength(first.length);
  });

  it('is more of what was flagged, and of what local evaluators leave unclear', async () => {
    const sampling = { base: 0, flagged: 1, unclear: 1 } as never;
    await bench.plan('relevance', { sampling });
    await plan(database, evaluated(3, [{ flagged: true }]));
    await plan(database, evaluated(2, [{ details: { clear: false } }]));
    await plan(database, evaluated(4, [{ source: 'detector', value: 0.5 }]));
    await plan(
      database,
      evaluated(5, [{ source: 'detector', value: 0.5, details: { clear: true } }]),
    );
    await plan(database, evaluated(6, [{ source: 'rule', value: 0.5 }]));
    const strata = (await bench.tasks())
      .map(({ stratum }) => stratum)
      .toSorted((one, other) => one.localeCompare(other));
    expect(strata).toEqual([...Array(3).fill('flagged'), ...Array(6).fill('unclear')]);
  });

  it('is the first day of a prompt’s version', async () => {
    await bench.plan('relevance', { sampling: { newPromptVersion: 1 } as never });
    const old = new Date(Date.now() - 3 * 86_400_000);
    const prompt = { promptName: 'greeting', promptVersion: '1' };
    const seen = await bench.store({}, { ...prompt, createdAt: old });
    const later = await bench.store({}, prompt);
    const fresh = await bench.store({}, { ...prompt, promptVersion: '2' });
    for (const row of [seen, later, fresh]) {
      const of = { interactionId: row.id, interactionCreatedAt: row.createdAt, scores: [] };
      await plan(database, [{ ...of, projectId: bench.projectId }]);
    }
    expect(await bench.tasks()).toHaveLength(2);
  });

  it('is what users liked little, when they say so', async () => {
    await bench.plan('relevance', { sampling: { lowFeedback: 1 } as never });
    const step = planOnFeedback({ newId, defaults: { model: 'demo/judge', judgeType: 'rule' } });
    const feedback = (value: number): ScoreRow =>
      ({
        ...{ interactionId: newId(), interactionCreatedAt: new Date(), projectId: bench.projectId },
        ...{ source: 'human', name: 'user_feedback', value },
      }) as ScoreRow;
    await step(database, { ...EMPTY_BATCH, scores: [feedback(0), feedback(1)] });
    expect(await bench.tasks()).toMatchObject([{ stratum: 'low_feedback', probability: 1 }]);
  });

  it('is everything by the rubric quality where the installation says llm', async () => {
    const all = planJudging({ newId, defaults: { model: 'demo/judge', judgeType: 'llm' } });
    await all(database, evaluated(4));
    expect((await bench.tasks()).map(({ rubric }) => rubric)).toEqual(Array(4).fill('quality'));
  });

  it('is a part of the demo project by itself', async () => {
    await database.query('update projects set is_demo = true where id = $1', [bench.projectId]);
    await plan(database, evaluated(200, [{ flagged: true }]));
    const tasks = await bench.tasks();
    expect(tasks.length).toBeGreaterThan(10);
    expect(tasks.length).toBeLessThan(120);
  });
});
