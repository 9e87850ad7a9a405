import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMiner, type Miner } from './miner.ts';
import { partsOf } from './template.ts';
import { readTokens } from './tokens.ts';

const miner = (maxTemplates?: number): Miner =>
  createMiner({ idOf: (key) => key, ...(maxTemplates === undefined ? {} : { maxTemplates }) });

/** How many patterns the prompts make, each taken once. */
function patternsOf(prompts: readonly string[], own = miner()): string[] {
  const ids = prompts.map((prompt, at) => own.take(prompt, at));
  const patterns = new Map(own.templates().map(({ id, patternId }) => [id, patternId]));
  return ids.map((id) => patterns.get(id ?? '') ?? '');
}
const countOf = (prompts: readonly string[]): number => new Set(patternsOf(prompts)).size;
const shown = (prompt: string): string =>
  partsOf(readTokens(prompt))
    .map((part) => ('text' in part ? part.text : `<${part.parameter}>`))
    .join('');

describe('what is a parameter by its form', () => {
  it.each([
    ['Where is order #48213, please?', 'Where is order <number>, please?'],
    ['Refund $12.50 to ada@corp.example by 2026-03-04', 'Refund <number> to <email> by <number>'],
    ['Why does SKU-48213 cost 5 euros?', 'Why does <id> cost <number> euros?'],
    ['Please tell Anna Maria Lopez about it', 'Please tell <name> about it'],
    ['What does “carpe diem” mean?', 'What does <quote> mean?'],
    ['Read https://shop.example/a?b=1 for me', 'Read <url> for me'],
    ['주문 48213번은 언제 도착하나요?', '주문 <number>번은 언제 도착하나요?'],
    ['김민수님의 예약을 바꿔 주세요', '<name>님의 예약을 바꿔 주세요'],
    ['注文48213はいつ届きますか', '注文<number>はいつ届きますか'],
    ['田中さんの住所を変更してください', '<name>さんの住所を変更してください'],
    ['「吾輩は猫である」の作者は誰ですか', '<quote>の作者は誰ですか'],
    ['订单48213什么时候送到?', '订单<number>什么时候送到?'],
    ['王先生的发票寄到哪里', '<name>先生的发票寄到哪里'],
  ])('%s', (prompt, template) => {
    expect(shown(prompt)).toBe(template);
  });

  it('takes long material behind a colon for one parameter', () => {
    const words = 'one two three four five six seven eight nine ten eleven twelve thirteen';
    expect(shown(`Summarise this text: ${words}`)).toBe('Summarise this text: <text>');
    expect(shown(`Order 7: ${words}`)).toBe(`Order <number>: ${words}`);
    expect(shown(`Summarise this text:\n${words} more`)).toBe('Summarise this text: <text>');
  });

  it('keeps acronyms and the beginning of a sentence', () => {
    expect(shown('Explain the API. Then stop')).toBe('Explain the API. Then stop');
  });
});

