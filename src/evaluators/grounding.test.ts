import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreDraft, Subject, TextSpan } from './define-evaluator.ts';
import { guessTask } from './grounding/guess-task.ts';
import { READ_CHARACTERS } from './grounding/passages.ts';
import { grounding } from './grounding.ts';
import { createTextReader } from './text/text-facts.ts';

const LIBRARY = [
  'The Riverside library opened in 1987 and holds 42,000 books. It is closed on Mondays. Maria Lopez has been its director since 2015. Visitors may not bring dogs.',
  'The tram to the harbour takes 25 minutes and costs 3 euros.',
];

function subject(answer: string, context: readonly string[], prompt: string | null): Subject {
  return {
    operation: 'chat',
    prompt,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: null,
    context,
    toolResults: [],
  };
}

function judge(
  answer: string,
  context: readonly string[] = LIBRARY,
  prompt: string | null = 'What do you know about the library?',
): ScoreDraft | undefined {
  const options = grounding.options.parse({});
  const read = createTextReader();
  return grounding.evaluate(subject(answer, context, prompt), options, { read })[0];
}

function spansOf(draft: ScoreDraft | undefined): readonly TextSpan[] {
  return (draft?.details?.['spans'] ?? []) as readonly TextSpan[];
}

function marked(answer: string, draft: ScoreDraft | undefined, kind: string): string[] {
  return spansOf(draft)
    .filter((span) => span.field === 'answer' && span.kind === kind)
    .map(({ start, end }) => answer.slice(start, end));
}

describe('given passages that bear the answer out', () => {
  it.each([
    'The library opened in 1987.',
    'It opened in 1987 and holds 42 thousand books.',
    'Maria Lopez is the director.',
    'The trip to the harbour by tram costs 3 euros.',
    '1987.',
  ])('finds "%s" grounded', (answer) => {
    const draft = judge(answer);
    expect(draft?.label).toBe('ok');
    expect(draft?.value).toBeGreaterThan(0.5);
    expect(draft?.flagged).toBe(false);
  });

  it('names the passage sentence that supports each sentence', () => {
    const answer = 'The tram costs 3 euros. The library is closed on Mondays.';
    expect(judge(answer)?.details?.['sentences']).toMatchObject([
      { start: 0, end: 23, passage: 1, passageStart: 0 },
      { start: 24, end: answer.length, passage: 0 },
    ]);
  });
});

describe('given passages that do not bear the answer out', () => {
  it('flags what is about something else altogether', () => {
    const draft = judge('Astronauts from Peru will visit the glaciers of Neptune next summer.');
    expect(draft).toMatchObject({ label: 'unsupported', flagged: true, details: { clear: true } });
  });

  it('marks another number and the one that the passage has', () => {
    const answer = 'The library opened in 1978.';
    const draft = judge(answer);
    expect(draft?.label).toBe('unsupported');
    expect(marked(answer, draft, 'number_mismatch')).toEqual(['1978']);
    const [against] = spansOf(draft).filter(({ field }) => field === 'context');
    expect(LIBRARY[0]?.slice(against?.start, against?.end)).toBe('1987');
  });

  it('marks another unit', () => {
    const answer = 'The tram to the harbour takes 25 hours and costs 3 euros.';
    expect(marked(answer, judge(answer), 'unit_mismatch')).toEqual(['25']);
  });

  it('marks another name as one', () => {
    const answer = 'Since 2015 the director has been Anna Maria Schmidt of Basel.';
    expect(marked(answer, judge(answer), 'name_mismatch')).toContain('Schmidt');
    expect(marked(answer, judge('The director is Anna Schmidt.'), 'name_mismatch')).toHaveLength(1);
  });

  it('marks a negation that is gone, and one that is new', () => {
    const gone = 'Visitors may bring dogs.';
    expect(marked(gone, judge(gone), 'negation')).not.toEqual([]);
    const added = 'The library is not closed on Mondays.';
    expect(marked(added, judge(added), 'negation')).not.toEqual([]);
    expect(judge(added)?.value).toBeLessThan(
      judge('The library is closed on Mondays.')?.value ?? 0,
    );
  });

  it('marks an opposite', () => {
    const context = ['Sales were higher in spring than in autumn.'];
    const answer = 'Sales were lower in spring than in autumn.';
    expect(marked(answer, judge(answer, context), 'opposite')).toEqual(['lower']);
  });

  it('judges by the worst sentence, however many good ones stand around it', () => {
    const good = 'The library opened in 1987. It is closed on Mondays. It holds 42,000 books.';
    const bad = `${good} Its founder Igor Petrov was born in Vladivostok in 1931.`;
    expect(judge(bad)?.value).toBeLessThan(0.5);
    expect(judge(bad)?.details).toMatchObject({ sentencesJudged: 4, sentencesUnsupported: 1 });
  });

  it('does not let length alone decide', () => {
    const sentence = 'The library opened in 1987. It is closed on Mondays. ';
    const once = judge(sentence)?.value ?? 0;
    const often = judge(sentence.repeat(30))?.value ?? 0;
    expect(Math.abs(once - often)).toBeLessThan(0.05);
  });
});

