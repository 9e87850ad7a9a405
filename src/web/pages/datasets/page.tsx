import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRuns } from '../../data/dataset-runs.ts';
import { useDatasets } from '../../data/datasets.ts';
import { Button } from '../../ui/button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { DatasetsTable } from './datasets-table.tsx';
import { EmptyDatasets } from './empty-datasets.tsx';
import { RunsTable } from './runs-table.tsx';

function DatasetList() {
  const datasets = useDatasets();
  return (
    <QueryView query={datasets} skeleton={<SkeletonRows rows={4} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyDatasets />
        ) : (
          <div className="panel overflow-hidden py-1">
            <DatasetsTable items={items} />
          </div>
        )
      }
    </QueryView>
  );
}

function RunList() {
  const t = useTranslations('datasets');
  const runs = useRuns();
  return (
    <QueryView query={runs} skeleton={<SkeletonRows rows={4} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="panel p-4 text-[0.8125rem] text-muted">{t('noRuns')}</p>
        ) : (
          <div className="panel overflow-hidden py-1">
            <RunsTable items={items} />
          </div>
        )
      }
    </QueryView>
  );
}

/** Fixed questions, and how models answered them. */
export function DatasetsPage() {
  const t = useTranslations('datasets');
  const navigate = useNavigate();
  const { view } = useSearch({ from: '/datasets' });
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageTitle title={t('title')}>
        <Button look="primary" onClick={() => setIsCreating(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      </PageTitle>
      <div className="mb-3">
        <Segmented
          label={t('title')}
          value={view ?? 'datasets'}
          onChoose={(chosen) =>
            void navigate({
              to: '/datasets',
              search: (before) => ({ ...before, view: chosen === 'runs' ? 'runs' : undefined }),
            })
          }
          options={[
            { value: 'datasets', label: t('views.datasets') },
            { value: 'runs', label: t('views.runs') },
          ]}
        />
      </div>
      {view === 'runs' ? <RunList /> : <DatasetList />}
      <CreateDialog open={isCreating} onClose={() => setIsCreating(false)} />
    </>
  );
}
