import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidenceLanguage } from './confidence-language.ts';
import type { ScoreDraft, TextSpan } from './define-evaluator.ts';
import { createTextReader } from './text/text-facts.ts';

function judge(answer: string): ScoreDraft | undefined {
  const subject = {
    operation: 'chat',
    prompt: null,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
  };
  return confidenceLanguage.evaluate(subject, {}, { read: createTextReader() })[0];
}

describe('given honest uncertainty', () => {
  it.each([
    'I cannot verify that claim without more data.',
    "I'm not sure which of the two came first.",
    "I don't have access to live prices.",
    '정확한 날짜는 확인할 수 없습니다.',
    '正確な日付はわかりません。',
    '我不确定具体的日期。',
  ])('holds nothing against "%s" and labels it', (answer) => {
    expect(judge(answer)).toMatchObject({ value: 1, label: 'uncertain', flagged: false });
  });
});

describe('given emphatic certainty', () => {
  it.each([
    ['This is definitely the oldest bridge.', ['definitely']],
    ['Without a doubt it is absolutely safe.', ['Without a doubt', 'absolutely']],
    ['I am 100% sure that it opens at nine.', ['100% sure']],
    ['이 약은 틀림없이 안전합니다.', ['틀림없이']],
    ['この薬は間違いなく安全です。', ['間違いなく']],
    ['毫无疑问，这是最古老的桥。', ['毫无疑问']],
  ])('marks the phrases of "%s", and flags nothing', (answer, phrases) => {
    const draft = judge(answer);
    const spans = (draft?.details?.['spans'] ?? []) as readonly TextSpan[];
    expect(spans.map(({ start, end }) => answer.slice(start, end))).toEqual(phrases);
    expect(draft).toMatchObject({ label: 'emphatic', flagged: false });
    expect(draft?.value).toBeCloseTo(1 - 0.2 * phrases.length);
  });

  it('counts less in a long answer', () => {
    const long = `It is definitely old. ${'The bridge has seven arches and a tower. '.repeat(20)}`;
    expect(judge(long)?.value).toBeGreaterThan(0.9);
  });

  it.each([
    'Certainly! Here is the list.',
    'This is not guaranteed.',
    'It is definitely not certain, she said: "absolutely nobody knows".'.replace(
      'definitely not',
      'far from',
    ),
    '성공을 보장할 수 없습니다.',
    '成功は保証できません。',
    '这并非绝对的规则。',
    '```\nassert absolutely_sure\n```',
  ])('leaves "%s" alone', (answer) => {
    expect(judge(answer)).toMatchObject({ value: 1, label: 'ok' });
  });
});

describe('given an answer that takes back what it made up', () => {
  it.each([
    'I made that up, sorry.',
    'My previous answer was incorrect: it opened in 1990.',
    '그 이름은 제가 지어낸 것입니다.',
    '先ほどの回答は誤りでした。',
    '我之前的回答是错误的。',
  ])('says so for "%s"', (answer) => {
    expect(judge(answer)).toMatchObject({ value: 0.2, label: 'admits_invention', flagged: false });
  });
});

describe('given any string', () => {
  it('answers a value in [0, 1] and spans inside of the text', () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom('definitely ', '绝对', 'not '),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const answer = parts.join('');
        const draft = judge(answer);
        for (const { start, end } of (draft?.details?.['spans'] ?? []) as readonly TextSpan[]) {
          expect(answer.slice(start, end)).not.toBe('');
        }
        expect(draft?.value ?? 1).toBeGreaterThanOrEqual(0.2);
      }),
    );
  });
});
