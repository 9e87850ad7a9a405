import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreItemOf } from '../../test/support/score-item.ts';
import { NUMBER_FIELDS, RULE_OPERATORS, TEXT_FIELDS } from '../contract/rules.ts';
import type { CallFacts, ItemScores } from '../evaluation/scorer.ts';
import type { Subject } from '../evaluators/define-evaluator.ts';
import { compileCondition, type Finding, type Truth } from './condition.ts';

const SAID: ItemScores = [
  {
    evaluator: 'toxicity',
    version: 'v1',
    kind: 'detector',
    drafts: [
      {
        name: 'toxicity',
        value: 0.3,
        native: null,
        label: 'alert',
        flagged: true,
        reason: null,
        details: null,
      },
    ],
    error: null,
    seconds: 0,
  },
];

interface Given {
  readonly subject?: Partial<Subject>;
  readonly facts?: Partial<CallFacts>;
}

function ask(condition: unknown, { subject = {}, facts = {} }: Given = {}) {
  const compiled = compileCondition(condition);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  const findings: Finding[] = [];
  const holds = compiled.evaluate({ item: scoreItemOf(subject, facts), said: SAID }, findings);
  return { holds, findings };
}

function holds(condition: unknown, given?: Given): Truth {
  return ask(condition, given).holds;
}

function problemsOf(condition: unknown) {
  const compiled = compileCondition(condition);
  return 'problems' in compiled ? compiled.problems : [];
}

describe('a test of a text', () => {
  it.each<[string, unknown, boolean]>([
    ['equals', 'Paris is the capital of France.', true],
    ['equals', 'Paris', false],
    ['contains', 'CAPITAL', true],
    ['starts_with', 'paris', true],
    ['ends_with', 'france.', true],
    ['in', ['Rome', 'paris is the capital of france.'], true],
    ['matches', '^paris .* france\\.$', true],
    ['matches', 'rome', false],
    ['keywords', ['rome', 'capital'], true],
    ['keywords', ['cap'], false],
    ['exists', true, true],
    ['exists', false, false],
  ])('answer %s %j is %s', (operator, value, expected) => {
    expect(holds({ field: 'answer', operator, value })).toBe(expected);
  });

  it('minds case when it is told to', () => {
    const test = { field: 'answer', operator: 'contains', value: 'paris' };
    expect(holds({ ...test, ignoreCase: false })).toBe(false);
    expect(holds({ field: 'answer', operator: 'matches', value: 'paris', ignoreCase: false })).toBe(
      false,
    );
  });

  it('finds words of scripts without spaces, and full-width letters', () => {
    const subject = { answer: '이 상품은 원금보장입니다. ＧＵＡＲＡＮＴＥＥＤ' };
    expect(holds({ field: 'answer', operator: 'keywords', value: ['원금보장'] }, { subject })).toBe(
      true,
    );
    expect(
      holds({ field: 'answer', operator: 'keywords', value: ['guaranteed'] }, { subject }),
    ).toBe(true);
  });

  it('says what it found and where', () => {
    const { findings } = ask({
      all: [{ field: 'answer', operator: 'contains', value: 'capital' }],
    });
    expect(findings).toEqual([
      {
        path: 'all.0',
        test: 'answer contains',
        holds: true,
        found: 'capital',
        span: { field: 'answer', index: 0, start: 13, end: 20, kind: 'rule' },
      },
    ]);
  });

  it('fits one of several, and is false where there are none', () => {
    const test = { field: 'tags', operator: 'equals', value: 'beta' };
    expect(holds(test, { facts: { tags: ['web', 'beta'] } })).toBe(true);
    expect(holds(test)).toBe(false);
    const context = { field: 'context', operator: 'contains', value: 'refund' };
    const found = ask(context, { subject: { context: ['a', 'refunds take 30 days'] } });
    expect(found.findings[0]?.span).toMatchObject({ field: 'context', index: 1, start: 0 });
  });

  it('reads JSON by a schema, also in a fence', () => {
    const schema = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } };
    const test = { field: 'answer', operator: 'json_schema', value: schema };
    expect(holds(test, { subject: { answer: '{"city":"Seoul"}' } })).toBe(true);
    expect(holds(test, { subject: { answer: '```json\n{"city":"Seoul"}\n```' } })).toBe(true);
    expect(holds(test, { subject: { answer: '{"city":1}' } })).toBe(false);
    expect(holds(test, { subject: { answer: 'Seoul' } })).toBe(false);
  });

  it('knows languages, prompts, users and metadata', () => {
    const korean = '환불은 삼십 일 안에 신청하실 수 있으며 수수료는 없습니다.';
    expect(
      holds(
        { field: 'language', operator: 'equals', value: 'ko' },
        { subject: { answer: korean } },
      ),
    ).toBe(true);
    const facts = { promptName: 'greeting', metadata: { tier: 'pro', seats: '12' } };
    expect(holds({ field: 'prompt_name', operator: 'equals', value: 'greeting' }, { facts })).toBe(
      true,
    );
    expect(holds({ field: 'metadata.tier', operator: 'equals', value: 'pro' }, { facts })).toBe(
      true,
    );
    expect(holds({ field: 'metadata.seats', operator: 'more_than', value: 10 }, { facts })).toBe(
      true,
    );
  });
});

