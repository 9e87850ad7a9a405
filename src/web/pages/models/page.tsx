import { useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useCompare } from '../../data/analytics.ts';
import { GettingStarted } from '../../ui/getting-started.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { MarkersPanel } from '../markers/markers-panel.tsx';
import { Availability } from './availability.tsx';
import { BaselineMenu } from './baseline-menu.tsx';
import { CostQuality } from './cost-quality.tsx';
import { ModelsTable } from './models-table.tsx';

function PageSkeleton() {
  return (
    <div className="flex flex-col gap-3">
      <Skeleton className="h-64" />
      <Skeleton className="h-72" />
    </div>
  );
}

/** The models beside each other: how good, how dear, how fast, how reliable. */
export function ModelsPage() {
  const t = useTranslations('models');
  const search = useSearch({ from: '/models' });
  const chosen = search.with;
  const compare = useCompare(
    chosen === undefined ? undefined : { model: chosen, provider: search.withProvider },
  );
  return (
    <>
      <PageTitle title={t('title')} />
      <QueryView query={compare} skeleton={<PageSkeleton />}>
        {(reply) =>
          reply.models.length === 0 ? (
            <GettingStarted title={t('empty')} />
          ) : (
            <div className="flex flex-col gap-3">
              <Section
                title={t('table')}
                note={t('intervalNote')}
                actions={reply.models.length > 1 ? <BaselineMenu reply={reply} /> : undefined}
                flush
              >
                <ModelsTable reply={reply} />
              </Section>
              <Availability />
              <MarkersPanel />
              <Section title={t('scatter')} note={t('scatterNote')}>
                <CostQuality models={reply.models} />
              </Section>
            </div>
          )
        }
      </QueryView>
    </>
  );
}
