import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type {
  PatternFailure,
  PatternOrder,
  PatternReply,
  PatternsReply,
} from '../../contract/patterns.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

export interface PatternChoice {
  readonly failures: readonly PatternFailure[];
  readonly order: PatternOrder;
  readonly text: string | undefined;
  readonly onlyWorse: boolean;
}

/** While hours wait to be counted, the list is asked for again by itself. */
const WAITING_MS = 3_000;
const LIMIT = 100;

/** Prompt groups of the range on the page. */
export function usePatterns({ failures, order, text, onlyWorse }: PatternChoice) {
  const { project, range } = useScope();
  const query = {
    ...{ project: project.slug, from: range.from, to: range.to, order, limit: LIMIT },
    failures: failures.join(','),
    ...(text !== undefined && { q: text }),
    ...(onlyWorse && { worse: 'true' }),
  };
  return useQuery({
    queryKey: ['analytics', 'patterns', query],
    queryFn: ({ signal }) =>
      callApi<PatternsReply>('/api/v1/analytics/patterns', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.waitingHours ?? 0) > 0 ? WAITING_MS : false),
  });
}

/** One group over time, with its forms and examples. */
export function usePattern(id: string, failures: readonly PatternFailure[]) {
  const { project, range } = useScope();
  const query = {
    ...{ project: project.slug, from: range.from, to: range.to },
    failures: failures.join(','),
  };
  return useQuery({
    queryKey: ['analytics', 'pattern', id, query],
    queryFn: ({ signal }) =>
      callApi<PatternReply>(`/api/v1/analytics/patterns/${id}`, { query, signal }),
  });
}
