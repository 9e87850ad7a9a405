import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { ScoresReply } from '../../../contract/analytics.ts';
import { HistogramBars } from '../../charts/index.ts';
import { useScores } from '../../data/analytics.ts';
import { Badge } from '../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { useSmallPrint } from '../../ui/estimate.ts';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { StandingMark } from './calibration/standing-mark.tsx';

type Row = ScoresReply['scores'][number];

const LABELS_SHOWN = 4;

function overallFirst(a: Row, b: Row): number {
  return Number(b.name === 'overall') - Number(a.name === 'overall');
}

function Distribution({ row }: { row: Row }) {
  const t = useTranslations('evaluations.scores');
  const format = useFormat();
  const print = useSmallPrint();
  const bins = row.distribution.map((count, at) => ({
    label: t('bin', { from: format.score(at / 10), to: format.score((at + 1) / 10) }),
    count,
  }));
  return (
    <HistogramBars
      bins={bins}
      label={t('distributionLabel', { name: row.name, print: print(row.mean, format.score) })}
      show={format.count}
      className="h-8 w-28"
    />
  );
}

/** Where an evaluator changed within the range, each version is a series of its own. */
function Versions({ row }: { row: Row }) {
  const format = useFormat();
  const print = useSmallPrint();
  return (
    <ul className="mt-0.5 flex flex-col text-2xs text-muted tabular-nums">
      {row.versions.map(({ version, mean }) => (
        <li key={version}>
          <span className="font-mono">{version}</span> {format.score(mean.value)} ·{' '}
          {print(mean, format.score)}
        </li>
      ))}
    </ul>
  );
}

function useColumns(): readonly DataColumn<Row>[] {
  const t = useTranslations('evaluations.scores');
  const sources = useTranslations('score.sources');
  const format = useFormat();
  const source = (name: string): string =>
    name === 'rule' || name === 'detector' || name === 'judge' || name === 'human'
      ? sources(name)
      : name;
  return [
    {
      id: 'name',
      header: t('name'),
      cell: (row) => (
        <>
          <Link
            to="/interactions"
            search={{ filter: `score.${row.name}<0.5` }}
            title={t('seeLow')}
            className="font-medium text-accent hover:underline"
          >
            {row.name}
          </Link>
          <p className="text-2xs text-muted">
            {source(row.source)} · {row.evaluator}
            {row.versions.length === 1 && ` ${row.versions[0]?.version ?? ''}`}
          </p>
          {row.source !== 'human' && <StandingMark name={row.name} evaluator={row.evaluator} />}
          {row.versions.length > 1 && <Versions row={row} />}
        </>
      ),
    },
    {
      id: 'mean',
      header: t('mean'),
      isNumber: true,
      cell: (row) => <EstimateCell estimate={row.mean} show={format.score} />,
    },
    {
      id: 'flagRate',
      header: t('flagRate'),
      isNumber: true,
      cell: (row) => <EstimateCell estimate={row.flagRate} show={format.percent} />,
    },
    { id: 'distribution', header: t('distribution'), cell: (row) => <Distribution row={row} /> },
    {
      id: 'labels',
      header: t('labels'),
      cell: (row) => (
        <span className="flex max-w-72 min-w-44 flex-wrap gap-1">
          {row.labels.slice(0, LABELS_SHOWN).map(({ label, count }) => (
            <Badge key={label}>
              {label} {format.compact(count)}
            </Badge>
          ))}
        </span>
      ),
    },
  ];
}

/** What every evaluator said in the range. */
export function ScoresTable() {
  const t = useTranslations('evaluations.scores');
  const scores = useScores();
  const columns = useColumns();
  return (
    <Section title={t('title')} flush>
      <QueryView query={scores} skeleton={<SkeletonRows rows={5} />}>
        {(reply) =>
          reply.scores.length === 0 ? (
            <p className="px-4 pb-4 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <DataTable
              label={t('title')}
              columns={columns}
              rows={reply.scores.toSorted(overallFirst)}
              rowKey={(row) => `${row.name} ${row.source} ${row.evaluator}`}
            />
          )
        }
      </QueryView>
    </Section>
  );
}
