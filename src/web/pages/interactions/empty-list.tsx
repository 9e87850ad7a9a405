import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import type { useInteractions } from '../../data/interactions.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { NoMatches } from './no-matches.tsx';

type List = ReturnType<typeof useInteractions>;

interface Props {
  readonly list: List;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

/** A search for text is answered in pieces: pieces without a match are followed to the end. */
function useSearchOlder({ hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: List) {
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
}

function SearchingOlder({ onClear }: { onClear: () => void }) {
  const t = useTranslations('interactions');
  return (
    <div className="flex flex-col gap-3 p-4" aria-busy="true">
      <p role="status" className="flex items-center gap-3 text-[0.8125rem] text-muted">
        {t('searchingOlder')}
        <Button onClick={onClear}>{t('clear')}</Button>
      </p>
      <SkeletonRows rows={6} />
    </div>
  );
}

/** What stands in place of the table while it has no rows: waiting, an error, or nothing found. */
export function EmptyList({ list, isFiltered, onClear }: Props) {
  useSearchOlder(list);
  if (list.isFetchNextPageError)
    return <ErrorPanel error={list.error} retry={() => void list.fetchNextPage()} />;
  if (list.data === undefined) {
    if (list.error === null) return <SkeletonRows rows={12} />;
    return <ErrorPanel error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.hasNextPage) return <SearchingOlder onClear={onClear} />;
  return <NoMatches isFiltered={isFiltered} onClear={onClear} />;
}