describe.each([
  {
    language: 'Korean',
    passage: '강변 도서관은 1987년에 문을 열었으며 월요일에는 휴관합니다. 관장은 김민수입니다.',
    grounded: '도서관은 1987년에 문을 열었습니다.',
    wrongNumber: '도서관은 1997년에 문을 열었습니다.',
    other: '축구 경기는 내일 저녁에 부산에서 열립니다.',
  },
  {
    language: 'Japanese',
    passage: '川辺図書館は1987年に開館し、月曜日は休館です。館長は田中花子です。',
    grounded: '川辺図書館は1987年に開館しました。',
    wrongNumber: '川辺図書館は1997年に開館しました。',
    other: 'サッカーの試合は明日の夕方に大阪で行われます。',
  },
  {
    language: 'Chinese',
    passage: '河滨图书馆于1987年开馆，星期一闭馆。馆长是李明。',
    grounded: '图书馆于1987年开馆。',
    wrongNumber: '图书馆于1997年开馆。',
    other: '足球比赛明天傍晚在广州举行。',
  },
])('given $language', ({ passage, grounded, wrongNumber, other }) => {
  it('tells what is in the passage from another number and from another matter', () => {
    const value = (answer: string): number => judge(answer, [passage])?.value ?? -1;
    expect(value(grounded)).toBeGreaterThan(0.5);
    expect(value(wrongNumber)).toBeLessThan(value(grounded));
    expect(marked(wrongNumber, judge(wrongNumber, [passage]), 'number_mismatch')).toEqual(['1997']);
    expect(value(other)).toBeLessThan(0.3);
  });

  it('never calls a low value clear, because nothing was calibrated there', () => {
    expect(judge(other, [passage])).toMatchObject({ flagged: false, details: { clear: false } });
  });
});

describe('given nothing to judge', () => {
  it.each([
    ['without passages', 'The library opened in 1987.', []],
    ['with empty passages', 'The library opened in 1987.', ['  ']],
    ['for code alone', '```\nconst opened = 1931;\n```', LIBRARY],
    ['for a greeting', 'Hi!', LIBRARY],
    ['for another language', 'Die Bibliothek wurde 1987 eröffnet und ist montags zu.', LIBRARY],
    ['for another script', '도서관은 1987년에 문을 열었습니다.', LIBRARY],
  ])('gives no score %s', (_case, answer, context) => {
    expect(judge(answer, context)).toBeUndefined();
  });

  it('gives no score for an answer that calls tools', () => {
    const calling = { ...subject('Let me look it up.', LIBRARY, null), callsTools: true };
    const options = grounding.options.parse({});
    expect(grounding.evaluate(calling, options, { read: createTextReader() })).toEqual([]);
  });

  it.each([
    "I don't know; the passages do not mention opening hours.",
    '제공된 문서에는 언급되지 않습니다.',
    '文書には記載がありません。わかりません。',
    '文中没有提到开放时间。',
  ])('holds nothing against an honest "%s"', (answer) => {
    expect(judge(answer)).toMatchObject({ value: 1, label: 'no_claims', flagged: false });
  });
});

describe('the guess of the task', () => {
  it.each([
    [null, 1, 'claim'],
    ['', 3, 'summary'],
    ['Summarize the article.', 2, 'summary'],
    ['이 글을 요약해 주세요.', 1, 'summary'],
    ['この記事を要約してください', 1, 'summary'],
    ['请概括这篇文章。', 1, 'summary'],
    ['When did the library open?', 1, 'question_answering'],
    ['도서관은 언제 열었나요?', 1, 'question_answering'],
    ['I love libraries. Do you?', 1, 'dialogue'],
    ['My dog likes trams', 2, 'dialogue'],
  ] as const)('for the prompt %j and %i sentences is %s', (prompt, sentences, task) => {
    expect(guessTask({ prompt }, { answer: sentences, passages: 3 })).toBe(task);
  });
});

it('takes a question about one sentence of knowledge for a turn of a conversation', () => {
  const counts = { answer: 1, passages: 1 };
  expect(guessTask({ prompt: 'When did it open?' }, counts)).toBe('dialogue');
});

describe('given any strings', () => {
  it('answers a value in [0, 1] and spans inside of their texts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(...LIBRARY, '図書館は1987年。', '도서관은 3억 원', 'No! Never 5% or 5 km.'),
    );
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (answer, context) => {
        const draft = judge(answer, context);
        if (draft === undefined) return;
        expect(draft.value).toBeGreaterThanOrEqual(0);
        expect(draft.value).toBeLessThanOrEqual(1);
        for (const { field, index, start, end } of spansOf(draft)) {
          const whole = field === 'answer' ? answer : (context[index] ?? '');
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(whole.length);
        }
      }),
    );
  });

  it('reads a bounded part of long texts and says so', () => {
    const long = 'The library opened in 1987 and nobody counted the books. '.repeat(4_000);
    const draft = judge(long, [long, 'Only here stands the word quince.']);
    expect(long.length).toBeGreaterThan(READ_CHARACTERS);
    expect(draft?.details).toMatchObject({ passagesCapped: true });
    expect(spansOf(draft).length).toBeLessThanOrEqual(60);
    expect(draft?.details?.['sentences']).toHaveLength(60);
    expect(judge('The quince.', [long, 'Only here stands the word quince.'])?.value).toBeLessThan(
      0.5,
    );
  });
});

describe('a refusal', () => {
  it.each([
    "I'm sorry, but I can't help with that.",
    '죄송하지만 도와드릴 수 없습니다.',
    '申し訳ありませんが、お手伝いできません。',
    '抱歉，我无法帮助您。',
  ])('claims nothing: %s', (answer) => {
    expect(judge(answer)).toMatchObject({
      label: 'no_claims',
      flagged: false,
    });
  });
});
