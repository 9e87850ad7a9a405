import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findContradictions } from './coherence/find-contradictions.ts';
import { coherence } from './coherence.ts';
import type { ScoreDraft, Subject, TextSpan } from './define-evaluator.ts';
import { createTextReader } from './text/text-facts.ts';

function judge(answer: string, more: Partial<Subject> = {}): ScoreDraft | undefined {
  const subject: Subject = {
    operation: 'chat',
    prompt: 'Please tell me what you know about this library and about the town around it.',
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
    ...more,
  };
  return coherence.evaluate(subject, {}, { read: createTextReader() })[0];
}

describe('given an answer that hangs together', () => {
  it.each([
    'The ferry leaves at noon. However, it may be late in winter, but it waits for the bus.',
    'Cats sleep by day. Dogs do not.',
    'Option A is safe. Option B is not safe.',
    'Some people say it works. Others say it does not work.',
    'If the light is on, the door is open. If the light is off, the door is closed.',
    'It is not expensive. The museum is expensive on Sundays only.',
    '- Income: high\n- Expenses: low\n- Monday\n- Tuesday',
    'I know the answer. Yesterday was nice.',
    'however but although despite on the other hand but however although',
  ])('finds nothing in "%s"', (answer) => {
    expect(judge(answer)).toMatchObject({ value: 1, label: 'ok' });
  });
});

it('finds nothing in a negation of something else, in Korean too', () => {
  const prompt = '도서관은 언제 쉬나요?';
  const draft = judge('도서관은 월요일에 쉽니다. 일요일에는 쉬지 않습니다.', { prompt });
  expect(draft).toMatchObject({ value: 1, label: 'ok' });
});

describe('given an answer that falls apart', () => {
  it.each([
    ['loops', `${'the same words again and again '.repeat(20)}`, 'repetitive'],
    ['gibberish', 'asdf qwrt zxcv hjkl asdf sdfg qwrtp zxcvb', 'gibberish'],
    [
      'another language',
      '이 도서관은 월요일에 문을 닫고 화요일에 다시 엽니다.',
      'language_mismatch',
    ],
    [
      'a language that it falls into',
      'The garden needs water in the morning and once more at night because the soil dries out. 그래서 정원에는 아침과 저녁에 물을 주어야 합니다. 흙이 금방 마르기 때문입니다. 비가 오면 주지 않아도 됩니다.',
      'language_switch',
    ],
    [
      'paragraphs that come back',
      `${'A paragraph of some length about the harbour, its boats, its gulls and the old crane.\n\n'.repeat(3)}The end.`,
      'repetitive',
    ],
  ])('names %s', (_case, answer, label) => {
    const draft = judge(answer);
    expect(draft?.label).toBe(label);
    expect(draft?.value).toBeLessThan(0.6);
    expect(draft?.flagged).toBe(false);
  });

  it('names an end in mid-sentence by the finish reason', () => {
    expect(judge('The ferry leaves at', { finishReason: 'length' })?.label).toBe('truncated');
  });

  it.each([
    'The store opens at nine on Sundays. The store does not open at nine on Sundays.',
    'The bridge over the river is safe. In fact the bridge over the river is unsafe.',
    "The answer is yes. However, it's also no. It is true, and yet it is false.",
  ])('marks both sides of a contradiction in "%s"', (answer) => {
    const draft = judge(answer);
    expect(draft?.label).toBe('contradiction');
    const spans = (draft?.details?.['spans'] ?? []) as readonly TextSpan[];
    expect(spans.length).toBeGreaterThanOrEqual(2);
    for (const { start, end } of spans) expect(answer.slice(start, end).trim()).not.toBe('');
  });
});

describe('given nothing to judge', () => {
  it('gives no score', () => {
    expect(judge('  ')).toBeUndefined();
    expect(judge('Let me look.', { callsTools: true })).toBeUndefined();
  });
});

describe('given any string', () => {
  it('answers a value in [0, 1]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (answer) => {
        const value = judge(answer)?.value ?? 1;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('compares each clause once, however many there are', () => {
    const clause = fc.constantFrom(
      'It is so. ',
      'It is not so, ',
      'The bridge is safe; ',
      '否。',
      'a, ',
    );
    fc.assert(
      fc.property(fc.array(clause, { minLength: 1, maxLength: 40 }), (clauses) => {
        const text = clauses.join('');
        const long = text.repeat(Math.ceil(200_000 / text.length));
        expect(findContradictions(long).compared).toBeLessThanOrEqual(long.length);
      }),
      { numRuns: 5 },
    );
  });
});
