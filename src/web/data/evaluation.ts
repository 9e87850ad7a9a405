import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  EvaluationStatus,
  RetryReply,
  RunReply,
  SetAsidePage,
} from '../../contract/evaluation.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

const STATUS_EVERY_MS = 10_000;

/** What the scheduler does and what waits for it. */
export function useEvaluationStatus() {
  const { project, anchor } = useScope();
  return useQuery({
    queryKey: ['evaluation', 'status', project.slug, anchor],
    queryFn: ({ signal }) =>
      callApi<EvaluationStatus>('/api/v1/evaluation/status', {
        query: { project: project.slug },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: STATUS_EVERY_MS,
  });
}

/** Interactions that could not be evaluated after all retries. */
export function useSetAside() {
  const { project } = useScope();
  return useQuery({
    queryKey: ['evaluation', 'set-aside', project.slug],
    queryFn: ({ signal }) =>
      callApi<z.infer<typeof SetAsidePage>>('/api/v1/evaluation/set-aside', {
        query: { project: project.slug },
        signal,
      }),
  });
}

function useEvaluationAction<Given, Reply>(
  call: (given: Given) => { path: string; body: unknown },
) {
  const { project, refresh } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => {
      const { path, body } = call(given);
      return callApi<Reply>(path, { method: 'POST', query: { project: project.slug }, body });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['evaluation'] });
      refresh();
    },
  });
}

/** Scores what is due now. */
export function useRunEvaluation() {
  return useEvaluationAction<void, z.infer<typeof RunReply>>(() => ({
    path: '/api/v1/evaluation/runs',
    body: {},
  }));
}

/** Puts interactions that were set aside back on the queue; null puts all of them back. */
export function useRetryEvaluation() {
  return useEvaluationAction<string | null, z.infer<typeof RetryReply>>((id) => ({
    path: '/api/v1/evaluation/set-aside/retry',
    body: id === null ? {} : { interactionIds: [id] },
  }));
}
