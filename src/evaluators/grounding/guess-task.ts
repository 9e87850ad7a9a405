import type { Subject } from '../define-evaluator.ts';

/** What the answer was for; each has weights of its own. */
export const TASKS = ['question_answering', 'summary', 'dialogue', 'claim'] as const;
export type Task = (typeof TASKS)[number];

const SUMMARY =
  /\bsummar|\btl;?dr\b|\bkey (?:points|takeaways)|\bgist\b|\bcondense|요약|간추려|정리해|要約|まとめ|总结|總結|摘要|概括|归纳/iu;
const QUESTION =
  /^(?:(?:in|on|at|for|to|from|by|with|of) )?(?:what|who|whom|whose|where|when|why|which|how|is|are|was|were|do|does|did|has|have|had|can|could|should|would|will|tell|explain|describe|list|name|find|give|write|compare|define)\b/iu;
/** Longer prompts are tasks with instructions, not turns of a conversation. */
const LONGEST_TURN = 400;
const SENTENCE_END = /[.!?？。！]\s*\S/u;

/**
 * Guesses the task by shape. Without a prompt: one sentence is a claim, more are a summary. With one: a request for
 * a summary in so many words; one question or instruction alone (or a long prompt) is question answering; what is
 * left (statements, several short sentences, or a single sentence as all there is to know) is a turn of a
 * conversation. `sentences` counts those of the answer and of the passages.
 */
export function guessTask(
  { prompt }: Pick<Subject, 'prompt'>,
  sentences: { readonly answer: number; readonly passages: number },
): Task {
  const asked = prompt?.trim() ?? '';
  if (asked === '') return sentences.answer <= 1 ? 'claim' : 'summary';
  if (SUMMARY.test(asked)) return 'summary';
  if (asked.length > LONGEST_TURN) return 'question_answering';
  if (sentences.passages <= 1) return 'dialogue';
  const alone = !SENTENCE_END.test(asked);
  const asks = /[?？]$/u.test(asked) || QUESTION.test(asked) || !/[a-z]/iu.test(asked);
  return alone && asks ? 'question_answering' : 'dialogue';
}
