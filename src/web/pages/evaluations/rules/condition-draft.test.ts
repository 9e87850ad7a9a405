import { describe, expect, it } from 'vitest';
import type { RuleCondition } from '../../../../contract/rules.ts';
import {
  conditionOf,
  draftOfCondition,
  newGroup,
  newTest,
  operatorsOf,
  readCondition,
} from './condition-draft.ts';

const CONDITIONS: readonly RuleCondition[] = [
  { field: 'answer', operator: 'contains', value: 'x' },
  { field: 'answer', operator: 'matches', value: 'x+', ignoreCase: false },
  { field: 'tags', operator: 'in', value: ['a', 'b'] },
  { field: 'latency_ms', operator: 'more_than', value: 1000 },
  { field: 'input_tokens', operator: 'equals', value: 12 },
  { field: 'metadata.tier', operator: 'equals', value: 'pro' },
  { field: 'user', operator: 'exists', value: false },
  { field: 'answer', operator: 'json_schema', value: { type: 'object' } },
  { not: { field: 'answer', operator: 'contains', value: 'x' } },
  {
    any: [
      { field: 'answer', operator: 'contains', value: 'x' },
      {
        not: {
          all: [
            { field: 'model', operator: 'equals', value: 'm' },
            { field: 'user', operator: 'exists', value: true },
          ],
        },
      },
    ],
  },
];

describe('a condition', () => {
  it.each(CONDITIONS.map((condition) => [JSON.stringify(condition), condition] as const))(
    'comes out of the builder as it went in: %s',
    (_, condition) => {
      expect(conditionOf(draftOfCondition(condition))).toEqual(condition);
      expect(readCondition(JSON.stringify(condition))).toEqual(condition);
    },
  );

  it('loses negations that undo each other', () => {
    const test: RuleCondition = { field: 'answer', operator: 'contains', value: 'x' };
    expect(conditionOf(draftOfCondition({ not: { not: test } }))).toEqual(test);
  });

  it('is not read from what is none', () => {
    expect(readCondition('{')).toBeNull();
    expect(readCondition('{"all": []}')).toBeNull();
  });
});

describe('a draft', () => {
  it('has keys of its own, and lists without empty lines', () => {
    expect(newTest().key).not.toBe(newTest().key);
    const keywords = { ...newTest(), operator: 'keywords' as const, value: 'a\n\n b \n' };
    expect(conditionOf(newGroup([keywords]))).toMatchObject({ value: ['a', 'b'] });
  });

  it('offers what works with a field', () => {
    expect(operatorsOf('latency_ms')).not.toContain('contains');
    expect(operatorsOf('score.toxicity')).toContain('less_than');
    expect(operatorsOf('answer')).not.toContain('less_than');
    expect(operatorsOf('metadata.a')).toContain('less_than');
  });
});
