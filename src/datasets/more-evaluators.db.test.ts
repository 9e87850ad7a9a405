import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { RuleDefinition } from '../contract/rules.ts';
import { AskError } from '../evaluation/ask.ts';
import type { Subject } from '../evaluators/define-evaluator.ts';
import { builtInRubric } from '../judges/built-in-rubrics.ts';
import { keepJudgement } from '../judges/known-judgements.ts';
import { Pace } from '../judges/pace.ts';
import { createRule, type RuleDeps } from '../rules/manage-rules.ts';
import { judgeEvaluators } from './judge-evaluators.ts';
import { ruleEvaluators } from './rule-evaluators.ts';
import { createEvaluatorCatalogue, qualityOf, type RunAnswer } from './run-evaluator.ts';

let test: TestApp;
beforeAll(async () => {
  test = await testApp();
});
afterAll(() => test.close());

const answer = (text: string): RunAnswer => {
  const subject: Subject = {
    operation: 'chat',
    prompt: 'What is 6 x 7?',
    instructions: null,
    answer: text,
    answerCharacters: text.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
  };
  return {
    projectId: test.a.id,
    subject,
    reference: null,
    interactionId: null,
    model: 'gpt-test',
    prompt: null,
    call: { latencyMs: 900, inputTokens: 10, outputTokens: 20 },
    signal: new AbortController().signal,
  };
};

describe('custom rules in runs', () => {
  it('are asked about every answer of their project, and of no other', async () => {
    const { database, clock, newId } = test.deps;
    const recordDeed = (): Promise<void> => Promise.resolve();
    const deps: RuleDeps = { database, clock, newId, takenScores: new Set(), recordDeed };
    const definition = RuleDefinition.parse({
      name: 'no-apologies',
      condition: { field: 'answer', operator: 'contains', value: 'sorry' },
      sampleRate: 0.001,
    });
    await createRule(deps, { projectId: test.a.id, actor: 'test' }, definition);
    const catalogue = createEvaluatorCatalogue([ruleEvaluators(test.database)]);
    const [rule] = await catalogue.choose(test.a.id, ['rule:no-apologies']);
    const [bad] = (await rule?.evaluate(answer('I am sorry.'))) ?? [];
    expect(bad).toMatchObject({ source: 'rule', evaluator: 'rule:no-apologies' });
    expect(bad?.value).toBeLessThan(1);
    expect(await rule?.evaluate(answer('42'))).toMatchObject([{ value: 1 }]);
    await expect(catalogue.choose(test.b.id, ['rule:no-apologies'])).rejects.toThrow(
      /no evaluator/,
    );
  });
});

describe('judges in runs', () => {
  const judging = (asked: string[]) => ({
    database: test.database,
    clock: test.deps.clock,
    newId: test.deps.newId,
    pace: new Pace(test.deps.clock),
    quirks: new Map(),
    defaults: { model: 'demo/judge', judgeType: 'rule' as const },
    price: async () => () => null,
    ask: async ({ model }: { model: string }): Promise<never> => {
      asked.push(model);
      throw new AskError('refused', 'No such model.');
    },
  });

  it('are not paid for content that they judged before', async () => {
    const asked: string[] = [];
    const rubric = builtInRubric('relevance');
    if (rubric === undefined) throw new Error('there is a rubric relevance');
    const given = answer('It is 42.');
    const { projectId, subject } = given;
    const judged = {
      projectId,
      rubric,
      model: 'demo/judge',
      judgedModel: 'gpt-test',
      subject,
      reference: null,
    };
    const draft = {
      name: 'relevance',
      value: 0.75,
      native: 4,
      label: '4',
      flagged: false,
      reason: 'fits',
      details: null,
    };
    await keepJudgement(test.database, judged, [draft]);
    const catalogue = createEvaluatorCatalogue([judgeEvaluators(test.database, judging(asked))]);
    const [judge] = await catalogue.choose(projectId, ['judge:relevance']);
    const scores = (await judge?.evaluate(given)) ?? [];
    expect(scores).toMatchObject([{ name: 'judge:relevance', value: 0.75, source: 'judge' }]);
    expect(qualityOf(scores)).toBe(0.75);
    expect(asked).toEqual([]);
    await expect(judge?.evaluate(answer('Six sevens make forty-two.'))).rejects.toThrow();
    expect(asked.every((model) => model === 'demo/judge')).toBe(true);
  });

  it('can be chosen, but not asked, where nothing is run', async () => {
    const catalogue = createEvaluatorCatalogue([judgeEvaluators(test.database, null)]);
    const [judge] = await catalogue.choose(test.a.id, ['judge:quality']);
    expect(judge?.kind).toBe('judge');
    await expect(judge?.evaluate(answer('x'))).rejects.toThrow(/where runs are worked on/);
  });
});
