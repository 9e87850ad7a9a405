import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { demoAsk, type JudgeBench, judgeBench, tasksFor } from '../../test/support/judges.ts';
import { AskError } from '../evaluation/ask.ts';
import type { InteractionRow } from '../interactions/record.ts';

const database = await testDatabase();
let bench: JudgeBench;
beforeEach(async () => {
  bench = await judgeBench(database);
});

const GOOD = { promptText: 'What is 6 x 7?', responseText: 'The result is 42.' };
const TOXIC = { promptText: 'What is 6 x 7?', responseText: 'You idiot, the result is 42.' };

async function judge(rubric: string, rows: readonly InteractionRow[], given = {}) {
  return await bench.worker(given).runNow(rubric, tasksFor(rubric, rows));
}

async function spending(): Promise<{ spent: number; reserved: number; exhausted: boolean }> {
  const [row] = await database.query<{ spent: number; reserved: number; exhausted: boolean }>(
    `select spent_micro_usd as spent, reserved_micro_usd as reserved, exhausted_at is not null as exhausted
     from judge_spending where project_id = $1`,
    [bench.projectId],
  );
  return row ?? { spent: 0, reserved: 0, exhausted: false };
}

describe('given interactions to judge', () => {
  it('scores them by the rubric, with who judged, why and how likely it was to be chosen', async () => {
    const row = await bench.store(GOOD);
    const done = await judge('quality', [row]);
    expect(done).toMatchObject({ judged: 1, failed: 0 });
    const scores = await bench.scores();
    expect(scores.map(({ name, nativeValue }) => [name, nativeValue])).toEqual([
      ['instruction_following', 5],
      ['overall', 5],
      ['truthfulness', 5],
    ]);
    expect(scores[1]).toMatchObject({
      source: 'judge',
      evaluator: 'judge:quality',
      evaluatorVersion: '1@demo/judge',
      flagged: false,
      details: {
        samplingProbability: 1,
        stratum: 'manual',
        instruction_following: 5,
        truthfulness: 5,
        raw: expect.stringContaining('verdicts'),
        asked: [expect.any(String)],
      },
    });
    expect(await bench.tasks()).toEqual([]);
    expect(bench.asked[0]).toMatchObject({
      purpose: 'judge',
      tags: ['rubric:quality'],
      metadata: { rubric: 'quality@1', judged: row.id },
    });
  });

  it('flags what is bad', async () => {
    await judge('harmlessness', [await bench.store(TOXIC)]);
    expect(await bench.scores()).toMatchObject([{ value: 0, label: 'poor', flagged: true }]);
  });

  it('shows in the view of LLM-Quality-Observer', async () => {
    const row = await bench.store(GOOD);
    await judge('quality', [row]);
    const rows = await database.query('select * from llm_evaluations where log_id = $1', [row.id]);
    expect(rows).toMatchObject([
      {
        overall_score: 5,
        score_instruction_following: 5,
        score_truthfulness: 5,
        label: 'llm-judge',
        judge_model: 'demo/judge',
        judge_type: 'llm',
        raw_judge_response: expect.stringContaining('verdicts'),
      },
    ]);
  });

  it('asks once about the same content', async () => {
    const rows = [await bench.store(GOOD), await bench.store(GOOD)];
    await judge('relevance', rows.slice(0, 1));
    await judge('relevance', rows.slice(1));
    expect(bench.asked).toHaveLength(1);
    expect(await bench.scores()).toHaveLength(2);
  });

  it('answers that nothing was done when nothing waits', async () => {
    expect(await judge('quality', [])).toMatchObject({ judged: 0, failed: 0, scores: [] });
    expect(bench.asked).toHaveLength(0);
  });

  it('asks nothing where a rule decides', async () => {
    const empty = await bench.store({ promptText: 'Hi', responseText: '' });
    const refusal = await bench.store({
      promptText: 'Hi',
      responseText: "I'm sorry, but I can't help with that.",
    });
    await judge('quality', [empty]);
    await judge('harmlessness', [refusal]);
    await judge('faithfulness', [await bench.store(GOOD)]);
    expect(bench.asked).toEqual([]);
    const scores = await bench.scores();
    expect(scores.map(({ name, value, details }) => [name, value, details?.['byRule']])).toEqual([
      ['harmlessness', 1, 'refused'],
      ['instruction_following', 0, 'empty'],
      ['overall', 0, 'empty'],
      ['truthfulness', 0, 'empty'],
    ]);
  });

  it('looks at the answer to the swapped prompt for bias, and asks the judged model for it', async () => {
    const row = await bench.store(
      { promptText: 'Should he study physics?', responseText: 'Physics is a fine choice for him.' },
      { model: 'demo/good' },
    );
    await judge('bias', [row]);
    expect(bench.asked.map(({ model }) => model)).toEqual([
      'demo/judge',
      'demo/good',
      'demo/judge',
    ]);
    expect(bench.asked[1]?.messages).toEqual([
      { role: 'user', content: 'Should she study physics?' },
    ]);
    expect((await bench.scores())[0]).toMatchObject({
      name: 'bias',
      details: { swaps: ['he → she'], level: 5, swappedLevel: 5 },
    });
  });

  it('says nothing about bias where no group is named', async () => {
    await judge('bias', [await bench.store(GOOD)]);
    expect(bench.asked).toEqual([]);
    expect(await bench.scores()).toEqual([]);
  });
});

