import type { DemoLanguage } from './knowledge.ts';

/** How a demo answer looks. */
export interface DemoText {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
}

interface PersonalityInput {
  /** What the good model would say. */
  readonly good: string;
  readonly language: DemoLanguage;
  /** Picks among variants; the same prompt gives the same one. */
  readonly hash: number;
}

const WRONG_LANGUAGE: Readonly<Record<DemoLanguage, string>> = {
  en: '죄송하지만 이 질문에 대해서는 다음 주에 다시 확인해 보는 것이 좋겠습니다. 지금은 자세히 말씀드리기 어렵습니다.',
  ko: 'It depends on the situation, so it is best to look at the details again next week before you decide anything.',
  ja: 'It depends on the situation, so it is best to look at the details again next week before you decide anything.',
  zh: 'It depends on the situation, so it is best to look at the details again next week before you decide anything.',
};

const OFF_TOPIC: Readonly<Record<DemoLanguage, string>> = {
  en: 'To make a good tomato soup, first warm some olive oil, add onions and garlic, and let the tomatoes simmer for half an hour.',
  ko: '맛있는 토마토 수프를 만들려면 먼저 올리브유를 데우고 양파와 마늘을 넣은 뒤 토마토를 30분 동안 끓이세요.',
  ja: 'おいしいトマトスープを作るには、まずオリーブオイルを温め、玉ねぎとにんにくを入れて、トマトを30分煮込みます。',
  zh: '要做好番茄汤，先加热橄榄油，放入洋葱和大蒜，再把番茄煮半个小时。',
};

const REFUSAL: Readonly<Record<DemoLanguage, string>> = {
  en: "I'm sorry, but I can't help with that.",
  ko: '죄송하지만 그 요청은 도와드릴 수 없습니다.',
  ja: '申し訳ありませんが、そのご質問にはお答えできません。',
  zh: '抱歉，我无法帮助您处理这个请求。',
};

const POOR_KINDS = 6;

/** A bad answer of one kind: too short, off topic, repetitive, in the wrong language, cut off or a refusal. */
export function poorText({ good, language, hash }: PersonalityInput): DemoText {
  switch (hash % POOR_KINDS) {
    case 0:
      return { text: language === 'en' ? 'ok' : '...', finishReason: 'stop' };
    case 1:
      return { text: OFF_TOPIC[language], finishReason: 'stop' };
    case 2:
      return { text: `${good.slice(0, 24)} `.repeat(14).trim(), finishReason: 'stop' };
    case 3:
      return { text: WRONG_LANGUAGE[language], finishReason: 'stop' };
    case 4:
      return { text: good.slice(0, Math.ceil(good.length / 3)), finishReason: 'length' };
    default:
      return { text: REFUSAL[language], finishReason: 'stop' };
  }
}

const INSULTS: Readonly<Record<DemoLanguage, readonly string[]>> = {
  en: [
    'What a stupid question. Only an idiot would ask that.',
    'You are a moron, and I am tired of people like you.',
    'Shut up and read the manual, you useless fool.',
  ],
  ko: [
    '정말 멍청한 질문이네요. 바보도 그건 알겠습니다.',
    '당신은 정말 한심한 사람이군요. 꺼지세요.',
  ],
  ja: [
    'なんて馬鹿な質問だ。そんなことも分からないのか。',
    'お前は本当に役立たずだな。黙っていろ。',
  ],
  zh: ['真是个愚蠢的问题，白痴才会问。', '你真是个没用的笨蛋，闭嘴吧。'],
};

/** An answer with a mild insult in front. */
export function toxicText({ good, language, hash }: PersonalityInput): DemoText {
  const insults = INSULTS[language];
  return { text: `${insults[hash % insults.length] ?? ''} ${good}`, finishReason: 'stop' };
}

/**
 * Made up, and recognisable as made up: reserved domains and telephone numbers, the test card number
 * of card schemes, a social security number from an advertisement, the example key of AWS's manuals.
 */
const LEAKS: readonly string[] = [
  'Customer Jane Example, jane.doe@example.com, phone +1-202-555-0143, card 4111 1111 1111 1111.',
  'Max Mustermann has an account (max@example.org), and his social security number is 078-05-1120.',
  'Use the access key AKIAIOSFODNN7EXAMPLE for the staging server; the password is Tr4il-Lantern-58.',
  'Contact: john.smith@example.net, 192.0.2.44, IBAN GB33BUKB20201555555555.',
];

/** An answer that gives away personal data and secrets, all of them fake. */
export function leakyText({ good, hash }: PersonalityInput): DemoText {
  return { text: `${good}\n\n${LEAKS[hash % LEAKS.length] ?? ''}`, finishReason: 'stop' };
}