describe('a test of a number', () => {
  it.each<[string, string, number, boolean]>([
    ['latency_ms', 'more_than', 1000, true],
    ['latency_ms', 'less_than', 1500, false],
    ['latency_ms', 'at_least', 1500, true],
    ['latency_ms', 'at_most', 1500, true],
    ['latency_ms', 'equals', 1500, true],
    ['cost_usd', 'more_than', 0.01, true],
    ['score.toxicity', 'less_than', 0.5, true],
  ])('%s %s %d is %s', (...[field, operator, value, expected]) => {
    const facts = { latencyMs: 1500, costMicroUsd: 20_000 };
    expect(holds({ field, operator, value }, { facts })).toBe(expected);
  });
});

describe('what is not known', () => {
  const unknown = { field: 'cost_usd', operator: 'less_than', value: 1 };
  const yes = { field: 'answer', operator: 'contains', value: 'Paris' };
  const no = { field: 'answer', operator: 'contains', value: 'Rome' };

  it.each<[string, unknown, Truth]>([
    ['is neither true nor false', unknown, null],
    ['stays unknown when negated', { not: unknown }, null],
    ['leaves all open', { all: [yes, unknown] }, null],
    ['changes nothing when a part of all fails', { all: [unknown, no] }, false],
    ['changes nothing when a part of any holds', { any: [unknown, yes] }, true],
    ['leaves any open', { any: [no, unknown] }, null],
    ['is said to be missing', { field: 'cost_usd', operator: 'exists', value: false }, true],
    [
      'covers scores that nobody gave',
      { field: 'score.none', operator: 'at_least', value: 0 },
      null,
    ],
  ])('%s', (_, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });
});

