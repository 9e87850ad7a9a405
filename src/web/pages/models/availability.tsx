import { useTranslations } from 'use-intl';
import type { AvailabilityReply } from '../../../contract/routing.ts';
import { useAvailability } from '../../data/analytics.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StateStrip, type StripCell } from '../../ui/state-strip.tsx';
import { useFormat } from '../../use-format.ts';
import { useMarks } from '../markers/use-marks.ts';

type Row = AvailabilityReply['items'][number];
type Point = Row['points'][number];

/** At or above these shares of tries a bucket counts as good, or as shaky. */
const GOOD_FROM = 0.99;
const SHAKY_FROM = 0.9;

const UNIT_MS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

function toneOf({ availability: { value } }: Point): StripCell['tone'] {
  if (value === null) return 'unknown';
  if (value >= GOOD_FROM) return 'good';
  return value >= SHAKY_FROM ? 'warn' : 'bad';
}

function Strip({ row, interval }: { row: Row; interval: AvailabilityReply['interval'] }) {
  const t = useTranslations('models.availability');
  const format = useFormat();
  const marks = useMarks();
  const lengthMs = UNIT_MS[interval];
  const marksIn = ({ at }: Point): string[] =>
    marks
      .filter((mark) => mark.at >= Date.parse(at) && mark.at < Date.parse(at) + lengthMs)
      .map(({ title }) => title);
  const cells = row.points.map((point) => ({
    key: point.at,
    tone: toneOf(point),
    mark: marksIn(point).join('; ') || null,
    title: t('point', {
      at: format.bucket(Date.parse(point.at), interval),
      share: format.percent(point.availability.value, 2),
      n: format.count(point.availability.n),
    }),
  }));
  const target = [row.provider, row.model].filter((part) => part !== null).join(' / ');
  const label = t('strip', { target, share: format.percent(row.availability.value, 2) });
  return <StateStrip label={label} cells={cells} />;
}

function Failures({ row }: { row: Row }) {
  const t = useTranslations('models.availability');
  const format = useFormat();
  const failed = Object.entries(row.outcomes)
    .filter(([outcome]) => outcome !== 'success')
    .sort(([, a], [, b]) => b - a);
  if (failed.length === 0) return <span className="text-muted">{t('none')}</span>;
  return (
    <ul className="flex flex-col">
      {failed.map(([outcome, count]) => (
        <li key={outcome}>
          <span className="font-mono text-2xs">{outcome}</span> {format.count(count)}
        </li>
      ))}
    </ul>
  );
}

function useColumns({ interval }: AvailabilityReply): readonly DataColumn<Row>[] {
  const t = useTranslations('models.availability');
  const format = useFormat();
  return [
    {
      id: 'target',
      header: t('target'),
      cell: (row) => (
        <>
          <span className="font-medium wrap-anywhere">{row.model ?? t('noModel')}</span>
          <span className="block text-2xs text-muted">{row.provider}</span>
        </>
      ),
    },
    { id: 'strip', header: t('overTime'), cell: (row) => <Strip row={row} interval={interval} /> },
    {
      id: 'availability',
      header: t('share'),
      isNumber: true,
      cell: (row) => (
        <EstimateCell estimate={row.availability} show={(value) => format.percent(value, 2)} />
      ),
    },
    {
      id: 'latency',
      header: t('latency'),
      isNumber: true,
      cell: (row) => <EstimateCell estimate={row.latencyMs} show={format.duration} />,
    },
    { id: 'failures', header: t('failures'), cell: (row) => <Failures row={row} /> },
  ];
}

function AvailabilityTable({ reply }: { reply: AvailabilityReply }) {
  const t = useTranslations('models.availability');
  const columns = useColumns(reply);
  return (
    <DataTable
      label={t('title')}
      columns={columns}
      rows={reply.items}
      rowKey={(row) => `${row.provider} ${row.model}`}
    />
  );
}

/** How often each provider answered as it should, over time; every try counts, retried ones too. */
export function Availability() {
  const t = useTranslations('models.availability');
  const availability = useAvailability();
  return (
    <Section title={t('title')} note={t('note')} flush>
      <QueryView query={availability} skeleton={<Skeleton className="h-40" />}>
        {(reply) =>
          reply.items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <AvailabilityTable reply={reply} />
          )
        }
      </QueryView>
    </Section>
  );
}
