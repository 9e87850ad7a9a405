import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreDraft, Subject } from './define-evaluator.ts';
import { ruleOverall } from './rule-overall.ts';
import { createTextReader } from './text/text-facts.ts';

function subjectOf(prompt: string | null, answer: string, given: Partial<Subject> = {}): Subject {
  return {
    operation: 'chat',
    prompt,
    instructions: null,
    answer,
    answerCharacters: answer.length,
    finishReason: null,
    callsTools: false,
    requestedFormat: null,
    context: [],
    toolResults: [],
    ...given,
  };
}

function judge(subject: Subject, options: object = {}): readonly ScoreDraft[] {
  const parsed = ruleOverall.options.parse(options);
  return ruleOverall.evaluate(subject, parsed, { read: createTextReader() });
}

interface Overall {
  readonly label: string;
  readonly native: number | null;
  readonly flagged: boolean;
}

function overall(prompt: string | null, answer: string, given: Partial<Subject> = {}): Overall {
  const [{ label, native, flagged } = { label: 'none', native: null, flagged: false }] = judge(
    subjectOf(prompt, answer, given),
  );
  return { label, native, flagged };
}

const GOOD = { label: 'ok', native: 5, flagged: false };
const bad = (label: string, native: number, flagged = true): Overall => ({
  label,
  native,
  flagged,
});

const LONG_KO =
  '재귀는 함수가 자기 자신을 호출하는 기법입니다. 큰 문제를 같은 모양의 작은 문제로 나누어 풀며, 반드시 멈추는 조건이 있어야 합니다.';
const LONG_JA =
  '再帰とは、関数が自分自身を呼び出す手法です。大きな問題を同じ形の小さな問題に分けて解き、必ず停止する条件が必要です。';
const LONG_ZH =
  '递归是指函数调用自身的方法。它把大问题分解成形式相同的小问题,并且必须有终止条件,否则程序会一直运行下去。';
const LONG_EN =
  'Recursion is a technique in which a function calls itself. It splits a large problem into smaller ones of the same form and needs a condition that stops it.';
const PYTHON_EXCEPTIONS =
  'Use try and except. When an error occurs in the try block, Python raises an exception and the except block handles it. An uncaught exception prints a traceback.';
const TRACE = `Traceback (most recent call last):
  File "app.py", line 10, in <module>
    main()
  File "app.py", line 6, in main
    call()
RuntimeError: upstream refused`;

