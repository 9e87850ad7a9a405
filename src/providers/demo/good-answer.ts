import { DEMO_TOPICS, type DemoLanguage } from './knowledge.ts';

/** The language of a text by its script: Hangul, Kana, Han, else English. */
export function languageOf(text: string): DemoLanguage {
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}

interface Question {
  readonly prompt: string;
  /** What a tool gave back, when the turn ends in a tool's result. */
  readonly toolResult: string | null;
}

/** A sensible answer in the language of the question: tool results, given context, sums, known topics, else an outline. */
export function goodAnswer({ prompt, toolResult }: Question): string {
  const language = languageOf(prompt);
  if (toolResult !== null) return FROM_TOOL[language](toolResult.slice(0, 300));
  const grounded = answerFromContext(prompt);
  if (grounded !== null) return grounded;
  const sum = calculate(prompt);
  if (sum !== null) return SUM[language](sum);
  const topic = DEMO_TOPICS.find(({ match }) => match.test(prompt));
  return topic === undefined ? OUTLINE[language](topicOf(prompt)) : topic.answer[language];
}

type Phrase = Readonly<Record<DemoLanguage, (detail: string) => string>>;

const FROM_TOOL: Phrase = {
  en: (result) => `Here is what the tool found: ${result}`,
  ko: (result) => `도구가 찾은 결과입니다: ${result}`,
  ja: (result) => `ツールの結果は次のとおりです：${result}`,
  zh: (result) => `工具返回的结果是：${result}`,
};

const SUM: Phrase = {
  en: (result) => `The result is ${result}.`,
  ko: (result) => `결과는 ${result}입니다.`,
  ja: (result) => `答えは${result}です。`,
  zh: (result) => `结果是${result}。`,
};

const OUTLINE: Phrase = {
  en: (topic) =>
    `Here is a short overview of ${topic}. First, it helps to be clear about the goal. Second, compare the two or three usual ways to reach it. Third, start with the simplest one and check the result before you go on. Tell me more about your situation and I can be more specific.`,
  ko: (topic) =>
    `${topic}에 대해 간단히 정리해 드리겠습니다. 먼저 목표를 분명히 하고, 다음으로 흔히 쓰는 방법 두세 가지를 비교한 뒤, 가장 간단한 방법부터 시작해 결과를 확인하세요. 상황을 더 알려 주시면 더 구체적으로 도와드릴 수 있습니다.`,
  ja: (topic) =>
    `${topic}について簡単にまとめます。まず目的をはっきりさせ、次によく使われる方法を二、三比べ、一番簡単なものから始めて結果を確かめてください。状況を詳しく教えていただければ、より具体的にお答えできます。`,
  zh: (topic) =>
    `下面简要介绍${topic}。首先明确目标，其次比较两三种常用的方法，然后从最简单的开始，并在继续之前检查结果。如果您告诉我更多情况，我可以回答得更具体。`,
};

const STOP_WORDS = new Set(
  'a an the of to in on for and or is are was what why how do does did i my me you your can could please tell about write explain it this that with'.split(
    ' ',
  ),
);

/** The words that say what a prompt is about; for scripts without spaces its beginning. */
function topicOf(prompt: string): string {
  const clean = prompt.replace(/[\p{P}\p{S}]+/gu, ' ').trim();
  if (languageOf(prompt) !== 'en') return [...clean.replace(/\s+/g, ' ')].slice(0, 16).join('');
  const words = clean.split(/\s+/).filter((word) => !STOP_WORDS.has(word.toLowerCase()));
  return words.slice(0, 6).join(' ') || 'this topic';
}

const NUMBER = String.raw`(-?\d{1,12}(?:\.\d{1,6})?)`;
const SUM_PATTERN = new RegExp(
  `${NUMBER}\\s*([-+*x×/÷]|times|plus|minus|divided by|곱하기|더하기|빼기|나누기|かける|たす|ひく|わる|乘以|加上|减去|除以)\\s*${NUMBER}`,
  'i',
);

/** The first sum of two numbers in a prompt, worked out; null when there is none. */
function calculate(prompt: string): string | null {
  const match = SUM_PATTERN.exec(prompt);
  if (match === null) return null;
  const result = apply(match[2]?.toLowerCase() ?? '', Number(match[1]), Number(match[3]));
  return Number.isFinite(result) ? String(Number(result.toFixed(6))) : null;
}

function apply(operator: string, left: number, right: number): number {
  if (/^(?:\+|plus|더하기|たす|加上)$/.test(operator)) return left + right;
  if (/^(?:-|minus|빼기|ひく|减去)$/.test(operator)) return left - right;
  if (/^(?:\/|÷|divided by|나누기|わる|除以)$/.test(operator)) return left / right;
  return left * right;
}

/** For prompts that carry passages (`Context: … Question: …`): the sentences that share most words with the question. */
function answerFromContext(prompt: string): string | null {
  const parts = /^context:\s*([\s\S]+?)\n+question:\s*([\s\S]+)$/i.exec(prompt.trim());
  const [, context = '', question = ''] = parts ?? [];
  if (parts === null) return null;
  const known = DEMO_TOPICS.find(({ match }) => match.test(question) && match.test(context));
  if (known !== undefined) return known.answer[languageOf(question)];
  const wanted = new Set(wordsOf(question));
  const ranked = context
    .split(/(?<=[.!?。])\s+|\n+/)
    .map((sentence) => ({
      sentence,
      hits: wordsOf(sentence).filter((word) => wanted.has(word)).length,
    }))
    .toSorted((a, b) => b.hits - a.hits);
  const best = ranked[0];
  return best === undefined || best.hits === 0 ? null : best.sentence.trim();
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2 && !STOP_WORDS.has(word));
}
