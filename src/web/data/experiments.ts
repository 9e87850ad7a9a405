import type { z } from 'zod';
import type {
  Experiment,
  ExperimentDecide,
  ExperimentDecision,
  ExperimentResults,
  ExperimentStatus,
  NewExperiment,
  PlanAnswer,
} from '../../contract/experiments.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 15_000;

/** The experiments of the project, newest first. */
export function useExperiments(status: ExperimentStatus | undefined) {
  return useProjectQuery<{ items: Experiment[] }>('experiments', '/api/v1/experiments', {
    query: { limit: 200, status },
    refetchMs: LOOK_MS,
  });
}

function pathOf(id: string, rest = ''): string {
  return `/api/v1/experiments/${encodeURIComponent(id)}${rest}`;
}

/** What is known now; the method allows to look as often as one likes. */
export function useExperimentResults(id: string) {
  return useProjectQuery<ExperimentResults>('experiment', pathOf(id, '/results'), {
    refetchMs: LOOK_MS,
  });
}

/** What was decided, newest first. */
export function useDecisions(id: string) {
  return useProjectQuery<{ items: ExperimentDecision[] }>('experiment', pathOf(id, '/decisions'), {
    query: { limit: 100 },
    refetchMs: LOOK_MS,
  });
}

export type ExperimentBody = z.input<typeof NewExperiment>;

/** The list and what is open; a removed one must not be asked for again. */
const ALL = ['experiments', 'experiment'] as const;

/** Drafts an experiment, or changes the draft with the id. */
export function useSaveExperiment() {
  return useProjectChange<{ id: string | null; body: ExperimentBody }, Experiment>(
    ALL,
    ({ id, body }) =>
      id === null
        ? { method: 'POST', path: '/api/v1/experiments', body }
        : { method: 'PATCH', path: pathOf(id), body },
  );
}

export type ExperimentStep = 'start' | 'pause' | 'resume' | 'stop';

export function useExperimentStep(id: string) {
  return useProjectChange<{ step: ExperimentStep; note: string }, Experiment>(
    ALL,
    ({ step, note }) => ({ method: 'POST', path: pathOf(id, `/${step}`), body: { note } }),
  );
}

export function useDecide(id: string) {
  return useProjectChange<z.input<typeof ExperimentDecide>, Experiment>(ALL, (body) => ({
    method: 'POST',
    path: pathOf(id, '/decide'),
    body,
  }));
}

export function useCopyExperiment(id: string) {
  return useProjectChange<void, Experiment>(['experiments'], () => ({
    method: 'POST',
    path: pathOf(id, '/copy'),
  }));
}

export function useRemoveExperiment(id: string) {
  return useProjectChange<void>(['experiments'], () => ({ method: 'DELETE', path: pathOf(id) }));
}

/** How many units an arm needs to see a difference; nothing is asked before both figures are there. */
export function usePlan(difference: number | null, standardDeviation: number | null) {
  const enabled = (difference ?? 0) > 0 && (standardDeviation ?? 0) > 0;
  return useProjectQuery<z.infer<typeof PlanAnswer>>(
    'experiment plan',
    '/api/v1/experiments/plan',
    {
      query: {
        difference: difference ?? undefined,
        standardDeviation: standardDeviation ?? undefined,
      },
      enabled,
    },
  );
}