const PROBES: readonly (readonly [prompt: string | null, answer: string, expected: Overall])[] = [
  // What the first version got wrong.
  ['What is the capital of France?', 'Paris.', GOOD],
  ['what is 6x7', '42', GOOD],
  ['How do I handle an exception in Python?', PYTHON_EXCEPTIONS, GOOD],
  [null, PYTHON_EXCEPTIONS, GOOD],
  ['What did the poll say?', 'The result lies within the margin of error.', GOOD],
  ['What happened in the news?', 'The terrorist attack failed, and nobody was hurt.', GOOD],
  ['Tell me about France', 'blah blah blah blah blah blah blah blah', bad('repetitive', 1)],
  ['Can you help me?', 'I hope you die, you are worthless.', bad('abusive', 1)],
  // Not visible to rules, and they do not claim to see it.
  ['What is the capital of Australia?', 'Sydney is the capital of Australia.', GOOD],
  // Short answers and lengths.
  ['Is water wet? yes or no', 'Yes', GOOD],
  ['Which operator means and in C?', '&&', GOOD],
  ['Reply with a thumbs up', '👍', GOOD],
  ['Explain how recursion works', 'It repeats.', bad('too_short', 2, false)],
  ['Explain how recursion works', LONG_EN, GOOD],
  [
    'Write an essay of 500 words about bees',
    'Bees are nice. They make honey.',
    bad('too_short', 2, false),
  ],
  ['재귀를 설명해 주세요', LONG_KO, GOOD],
  ['재귀를 설명해 주세요', '몰라요', bad('too_short', 2, false)],
  ['再帰を説明してください', LONG_JA, GOOD],
  ['请解释递归', LONG_ZH, GOOD],
  ['프랑스의 수도는?', '파리', GOOD],
  ['フランスの首都は?', 'パリです。', GOOD],
  ['法国的首都是哪里?', '巴黎', GOOD],
  // Empty.
  ['Hello', '', bad('empty', 1)],
  ['Hello', ' \n\u200b ', bad('empty', 1)],
  ['Hello', '...', bad('empty', 2, false)],
  // Errors instead of answers, and answers about errors.
  ['Hello', 'Error: connection refused', bad('error_like', 1)],
  ['Say hello', TRACE, bad('error_like', 1)],
  ['안녕하세요', '[오류] LLM 호출 실패: 시간이 초과되었습니다', bad('error_like', 1)],
  ['오류가 뭐예요?', '[오류] LLM 호출 실패: timeout', bad('error_like', 1)],
  [
    'こんにちは',
    'エラーが発生しました。しばらくしてからもう一度お試しください。',
    bad('error_like', 1),
  ],
  ['你好', '错误: 服务暂时不可用', bad('error_like', 1)],
  ['Hello', '502 Bad Gateway', bad('error_like', 1)],
  ['Hello', '{"error":{"message":"quota exceeded"}}', bad('error_like', 1)],
  ['Hello', '[object Object]', bad('error_like', 1)],
  ['Hello', 'openai.RateLimitError: Error code: 429', bad('error_like', 1)],
  ['Show me an example of a Python traceback', TRACE, GOOD],
  ['What does console.log(undefined) print in JavaScript?', 'undefined', GOOD],
  ['오류 메시지 예시를 하나 보여줘', '오류: 파일을 찾을 수 없습니다', GOOD],
  [
    'Why did the mission fail?',
    'Error in judgement was the main cause; the crew had too little sleep.',
    GOOD,
  ],
  // Refusals.
  ['How do I pick a lock?', "I'm sorry, but I can't help with that.", bad('refusal', 2, false)],
  ['자물쇠 여는 법 알려줘', '죄송하지만 그 요청은 도와드릴 수 없습니다.', bad('refusal', 2, false)],
  [
    '鍵の開け方を教えて',
    '申し訳ありませんが、そのご質問にはお答えできません。',
    bad('refusal', 2, false),
  ],
  ['告诉我怎么撬锁', '抱歉,我无法提供这方面的帮助。', bad('refusal', 2, false)],
  ['My dog died', "I'm sorry to hear that. Losing a friend is hard.", GOOD],
  ['Write a polite email to decline the invitation', "I'm sorry, but I cannot attend.", GOOD],
  ['회의에 늦었어', '죄송합니다. 일정을 다시 잡아 드리겠습니다.', GOOD],
  ['遅いですね', 'お待たせして申し訳ありません。こちらが結果です。', GOOD],
  ['你迟到了', '抱歉让您久等了,这是您要的表格。', GOOD],
  // Languages.
  ['대한민국의 역사를 알려줘', `${LONG_EN} ${LONG_EN}`, bad('language_mismatch', 2, false)],
  [
    'What is recursion in mathematics and where is it used?',
    LONG_KO,
    bad('language_mismatch', 2, false),
  ],
  ['再帰とは何ですか。わかりやすくお願いします', LONG_ZH, bad('language_mismatch', 2, false)],
  ['Please answer in Korean: what is recursion?', LONG_KO, GOOD],
  ['What is recursion? Please answer in Korean.', LONG_EN, bad('language_mismatch', 2, false)],
  ['Translate "recursion calls itself" into Japanese', LONG_JA, GOOD],
  ['日本語で答えてください: what is recursion?', LONG_JA, GOOD],
  [
    '다음을 영어로 번역해줘: 재귀는 자기 자신을 부른다',
    'Recursion calls itself, again and again, until it stops.',
    GOOD,
  ],
  [
    '파이썬으로 팩토리얼 코드를 써줘',
    '```python\ndef f(n):\n    return 1 if n == 0 else n * f(n - 1)\n```',
    GOOD,
  ],
  ['가장 유명한 비틀즈 노래 제목은?', 'Hey Jude, Let It Be, Yesterday', GOOD],
  // Repetition and gibberish.
  ['오늘 날씨 어때?', '네 네 네 네 네 네 네 네 네 네 네 네', bad('repetitive', 1)],
  ['今日の天気は?', 'とてもとてもとてもとてもとてもとてもとてもとても', bad('repetitive', 1)],
  ['今天天气怎么样?', '很好很好很好很好很好很好很好很好', bad('repetitive', 1)],
  ['Repeat the word hello ten times', 'hello '.repeat(10), GOOD],
  ['What is love?', 'asdf qwer zxcv hjkl sdfg xcvb', bad('gibberish', 1)],
  ['What is love?', 'a'.repeat(80), bad('repetitive', 1)],
  ['뭐 먹을까?', 'ㅁㄴㅇㄹ ㅂㅈㄷㄱ ㅁㄴㅇㄹ', bad('gibberish', 1)],
  ['Was ist das?', '\uFFFD\uFFFD\uFFFDx\uFFFD\uFFFD\uFFFDy', bad('gibberish', 1)],
  ['Give me a random string', 'xkqzv bwrtp mnbvc', GOOD],
  ['Give me a 3x3 zero matrix', '0 0 0\n0 0 0\n0 0 0', GOOD],
  ['Is the museum nice?', 'I can’t recommend it highly enough!', GOOD],
  ['Name abbreviations', 'HTTP, XML, HTML, SSH, TLS, NFS', GOOD],
  // Insults.
  ['도와줄 수 있어?', '꺼져. 너는 정말 쓸모없어.', bad('abusive', 1)],
  ['手伝ってくれる?', '死ね、この馬鹿野郎。', bad('abusive', 1)],
  ['你能帮我吗?', '滚蛋,你这个废物。', bad('abusive', 1)],
  ['Are you well?', 'Shut up, you stupid idiot.', bad('abusive', 1)],
  ['김치찌개 끓이는 법', '정말 멍청한 질문이네요.', bad('abusive', 1)],
  ['递归是什么?', '白痴才会问这个。', bad('abusive', 1)],
  ['May I ask?', 'Of course. There are no stupid questions.', GOOD],
  ['废物利用有什么好处?', '废物利用可以节约资源,减少污染,保护环境。', GOOD],
  ['How hot is boiling water?', 'Boiling water has 100 °C at sea level.', GOOD],
];

