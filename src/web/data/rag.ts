import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RagReply } from '../../contract/rag.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

const LONG_MS = 7 * 86_400_000;

/** How retrieval did in the range on the page, by hour for short ranges. */
export function useRag(cutoff: number | undefined) {
  const { project, range } = useScope();
  const isLong = Date.parse(range.to) - Date.parse(range.from) > LONG_MS;
  const query = {
    ...{ project: project.slug, from: range.from, to: range.to },
    interval: isLong ? 'day' : 'hour',
    ...(cutoff !== undefined && { cutoff }),
  };
  return useQuery({
    queryKey: ['analytics', 'rag', query],
    queryFn: ({ signal }) => callApi<RagReply>('/api/v1/analytics/rag', { query, signal }),
    placeholderData: keepPreviousData,
  });
}
