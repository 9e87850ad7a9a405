import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

type Attempt = InteractionDetail['attempts'][number];

/** Every try to reach a provider. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const t = useTranslations('interaction.attempts');
  const format = useFormat();
  if (attempts.length === 0) return <p className="text-[0.8125rem] text-muted">{t('empty')}</p>;
  return (
    <DataTable
      label={t('title')}
      rows={attempts}
      rowKey={(attempt) => attempt.startedAt + attempt.provider}
      columns={[
        { id: 'at', header: t('at'), cell: (row) => <Time iso={row.startedAt} as="clock" /> },
        {
          id: 'target',
          header: t('target'),
          cell: (row) => [row.provider, row.model].filter((part) => part !== null).join(' / '),
        },
        {
          id: 'outcome',
          header: t('outcome'),
          cell: (row) =>
            row.errorType === null ? (
              <span className="text-good">{row.httpStatus ?? '–'}</span>
            ) : (
              <span className="text-bad">
                {[row.httpStatus, row.errorType, row.errorMessage]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </span>
            ),
        },
        {
          id: 'took',
          header: t('took'),
          isNumber: true,
          cell: (row) => format.duration(row.durationMs),
        },
      ]}
    />
  );
}
