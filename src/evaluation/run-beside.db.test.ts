import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import {
  answered,
  type EvaluationBench,
  evaluationBench,
  fussy,
} from '../../test/support/evaluation.ts';
import { systemClock } from '../core/clock.ts';
import { claimDue, countPending, countSetAside } from './queue.ts';
import { type EvaluationDeps, runEvaluation } from './run.ts';
import { readRunFacts } from './runs.ts';

const database = await testDatabase();
let bench: EvaluationBench;

beforeEach(async () => {
  bench = await evaluationBench(database);
});

describe('when programs die or run side by side', () => {
  it('gives a claim that ran out to the next one, one record at a time', async () => {
    await bench.store(answered('q', 'a'), answered('q', 'b'), answered('q', 'c'));
    const dead = await claimDue(database, { projectId: bench.projectId, limit: 10 });
    expect(dead?.rows).toHaveLength(3);
    expect(await bench.run()).toMatchObject({ evaluated: 0 });
    await bench.waitLong();
    const next = await claimDue(database, { projectId: bench.projectId, limit: 10 });
    expect(next?.rows).toHaveLength(1);
    await bench.waitLong();
    expect(await bench.run()).toMatchObject({ evaluated: 3 });
  });

  it('sets aside a record that takes the program down each time', async () => {
    await bench.store(answered('q', 'a'));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(
        (await claimDue(database, { projectId: bench.projectId, limit: 10 }))?.rows,
      ).toHaveLength(1);
      await bench.waitLong();
    }
    expect(await claimDue(database, { projectId: bench.projectId, limit: 10 })).toBeNull();
    expect(await countSetAside(database, bench.projectId)).toBe(1);
  });

  it('writes nothing for rows that another worker took over', async () => {
    await bench.store(answered('q', 'fine'));
    const slow: EvaluationDeps = bench.depsOf({
      evaluators: [{ ...fussy, id: 'slow' }],
      clock: systemClock,
    });
    // Another worker claims and finishes while this one evaluates.
    const stolen = bench.depsOf({
      ...slow,
      database: {
        ...database,
        kind: database.kind,
        query: (sql, params) => database.query(sql, params),
        exec: (sql) => database.exec(sql),
        copyIn: (copy) => database.copyIn(copy),
        close: () => Promise.resolve(),
        transaction: async (work) => {
          await bench.waitLong();
          await bench.run();
          return database.transaction(work);
        },
      },
    });
    expect(await bench.run(stolen)).toMatchObject({ evaluated: 0, failed: 0 });
    const all = await database.query<{ evaluator: string }>(
      'select distinct evaluator from scores where project_id = $1',
      [bench.projectId],
    );
    expect(all).toEqual([{ evaluator: 'rule-basic' }]);
  });

  it('writes nothing for rows that another worker holds', async () => {
    await bench.store(answered('q', 'fine'));
    const overtaken = bench.depsOf({
      database: {
        kind: database.kind,
        query: (sql, params) => database.query(sql, params),
        exec: (sql) => database.exec(sql),
        copyIn: (copy) => database.copyIn(copy),
        close: () => Promise.resolve(),
        transaction: async (work) => {
          await bench.waitLong();
          await claimDue(database, { projectId: bench.projectId, limit: 10 });
          return database.transaction(work);
        },
      },
    });
    expect(await bench.run(overtaken, 1)).toMatchObject({ evaluated: 0, failed: 0 });
    expect(await bench.scores()).toEqual([]);
    expect(await countPending(database, bench.projectId)).toBe(1);
  });

  it('scores every record once, however many workers run', async () => {
    await bench.store(...Array.from({ length: 60 }, () => answered('q', 'fine')));
    const results = await Promise.all(
      Array.from({ length: 4 }, () => bench.run(bench.depsOf({ batchSize: 7 }))),
    );
    const evaluated = results.reduce((sum, result) => sum + result.evaluated, 0);
    expect(evaluated).toBe(60);
    expect(await bench.scores()).toHaveLength(60);
  });

  it('leaves the records as they were when the database goes away', async () => {
    await bench.store(answered('q', 'fine'));
    const away = bench.depsOf({
      database: {
        kind: database.kind,
        query: (sql, params) =>
          sql.includes('select 1 as one')
            ? Promise.reject(new Error('away'))
            : database.query(sql, params),
        exec: (sql) => database.exec(sql),
        copyIn: (copy) => database.copyIn(copy),
        close: () => Promise.resolve(),
        transaction: (work) =>
          database.transaction(work).then(
            () => Promise.reject(new Error('away')),
            () => Promise.reject(new Error('away')),
          ),
      },
      record: () => Promise.reject(new Error('away')),
    });
    await expect(bench.run(away)).rejects.toThrow('away');
    const [row] = await database.query<{ attempts: number; claimed_until: Date | null }>(
      'select attempts, claimed_until from evaluation_queue where project_id = $1',
      [bench.projectId],
    );
    expect(row).toEqual({ attempts: 0, claimed_until: null });
  });
});

describe('the history of runs', () => {
  it('tells the same after a restart: last run, averages, totals', async () => {
    await bench.store(answered('q', 'fine'), answered('Hello', 'Error: x'));
    await bench.run();
    await bench.run();
    const facts = await readRunFacts(database, bench.projectId);
    // The second run had nothing to do and is no news.
    expect(facts).toMatchObject({ totalRuns: 1, lastRun: { evaluated: 2, averageScore: 0.5 } });
    expect(facts.lastRunAt).toBeInstanceOf(Date);
  });

  it('joins arrivals within a minute into one row', async () => {
    const options = { trigger: 'arrival', projectId: null, limit: null } as const;
    await bench.store(answered('q', 'fine'));
    await runEvaluation(bench.depsOf(), options);
    await bench.store(answered('Hello', 'Error: x'));
    await runEvaluation(bench.depsOf(), options);
    expect(await readRunFacts(database, bench.projectId)).toMatchObject({
      totalRuns: 1,
      lastRun: { evaluated: 2, averageScore: 0.5, averageNative: 3, lowQuality: 1 },
    });
  });

  it('feeds the metrics', async () => {
    const deps = bench.depsOf();
    await bench.store(answered('q', 'fine'), answered('Hello', 'Error: x'));
    await bench.run(deps);
    const text = await deps.metrics.registry.metrics();
    expect(text).toContain('llm_evaluator_evaluations_total{judge_type="rule",status="success"} 2');
    expect(text).toContain('llm_evaluator_low_quality_alerts_total{judge_type="rule"} 1');
    expect(text).toContain('llm_evaluator_batch_evaluations_total{judge_type="rule"} 1');
    expect(text).toContain('llm_evaluator_batch_logs_processed_sum 2');
    expect(text).toContain(
      'llm_evaluator_evaluation_scores_sum{judge_type="rule",score_type="overall"} 6',
    );
    expect(text).toContain('llm_evaluator_pending_logs 0');
    expect(text).toMatch(/lqo_ledger_records\{state="evaluated"\} [1-9]/);
  });
});
