import { useTranslations } from 'use-intl';
import type { SampleRatio } from '../../../../contract/experiments.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';

const TONES: Record<SampleRatio['state'], Tone> = {
  ok: 'good',
  mismatch: 'bad',
  not_enough_data: 'neutral',
};

/** Whether units arrive in the shares of the design; where not, nothing else can be trusted. */
export function SampleRatioPanel({ sampleRatio }: { sampleRatio: SampleRatio }) {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();
  const { arms, state, pValue } = sampleRatio;
  const total = arms.reduce((sum, { units }) => sum + units, 0);
  return (
    <Section
      title={t('ratio.title')}
      flush
      actions={
        <span className="flex items-center gap-2 text-2xs text-muted">
          {pValue !== null && metrics.pText(pValue)}
          <Badge tone={TONES[state]}>{t(`ratio.states.${state}`)}</Badge>
        </span>
      }
    >
      <DataTable
        label={t('ratio.title')}
        rows={arms}
        rowKey={({ arm }) => arm}
        columns={[
          {
            id: 'arm',
            header: t('columns.arm'),
            cell: ({ arm }) => <span className="font-medium wrap-anywhere">{arm}</span>,
          },
          {
            id: 'expected',
            header: t('ratio.expected'),
            isNumber: true,
            cell: ({ expectedShare }) => format.percent(expectedShare),
          },
          {
            id: 'found',
            header: t('ratio.found'),
            isNumber: true,
            cell: ({ units }) => (
              <>
                {format.percent(total === 0 ? null : units / total)}
                <span className="block text-2xs text-muted">{format.count(units)}</span>
              </>
            ),
          },
        ]}
      />
      <p className="px-4 pt-1 pb-2 text-2xs text-muted">{t('ratio.note')}</p>
    </Section>
  );
}
