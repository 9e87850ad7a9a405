import type { RunEvaluatorInfo, RunScore } from '../contract/dataset-runs.ts';
import { AppError } from '../core/errors.ts';
import type { Evaluator, Need, Subject } from '../evaluators/define-evaluator.ts';
import { EVALUATORS } from '../evaluators/index.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';
import { REFERENCE_CHECKS } from './reference-checks.ts';

/** One answer of a run, as evaluators see it. */
export interface RunAnswer {
  readonly projectId: string;
  readonly subject: Subject;
  /** What was expected; null where the item says nothing. */
  readonly reference: string | null;
  /** The recorded call; null when it is not known. */
  readonly interactionId: string | null;
  /** Who was asked, as the run names it. */
  readonly model: string;
  readonly prompt: { readonly name: string; readonly version: number } | null;
  readonly call: {
    readonly latencyMs: number | null;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
  };
  readonly signal: AbortSignal;
}

/** What scores the answers of a run. No score at all means "does not apply here". */
export interface RunEvaluator extends RunEvaluatorInfo {
  evaluate(answer: RunAnswer): Promise<readonly RunScore[]> | readonly RunScore[];
}

/** Evaluators of a project beside those that are always there: its rules, its judges. */
export type MoreEvaluators = (projectId: string) => Promise<readonly RunEvaluator[]>;

export interface EvaluatorCatalogue {
  list(projectId: string): Promise<readonly RunEvaluator[]>;
  /** Those named. Throws `invalid_request` that names the first unknown one. */
  choose(projectId: string, ids: readonly string[]): Promise<readonly RunEvaluator[]>;
}

/** What runs use when nothing is said. */
export const USUAL_EVALUATORS: readonly string[] = ['rule-basic'];

/** The shelf, checks against the reference, and whatever else the program has. */
export function createEvaluatorCatalogue(more: readonly MoreEvaluators[] = []): EvaluatorCatalogue {
  const always = [...REFERENCE_CHECKS.map(ofCheck), ...EVALUATORS.map(ofShelf)];
  const list = async (projectId: string): Promise<readonly RunEvaluator[]> => {
    const others = await Promise.all(more.map((of) => of(projectId)));
    return [...always, ...others.flat()];
  };
  return {
    list,
    async choose(projectId, ids): Promise<readonly RunEvaluator[]> {
      const known = new Map((await list(projectId)).map((one) => [one.id, one]));
      return [...new Set(ids)].map((id) => {
        const found = known.get(id);
        if (found !== undefined) return found;
        throw new AppError('invalid_request', `There is no evaluator ${id}.`, {
          details: { evaluator: id },
        });
      });
    },
  };
}

function ofCheck(check: (typeof REFERENCE_CHECKS)[number]): RunEvaluator {
  const { id, title, description, version } = check;
  return {
    id,
    title,
    description,
    version,
    kind: 'reference',
    evaluate: ({ subject, reference }): readonly RunScore[] => {
      if (reference === null) return [];
      const { value, reason } = check.compare(subject.answer, reference);
      return [
        {
          name: id,
          value,
          label: value === 1 ? 'pass' : 'fail',
          reason,
          source: 'reference',
          evaluator: id,
          evaluatorVersion: version,
          flagged: false,
        },
      ];
    },
  };
}

function ofShelf(evaluator: Evaluator): RunEvaluator {
  const { id, title, description, version, kind } = evaluator;
  const options: unknown = evaluator.options.parse(id === 'format' ? undefined : {});
  return {
    id,
    title,
    description,
    version,
    kind,
    evaluate: ({ subject }): readonly RunScore[] => {
      if (!evaluator.needs.every((need) => has(subject, need))) return [];
      const drafts = evaluator.evaluate(subject, options, { read: createTextReader() });
      return drafts.map(({ name, value, label, reason, flagged }) => ({
        name,
        value,
        label,
        reason,
        source: kind,
        evaluator: id,
        evaluatorVersion: version,
        flagged,
      }));
    },
  };
}

function has(subject: Subject, need: Need): boolean {
  if (need === 'answer') return true;
  return need === 'prompt' ? subject.prompt !== null : subject.context.length > 0;
}

/**
 * One figure for an answer: the mean of what was compared with the reference and what judges said; without any of
 * these the rules' `overall`; null when nothing of the kind was asked.
 */
export function qualityOf(scores: readonly RunScore[]): number | null {
  const telling = scores.filter(({ source }) => source === 'reference' || source === 'judge');
  if (telling.length > 0) {
    return telling.reduce((sum, { value }) => sum + value, 0) / telling.length;
  }
  return scores.find(({ name }) => name === 'overall')?.value ?? null;
}
