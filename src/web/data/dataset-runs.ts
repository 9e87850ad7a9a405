import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  ComparedItemPage,
  DatasetRun,
  NewRun,
  RunComparison,
  RunDetail,
  RunEstimate,
  RunEvaluatorInfo,
  RunResultPage,
} from '../../contract/dataset-runs.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 5_000;
const FOLLOW_MS = 1_000;
const ALL = ['runs', 'run', 'datasets'] as const;

/** Runs of the project (of one dataset), newest first. */
export function useRuns(dataset?: string) {
  return useProjectQuery<{ items: DatasetRun[] }>('runs', '/api/v1/runs', {
    query: { limit: 100, dataset },
    refetchMs: LOOK_MS,
  });
}

function pathOf(id: string, rest = ''): string {
  return `/api/v1/runs/${encodeURIComponent(id)}${rest}`;
}

/** One run; followed closely while it is under way. */
export function useRun(id: string) {
  const { project } = useScope();
  return useQuery({
    queryKey: ['run', project.slug, id],
    queryFn: ({ signal }) =>
      callApi<RunDetail>(pathOf(id), { query: { project: project.slug }, signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? FOLLOW_MS : false),
  });
}

export type ResultsShown = 'all' | 'failed' | 'flagged' | 'low';

/** Results page by page; anew as more items are done. */
export function useResults(id: string, show: ResultsShown, done: number) {
  const { project } = useScope();
  return useInfiniteQuery({
    queryKey: ['run', project.slug, id, 'results', show, done],
    queryFn: ({ pageParam, signal }) =>
      callApi<z.infer<typeof RunResultPage>>(pathOf(id, '/results'), {
        query: { project: project.slug, show, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
}

export function useRunEvaluators() {
  return useProjectQuery<{ items: RunEvaluatorInfo[] }>(
    'run evaluators',
    '/api/v1/runs/evaluators',
  );
}

export type RunBody = z.input<typeof NewRun>;

/** What a run would cost; asked when enough is known. */
export function useRunEstimate(body: Omit<RunBody, 'concurrency'>, enabled: boolean) {
  const { project } = useScope();
  return useQuery({
    queryKey: ['run estimate', project.slug, body],
    queryFn: ({ signal }) =>
      callApi<RunEstimate>('/api/v1/runs/estimate', {
        method: 'POST',
        query: { project: project.slug },
        body,
        signal,
      }),
    enabled,
    retry: false,
  });
}

export function useBeginRun() {
  return useProjectChange<RunBody, DatasetRun>(ALL, (body) => ({
    method: 'POST',
    path: '/api/v1/runs',
    body,
  }));
}

export type RunStep = 'pause' | 'resume' | 'cancel' | 'retry';

export function useRunStep(id: string) {
  return useProjectChange<RunStep, DatasetRun>(ALL, (step) => ({
    method: 'POST',
    path: pathOf(id, `/${step === 'retry' ? 'resume' : step}`),
    ...(step === 'resume' || step === 'retry' ? { body: { retryFailed: step === 'retry' } } : {}),
  }));
}

export function useRemoveRun(id: string) {
  return useProjectChange<void>(['runs', 'datasets'], () => ({
    method: 'DELETE',
    path: pathOf(id),
  }));
}

export function useComparison(id: string, baseline: string | undefined) {
  return useProjectQuery<RunComparison>('run', pathOf(id, '/compare'), {
    query: { baseline },
    enabled: baseline !== undefined,
  });
}

export interface ComparedShown {
  readonly baseline: string;
  readonly metric: string;
  readonly show: 'all' | 'worse' | 'better';
}

/** Both answers to each item, the worst changes first. */
export function useComparedItems(id: string, shown: ComparedShown) {
  const { project } = useScope();
  return useInfiniteQuery({
    queryKey: ['run', project.slug, id, 'compared', shown],
    queryFn: ({ pageParam, signal }) =>
      callApi<z.infer<typeof ComparedItemPage>>(pathOf(id, '/compare/items'), {
        query: { project: project.slug, ...shown, limit: 25, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}
