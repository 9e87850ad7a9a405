import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useInteractions } from '../../data/interactions.ts';
import { filterQuery } from '../../filter-language.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { EmptyList } from './empty-list.tsx';
import { Facets } from './facets.tsx';
import { FilterBar } from './filter-bar.tsx';
import { InteractionsTable } from './interactions-table.tsx';
import { ListCount } from './list-count.tsx';
import { PeekPanel } from './peek-panel.tsx';
import { SavedViews } from './saved-views.tsx';
import { useFilter } from './use-filter.ts';
import { useRowKeys } from './use-row-keys.ts';

/** The list of recorded interactions, filtered by one line, with a panel to look into each. */
export function InteractionsPage() {
  const t = useTranslations('interactions');
  const { filter, parsed, setFilter, peek, setPeek } = useFilter();
  const [facetsOpen, setFacetsOpen] = useState(false);
  const query = useMemo(() => filterQuery(parsed.terms), [parsed]);
  const list = useInteractions(query);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const cursor = useRowKeys(rows, peek, setPeek);
  return (
    <div className="flex h-[calc(100dvh-3rem-2rem)] min-h-96 flex-col max-md:h-[calc(100dvh-3rem-3.5rem-1.5rem)]">
      <PageTitle title={t('title')}>
        <SavedViews filter={filter} onChoose={setFilter} />
      </PageTitle>
      <FilterBar
        key={filter}
        filter={filter}
        problems={parsed.problems}
        onChange={setFilter}
        onFacets={() => setFacetsOpen(!facetsOpen)}
        facetsOpen={facetsOpen}
      />
      <div className="mt-3 flex min-h-0 grow gap-3">
        <Facets filter={filter} onChange={setFilter} open={facetsOpen} isAside={peek === null} />
        <div className="panel flex min-w-0 grow flex-col">
          {rows.length === 0 ? (
            <EmptyList list={list} isFiltered={filter !== ''} onClear={() => setFilter('')} />
          ) : (
            <InteractionsTable
              rows={rows}
              cursor={cursor.id}
              onPeek={cursor.choose}
              isLoadingMore={list.isFetchingNextPage}
              onEnd={() => {
                if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
              }}
            />
          )}
          <ListCount
            shown={rows.length}
            estimate={list.data?.pages[0]?.estimate ?? null}
            isWhole={list.data !== undefined && !list.hasNextPage}
          />
        </div>
        {peek !== null && <PeekPanel key={peek} id={peek} onClose={() => setPeek(null)} />}
      </div>
    </div>
  );
}
