import { type JudgingDeps, judgeEvaluators } from './datasets/judge-evaluators.ts';
import { ruleEvaluators } from './datasets/rule-evaluators.ts';
import { createEvaluatorCatalogue, type EvaluatorCatalogue } from './datasets/run-evaluator.ts';
import type { Database } from './store/database.ts';

/** What can score the answers of a run, the same in every thread; judges are asked only where `judging` is given. */
export function runEvaluators(database: Database, judging: JudgingDeps | null): EvaluatorCatalogue {
  return createEvaluatorCatalogue([ruleEvaluators(database), judgeEvaluators(database, judging)]);
}
