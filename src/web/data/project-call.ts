import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Call, callApi, type QueryValues } from '../api.ts';
import { useScope } from '../frame/scope.ts';

/** A question to the API about the chosen project. `name` is what changes of the same thing refresh. */
export function useProjectQuery<Reply>(
  name: string,
  path: string,
  options: { query?: QueryValues; enabled?: boolean; refetchMs?: number } = {},
) {
  const { project } = useScope();
  const { query = {}, enabled = true, refetchMs } = options;
  return useQuery({
    queryKey: [name, project.slug, path, query],
    queryFn: ({ signal }) =>
      callApi<Reply>(path, { query: { ...query, project: project.slug }, signal }),
    enabled,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });
}

/** A change in the chosen project; afterwards everything under `names` is asked for again. */
export function useProjectChange<Given, Reply = unknown>(
  names: readonly string[],
  call: (given: Given) => Required<Pick<Call, 'method'>> & { path: string; body?: unknown },
) {
  const { project } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => {
      const { path, ...rest } = call(given);
      return callApi<Reply>(path, { ...rest, query: { project: project.slug } });
    },
    onSuccess: () =>
      Promise.all(
        names.map((name) => client.invalidateQueries({ queryKey: [name, project.slug] })),
      ),
  });
}
