import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ExperimentStatus } from '../../../contract/experiments.ts';
import { useExperiments } from '../../data/experiments.ts';
import { Button } from '../../ui/button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { emptyDraft } from './draft.ts';
import { EmptyExperiments } from './empty-experiments.tsx';
import { ExperimentDialog } from './experiment-dialog.tsx';
import { ExperimentsTable } from './experiments-table.tsx';

const ALL = 'all';
const CHOICES = [ALL, ...ExperimentStatus.options] as const;

/** The dialog that the button or the address opens; closing it takes that out of the address. */
function useCreating() {
  const navigate = useNavigate();
  const { on, against } = useSearch({ from: '/experiments' });
  const [isAsked, setIsAsked] = useState(false);
  return {
    open: isAsked || on !== undefined,
    draft: emptyDraft({ on, against }),
    ask: () => setIsAsked(true),
    close: () => {
      setIsAsked(false);
      if (on !== undefined)
        void navigate({
          to: '/experiments',
          search: ({ on: _on, against: _against, ...rest }) => rest,
        });
    },
  };
}

/** What is tried against what. */
export function ExperimentsPage() {
  const t = useTranslations('experiments');
  const navigate = useNavigate();
  const { status } = useSearch({ from: '/experiments' });
  const experiments = useExperiments(status);
  const creating = useCreating();
  return (
    <>
      <PageTitle title={t('title')}>
        <Button look="primary" onClick={creating.ask}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      </PageTitle>
      <div className="mb-3">
        <Segmented
          label={t('columns.status')}
          value={status ?? ALL}
          onChoose={(chosen) =>
            void navigate({
              to: '/experiments',
              search: (before) => ({ ...before, status: chosen === ALL ? undefined : chosen }),
            })
          }
          options={CHOICES.map((value) => ({
            value,
            label: value === ALL ? t('all') : t(`status.${value}`),
          }))}
        />
      </div>
      <QueryView query={experiments} skeleton={<SkeletonRows rows={4} />}>
        {({ items }) => {
          if (items.length > 0)
            return (
              <div className="panel overflow-hidden py-1">
                <ExperimentsTable items={items} />
              </div>
            );
          if (status === undefined) return <EmptyExperiments />;
          return <p className="panel p-4 text-[0.8125rem] text-muted">{t('noneOfStatus')}</p>;
        }}
      </QueryView>
      <ExperimentDialog
        open={creating.open}
        id={null}
        given={creating.draft}
        onClose={creating.close}
      />
    </>
  );
}
