import { type Marks, markAnswer } from './judge-marks.ts';
import { type JudgeQuestion, readJudgeQuestion } from './judge-question.ts';

/**
 * The reply of the built-in judge: the same question gets the same verdict, from rules that understand nothing. It
 * shows what judges do without an account; its verdicts say little about answers of real models. Null when the texts
 * are no question to a judge.
 */
export function judgeReply(texts: readonly string[]): string | null {
  const question = readJudgeQuestion(texts);
  if (question === null) return null;
  return question.answers.length > 1 ? comparison(question) : verdict(question);
}

function verdict(question: JudgeQuestion): string {
  const [answer = ''] = question.answers;
  const marks = markAnswer({ ...question, answer });
  const verdicts = question.criteria.map(({ name, levels }) => {
    const lowest = levels.at(0) ?? 0;
    const highest = levels.at(-1) ?? 1;
    return [name, Math.round(lowest + markOf(name, marks) * (highest - lowest))];
  });
  return write(question.word, {
    evidence: [quoteOf(answer)],
    reasoning: marks.why,
    verdicts: Object.fromEntries(verdicts),
  });
}

function markOf(name: string, marks: Marks): number {
  if (/instruction|format|complet/.test(name)) return marks.instruction;
  if (/truth|correct|factual|accura/.test(name)) return marks.truth;
  if (/relevan|topic/.test(name)) return marks.relevance;
  if (/faithful|ground|support/.test(name)) return marks.support;
  if (/harm|toxic|safe|bias|polite|respect/.test(name)) return marks.harmlessness;
  return marks.overall;
}

function comparison(question: JudgeQuestion): string {
  const [first = '', second = ''] = question.answers;
  const total = (answer: string): number => {
    const { overall, truth, relevance, harmlessness } = markAnswer({ ...question, answer });
    return overall + truth + relevance + 2 * harmlessness;
  };
  const difference = total(first) - total(second);
  const better = Math.abs(difference) < 0.05 ? 0 : difference > 0 ? 1 : 2;
  return write(question.word, {
    evidence: [quoteOf(first), quoteOf(second)],
    reasoning: better === 0 ? 'Both do about the same.' : `Answer ${better} does what was asked.`,
    verdicts: { better },
  });
}

const MAX_QUOTE = 80;

function quoteOf(answer: string): string {
  return answer.trim().slice(0, MAX_QUOTE);
}

function write(call: string, said: object): string {
  return JSON.stringify({ call, ...said });
}

/** The same reply as models write it that do not keep to a form; one in four cannot be read at all. */
export function brokenReply(reply: string, hash: number): string {
  switch (hash % 4) {
    case 0:
      return `Sure! Here is my judgement:\n\n\`\`\`json\n${reply}\n\`\`\`\nI hope this helps.`;
    case 1:
      return reply.replaceAll('"', "'");
    case 2:
      return `${reply.slice(0, -1)},}`;
    default:
      return 'I would say that the answer is rather good, all things considered.';
  }
}
