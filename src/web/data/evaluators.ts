import type { EvaluatorChange, EvaluatorEntry, EvaluatorList } from '../../contract/evaluators.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

/** Local evaluators with their settings in the project. */
export function useEvaluators() {
  return useProjectQuery<EvaluatorList>('evaluators', '/api/v1/evaluators');
}

export function useChangeEvaluator() {
  return useProjectChange<{ id: string; change: EvaluatorChange }, EvaluatorEntry>(
    ['evaluators'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/evaluators/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}
