import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreItemOf } from '../../test/support/score-item.ts';
import { RuleDefinition } from '../contract/rules.ts';
import type { ItemScores, ScoreItem } from '../evaluation/scorer.ts';
import { RuleDirectory } from './rule-directory.ts';
import { createRuleScorer } from './rule-scorer.ts';

const PARIS = { field: 'answer', operator: 'contains', value: 'Paris' };
const ROME = { field: 'answer', operator: 'contains', value: 'Rome' };

type Given = Partial<RuleDefinition> & { readonly condition?: Record<string, unknown> };

function score(
  rules: readonly Given[],
  given: Partial<ScoreItem> = {},
  monotonic: () => number = () => 0,
): ItemScores {
  const item = { ...scoreItemOf({}), ...given };
  const directory = new RuleDirectory();
  directory.replace({
    version: 1,
    rules: rules.map((rule, at) => ({
      id: `rule-${at}`,
      projectId: item.projectId,
      version: 3,
      definition: RuleDefinition.parse({ name: `r${at}`, condition: PARIS, ...rule }),
    })),
  });
  return createRuleScorer({ rules: directory, monotonic }).score(item, []);
}

function drafts(said: ItemScores) {
  return said.flatMap((one) => one.drafts);
}

describe('a rule', () => {
  it('fails when its condition holds, with its value, flag and reason', () => {
    const said = score([
      { name: 'no-paris', description: 'Never speak of Paris.', value: 0.2, severity: 'high' },
    ]);
    expect(said[0]).toMatchObject({
      evaluator: 'custom_rules',
      version: 'v3',
      kind: 'rule',
      error: null,
    });
    expect(drafts(said)[0]).toMatchObject({
      name: 'rule:no-paris',
      value: 0.2,
      label: 'high',
      flagged: true,
      reason: 'Never speak of Paris. answer contains: "Paris".',
      details: {
        severity: 'high',
        spans: [{ field: 'answer', start: 0, end: 5, severity: 'high' }],
      },
    });
  });

  it('passes when its condition holds, if that is what it means', () => {
    const [passed] = drafts(score([{ verdict: 'pass' }]));
    expect(passed).toMatchObject({ value: 1, label: 'ok', flagged: false });
    const [failed] = drafts(score([{ verdict: 'pass', condition: ROME, flag: false }]));
    expect(failed).toMatchObject({ value: 0, flagged: false });
  });

  it('gives the score that it was told to', () => {
    expect(drafts(score([{ scoreName: 'paris' }]))[0]?.name).toBe('paris');
  });

  it('gives none where something is not known', () => {
    expect(score([{ condition: { field: 'user', operator: 'equals', value: 'ada' } }])).toEqual([]);
  });

  it.each<[string, Given['scope'], number]>([
    ['its models', { models: ['demo/*'] }, 1],
    ['no other models', { models: ['gpt-5'] }, 0],
    ['its prompts', { prompts: ['greeting@2'] }, 1],
    ['no other version of a prompt', { prompts: ['greeting@3'] }, 0],
    ['its tags', { tags: ['web'] }, 1],
    ['all that it names', { models: ['demo/*'], tags: ['app'] }, 0],
  ])('is about %s', (_, scope, n) => {
    const { facts } = scoreItemOf(
      {},
      { promptName: 'greeting', promptVersion: '2', tags: ['web'] },
    );
    expect(
      drafts(score([{ ...(scope === undefined ? {} : { scope }) }], { facts })).slice(0, -1),
    ).toHaveLength(n);
  });

  it('looks at its share of the interactions', () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `i${at}`);
    const looked = ids.filter(
      (interactionId) => score([{ sampleRate: 0.3 }], { interactionId }).length > 0,
    );
    // Six standard deviations around 300.
    expect(Math.abs(looked.length - 300)).toBeLessThan(88);
  });
});

describe('several rules', () => {
  it('are one score together: the mean by their weights', () => {
    const said = score([
      { name: 'a', weight: 3, verdict: 'pass' },
      { name: 'b', weight: 1, value: 0.4, severity: 'low', flag: false },
      { name: 'c', condition: { field: 'user', operator: 'equals', value: 'x' }, weight: 100 },
    ]);
    expect(said.at(-1)).toMatchObject({ evaluator: 'custom_rules', kind: 'rule' });
    expect(drafts(said).at(-1)).toMatchObject({
      name: 'custom_rules',
      value: 0.85,
      label: 'low',
      flagged: false,
      details: { rules: { 'rule:a': 1, 'rule:b': 0.4 } },
    });
  });

  it('are asked by priority, and no further once one that stops has failed', () => {
    const rules = [
      { name: 'late', priority: -1 },
      { name: 'first', priority: 5, stop: true, condition: ROME },
      { name: 'second', priority: 4, stop: true },
    ];
    const names = drafts(score(rules)).map(({ name }) => name);
    expect(names).toEqual(['rule:first', 'rule:second', 'custom_rules']);
  });

  it('are another series when another of them speaks', () => {
    const versions = [[{}], [{}, {}], [{ weight: 2 }]].map((rules) => score(rules).at(-1)?.version);
    expect(new Set(versions).size).toBe(3);
  });

  it('tell which were not asked when time was over', () => {
    let now = 0;
    const said = score([{ name: 'a' }, { name: 'b' }], {}, () => {
      now += 600;
      return now;
    });
    expect(said.map(({ error }) => error).filter((error) => error !== null)).toEqual([
      'b: the rules before it took longer than 1000 ms',
    ]);
  });

  it('are not asked when only others are wanted', () => {
    expect(score([{}], { only: ['toxicity'] })).toEqual([]);
    expect(score([{}], { only: ['custom_rules'] })).toHaveLength(2);
    expect(score([{}], { without: ['custom_rules'] })).toEqual([]);
  });

  it('give values in [0, 1] whatever their weights are', () => {
    const rule = fc.record({
      weight: fc.double({ min: 1e-9, max: 1000, noNaN: true, minExcluded: true }),
      value: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      verdict: fc.constantFrom('pass' as const, 'fail' as const),
    });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), (rules) => {
        for (const draft of drafts(score(rules))) {
          expect(draft.value).toBeGreaterThanOrEqual(0);
          expect(draft.value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
