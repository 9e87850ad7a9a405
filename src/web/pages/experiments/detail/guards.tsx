import { useTranslations } from 'use-intl';
import type { ExperimentResults, GuardResult } from '../../../../contract/experiments.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';
import { AlwaysValidCell } from './always-valid.tsx';

const TONES: Record<GuardResult['state'], Tone> = {
  not_enough_data: 'neutral',
  watching: 'accent',
  ok: 'good',
  violated: 'bad',
};

/** What must not become worse, and whether it did. */
export function Guards({ results }: { results: ExperimentResults }) {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();
  const show =
    ({ unit, metric }: GuardResult) =>
    (value: number | null): string =>
      unit === 'percent'
        ? format.percent(value === null ? null : value / 100)
        : metrics.signed(metric, value);
  return (
    <Section title={t('guards')} note={t(`policies.${results.experiment.stopPolicy}`)} flush>
      {results.guards.length === 0 ? (
        <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noGuards')}</p>
      ) : (
        <DataTable
          label={t('guards')}
          rows={results.guards}
          rowKey={({ arm, metric }) => `${arm} ${metric}`}
          columns={[
            {
              id: 'guard',
              header: t('columns.metric'),
              cell: ({ arm, metric }) => (
                <>
                  <span className="font-medium">{metrics.name(metric)}</span>
                  <span className="block text-2xs text-muted">{arm}</span>
                </>
              ),
            },
            {
              id: 'most',
              header: t('columns.worseBy'),
              isNumber: true,
              cell: (guard) => show(guard)(guard.worseBy).replace(/^\+/, ''),
            },
            {
              id: 'harm',
              header: t('columns.harm'),
              title: t('columns.harmHint'),
              isNumber: true,
              cell: (guard) => <AlwaysValidCell value={guard.harm} show={show(guard)} />,
            },
            {
              id: 'state',
              header: t('columns.result'),
              cell: ({ state }) => <Badge tone={TONES[state]}>{t(`guardStates.${state}`)}</Badge>,
            },
          ]}
        />
      )}
    </Section>
  );
}
