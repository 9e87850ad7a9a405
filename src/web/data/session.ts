import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { SessionReply } from '../../contract/access.ts';
import { callApi, setCsrfToken } from '../api.ts';

const SESSION = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await callApi<SessionReply>('/api/v1/session', { signal });
    setCsrfToken(session.csrfToken);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Asks before anything is drawn: everything else waits for the answer. */
export async function startSession(client: QueryClient): Promise<void> {
  await client.prefetchQuery(SESSION);
}

/** Who is looking; also hands the CSRF token to `api.ts`. */
export function useSession() {
  return useQuery(SESSION);
}

/** Signs in with e-mail and password. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: { email: string; password: string }) =>
      callApi<unknown>('/api/v1/session', { method: 'POST', body: given }),
    onSuccess: () => client.resetQueries({ queryKey: ['session'] }),
  });
}

/** Ends the session and forgets everything that was read with it. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi<unknown>('/api/v1/session', { method: 'DELETE' }),
    onSuccess: async () => {
      setCsrfToken(null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      await client.resetQueries({ queryKey: ['session'] });
    },
  });
}
