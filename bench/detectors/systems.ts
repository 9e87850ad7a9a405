import type { Subject } from '../../src/evaluators/define-evaluator.ts';
import type { TaskId } from './tasks.ts';

/** What a system says about a subject; null when it has nothing to say about it. */
export interface Verdict {
  readonly score: number;
  readonly found: boolean;
  readonly alarm: boolean;
  /** Places in the judged text, where the system gives any. */
  readonly spans?: readonly { readonly start: number; readonly end: number }[];
  /** The judged text without what was found, from systems that only give this. */
  readonly redacted?: string;
}

/** Something that is measured. */
export interface System {
  readonly name: string;
  readonly tasks: readonly TaskId[];
  /** Languages it is made for; null for all. */
  readonly languages: readonly string[] | null;
  judge(task: TaskId, subject: Subject): Verdict | null | Promise<Verdict | null>;
}

/** The text that a task is about. */
export function judgedText(task: TaskId, { prompt, answer, context }: Subject): string {
  if (task === 'injection') return prompt ?? '';
  return task === 'indirect' ? context.join('\n') : answer;
}

/** A verdict of a system that knows yes and no, or a number and where it draws the line. */
export function verdict(score: number, isFound: boolean): Verdict {
  return { score, found: isFound, alarm: isFound };
}
