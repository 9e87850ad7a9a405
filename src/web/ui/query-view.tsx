import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel.tsx';

interface Props<Reply> {
  readonly query: Pick<UseQueryResult<Reply>, 'data' | 'error' | 'refetch'>;
  readonly skeleton: ReactNode;
  readonly children: (reply: Reply) => ReactNode;
}

/** Draws an answer, its skeleton while it is on its way, or what went wrong. */
export function QueryView<Reply>({ query, skeleton, children }: Props<Reply>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null)
    return <ErrorPanel error={query.error} retry={() => void query.refetch()} />;
  return skeleton;
}
