import type { Evaluator, ScoreDraft, Subject } from '../../src/evaluators/define-evaluator.ts';
import { EVALUATORS } from '../../src/evaluators/index.ts';
import { createTextReader } from '../../src/evaluators/text/text-facts.ts';
import type { System, Verdict } from './systems.ts';
import { TASKS, type TaskId } from './tasks.ts';

/** The evaluator on the shelf that gives a score, by the name they share; null while there is none. */
export function evaluatorOf(
  score: string,
  shelf: readonly Evaluator[] = EVALUATORS,
): Evaluator | null {
  const id = score.replaceAll('_', '-');
  return shelf.find((one) => one.id === id || one.id === score) ?? null;
}

/** Tasks that our shelf has every detector for. */
export function tasksOnTheShelf(): readonly TaskId[] {
  return TASKS.filter(({ scores }) => scores.every((score) => evaluatorOf(score) !== null)).map(
    ({ id }) => id,
  );
}

/** Our shelf (or the same with other weights), exactly as the program asks it: by default options. */
export function ourSystem(shelf: readonly Evaluator[] = EVALUATORS): System {
  const byTask = new Map(
    TASKS.map(({ id, scores }) => [
      id,
      scores.flatMap((score) => {
        const evaluator = evaluatorOf(score, shelf);
        const options = evaluator?.options.parse({});
        return evaluator === null ? [] : [{ score, evaluator, options }];
      }),
    ]),
  );
  return {
    name: 'ours',
    tasks: tasksOnTheShelf(),
    languages: null,
    judge(task, subject) {
      const tools = { read: createTextReader() };
      const drafts = (byTask.get(task) ?? []).flatMap(({ score, evaluator, options }) =>
        evaluator.evaluate(subject, options, tools).filter(({ name }) => name === score),
      );
      return verdictOf(task, subject, drafts);
    },
  };
}

/** No score is no complaint. */
function verdictOf(task: TaskId, _subject: Subject, drafts: readonly ScoreDraft[]): Verdict {
  const worst = drafts.reduce((least, { value }) => Math.min(least, value), 1);
  const spans = drafts.flatMap(spansOf);
  if (task === 'pii') {
    // Streets and dates of birth are not among the values with a form; we report them all the same.
    const counted = spans.filter(({ kind }) => !['street_address', 'date_of_birth'].includes(kind));
    return {
      score: counted.length === 0 ? 0 : 1 - worst,
      found: counted.length > 0,
      alarm: drafts.some(({ flagged }) => flagged),
      spans,
    };
  }
  return {
    score: drafts.map(riskOf).find((risk) => risk !== null) ?? 1 - worst,
    found: drafts.some(({ label, value }) => label !== 'ok' && value < 1),
    alarm: drafts.some(({ flagged }) => flagged),
    spans,
  };
}

/** Refusals have one value for all, and how likely they are beside it. */
function riskOf({ name, details }: ScoreDraft): number | null {
  const risk = details?.['risk'];
  return name === 'refusal' && typeof risk === 'number' ? risk : null;
}

interface FoundSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

function spansOf({ details }: ScoreDraft): readonly FoundSpan[] {
  const spans = details?.['spans'];
  return Array.isArray(spans) ? (spans as FoundSpan[]) : [];
}
