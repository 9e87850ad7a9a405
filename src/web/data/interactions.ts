import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  FacetsReply,
  InteractionDetail,
  InteractionPage,
  NewFeedback,
} from '../../contract/interactions.ts';
import { callApi } from '../api.ts';
import type { FilterQuery } from '../filter-language.ts';
import { useScope } from '../frame/scope.ts';

type Page = z.infer<typeof InteractionPage>;

const PAGE_SIZE = 50;

/** The list that matches the filter, newest first, page by page. */
export function useInteractions(filter: FilterQuery, limit = PAGE_SIZE) {
  const { project, range } = useScope();
  // What judges and runs asked is shown to whoever asks for its origin.
  const traffic = filter.origin === undefined ? ({ traffic: 'applications' } as const) : {};
  const where = { project: project.slug, from: range.from, to: range.to };
  const query = { ...where, ...traffic, ...filter, limit };
  return useInfiniteQuery({
    queryKey: ['interactions', query],
    queryFn: ({ pageParam, signal }) =>
      callApi<Page>('/api/v1/interactions', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Values with their counts in the range. */
export function useFacets() {
  const { project, range } = useScope();
  const query = { project: project.slug, from: range.from, to: range.to };
  return useQuery({
    queryKey: ['facets', query],
    queryFn: ({ signal }) =>
      callApi<z.infer<typeof FacetsReply>>('/api/v1/interactions/facets', { query, signal }),
    placeholderData: keepPreviousData,
  });
}

/** One interaction with its bodies; personal data is hidden until it is revealed. */
export function useInteraction(id: string) {
  const { project } = useScope();
  return useQuery({
    queryKey: ['interaction', project.slug, id],
    queryFn: ({ signal }) =>
      callApi<InteractionDetail>(`/api/v1/interactions/${encodeURIComponent(id)}`, {
        query: { project: project.slug, mask: 'pii' },
        signal,
      }),
  });
}

/** Shows what is hidden in an interaction; the server keeps who looked. */
export function useReveal(id: string) {
  const { project } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      callApi<InteractionDetail>(`/api/v1/interactions/${encodeURIComponent(id)}/reveal`, {
        method: 'POST',
        query: { project: project.slug },
      }),
    onSuccess: (detail) => client.setQueryData(['interaction', project.slug, id], detail),
  });
}

/** Gives a thumb up or down. */
export function useFeedback() {
  const { project } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (feedback: z.infer<typeof NewFeedback>) =>
      callApi<unknown>('/api/v1/feedback', {
        method: 'POST',
        query: { project: project.slug },
        body: feedback,
      }),
    onSuccess: (_reply, { interactionId }) =>
      client.invalidateQueries({ queryKey: ['interaction', project.slug, interactionId] }),
  });
}
