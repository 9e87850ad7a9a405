import { useTranslations } from 'use-intl';
import type { Silence } from '../../../../contract/alerts.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useWeekdays } from './use-weekdays.ts';

const TONES: Record<Silence['state'], Tone> = {
  pending: 'accent',
  active: 'warn',
  expired: 'neutral',
};

function When({ silence }: { silence: Silence }) {
  const t = useTranslations('silences');
  const nameOf = useWeekdays();
  const { startsAt, endsAt, recurrence } = silence;
  return (
    <span className="block min-w-40">
      <Time iso={startsAt} /> – <Time iso={endsAt} />
      {recurrence !== null && (
        <span className="block text-2xs text-muted">
          {t('every', {
            days: recurrence.weekdays.map(nameOf).join(' '),
            from: recurrence.from,
            to: recurrence.to,
            zone: recurrence.timeZone,
          })}
        </span>
      )}
    </span>
  );
}

interface Props {
  readonly items: readonly Silence[];
  readonly onExpire: (silence: Silence) => void;
}

/** The silences: whom they mean, when and why. */
export function SilencesTable({ items, onExpire }: Props) {
  const t = useTranslations('silences');
  return (
    <DataTable
      label={t('title')}
      rows={items}
      rowKey={({ id }) => id}
      columns={[
        {
          id: 'matchers',
          header: t('columns.matchers'),
          cell: ({ matchers }) => (
            <span className="flex max-w-80 flex-wrap gap-1">
              {matchers.map(({ label, operator, value }) => (
                <Badge key={`${label}${operator}${value}`}>
                  <span className="truncate font-mono">{`${label}${operator}${value}`}</span>
                </Badge>
              ))}
            </span>
          ),
        },
        {
          id: 'state',
          header: t('columns.state'),
          cell: ({ state }) => <Badge tone={TONES[state]}>{t(`states.${state}`)}</Badge>,
        },
        {
          id: 'alerts',
          header: t('columns.alerts'),
          isNumber: true,
          cell: ({ alerts }) => alerts,
        },
        {
          id: 'when',
          header: t('columns.when'),
          cell: (silence) => <When silence={silence} />,
        },
        {
          id: 'comment',
          header: t('columns.comment'),
          cell: ({ comment }) => (
            <span className="block max-w-72 min-w-32 wrap-anywhere">{comment}</span>
          ),
        },
        {
          id: 'by',
          header: t('columns.by'),
          cell: ({ createdBy }) => (
            <span className="block min-w-36 wrap-anywhere">{createdBy}</span>
          ),
        },
        {
          id: 'end',
          header: <span className="sr-only">{t('expire')}</span>,
          cell: (silence) =>
            silence.state !== 'expired' && (
              <Button onClick={() => onExpire(silence)}>{t('expire')}</Button>
            ),
        },
      ]}
    />
  );
}