describe('given replies that are not as asked', () => {
  it('reads them, or asks once more, and never makes a score up', async () => {
    await bench.settings({});
    const rows: InteractionRow[] = [];
    for (let at = 0; at < 12; at += 1) {
      rows.push(await bench.store({ ...GOOD, promptText: `What is 6 x 7, ${at}?` }));
    }
    await bench.plan('quality', { model: 'demo/judge-broken' });
    const done = await judge('quality', rows);
    expect(done).toMatchObject({ judged: 12, failed: 0 });
    expect((await bench.scores()).every(({ value }) => value >= 0.5)).toBe(true);
  });

  it('keeps the judge’s words when nothing can be read, and gives no score', async () => {
    const row = await bench.store(GOOD);
    const ask = demoAsk([], () => 'I would rather not say.');
    expect(await judge('quality', [row], { ask })).toMatchObject({ judged: 0, failed: 1 });
    expect(await bench.scores()).toEqual([]);
    expect(await bench.tasks()).toMatchObject([
      { aside: true, error: expect.stringContaining('No verdict could be read') },
    ]);
    const [task] = await database.query<{ raw_reply: string }>(
      'select raw_reply from judge_tasks where project_id = $1',
      [bench.projectId],
    );
    expect(task?.raw_reply).toContain('I would rather not say.');
  });

  it('tries again later what may work later, and sets aside what will not', async () => {
    const row = await bench.store(GOOD);
    const ask = (code: 'unavailable' | 'refused') => async (): Promise<never> => {
      throw new AskError(code, 'no');
    };
    await judge('quality', [row], { ask: ask('unavailable') });
    expect(await bench.tasks()).toMatchObject([{ aside: false, error: 'no' }]);
    await database.query('update judge_tasks set next_attempt_at = now() where project_id = $1', [
      bench.projectId,
    ]);
    await judge('quality', [row], { ask: ask('refused') });
    expect(await bench.tasks()).toMatchObject([{ aside: true }]);
  });

  it('leaves out what the provider refuses of the request, and remembers it', async () => {
    const rows = [await bench.store(GOOD), await bench.store(TOXIC)];
    const inner = demoAsk(bench.asked);
    const ask: typeof inner = async (request) => {
      if (request.parameters?.['response_format'] !== undefined) {
        throw new AskError('refused', "Unknown parameter: 'response_format'.");
      }
      return await inner(request);
    };
    const deps = { ask };
    expect(await judge('quality', rows, deps)).toMatchObject({ judged: 2 });
    expect(bench.asked.every(({ parameters }) => parameters?.['temperature'] === 0)).toBe(true);
  });
});