describe('the same question with other values', () => {
  it.each([
    ['English', ['Where is order 48213?', 'where is order 9?', 'Where is order 77,001']],
    ['English names', ['Write a toast for Anna', 'Write a toast for Peter Smith']],
    ['Korean', ['주문 48213번 환불은 언제 되나요?', '주문 7번 환불은 언제 되나요']],
    ['Korean names', ['김민수님 예약을 취소해 주세요', '이영희님 예약을 취소해 주세요']],
    ['Japanese', ['注文48213の返品方法を教えてください', '注文9の返品方法を教えてください']],
    ['Japanese names', ['田中さんの会議を予約して', '佐々木さんの会議を予約して']],
    ['Chinese', ['订单48213什么时候送到?', '订单9什么时候送到']],
    ['Chinese names', ['王先生的发票寄到哪里?', '李小红女士的发票寄到哪里?']],
    ['politeness', ['How can I cancel my order?', 'Please, how can I cancel my order?']],
    ['Korean particles', ['환불 정책을 알려 주세요', '환불 정책 좀 알려 주세요']],
  ])('falls together in %s', (_language, prompts) => {
    expect(countOf(prompts)).toBe(1);
  });

  it.each([
    ['English', (city: string) => `What is the weather like in ${city} tomorrow?`],
    ['Korean', (city: string) => `내일 ${city}의 날씨 예보를 알려 주세요`],
    ['Japanese', (city: string) => `明日の${city}の天気予報を教えてください`],
    ['Chinese', (city: string) => `请告诉我明天${city}的天气预报`],
  ])('becomes one pattern when eight rare values stood in one place, in %s', (language, ask) => {
    const cities =
      {
        English: 'rome oslo lima cairo delhi quito hanoi dakar sofia',
        Korean: '서울 부산 대구 인천 광주 대전 울산 제주 춘천',
        Japanese: '東京 大阪 京都 札幌 福岡 仙台 広島 金沢 神戸',
        Chinese: '北京 上海 广州 深圳 成都 杭州 武汉 西安 南京',
      }[language]?.split(' ') ?? [];
    expect(new Set(patternsOf(cities.slice(0, 7).map(ask))).size).toBe(7);
    expect(countOf(cities.map(ask))).toBe(1);
  });

  it('lets frequent forms stand for themselves', () => {
    const own = miner();
    const verbs = 'cancel track change return repeat insure gift split'.split(' ');
    const prompts = verbs.flatMap((verb) =>
      Array.from({ length: 25 }, () => `How do I ${verb} my winter order?`),
    );
    expect(new Set(patternsOf(prompts, own)).size).toBe(8);
  });
});

describe('different questions', () => {
  it.each([
    ['English', ['How do I cancel my order?', 'How do I track my order?', 'How do I pay?']],
    ['Korean', ['반품은 어떻게 하나요?', '배송은 얼마나 걸리나요?', '보증 기간은 얼마인가요?']],
    [
      'Japanese',
      ['返品の方法を教えてください', '配送の日数を教えてください', '保証期間は何年ですか'],
    ],
    ['Chinese', ['怎么退货?', '送货需要多久?', '保修期是多长?']],
    ['all four', ['Refund policy?', '환불 정책은?', '返金の規定は?', '退款政策是什么?']],
    [
      'order of words',
      ['Does the dog chase the cat at home', 'Does the cat chase the dog at home'],
    ],
  ])('stay apart in %s', (_language, prompts) => {
    expect(countOf(prompts)).toBe(prompts.length);
  });
});

describe('bounds and properties', () => {
  it('holds a bounded number of forms and keeps the frequent ones', () => {
    const own = miner(40);
    for (let at = 0; at < 400; at += 1) {
      own.take('How long does shipping to the islands take?', at);
      own.take(`${letters(at)} ${letters(at * 7 + 1)} ${letters(at * 13 + 5)}`, at);
    }
    expect(own.templates().length).toBeLessThanOrEqual(50);
    expect(own.templates().some(({ n }) => n === 400)).toBe(true);
  });

  it('answers the same for the same prompts in the same order', () => {
    const prompts = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(prompts, (texts) => {
        expect(patternsOf(texts)).toEqual(patternsOf(texts));
      }),
    );
  });

  it('goes on from what is stored as if it had never stopped', () => {
    const words = fc.array(fc.constantFrom('refund', 'order', '7', '주문', '返品', 'Anna', 'how'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (sentences) => {
        const prompts = sentences.map((own) => own.join(' '));
        const half = Math.floor(prompts.length / 2);
        const first = miner();
        patternsOf(prompts.slice(0, half), first);
        const second = createMiner({ idOf: (key) => key }, first.templates());
        expect(patternsOf(prompts.slice(half), second)).toEqual(
          patternsOf(prompts.slice(half), first),
        );
      }),
    );
  });

  it('gives prompts that differ in their numbers alone one form', () => {
    const sentence = fc.array(fc.constantFrom('refund', 'order', '주문', '注文', '订单', 'when'), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(sentence, fc.nat(), fc.nat(), (words, one, other) => {
        const text = words.join(' ');
        const own = miner();
        expect(own.take(`${text} ${one}`, 0)).toBe(own.take(`${text} ${other}`, 1));
      }),
    );
  });
});

function letters(at: number): string {
  return [...String(at * 7919)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}
