import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import {
  answered,
  type EvaluationBench,
  evaluationBench,
  fussy,
} from '../../test/support/evaluation.ts';
import type { RecordStep } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { countPending, countSetAside, retrySetAside } from './queue.ts';
import { type EvaluationDeps, showCounts } from './run.ts';

const database = await testDatabase();
let bench: EvaluationBench;

beforeEach(async () => {
  bench = await evaluationBench(database);
});

describe('given stored interactions', () => {
  it('queues successful answers of chats and nothing else', async () => {
    await bench.store(
      answered('q', 'a'),
      { row: { operation: 'responses' } },
      { row: { operation: 'completions' } },
      { row: { operation: 'embeddings' } },
      { row: { status: 'error', errorType: 'timeout_total' } },
    );
    expect(await countPending(database, bench.projectId)).toBe(3);
  });

  it('tells how long the oldest has been due, and how long the last batch took', async () => {
    await bench.store(answered('q', 'a'));
    await database.exec(
      "update evaluation_queue set next_attempt_at = now() - interval '10 minutes'",
    );
    const deps = bench.depsOf();
    const gauge = async (name: string): Promise<number> =>
      (await deps.metrics.registry.getSingleMetric(name)?.get())?.values[0]?.value ?? Number.NaN;
    await showCounts(deps);
    const late = await gauge('llm_evaluator_oldest_pending_seconds');
    expect(late).toBeGreaterThanOrEqual(600);
    expect(late).toBeLessThan(1200);
    await bench.run(deps);
    expect(await gauge('llm_evaluator_oldest_pending_seconds')).toBe(0);
    expect(await gauge('llm_evaluator_last_batch_duration_seconds')).toBeGreaterThan(0);
  });

  it('scores them with one score for every check, and empties the queue', async () => {
    const [good, bad] = await bench.store(
      answered('What is the capital of France?', 'Paris.'),
      answered('Hello', 'Error: connection refused'),
    );
    const result = await bench.run();
    expect(result).toMatchObject({
      evaluated: 2,
      failed: 0,
      lowQuality: 1,
      averageScore: 0.5,
      averageNative: 3,
    });
    const stored = new Map((await bench.scores()).map((score) => [score.interactionId, score]));
    expect(stored.get(good?.id ?? '')).toMatchObject({
      value: 1,
      native: 5,
      label: 'ok',
      flagged: false,
    });
    expect(stored.get(bad?.id ?? '')).toMatchObject({
      value: 0,
      native: 1,
      label: 'error_like',
      flagged: true,
    });
    expect(await bench.scores('refusal')).toHaveLength(2);
    expect(await countPending(database, bench.projectId)).toBe(0);
  });

  it('shows them in the view of LLM-Quality-Observer', async () => {
    await bench.store(answered('Hello', 'blah blah blah blah blah blah blah blah'));
    await bench.run();
    const rows = await database.query(
      `select overall_score, label, is_flagged, judge_model, judge_type, score_truthfulness
       from llm_evaluations e join llm_logs l on l.id = e.log_id join interactions i on i.id = l.id
       where i.project_id = $1`,
      [bench.projectId],
    );
    expect(rows).toEqual([
      {
        overall_score: 1,
        label: 'repetitive',
        is_flagged: true,
        judge_model: 'rule-basic-v2',
        judge_type: 'rule',
        score_truthfulness: null,
      },
    ]);
  });

  it('reads what the request asks for', async () => {
    const requestBody = JSON.stringify({
      messages: [
        { role: 'system', content: 'Answer in English.' },
        { role: 'user', content: 'q' },
      ],
      response_format: { type: 'json_object' },
    });
    await bench.store({ body: { requestBody, promptText: 'q', responseText: 'no json here' } });
    await bench.run();
    expect(await bench.scores('format')).toMatchObject([{ label: 'format' }]);
  });

  it('tells an empty answer from one that calls tools and from one that was not recorded', async () => {
    const called = '{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1"}]}}]}';
    const [empty, tools, unknown] = await bench.store(
      { body: { responseText: '', responseBody: '{"choices":[{}]}' } },
      { row: { finishReason: 'stop' }, body: { responseText: '', responseBody: called } },
      { row: { finishReason: null }, body: { responseText: null, responseBody: null } },
      { body: null },
    );
    expect(await bench.run()).toMatchObject({ evaluated: 2, failed: 0 });
    const labels = new Map(
      (await bench.scores()).map((score) => [score.interactionId, score.label]),
    );
    expect(labels.get(empty?.id ?? '')).toBe('empty');
    expect(labels.get(tools?.id ?? '')).toBe('ok');
    expect(labels.has(unknown?.id ?? '')).toBe(false);
    expect(await countPending(database, bench.projectId)).toBe(0);
  });

  it('goes on until nothing is due, batch by batch', async () => {
    await bench.store(...Array.from({ length: 25 }, () => answered('q', 'fine')));
    expect(await bench.run()).toMatchObject({ evaluated: 25 });
  });

  it('stops at the limit', async () => {
    await bench.store(...Array.from({ length: 7 }, () => answered('q', 'fine')));
    expect(await bench.run(bench.depsOf({ batchSize: 3 }), 4)).toMatchObject({ evaluated: 4 });
    expect(await countPending(database, bench.projectId)).toBe(3);
  });

  it('touches no other project', async () => {
    const other = await evaluationBench(database);
    await bench.store(answered('q', 'mine'));
    await other.store(answered('q', 'theirs'));
    expect(await bench.run()).toMatchObject({ evaluated: 1 });
    expect(await countPending(database, other.projectId)).toBe(1);
  });

  it('survives texts that databases refuse', async () => {
    await bench.store(answered('q', `Hello\0there ${'\ud800'} x`));
    expect(await bench.run()).toMatchObject({ evaluated: 1, failed: 0 });
  });
});