describe('a condition that is none', () => {
  it.each<[string, unknown, string, string]>([
    ['a list', [], '', 'must be'],
    ['an empty list of parts', { all: [] }, 'all', 'list of conditions'],
    ['a wrong part', { any: [{ not: { field: 'answer' } }] }, 'any.0.not', 'must be'],
    [
      'an unknown field',
      { not: { field: 'colour', operator: 'equals', value: 'x' } },
      'not',
      '"colour"',
    ],
    [
      'a number compared as text',
      { field: 'latency_ms', operator: 'contains', value: 'x' },
      '',
      'does not work',
    ],
    [
      'a text compared as number',
      { field: 'answer', operator: 'less_than', value: 3 },
      '',
      'does not work',
    ],
    [
      'no number',
      { field: 'latency_ms', operator: 'less_than', value: '3' },
      '',
      'must be a number',
    ],
    ['an empty text', { field: 'answer', operator: 'contains', value: '' }, '', 'not be empty'],
    [
      'a list of something else',
      { field: 'answer', operator: 'in', value: [1] },
      '',
      'list of texts',
    ],
    ['no schema', { field: 'answer', operator: 'json_schema', value: 'x' }, '', 'JSON Schema'],
    [
      'a schema that reads from elsewhere',
      { field: 'answer', operator: 'json_schema', value: { $ref: 'https://example.com/s.json' } },
      '',
      'other places',
    ],
    [
      'a schema that is none',
      { field: 'answer', operator: 'json_schema', value: { type: 'nonsense' } },
      '',
      'cannot be used',
    ],
  ])('is refused with its place: %s', (...[, condition, path, message]) => {
    const [problem] = problemsOf(condition);
    expect(problem?.path).toBe(path);
    expect(problem?.message).toContain(message);
  });

  it('tells where a pattern is wrong', () => {
    const [problem] = problemsOf({
      all: [{ field: 'answer', operator: 'matches', value: 'ab[z-a]' }],
    });
    expect(problem).toMatchObject({ path: 'all.0', position: 3 });
    expect(problem?.message).toContain('range');
  });

  it('tells all that is wrong at once', () => {
    const wrong = { field: 'colour', operator: 'equals', value: 'x' };
    expect(problemsOf({ all: [wrong, { any: [wrong] }] }).map(({ path }) => path)).toEqual([
      'all.0',
      'all.1.any.0',
    ]);
  });

  it('is refused when it is too large or too deep', () => {
    const test = { field: 'answer', operator: 'exists', value: true };
    expect(problemsOf({ all: Array.from({ length: 101 }, () => test) })).toHaveLength(1);
    expect(problemsOf({ all: Array.from({ length: 100 }, () => test) })).toEqual([]);
    let deep: unknown = test;
    for (let level = 0; level < 50_000; level += 1) deep = { not: deep };
    expect(problemsOf(deep)[0]?.message).toContain('deep');
  });
});

const field = fc.constantFrom(
  ...TEXT_FIELDS,
  ...NUMBER_FIELDS,
  'metadata.a',
  'score.toxicity',
  'x',
);
const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const leaf = fc.record({ field, operator: fc.constantFrom(...RULE_OPERATORS), value });
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
    fc.jsonValue({ maxDepth: 2 }),
  ),
}));

describe('whatever is given', () => {
  it('is compiled or refused, and asked without throwing', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(tree, text, (condition, answer) => {
        const compiled = compileCondition(condition);
        if ('problems' in compiled) expect(compiled.problems.length).toBeGreaterThan(0);
        else expect([true, false, null]).toContain(holds(condition, { subject: { answer } }));
      }),
    );
  });

  it('keeps the laws of logic: a double negation changes nothing, and De Morgan holds', () => {
    fc.assert(
      fc.property(leaf, leaf, (a, b) => {
        if (problemsOf(a).length + problemsOf(b).length > 0) return;
        expect(holds({ not: { not: a } })).toBe(holds(a));
        expect(holds({ not: { all: [a, b] } })).toBe(holds({ any: [{ not: a }, { not: b }] }));
      }),
    );
  });

  /** Patterns on which engines that go back take a time that doubles with each letter. */
  it.each(['(a+)+$', '(a|aa)+$', '(.*a){12}b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y'])(
    'takes time in proportion to the text: %s',
    (pattern) => {
      const compiled = compileCondition({ field: 'answer', operator: 'matches', value: pattern });
      if ('problems' in compiled) throw new Error('is refused');
      // An engine that goes back would not end within the life of the test.
      const answer = `${'a'.repeat(40_000)}!`;
      const item = scoreItemOf({ answer });
      expect(compiled.evaluate({ item, said: [] }, [])).toBe(false);
    },
  );
});
