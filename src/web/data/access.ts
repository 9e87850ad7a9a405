import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ApiKey, CreatedApiKey, NewApiKey } from '../../contract/access.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';

/** The keys of the project. */
export function useKeys() {
  const { project } = useScope();
  return useQuery({
    queryKey: ['keys', project.slug],
    queryFn: ({ signal }) =>
      callApi<{ items: ApiKey[] }>('/api/v1/keys', { query: { project: project.slug }, signal }),
  });
}

function useKeyChange<Given, Reply>(
  call: (given: Given) => { method: 'POST' | 'DELETE'; path: string; body?: unknown },
) {
  const { project } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => {
      const { path, ...rest } = call(given);
      return callApi<Reply>(path, { ...rest, query: { project: project.slug } });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys', project.slug] }),
  });
}

/** Creates a key; the reply is the only place where it can ever be read. */
export function useCreateKey() {
  return useKeyChange<z.input<typeof NewApiKey>, z.infer<typeof CreatedApiKey>>((body) => ({
    method: 'POST',
    path: '/api/v1/keys',
    body,
  }));
}

/** Ends a key for good. */
export function useRevokeKey() {
  return useKeyChange<string, unknown>((id) => ({
    method: 'DELETE',
    path: `/api/v1/keys/${encodeURIComponent(id)}`,
  }));
}

/** Replaces a key by a new one of the same name and scopes. */
export function useRotateKey() {
  return useKeyChange<string, z.infer<typeof CreatedApiKey>>((id) => ({
    method: 'POST',
    path: `/api/v1/keys/${encodeURIComponent(id)}/rotate`,
  }));
}

/** Deletes a project with everything in it. */
export function useDeleteProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      callApi<unknown>(`/api/v1/projects/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    // Not a reset: that would take the page away before it has gone to another project.
    onSuccess: () => client.invalidateQueries({ queryKey: ['session'] }),
  });
}
