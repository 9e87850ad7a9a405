import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { ArmResult, Experiment, ExperimentResults } from '../../../../contract/experiments.ts';
import { printFilter } from '../../../filter-language.ts';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';
import { AlwaysValidCell } from './always-valid.tsx';
import { ArmName } from './arm-name.tsx';
import { ComparisonBadge } from './comparison-badge.tsx';

/** Effects are told as scores are. */
const EFFECT = 'score:effect';

/** How many calls got the arm; leads to them. */
function Calls({ result, id }: { result: ArmResult; id: string }) {
  const format = useFormat();
  if (result.calls === 0) return format.count(0);
  const filter = printFilter([
    { kind: 'field', field: 'experiment', value: id },
    { kind: 'field', field: 'arm', value: result.arm },
  ]);
  return (
    <Link
      to="/interactions"
      search={{ filter, range: '30d' }}
      className="text-accent hover:underline"
    >
      {format.count(result.calls)}
    </Link>
  );
}

function useColumns(experiment: Experiment): readonly DataColumn<ArmResult>[] {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();
  const { primaryMetric: metric } = experiment;
  const signed = (value: number | null): string => metrics.signed(metric, value);
  return [
    {
      id: 'arm',
      header: t('columns.arm'),
      cell: (result) => <ArmName result={result} experiment={experiment} />,
    },
    {
      id: 'units',
      header: t(`units.${experiment.unit}`),
      isNumber: true,
      cell: ({ units }) => format.count(units),
    },
    {
      id: 'calls',
      header: t('columns.calls'),
      isNumber: true,
      cell: (result) => <Calls result={result} id={experiment.id} />,
    },
    {
      id: 'value',
      header: metrics.name(metric),
      isNumber: true,
      cell: ({ metrics: [primary] }) =>
        primary === undefined ? (
          '–'
        ) : (
          <AlwaysValidCell value={primary} show={(value) => metrics.show(metric, value)} />
        ),
    },
    {
      id: 'difference',
      header: t('columns.difference'),
      title: t('columns.differenceHint', { control: experiment.control }),
      isNumber: true,
      cell: ({ comparisons: [primary] }) =>
        primary === undefined ? '–' : <AlwaysValidCell value={primary} show={signed} />,
    },
    {
      id: 'effect',
      header: t('columns.effect'),
      title: t('columns.effectHint'),
      isNumber: true,
      cell: ({ comparisons: [primary] }) => metrics.signed(EFFECT, primary?.effectSize ?? null),
    },
    {
      id: 'p',
      header: t('columns.p'),
      title: t('columns.pHint'),
      isNumber: true,
      cell: ({ comparisons: [primary] }) => metrics.pValue(primary?.pValue ?? null),
    },
    {
      id: 'state',
      header: t('columns.result'),
      cell: ({ comparisons: [primary] }) =>
        primary === undefined ? null : <ComparisonBadge state={primary.state} />,
    },
  ];
}

/** The arms side by side in the primary metric. */
export function ArmsTable({ results }: { results: ExperimentResults }) {
  const t = useTranslations('experiments');
  const columns = useColumns(results.experiment);
  return (
    <Section title={t('armsTitle')} note={t('unitNote')} flush>
      <DataTable
        label={t('armsTitle')}
        columns={columns}
        rows={results.arms}
        rowKey={({ arm }) => arm}
      />
    </Section>
  );
}
