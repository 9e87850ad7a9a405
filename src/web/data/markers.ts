import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { MarkerPage } from '../../contract/changes.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

/** More marks than these make no chart readable; the list says when there are more. */
const LIMIT = 100;

/** What happened in the range on the page: deploys, versions of prompts, models and judges, alerts. */
export function useMarkers() {
  const { project, range } = useScope();
  const query = { project: project.slug, from: range.from, to: range.to, limit: LIMIT };
  return useQuery({
    queryKey: ['markers', project.slug, query],
    queryFn: ({ signal }) =>
      callApi<z.infer<typeof MarkerPage>>('/api/v1/markers', { query, signal }),
    placeholderData: keepPreviousData,
  });
}
