import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { SafetyExamplesPage, SafetyReply, SafetyScore } from '../../contract/safety.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

const LONG_MS = 3 * 86_400_000;
const PAGE_SIZE = 20;

/** What was flagged in the range on the page, by hour for short ranges. */
export function useSafety() {
  const { project, range } = useScope();
  const isLong = Date.parse(range.to) - Date.parse(range.from) > LONG_MS;
  const interval = isLong ? 'day' : 'hour';
  const query = { project: project.slug, from: range.from, to: range.to, interval };
  return useQuery({
    queryKey: ['analytics', 'safety', query],
    queryFn: ({ signal }) => callApi<SafetyReply>('/api/v1/analytics/safety', { query, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Flagged calls, newest first; of one kind, or of all. */
export function useSafetyExamples(kind: SafetyScore | undefined) {
  const { project, range } = useScope();
  const query = {
    project: project.slug,
    from: range.from,
    to: range.to,
    limit: PAGE_SIZE,
    ...(kind !== undefined && { name: kind }),
  };
  return useInfiniteQuery({
    queryKey: ['analytics', 'safety-examples', query],
    queryFn: ({ pageParam, signal }) =>
      callApi<SafetyExamplesPage>('/api/v1/analytics/safety/examples', {
        query: { ...query, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