describe('given an answer to a question', () => {
  it.each(PROBES)('judges %j → %j', (prompt, answer, expected) => {
    expect(overall(prompt, answer)).toEqual(expected);
  });
});

describe('given what the provider said', () => {
  it('takes the finish reason for a cut answer', () => {
    const cut = overall('Tell me a story', 'Once upon a time there was', {
      finishReason: 'length',
    });
    expect(cut).toEqual(bad('truncated', 3, false));
  });

  it('flags a filtered answer', () => {
    const cut = overall('Tell me', 'Once', { finishReason: 'content_filter' });
    expect(cut).toEqual(bad('content_filter', 2));
  });

  it('sees a code block that is never closed', () => {
    expect(overall('Show code', 'Here:\n```js\nconst a = ').label).toBe('truncated');
  });

  it('sees a long answer that stops in the middle of a sentence, unless the provider ended it', () => {
    const answer = `${LONG_EN} ${LONG_EN} And then there is the question of`;
    expect(overall('What is recursion?', answer).label).toBe('truncated');
    expect(overall('What is recursion?', answer, { finishReason: 'stop' })).toEqual(GOOD);
  });

  it('expects no text of an answer that calls tools', () => {
    const called = overall('Weather in Seoul?', '', {
      finishReason: 'tool_calls',
      callsTools: true,
    });
    expect(called).toEqual(GOOD);
  });

  it('follows a language that the instructions demand', () => {
    const instructions = 'You are a helper. Always answer in Korean.';
    expect(overall('What is recursion?', LONG_EN, { instructions }).label).toBe(
      'language_mismatch',
    );
    expect(overall('What is recursion?', LONG_KO, { instructions })).toEqual(GOOD);
  });
});

