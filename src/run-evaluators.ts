import { createEvaluatorCatalogue, type EvaluatorCatalogue } from './datasets/run-evaluator.ts';

/** What can score the answers of a run, the same in every thread. */
export function runEvaluators(): EvaluatorCatalogue {
  return createEvaluatorCatalogue();
}
