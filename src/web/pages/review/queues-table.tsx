import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../contract/reviews.ts';
import { Badge } from '../../ui/badge.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { QueueActions } from './queue-actions.tsx';

function useColumns(): readonly DataColumn<ReviewQueue>[] {
  const t = useTranslations('review');
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('columns.name'),
      cell: (queue) => (
        <>
          <Link
            to="/review/$queue"
            params={{ queue: queue.id }}
            className="font-medium text-accent hover:underline"
          >
            {queue.name}
          </Link>
          <p className="text-2xs text-muted wrap-anywhere">
            {queue.scoreName}
            {queue.evaluator !== null && ` · ${queue.evaluator}`}
          </p>
        </>
      ),
    },
    {
      id: 'progress',
      header: t('columns.progress'),
      cell: ({ progress }) => (
        <Meter
          label={t('progress', {
            done: format.count(progress.done),
            items: format.count(progress.items),
          })}
          share={progress.items === 0 ? 0 : progress.done / progress.items}
          isPlain
        />
      ),
    },
    {
      id: 'mode',
      header: t('columns.mode'),
      cell: (queue) => (
        <span className="flex flex-wrap gap-1">
          <Badge title={t(`modeHints.${queue.mode}`)}>{t(`modes.${queue.mode}`)}</Badge>
          {queue.blind && <Badge>{t('blind')}</Badge>}
          {queue.people > 1 && <Badge>{t('peopleCount', { count: queue.people })}</Badge>}
          {queue.representative && (
            <Badge tone="good" title={t('representativeHint')}>
              {t('representative')}
            </Badge>
          )}
        </span>
      ),
    },
    {
      id: 'population',
      header: t('columns.population'),
      isNumber: true,
      cell: (queue) => format.count(queue.population),
    },
    {
      id: 'created',
      header: t('columns.created'),
      cell: (queue) => <Time iso={queue.createdAt} />,
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('columns.actions')}</span>,
      isNumber: true,
      cell: (queue) => (
        <span className="inline-flex items-center gap-1">
          {queue.status === 'open' ? (
            <Link to="/review/$queue" params={{ queue: queue.id }} className={buttonClass('plain')}>
              {t('start')}
            </Link>
          ) : (
            <Badge>{t('closed')}</Badge>
          )}
          <QueueActions queue={queue} />
        </span>
      ),
    },
  ];
}

export function QueuesTable({ items }: { items: readonly ReviewQueue[] }) {
  const t = useTranslations('review');
  const columns = useColumns();
  return (
    <DataTable label={t('title')} columns={columns} rows={items} rowKey={(queue) => queue.id} />
  );
}
