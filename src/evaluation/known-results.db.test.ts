import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { answered, type EvaluationBench, evaluationBench } from '../../test/support/evaluation.ts';
import { defineEvaluator, type Evaluator, found } from '../evaluators/define-evaluator.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { forgetOldResults } from './known-results.ts';
import type { EvaluationDeps } from './run.ts';

const database = await testDatabase();
const clock = testClock();
let bench: EvaluationBench;
let asked: string[];

beforeEach(async () => {
  bench = await evaluationBench(database);
  await database.exec('truncate evaluation_results');
  asked = [];
});

/** A judge as it will be: costly, and of one opinion about the same content. */
function judge(changes: Partial<Evaluator> = {}): Evaluator {
  const costly = defineEvaluator({
    id: 'test-judge',
    version: 'v1',
    title: 'Test judge',
    description: 'Counts how often it is asked.',
    kind: 'judge',
    options: z.strictObject({}),
    needs: ['answer'],
    reusable: true,
    evaluate: ({ answer }) => {
      asked.push(answer);
      if (answer.includes('poison')) throw new Error('cannot judge this');
      const reason = `It says "${answer}".`;
      return [found('overall', { value: 0.75, label: 'fair', reason, details: { n: 1 } })];
    },
  });
  return { ...costly, ...changes };
}

async function run(
  evaluator = judge(),
  given: Partial<EvaluationDeps> = {},
): Promise<EvaluationDeps> {
  const deps = bench.depsOf({ evaluators: [evaluator], clock, ...given });
  await bench.run(deps);
  return deps;
}

async function reused(deps: EvaluationDeps): Promise<Record<string, number>> {
  const { values } = await deps.metrics.cache.reusedResults.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]));
}

describe('given an evaluator whose results can be used again', () => {
  it('asks it once for the same content, in one run and in later ones', async () => {
    await bench.store(answered('q', 'same'), answered('q', 'same'), answered('q', 'other'));
    const first = await run();
    await bench.store(answered('q', 'same'), answered('q', 'new'));
    const second = await run();
    expect(asked.sort()).toEqual(['new', 'other', 'same']);
    expect(await reused(first)).toEqual({ miss: 2, hit: 1 });
    expect(await reused(second)).toEqual({ miss: 1, hit: 1 });
  });

  it('gives every interaction the whole score, with its reason', async () => {
    await bench.store(answered('q', `tricky \0 ${'\ud800'} "é"`));
    await run();
    await bench.store(answered('q', `tricky \0 ${'\ud800'} "é"`));
    await run();
    const rows = await database.query<object>(
      `select value, label, reason, source, evaluator, details from scores where project_id = $1`,
      [bench.projectId],
    );
    expect(asked).toHaveLength(1);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toMatchObject({
      value: 0.75,
      label: 'fair',
      source: 'judge',
      details: { n: 1 },
    });
  });

  it.each<[string, Parameters<typeof answered>, Partial<Evaluator>?]>([
    ['another prompt', ['p', 'a']],
    ['another answer', ['q', 'b']],
    ['another version', ['q', 'a'], { version: 'v2' }],
    ['another evaluator', ['q', 'a'], { id: 'other-judge' }],
  ])('asks again about %s', async (_, content, changes = {}) => {
    await bench.store(answered('q', 'a'));
    await run();
    await bench.store(answered(...content));
    await run(judge(changes));
    expect(asked).toHaveLength(2);
  });

  it('asks again about another context', async () => {
    const body = { promptText: 'q', responseText: 'a' };
    await bench.store({ body }, { body: { ...body, context: ['passage'] } });
    await run();
    expect(asked).toHaveLength(2);
  });

  it('asks again in another project', async () => {
    await bench.store(answered('q', 'a'));
    await run();
    bench = await evaluationBench(database);
    await bench.store(answered('q', 'a'));
    await run();
    expect(asked).toHaveLength(2);
  });

  it('asks again when a result is old, and forgets it', async () => {
    await bench.store(answered('q', 'a'));
    await run();
    clock.pass(7 * 86_400_000);
    await forgetOldResults(database, new Date(clock.now()));
    expect(await database.query('select key from evaluation_results')).toEqual([]);
    await bench.store(answered('q', 'a'));
    await run();
    expect(asked).toHaveLength(2);
  });

  it('keeps no result of an evaluator that failed', async () => {
    await bench.store(answered('q', 'poison'), answered('q', 'fine'));
    await run();
    await bench.waitLong();
    await run();
    expect(asked.sort()).toEqual(['fine', 'poison', 'poison']);
  });

  it('keeps results although scores cannot be written', async () => {
    await bench.store(answered('q', 'a'));
    let refuses = true;
    const record: EvaluationDeps['record'] = async (tx, batch) => {
      if (refuses) throw new Error('disk full');
      await storeRecords(tx, batch);
    };
    await run(judge(), { record });
    refuses = false;
    await bench.waitLong();
    await run(judge(), { record });
    expect(asked).toEqual(['a']);
    expect(await bench.scores()).toHaveLength(1);
  });
});

describe('given a rule', () => {
  it('is asked each time, and nothing is kept', async () => {
    const { reusable: _, ...rule } = judge();
    await bench.store(answered('q', 'a'), answered('q', 'a'));
    const deps = await run(rule);
    expect(asked).toHaveLength(2);
    expect(await reused(deps)).toEqual({});
    expect(await database.query('select key from evaluation_results')).toEqual([]);
  });
});
