import { useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { RagReply } from '../../../contract/rag.ts';
import { useRag } from '../../data/rag.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { CutoffField } from './cutoff-field.tsx';
import { Distributions } from './distributions.tsx';
import { EmptyRag } from './empty-rag.tsx';
import { RagTables } from './tables.tsx';
import { RagTiles } from './tiles.tsx';
import { RagTrends } from './trends.tsx';

function PageSkeleton() {
  return (
    <div className="flex flex-col gap-3">
      <Skeleton className="h-24" />
      <Skeleton className="h-56" />
    </div>
  );
}

/** Nothing that this page is about was recorded. */
function isEmpty({ retrievals, cacheHitRate }: RagReply): boolean {
  return retrievals === 0 && cacheHitRate.n === 0;
}

/** How retrieval does: whether it finds, reranks and is fast, and what it misses. */
export function RagPage() {
  const t = useTranslations('rag');
  const { cutoff } = useSearch({ from: '/rag' });
  const rag = useRag(cutoff);
  return (
    <>
      <PageTitle title={t('title')}>
        <CutoffField />
      </PageTitle>
      <QueryView query={rag} skeleton={<PageSkeleton />}>
        {(reply) =>
          isEmpty(reply) ? (
            <EmptyRag />
          ) : (
            <div className="flex flex-col gap-3">
              <RagTiles reply={reply} />
              <RagTrends reply={reply} />
              <Distributions reply={reply} />
              <RagTables reply={reply} />
            </div>
          )
        }
      </QueryView>
    </>
  );
}
