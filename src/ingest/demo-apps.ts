import type { DemoModel } from '../providers/demo/answer.ts';
import { DEMO_TOPICS, type DemoLanguage, SHOP_PASSAGES } from '../providers/demo/knowledge.ts';
import type { Random } from './demo-random.ts';

/** The invented applications behind the sample traffic. */
export interface DemoApp {
  readonly name: 'support' | 'writing' | 'coding' | 'search' | 'playground';
  /** Its share of the calls. */
  readonly share: number;
  readonly models: readonly [string, ...string[]];
  readonly tags: readonly string[];
  readonly streamShare: number;
  readonly promptName: string | null;
}

export const DEMO_APPS: readonly [DemoApp, ...DemoApp[]] = [
  {
    name: 'support',
    share: 0.48,
    models: ['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o'],
    tags: ['support', 'production'],
    streamShare: 0.8,
    promptName: 'shop-support',
  },
  {
    name: 'writing',
    share: 0.2,
    models: ['gpt-4.1', 'gpt-4.1-mini'],
    tags: ['writing', 'production'],
    streamShare: 0.7,
    promptName: 'writing-help',
  },
  {
    name: 'coding',
    share: 0.13,
    models: ['gpt-5-mini', 'gpt-4.1'],
    tags: ['coding', 'internal'],
    streamShare: 0.9,
    promptName: null,
  },
  {
    name: 'search',
    share: 0.15,
    models: ['text-embedding-3-small'],
    tags: ['search', 'production'],
    streamShare: 0,
    promptName: null,
  },
  {
    name: 'playground',
    share: 0.04,
    models: ['demo/good', 'demo/toxic', 'demo/leaky'],
    tags: ['playground'],
    streamShare: 0.5,
    promptName: null,
  },
];

/** What a call asks, and the bodies' parts that follow from it. */
export interface DemoQuestion {
  readonly prompt: string;
  readonly system: string | null;
  /** The passages that were looked up for it. */
  readonly passages: readonly string[];
}

export interface DemoSituation {
  readonly app: DemoApp;
  readonly language: DemoLanguage;
  readonly promptVersion: string;
  readonly random: Random;
}

const SHOP_TOPICS = ['returns', 'shipping', 'warranty', 'care'] as const;
const WRITING_TOPICS = ['sick-note', 'haiku', 'photosynthesis', 'greeting'] as const;
const CODING_TOPICS = ['reverse-string', 'retrieval', 'hallucination'] as const;
const WRITING_SUBJECTS = [
  'remote work in small teams',
  'a birthday party for twenty people',
  'moving house with two cats',
  'night trains across the Alps',
  'saving energy in an old flat',
] as const;
const CODING_SUBJECTS = [
  'unit tests for a date parser',
  'indexes of a time series table',
  'retries with jitter in a job queue',
  'pagination by cursor',
  'structured logging in Node',
] as const;

/** A question of an application's users, in their language. */
export function askQuestion(situation: DemoSituation): DemoQuestion {
  switch (situation.app.name) {
    case 'support':
      return askShop(situation);
    case 'writing':
      return askTopic(situation, WRITING_TOPICS, WRITING_SUBJECTS);
    case 'coding':
      return askTopic(situation, CODING_TOPICS, CODING_SUBJECTS);
    case 'search':
    case 'playground':
      return { ...askTopic(situation, SHOP_TOPICS, WRITING_SUBJECTS), system: null };
  }
}

const ORDER: Readonly<Record<DemoLanguage, string>> = {
  en: 'Order',
  ko: '주문',
  ja: '注文',
  zh: '订单',
};

function askShop({ language, promptVersion, random }: DemoSituation): DemoQuestion {
  const topic = random.pick(SHOP_TOPICS);
  const question = questionOf(topic, language);
  const isAboutOrder = random.chance(0.6);
  const prompt = isAboutOrder
    ? `${ORDER[language]} ${48_000 + random.below(9_000)}: ${question}`
    : question;
  const first = SHOP_TOPICS.indexOf(topic);
  const passages = [0, 1, 2].flatMap((at) => SHOP_PASSAGES[(first + at) % 5] ?? []);
  const system =
    promptVersion === '3'
      ? `You answer customers of Nori Outdoor. Use only these passages:\n${passages.join('\n')}`
      : `Be quick and informal. Passages:\n${passages.join('\n')}`;
  return { prompt, system, passages };
}

function askTopic(
  { language, random }: DemoSituation,
  topics: readonly [string, ...string[]],
  subjects: readonly [string, ...string[]],
): DemoQuestion {
  const system = 'You are a helpful assistant. Answer in the language of the question.';
  const kind = random.next();
  if (kind < 0.25) {
    const prompt = `What is ${2 + random.below(90)} x ${2 + random.below(90)}?`;
    return { prompt, system, passages: [] };
  }
  const prompt =
    kind < 0.5 && language === 'en'
      ? `Give me an outline about ${random.pick(subjects)}, part ${1 + random.below(20)}.`
      : questionOf(random.pick(topics), language);
  return { prompt, system, passages: [] };
}

function questionOf(id: string, language: DemoLanguage): string {
  return DEMO_TOPICS.find((topic) => topic.id === id)?.question[language] ?? '';
}

/** How well the call is answered. Version 4 of the shop's prompt is the change that made things worse. */
export function chooseBehaviour(
  { app, promptVersion, random }: DemoSituation,
  model: string,
): DemoModel {
  if (model === 'demo/toxic' || model === 'demo/leaky') return model;
  const isWorse = app.name === 'support' && promptVersion === '4';
  if (random.chance(isWorse ? 0.38 : 0.05)) return 'demo/poor';
  return random.chance(0.004) ? 'demo/leaky' : 'demo/good';
}
