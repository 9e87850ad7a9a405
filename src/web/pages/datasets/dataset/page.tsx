import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, FileUp, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../../contract/datasets.ts';
import { useRuns } from '../../../data/dataset-runs.ts';
import { useDataset } from '../../../data/datasets.ts';
import { Button } from '../../../ui/button.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { RunsTable } from '../runs-table.tsx';
import { FilterDialog } from './filter-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ItemsPanel } from './items-panel.tsx';
import { RemoveDataset } from './remove-dataset.tsx';
import { RunDialog } from './run-dialog.tsx';

type Opened = 'import' | 'filter' | 'run' | null;

function RunsOf({ id }: { id: string }) {
  const t = useTranslations('datasets');
  const runs = useRuns(id);
  const items = runs.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t('views.runs')} flush>
      <RunsTable items={items} isOfOne />
    </Section>
  );
}

function DatasetView({ dataset }: { dataset: Dataset }) {
  const t = useTranslations('datasets');
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);
  return (
    <>
      <PageTitle title={dataset.name}>
        <div className="flex flex-wrap items-center gap-2">
          <Button onClick={() => setOpened('import')}>
            <FileUp aria-hidden="true" className="size-3.5" />
            {t('import.open')}
          </Button>
          <Button onClick={() => setOpened('filter')}>{t('filter.open')}</Button>
          <Button look="primary" disabled={dataset.items === 0} onClick={() => setOpened('run')}>
            <Play aria-hidden="true" className="size-3.5" />
            {t('runForm.open')}
          </Button>
          <RemoveDataset dataset={dataset} />
        </div>
      </PageTitle>
      {dataset.description !== '' && (
        <p className="mb-3 max-w-3xl text-[0.8125rem] text-muted">{dataset.description}</p>
      )}
      <div className="flex flex-col gap-3">
        <RunsOf id={dataset.id} />
        <ItemsPanel dataset={dataset} />
      </div>
      <ImportDialog open={opened === 'import'} dataset={dataset} onClose={close} />
      <FilterDialog open={opened === 'filter'} dataset={dataset} onClose={close} />
      <RunDialog open={opened === 'run'} dataset={dataset} onClose={close} />
    </>
  );
}

/** One dataset: its items by version, and the runs over it. */
export function DatasetPage() {
  const t = useTranslations('datasets');
  const { id } = useParams({ from: '/datasets/$id' });
  const dataset = useDataset(id);
  return (
    <>
      <Link
        to="/datasets"
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('back')}
      </Link>
      {dataset.data === undefined && <PageTitle title={t('one')} />}
      <QueryView query={dataset} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <DatasetView dataset={reply} />}
      </QueryView>
    </>
  );
}