describe('when an interaction is evaluated again', () => {
  it('adds nothing', async () => {
    const [row] = await bench.store(answered('q', 'fine'));
    await bench.run();
    const before = await bench.scores('refusal');
    await database.query(
      `insert into evaluation_queue (interaction_id, interaction_created_at, project_id) values ($1, $2, $3)`,
      [row?.id ?? '', row?.createdAt ?? null, bench.projectId],
    );
    expect(await bench.run()).toMatchObject({ evaluated: 1, failed: 0 });
    expect(await bench.scores('refusal')).toEqual(before);
  });
});

describe('when a record cannot be evaluated', () => {
  let deps: EvaluationDeps;
  beforeEach(() => {
    deps = bench.depsOf({ evaluators: [fussy] });
  });

  it('fails alone, is tried three times with growing pauses, and is set aside with its reason', async () => {
    await bench.store(answered('q', 'fine'), answered('q', 'poison'), answered('q', 'fine'));
    expect(await bench.run(deps)).toMatchObject({ evaluated: 2, failed: 1 });
    expect(await bench.run(deps)).toMatchObject({ evaluated: 0, failed: 0 });
    await bench.waitLong();
    expect(await bench.run(deps)).toMatchObject({ evaluated: 0, failed: 1 });
    await bench.waitLong();
    expect(await bench.run(deps)).toMatchObject({ evaluated: 0, failed: 1 });
    expect(await countPending(database, bench.projectId)).toBe(0);
    expect(await countSetAside(database, bench.projectId)).toBe(1);
    const [aside] = await database.query<{ last_error: string; attempts: number }>(
      'select last_error, attempts from evaluation_queue where project_id = $1',
      [bench.projectId],
    );
    expect(aside).toEqual({ last_error: 'cannot swallow this', attempts: 3 });
    await bench.waitLong();
    expect(await bench.run(deps)).toMatchObject({ evaluated: 0, failed: 0 });
  });

  it('is tried again when somebody asks for it', async () => {
    await bench.store(answered('q', 'poison'));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await bench.run(deps);
      await bench.waitLong();
    }
    expect(await retrySetAside(database, bench.projectId, null)).toBe(1);
    expect(await bench.run()).toMatchObject({ evaluated: 1, failed: 0 });
  });

  it('sets aside an interaction that is no longer there, in the end', async () => {
    await bench.store(answered('q', 'fine'));
    await database.query('delete from interactions where project_id = $1', [bench.projectId]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await bench.run()).toMatchObject({ evaluated: 0, failed: 1 });
      await bench.waitLong();
    }
    expect(await countSetAside(database, bench.projectId)).toBe(1);
  });

  it('does not let its scores spoil those of others', async () => {
    const rows = await bench.store(...Array.from({ length: 9 }, () => answered('q', 'fine')));
    const unwanted = rows[4]?.id;
    const picky: RecordStep = (tx, batch) => {
      if (batch.scores.some(({ interactionId }) => interactionId === unwanted)) {
        throw new Error('the database will not take it');
      }
      return storeRecords(tx, batch);
    };
    expect(await bench.run(bench.depsOf({ record: picky }))).toMatchObject({
      evaluated: 8,
      failed: 1,
    });
    expect(await bench.scores()).toHaveLength(8);
  });
});
