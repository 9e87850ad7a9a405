import { createColumnHelper } from '@tanstack/react-table';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { InteractionSummary } from '../../../contract/interactions.ts';
import { Badge } from '../../ui/badge.tsx';
import { pickScores, ScoreChip } from '../../ui/score-chip.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

function StatusMark({ row }: { row: InteractionSummary }) {
  const t = useTranslations('interactions.status');
  if (row.status === 'success')
    return <CircleCheck aria-label={t('success')} className="size-3.5 text-good" />;
  return (
    <CircleAlert
      aria-label={`${t('error')}: ${row.errorType ?? ''}`}
      className="size-3.5 text-bad"
    />
  );
}

/** Tells what was answered from the cache, and what nobody was given. */
function Marks({ row }: { row: InteractionSummary }) {
  const t = useTranslations('interactions.marks');
  return (
    <>
      {row.cache === 'hit' && <Badge tone="good">{t('cacheHit')}</Badge>}
      {row.shadowOf !== null && <Badge tone="accent">{t('shadow')}</Badge>}
    </>
  );
}

function Previews({ row }: { row: InteractionSummary }) {
  return (
    <div className="min-w-0">
      <p className="truncate">{row.promptPreview}</p>
      {row.status === 'error' ? (
        <p className="truncate text-bad">{row.errorType}</p>
      ) : (
        <p className="truncate text-muted">
          {/* There is no column for the model on narrow screens. */}
          <span className="pe-1 empty:hidden @3xl:hidden">
            <Marks row={row} />
          </span>
          {row.responsePreview}
        </p>
      )}
    </div>
  );
}

function Tokens({ row }: { row: InteractionSummary }) {
  const format = useFormat();
  const t = useTranslations('interactions');
  const { input, output, source } = row.usage;
  return (
    <span title={source === null ? t('usageUnknown') : t(`usage.${source}`)}>
      {format.compact(input)}
      {row.operation !== 'embeddings' && ` → ${format.compact(output)}`}
    </span>
  );
}

function Model({ row }: { row: InteractionSummary }) {
  return (
    <span className="block min-w-0">
      <span className="block truncate" title={row.responseModel ?? undefined}>
        {row.model ?? row.operation}
      </span>
      <Marks row={row} />
    </span>
  );
}

const column = createColumnHelper<InteractionSummary>();

/** The columns of the list. */
export function useColumns() {
  const t = useTranslations('interactions.columns');
  const format = useFormat();
  return useMemo(
    () => [
      column.display({
        id: 'status',
        header: '',
        cell: ({ row }) => <StatusMark row={row.original} />,
      }),
      column.accessor('createdAt', {
        header: t('time'),
        cell: (cell) => <Time iso={cell.getValue()} as="moment" />,
      }),
      column.accessor('model', {
        header: t('model'),
        cell: ({ row }) => <Model row={row.original} />,
      }),
      column.display({
        id: 'previews',
        header: t('previews'),
        cell: ({ row }) => <Previews row={row.original} />,
      }),
      column.accessor('scores', {
        header: t('scores'),
        cell: (cell) => (
          <span className="flex min-w-0 flex-col items-start gap-0.5 overflow-hidden">
            {pickScores(cell.getValue()).map((score) => (
              <ScoreChip key={`${score.name} ${score.source}`} score={score} />
            ))}
          </span>
        ),
      }),
      column.display({
        id: 'tokens',
        header: t('tokens'),
        cell: ({ row }) => <Tokens row={row.original} />,
      }),
      column.accessor('costUsd', {
        header: t('cost'),
        cell: ({ row }) => (
          <span title={row.original.costSource ?? undefined}>
            {row.original.cache === 'hit'
              ? format.usd(row.original.costUsd)
              : format.cost(row.original.costUsd)}
          </span>
        ),
      }),
      column.accessor('latencyMs', {
        header: t('latency'),
        cell: (cell) => format.duration(cell.getValue()),
      }),
    ],
    [t, format],
  );
}
