import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { parseFilter } from '../../filter-language.ts';

/** The filter and the peeked row as the address has them, and how to change them. */
export function useFilter() {
  const { filter = '', peek } = useSearch({ from: '/interactions' });
  const navigate = useNavigate({ from: '/interactions' });
  const setFilter = useCallback(
    (line: string) =>
      void navigate({
        search: (before) => ({
          ...before,
          filter: line.trim() === '' ? undefined : line.trim(),
          peek: undefined,
        }),
      }),
    [navigate],
  );
  const setPeek = useCallback(
    (id: string | null) =>
      void navigate({
        search: (before) => ({ ...before, peek: id ?? undefined }),
        replace: true,
      }),
    [navigate],
  );
  const parsed = useMemo(() => parseFilter(filter), [filter]);
  return { filter, parsed, setFilter, peek: peek ?? null, setPeek };
}