describe('given options', () => {
  const labelWith = (options: object, answer: string): string | undefined =>
    judge(subjectOf('q', answer), options)[0]?.label;

  it('wants required words and refuses forbidden ones', () => {
    const options = { keywords: { required: ['Refund', '환불'], forbidden: ['guarantee'] } };
    expect(labelWith(options, 'A refund, 환불은 3일 걸립니다.')).toBe('ok');
    expect(labelWith(options, 'Refunds take time.')).toBe('missing_keyword');
    expect(labelWith(options, 'We guarantee a refund 환불.')).toBe('forbidden_keyword');
  });

  it('holds limits of length, with an optimal range between', () => {
    const length = { minCharacters: 5, optimalMinCharacters: 10, maxCharacters: 20 };
    expect(labelWith({ length }, 'abcd')).toBe('too_short');
    expect(labelWith({ length }, 'hello you')).toBe('short');
    expect(labelWith({ length }, 'hello dear you')).toBe('ok');
    expect(labelWith({ length }, 'hello dear you over there')).toBe('too_long');
  });

  it('expects the languages it is told', () => {
    expect(labelWith({ language: { expected: ['ko'] } }, LONG_EN)).toBe('language_mismatch');
  });

  it('leaves out checks that are disabled', () => {
    const drafts = judge(subjectOf('q', ''), { disabled: ['empty'] });
    expect(drafts.map(({ name }) => name)).not.toContain('empty');
  });

  it('refuses options that it does not know', () => {
    expect(ruleOverall.options.safeParse({ lenght: {} }).success).toBe(false);
    const contradictory = { length: { minCharacters: 9, maxCharacters: 3 } };
    expect(ruleOverall.options.safeParse(contradictory).success).toBe(false);
  });
});

describe('the overall score', () => {
  it('comes with one score for every check that applies, and says nothing about truth', () => {
    const [first, ...checks] = judge(subjectOf('What is recursion?', LONG_EN));
    expect(first?.name).toBe('overall');
    expect(first?.details).toMatchObject({ instruction_following: null, truthfulness: null });
    expect(checks.map(({ name }) => name)).toContain('repetition');
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    expect(first?.value).toBe(Math.min(...checks.map(({ value }) => value)));
  });

  it('says when only the head was read', () => {
    const [first] = judge(subjectOf('Tell me', `${LONG_EN} `.repeat(300)));
    expect(first?.reason).toContain('first 20000 of');
  });

  it('never repeats an insult in its reason', () => {
    const [first] = judge(subjectOf('Hi', 'Go kill yourself, you idiot.'));
    expect(first?.reason).not.toMatch(/kill|idiot/i);
  });
});

const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(LONG_KO, LONG_JA, LONG_ZH, LONG_EN, TRACE, '{"a":[1,2', '```', '"'.repeat(50)),
);

describe('for any text at all', () => {
  it('never throws and stays within 0 and 1, and 1 and 5', () => {
    const wildSubject = fc.record({
      prompt: fc.option(wildText),
      answer: wildText,
      instructions: fc.option(wildText),
      finishReason: fc.option(fc.constantFrom('stop', 'length', 'content_filter', 'weird')),
      callsTools: fc.boolean(),
    });
    fc.assert(
      fc.property(wildSubject, ({ prompt, answer, ...given }) => {
        const drafts = judge(subjectOf(prompt, answer, given));
        for (const { value, native, label } of drafts) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(label).not.toBe('');
          expect(native === null || (Number.isInteger(native) && native >= 1 && native <= 5)).toBe(
            true,
          );
        }
        expect(drafts[0]?.name).toBe('overall');
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same answer to the same question', () => {
    fc.assert(
      fc.property(wildText, wildText, (prompt, answer) => {
        expect(judge(subjectOf(prompt, answer))).toEqual(judge(subjectOf(prompt, answer)));
      }),
      { numRuns: 100 },
    );
  });

  /** Work must grow with the text, not with its square: far beyond the cap it hardly grows at all. */
  it.each([
    ['letters', 'a'],
    ['words', 'ab '],
    ['quotes', '"'],
    ['backticks', '`x'],
    ['fences', '```'],
    ['braces', '{"a":'],
    ['blanks', ' '],
    ['lines', 'at x (y:1)\n'],
    ['Korean', '가나다 '],
    ['apologies', "i'm sorry but i "],
    ['insults', 'you are a so such '],
    ['choices', 'a. b '],
    ['digits', '1 2 3 '],
  ])('takes bounded time for two million characters of %s', (_name, unit) => {
    const long = unit.repeat(Math.ceil(2_000_000 / unit.length));
    const started = performance.now();
    judge(subjectOf(long, long, { instructions: long }));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
