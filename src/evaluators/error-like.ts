/**
 * Measures whether the answer is an error message that slipped through instead of an answer.
 * Method: the shape of the whole answer: it begins like a program's or provider's error, is mostly a stack
 * trace, is an error object, or is a value that programs print by mistake. Text *about* errors, and prompts that ask
 * for error messages, are fine; a failed call to the model is an error whatever was asked.
 * Blind spots: error messages in a program's own words; a long answer with an error at its end.
 * Source: own rule; replaces a search for the words "error", "exception", "failed" anywhere.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { promptCues } from './text/prompt-cues.ts';

const LONGEST_MESSAGE = 1_500;
const TRACE_SHARE = 0.5;

/** A call to a model that failed, told as if it were its answer. */
const FAILED_CALL = [
  /^\[?(?:오류|에러)\]?\s*:?\s*(?:LLM|모델|API|서버|호출)[^\n]{0,40}(?:실패|오류|초과)/u,
  /^\[?(?:error|エラー|错误|錯誤)\]?\s*[:：]?\s*[^\n]{0,40}(?:llm|model|upstream|api (?:call|request)|openai|anthropic|ollama)[^\n]{0,40}(?:fail|error|timed? ?out|unavailable|refused|exceeded|失敗|失败)/iu,
  /^(?:openai|anthropic|httpx|requests|aiohttp|google)(?:\.\w{1,40}){1,4}(?:Error|Exception|Timeout)\b/u,
  /^(?:error (?:calling|communicating with|generating)|failed to (?:call|reach|get (?:a )?response|generate (?:a )?response))\b/iu,
];
const ERROR_START = [
  /^(?:fatal |internal |runtime |unhandled |uncaught |unexpected |server |system )?(?:error|exception)(?:\s?\(?(?:code\s?)?\d{1,5}\)?)?\s*[:：!]/iu,
  /^\[(?:error|exception|fatal|오류|에러|エラー|错误|錯誤)\]/iu,
  /^(?:오류|에러|예외|エラー|例外|错误|錯誤|异常)(?:가 발생(?:했습니다|하였습니다)|が発生しました|发生)?\s*[:：!.。]/u,
  /^(?:エラーが発生しました|오류가 발생했습니다|发生错误|出现错误|發生錯誤)/u,
  /^(?:[\w$]{1,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception|Timeout|Failure)\s*(?::|$)/u,
  /^(?:http(?:\/\d(?:\.\d)?)?\s*)?(?:4\d\d|5\d\d)\s+(?:bad request|unauthorized|forbidden|not found|too many requests|internal server error|bad gateway|service unavailable|gateway time-?out)/iu,
  /^(?:internal server error|bad gateway|service unavailable|gateway time-?out|too many requests|rate limit (?:exceeded|reached)|connection (?:refused|reset|timed out)|request timed out|segmentation fault|core dumped|command not found|permission denied)\b/iu,
  /^(?:an|a) (?:unexpected |internal |unknown )?error (?:has )?occurred\b[^\n]{0,200}$/iu,
  /^(?:traceback \(most recent call last\)|exception in thread|panic:|goroutine \d+ \[)/iu,
];
const TRACE_LINE =
  /^\s*(?:at\s+\S.{0,200}[:(]\S{0,200}|File ".{1,200}", line \d+|Traceback \(most recent|Caused by:|\.{3} \d+ more|goroutine \d+|\S{1,200}\.go:\d+)/u;
const PRINTED_BY_MISTAKE = /^(?:undefined|nan|null|\[object object\]|none\.?type|<empty>)$/iu;

/** Looks for an error message in place of an answer. */
export const errorLike = defineEvaluator({
  id: 'error_like',
  version: 'v1',
  title: 'Error instead of answer',
  description: 'Whether an error message stands where the answer should be.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    const { text } = tools.read(subject.answer);
    if (text === '') return [];
    const reason = faultOf(subject, text, tools);
    if (reason === null) return [passed('error_like')];
    return [found('error_like', { value: 0, label: 'error_like', reason, flagged: true })];
  },
});

function faultOf(subject: Subject, text: string, tools: EvaluatorTools): string | null {
  if (text.length <= LONGEST_MESSAGE && FAILED_CALL.some((pattern) => pattern.test(text))) {
    return 'The answer reports a failed call to the model.';
  }
  const prompt = subject.prompt === null ? '' : tools.read(subject.prompt).lower;
  const cues = promptCues(prompt);
  if (cues.isAboutErrors) return null;
  if (!cues.isAboutPrograms && PRINTED_BY_MISTAKE.test(text)) {
    return `The whole answer is "${text}", which programs print by mistake.`;
  }
  if (text.length <= LONGEST_MESSAGE && startsLikeError(text)) {
    return 'The answer is an error message.';
  }
  if (isErrorObject(text)) return 'The answer is an error object.';
  return isMostlyTrace(text) ? 'The answer is mostly a stack trace.' : null;
}

function startsLikeError(text: string): boolean {
  const start = text.replace(/^(?:[\s`*#>❌🚨]|⚠️?)+/u, '');
  if (!ERROR_START.some((pattern) => pattern.test(start))) return false;
  // "Error: …" followed by paragraphs or a list is an explanation, not a message.
  const paragraphs = text.split(/\n\s*\n/u).length;
  return paragraphs < 3 || isMostlyTrace(text);
}

function isErrorObject(text: string): boolean {
  if (!text.startsWith('{') || text.length > LONGEST_MESSAGE) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && holdsOnlyError(Object.entries(value));
  } catch {
    return false;
  }
}

function holdsOnlyError(entries: readonly (readonly [string, unknown])[]): boolean {
  const error = entries.find(([name]) => /^(?:error|errors|exception)$/i.test(name))?.[1];
  return (
    error !== undefined && error !== null && error !== '' && error !== false && entries.length <= 4
  );
}

function isMostlyTrace(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const traced = lines.filter((line) => TRACE_LINE.test(line)).length;
  return traced >= 2 && traced >= TRACE_SHARE * (lines.length - 2);
}
