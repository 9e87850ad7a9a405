import { useTranslations } from 'use-intl';
import { useSafety } from '../../data/safety.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptySafety } from './empty-safety.tsx';
import { Examples } from './examples.tsx';
import { FlagTrends } from './flag-trends.tsx';
import { KindsTable } from './kinds-table.tsx';
import { Whose } from './whose.tsx';

function PageSkeleton() {
  return (
    <div className="flex flex-col gap-3">
      <Skeleton className="h-56" />
      <Skeleton className="h-48" />
    </div>
  );
}

/** What was unsafe: how much of it, since when, whose, and what it looks like. */
export function SafetyPage() {
  const t = useTranslations('safety');
  const safety = useSafety();
  return (
    <>
      <PageTitle title={t('title')} />
      <QueryView query={safety} skeleton={<PageSkeleton />}>
        {(reply) =>
          reply.types.length === 0 ? (
            <EmptySafety />
          ) : (
            <div className="flex flex-col gap-3">
              <Section title={t('kinds')} note={t('kindsNote')} flush>
                <KindsTable reply={reply} />
              </Section>
              <FlagTrends reply={reply} />
              <Whose reply={reply} />
              <Examples reply={reply} />
            </div>
          )
        }
      </QueryView>
    </>
  );
}
