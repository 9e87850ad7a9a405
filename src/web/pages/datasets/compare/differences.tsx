import { useTranslations } from 'use-intl';
import type { RunComparison, RunDifference } from '../../../../contract/dataset-runs.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';

const TONES: Record<RunDifference['verdict'], Tone> = {
  better: 'good',
  worse: 'bad',
  no_difference: 'neutral',
  not_enough_data: 'neutral',
};

/** Shows values of one figure in its unit. */
export function useUnit(): (unit: RunDifference['unit'], value: number | null) => string {
  const format = useFormat();
  return (unit, value) => {
    if (unit === 'usd') return format.tinyUsd(value === null ? null : Number(value.toPrecision(3)));
    return unit === 'ms' ? format.duration(value) : format.score(value);
  };
}

interface Props {
  readonly comparison: RunComparison;
  readonly chosen: string | undefined;
  readonly onChoose: (metric: string) => void;
}

function useColumns({
  chosen,
  onChoose,
}: Omit<Props, 'comparison'>): readonly DataColumn<RunDifference>[] {
  const t = useTranslations('datasets');
  const format = useFormat();
  const show = useUnit();
  const signed = (unit: RunDifference['unit'], value: number | null): string =>
    value === null
      ? '–'
      : `${value > 0 ? '+' : value < 0 ? '−' : ''}${show(unit, Math.abs(value))}`;
  return [
    {
      id: 'metric',
      header: t('columns.score'),
      cell: ({ metric }) => (
        <button
          type="button"
          aria-pressed={metric === chosen}
          onClick={() => onChoose(metric)}
          className={metric === chosen ? 'font-semibold' : 'text-accent hover:underline'}
        >
          {metric}
        </button>
      ),
    },
    {
      id: 'baseline',
      header: t('compare.baseline'),
      isNumber: true,
      cell: ({ unit, baseline }) => show(unit, baseline),
    },
    {
      id: 'candidate',
      header: t('compare.candidate'),
      isNumber: true,
      cell: ({ unit, candidate }) => show(unit, candidate),
    },
    {
      id: 'difference',
      header: t('compare.difference'),
      isNumber: true,
      cell: ({ unit, difference, low, high, n }) => (
        <>
          <span className="font-medium">{signed(unit, difference)}</span>
          <span className="block text-2xs text-muted">
            {low !== null && high !== null && `${signed(unit, low)} – ${signed(unit, high)} · `}
            {t('compare.pairs', { n: format.count(n) })}
          </span>
        </>
      ),
    },
    {
      id: 'items',
      header: t('compare.items'),
      title: t('compare.itemsHint'),
      isNumber: true,
      cell: ({ better, worse, same }) => `${better} · ${worse} · ${same}`,
    },
    {
      id: 'p',
      header: t('compare.p'),
      title: t('compare.pHint'),
      isNumber: true,
      cell: ({ adjustedPValue }) =>
        adjustedPValue === null
          ? '–'
          : adjustedPValue < 0.001
            ? '< 0.001'
            : adjustedPValue.toFixed(3),
    },
    {
      id: 'verdict',
      header: t('compare.verdict'),
      cell: ({ verdict }) => (
        <Badge tone={TONES[verdict]}>{t(`compare.verdicts.${verdict}`)}</Badge>
      ),
    },
  ];
}

/** Every figure that both runs have: the difference with its interval and what follows. */
export function Differences({ comparison, ...choice }: Props) {
  const t = useTranslations('datasets');
  const columns = useColumns(choice);
  return (
    <Section title={t('compare.figures')} flush>
      <DataTable
        label={t('compare.figures')}
        columns={columns}
        rows={comparison.differences}
        rowKey={({ metric }) => metric}
      />
    </Section>
  );
}
