import { History, Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Backfill } from '../../../../contract/backfills.ts';
import { useBackfills, useChangeBackfill } from '../../../data/backfills.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useEvaluatorName } from '../../../ui/use-evaluator-name.ts';
import { useFormat } from '../../../use-format.ts';
import { BackfillDialog } from './backfill-dialog.tsx';

const TONES: Record<Backfill['status'], Tone> = {
  running: 'accent',
  paused: 'warn',
  done: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};

function Actions({ backfill }: { backfill: Backfill }) {
  const t = useTranslations('backfills');
  const change = useChangeBackfill();
  const { id, status } = backfill;
  if (status === 'done' || status === 'cancelled') return null;
  const isRunning = status === 'running';
  return (
    <span className="-my-1.5 inline-flex items-center">
      <IconButton
        label={isRunning ? t('pause') : t('resume')}
        disabled={change.isPending}
        onClick={() => change.mutate({ id, deed: isRunning ? 'pause' : 'resume' })}
      >
        {isRunning ? (
          <Pause aria-hidden="true" className="size-4" />
        ) : (
          <Play aria-hidden="true" className="size-4" />
        )}
      </IconButton>
      <IconButton
        label={t('cancel')}
        disabled={change.isPending}
        onClick={() => change.mutate({ id, deed: 'cancel' })}
      >
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </span>
  );
}

function useColumns(): readonly DataColumn<Backfill>[] {
  const t = useTranslations('backfills');
  const format = useFormat();
  const nameOf = useEvaluatorName();
  return [
    {
      id: 'evaluators',
      header: t('evaluators'),
      cell: (row) => (
        <>
          <span className="block max-w-72 font-medium wrap-anywhere">
            {row.evaluators.map((id) => nameOf({ id, title: id })).join(', ')}
          </span>
          <span className="block text-2xs text-muted">
            <Time iso={row.from} /> – <Time iso={row.to} />
          </span>
        </>
      ),
    },
    {
      id: 'status',
      header: t('status'),
      cell: (row) => (
        <>
          <Badge tone={TONES[row.status]}>{t(`states.${row.status}`)}</Badge>
          {row.error !== null && (
            <span className="block max-w-64 text-2xs text-bad wrap-anywhere">{row.error}</span>
          )}
        </>
      ),
    },
    {
      id: 'progress',
      header: t('progress'),
      cell: (row) => (
        <>
          <Meter isPlain share={row.progress} label={format.percent(row.progress, 0)} />
          <span className="mt-1 block text-2xs text-muted tabular-nums">
            {t('counts', {
              taken: format.count(row.taken),
              lookedAt: format.count(row.lookedAt),
              failed: format.count(row.failed),
            })}
          </span>
        </>
      ),
    },
    {
      id: 'started',
      header: t('started'),
      cell: (row) => (
        <span className="whitespace-nowrap">
          <Time iso={row.createdAt} as="ago" />
          <span className="block text-2xs text-muted">{row.createdBy}</span>
        </span>
      ),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (row) => <Actions backfill={row} />,
    },
  ];
}

/** Stored interactions that are evaluated again: how far it is, and how it is stopped. */
export function Backfills() {
  const t = useTranslations('backfills');
  const backfills = useBackfills();
  const columns = useColumns();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Section
      title={t('title')}
      flush
      actions={
        <Button onClick={() => setIsOpen(true)}>
          <History aria-hidden="true" className="size-3.5" />
          {t('start')}
        </Button>
      }
    >
      <QueryView query={backfills} skeleton={<SkeletonRows rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />
          )
        }
      </QueryView>
      <BackfillDialog open={isOpen} onClose={() => setIsOpen(false)} />
    </Section>
  );
}
