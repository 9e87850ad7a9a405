import { useTranslations } from 'use-intl';
import type { InteractionDetail } from '../../../contract/interactions.ts';
import { UNKNOWN } from '../../format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

type Attempt = InteractionDetail['attempts'][number];

function Outcome({ attempt }: { attempt: Attempt }) {
  const { httpStatus, errorType, errorMessage } = attempt;
  if (errorType === null) return <span className="text-good">{httpStatus ?? UNKNOWN}</span>;
  return (
    <span className="block min-w-32 text-bad wrap-anywhere">
      {[httpStatus, errorType, errorMessage].filter((part) => part !== null).join(' · ')}
    </span>
  );
}

/** Every try to reach a provider, in order. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const t = useTranslations('interaction.attempts');
  const format = useFormat();
  if (attempts.length === 0) return <p className="text-[0.8125rem] text-muted">{t('empty')}</p>;
  return (
    <DataTable
      label={t('title')}
      rows={attempts.map((attempt, at) => ({ ...attempt, place: at + 1 }))}
      rowKey={({ place }) => String(place)}
      columns={[
        {
          id: 'at',
          header: t('at'),
          cell: (row) => (
            <>
              <span className="pe-2 text-muted tabular-nums">{row.place}.</span>
              <Time iso={row.startedAt} as="clock" />
            </>
          ),
        },
        {
          id: 'target',
          header: t('target'),
          cell: (row) => (
            <span className="block min-w-32 wrap-anywhere">
              {[row.provider, row.model].filter((part) => part !== null).join(' / ')}
            </span>
          ),
        },
        {
          id: 'outcome',
          header: t('outcome'),
          cell: (row) => <Outcome attempt={row} />,
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