describe('given a daily budget', () => {
  it('takes before it asks, and gives back what it did not cost', async () => {
    await judge('quality', [await bench.store(GOOD)]);
    const { spent, reserved } = await spending();
    expect(reserved).toBe(0);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(5_000);
  });

  it('asks nothing beyond it, says so, and leaves the rest for later', async () => {
    await bench.settings({ dailyBudgetMicroUsd: 2_400 });
    const rows: InteractionRow[] = [];
    for (let at = 0; at < 30; at += 1) {
      rows.push(await bench.store({ ...GOOD, promptText: `What is 6 x 7, ${at}?` }));
    }
    const done = await judge('quality', rows);
    expect(done.judged).toBeGreaterThan(0);
    expect(done.overBudget).toBeGreaterThan(0);
    const { spent, reserved, exhausted } = await spending();
    expect(spent + reserved).toBeLessThanOrEqual(2_400);
    expect(reserved).toBe(0);
    expect(exhausted).toBe(true);
    expect((await bench.tasks()).every(({ aside }) => !aside)).toBe(true);
  });

  it('is not exceeded however many ask at once', async () => {
    await bench.settings({ dailyBudgetMicroUsd: 5_000, concurrency: 16 });
    const rows: InteractionRow[] = [];
    for (let at = 0; at < 24; at += 1) {
      rows.push(await bench.store({ ...GOOD, promptText: `What is 6 x 7, ${at}?` }));
    }
    let most = 0;
    const inner = demoAsk();
    const ask: typeof inner = async (request) => {
      const now = await spending();
      most = Math.max(most, now.spent + now.reserved);
      return await inner(request);
    };
    await Promise.all([
      judge('quality', rows.slice(0, 12), { ask }),
      judge('quality', rows.slice(12), { ask }),
    ]);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(5_000);
  });
});

describe('given a program that died in the middle', () => {
  it('finds the answer that was paid for, and books it once', async () => {
    const row = await bench.store(GOOD);
    const [task] = tasksFor('relevance', [row]);
    if (task === undefined) throw new Error('no task');
    // As the program left it: the call was noted, made and recorded; its claim has run out.
    await database.query(
      `insert into judge_tasks (id, project_id, rubric, version, interaction_id, interaction_created_at,
         stratum, probability, attempts, reserved_micro_usd, reserved_day)
       values ($1, $2, 'relevance', 1, $3, $4, 'manual', 1, 1, 7000, current_date)`,
      [task.id, bench.projectId, row.id, row.createdAt],
    );
    await database.query(
      'insert into judge_spending (project_id, day, reserved_micro_usd) values ($1, current_date, 7000)',
      [bench.projectId],
    );
    const random = 'f00dfeedcafe0123456789abcdef4567';
    const call = await bench.store(
      {
        responseText: `{"call":"${random.slice(12, 24)}","evidence":[],"reasoning":"so","verdicts":{"relevance":1}}`,
      },
      { origin: 'judge', costMicroUsd: 321 },
    );
    await database.query(
      `insert into judge_calls (task_id, step, interaction_id, random) values ($1, 'verdict', $2, $3)`,
      [task.id, call.id, random],
    );
    await judge('relevance', [row]);
    expect(bench.asked).toEqual([]);
    expect(await bench.scores()).toMatchObject([{ name: 'relevance', value: 0.5, reason: 'so' }]);
    expect(await spending()).toMatchObject({ spent: 321, reserved: 0 });
  });

  it('asks anew when the call was never answered', async () => {
    const row = await bench.store(GOOD);
    const [task] = tasksFor('relevance', [row]);
    await database.query(
      `insert into judge_tasks (id, project_id, rubric, version, interaction_id, interaction_created_at,
         stratum, probability, attempts) values ($1, $2, 'relevance', 1, $3, $4, 'manual', 1, 1)`,
      [task?.id ?? null, bench.projectId, row.id, row.createdAt],
    );
    await database.query(
      `insert into judge_calls (task_id, step, interaction_id, random)
       values ($1, 'verdict', gen_random_uuid(), 'f00dfeedcafe0123456789abcdef4567')`,
      [task?.id ?? null],
    );
    await judge('relevance', [row]);
    expect(bench.asked).toHaveLength(1);
    expect(await bench.scores()).toHaveLength(1);
  });
});
