import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreDraft, Subject } from './define-evaluator.ts';
import { relevance } from './relevance.ts';
import { semanticSimilarity } from './semantic-similarity.ts';
import { createTextReader } from './text/text-facts.ts';

function subject(prompt: string | null, answer: string): Subject {
  return {
    operation: 'chat',
    prompt,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
  };
}

function judge(prompt: string | null, answer: string): ScoreDraft | undefined {
  return relevance.evaluate(subject(prompt, answer), {}, { read: createTextReader() })[0];
}

describe('given an answer on the matter', () => {
  it.each([
    ['How do I prune an apple tree?', 'Prune apple trees in late winter: cut dead branches first.'],
    ['서울의 날씨는 어때?', '서울은 오늘 맑고 기온은 20도입니다.'],
    ['東京の天気はどうですか？', '東京は今日は晴れで、気温は二十度くらいです。'],
    ['上海今天的天气怎么样？', '上海今天晴，气温二十度左右。'],
    [
      'Write a program that counts the lines of a file',
      'Here is a program that counts lines of a file:\n```python\nprint(len(open(name).readlines()))\n```',
    ],
  ])('finds it relevant to "%s"', (prompt, answer) => {
    const draft = judge(prompt, answer);
    expect(draft?.value).toBeGreaterThan(0.5);
    expect(draft).toMatchObject({ label: 'ok', flagged: false, details: { clear: true } });
  });
});

describe('given an answer on another matter', () => {
  it.each([
    [
      'How do I prune an apple tree in a small garden behind the house?',
      'The ferry to the island leaves at noon. Tickets are sold on board, and children travel free with their parents in the summer months.',
    ],
    [
      '한국의 수도 서울의 인구는 얼마나 됩니까?',
      '김치찌개는 돼지고기와 김치를 넣고 끓이면 맛있습니다. 두부와 대파를 넣으면 더 좋습니다.',
    ],
    [
      '河滨图书馆的开馆时间是什么？',
      '先把鸡蛋打散，锅里放油烧热，再加入番茄翻炒，最后撒上葱花即可。',
    ],
  ])('calls it off topic for "%s", and flags nothing', (prompt, answer) => {
    const draft = judge(prompt, answer);
    expect(draft?.value).toBeLessThan(0.25);
    expect(draft?.flagged).toBe(false);
  });
});

describe('where words cannot tell', () => {
  it.each([
    ['a short right answer', 'What is the capital of France?', 'Paris.'],
    ['a number', 'What is 6 times 7?', '42'],
    [
      'an answer in another language',
      'What is photosynthesis?',
      '광합성은 식물이 빛으로 양분을 만드는 과정입니다.',
    ],
    [
      'a translation',
      'Translate to German: good morning',
      'Guten Morgen, meine Damen und Herren, willkommen in Köln',
    ],
    [
      'code alone',
      'Write a function that adds two numbers',
      '```\nconst sum = (a, b) => a + b;\n```',
    ],
    ['a greeting', 'Hello', 'Hi! How can I help you today?'],
    [
      'an honest "I do not know"',
      'Who founded the village museum?',
      "I'm not sure, unfortunately, and cannot look it up for anybody here.",
    ],
    ['no prompt', null, 'The library opened in 1987.'],
    ['an empty prompt', '  ', 'The library opened in 1987.'],
  ])('gives no score for %s', (_case, prompt, answer) => {
    expect(judge(prompt, answer)).toBeUndefined();
  });

  it('still holds one word against an open question', () => {
    expect(judge('Explain quantum physics in detail.', 'Yes.')?.value).toBeLessThan(0.5);
  });
});

describe('similarity by words', () => {
  const similarity = (prompt: string | null, answer: string): ScoreDraft | undefined =>
    semanticSimilarity.evaluate(subject(prompt, answer), {}, { read: createTextReader() })[0];

  it('is 1 for an echo, 0 for nothing in common, and says that it is lexical', () => {
    expect(similarity('apple trees bear fruit', 'apple trees bear fruit')?.value).toBeCloseTo(1);
    expect(similarity('What is quantum physics?', 'I love pizza.')).toMatchObject({
      value: 0,
      details: { method: 'lexical' },
    });
  });

  it.each([
    [null, 'Paris.'],
    ['What is the capital?', ''],
    ['What is the capital of France?', '파리입니다. 프랑스의 수도입니다.'],
  ])('is not known between %j and %j', (prompt, answer) => {
    expect(similarity(prompt, answer)).toBeUndefined();
  });
});

describe('given any strings', () => {
  it('answers values in [0, 1] or nothing', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, (prompt, answer) => {
        const tools = { read: createTextReader() };
        const drafts = [
          ...relevance.evaluate(subject(prompt, answer), {}, tools),
          ...semanticSimilarity.evaluate(subject(prompt, answer), {}, tools),
        ];
        for (const { value } of drafts) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
