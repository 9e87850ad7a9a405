import { useTranslations } from 'use-intl';
import type { ArmComparison, ExperimentResults } from '../../../../contract/experiments.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useMetrics } from '../metrics.ts';
import { AlwaysValidCell } from './always-valid.tsx';
import { ComparisonBadge } from './comparison-badge.tsx';

interface Row extends ArmComparison {
  readonly arm: string;
}

/** Guards' metrics and the others that are watched, arm by arm; nothing is drawn where there are none. */
export function MetricsTable({ results }: { results: ExperimentResults }) {
  const t = useTranslations('experiments');
  const metrics = useMetrics();
  const rows: Row[] = results.arms.flatMap(({ arm, comparisons }) =>
    comparisons.filter(({ role }) => role !== 'primary').map((one) => ({ ...one, arm })),
  );
  if (rows.length === 0) return null;
  const measuredIn = ({ arm, metric }: { arm: string; metric: string }) =>
    results.arms.find((one) => one.arm === arm)?.metrics.find((one) => one.metric === metric);
  return (
    <Section title={t('otherMetrics')} note={t('otherMetricsNote')} flush>
      <DataTable
        label={t('otherMetrics')}
        rows={rows}
        rowKey={({ arm, metric }) => `${arm} ${metric}`}
        columns={[
          {
            id: 'metric',
            header: t('columns.metric'),
            cell: ({ metric }) => <span className="font-medium">{metrics.name(metric)}</span>,
          },
          { id: 'arm', header: t('columns.arm'), cell: ({ arm }) => arm },
          {
            id: 'value',
            header: t('columns.value'),
            isNumber: true,
            cell: (row) => {
              const value = measuredIn(row);
              return value === undefined ? (
                '–'
              ) : (
                <AlwaysValidCell value={value} show={(one) => metrics.show(row.metric, one)} />
              );
            },
          },
          {
            id: 'control',
            header: t('control'),
            isNumber: true,
            cell: ({ metric }) =>
              metrics.show(
                metric,
                measuredIn({ arm: results.experiment.control, metric })?.value ?? null,
              ),
          },
          {
            id: 'difference',
            header: t('columns.difference'),
            isNumber: true,
            cell: (row) => (
              <AlwaysValidCell value={row} show={(one) => metrics.signed(row.metric, one)} />
            ),
          },
          {
            id: 'state',
            header: t('columns.result'),
            cell: ({ state }) => <ComparisonBadge state={state} />,
          },
        ]}
      />
    </Section>
  );
}
