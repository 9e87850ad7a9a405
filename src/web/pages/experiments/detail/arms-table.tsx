import { useTranslations } from 'use-intl';
import type {
  ArmResult,
  Experiment,
  ExperimentArm,
  ExperimentResults,
} from '../../../../contract/experiments.ts';
import { Badge } from '../../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';
import { AlwaysValidCell } from './always-valid.tsx';
import { ComparisonBadge } from './comparison-badge.tsx';

/** Effects are told as scores are. */
const EFFECT = 'score:effect';

/** What an arm does to a call, in short. */
function useChanges() {
  const t = useTranslations('experiments');
  return (arm: ExperimentArm | undefined): string => {
    if (arm === undefined) return '';
    const parts = [
      ...(arm.model === null ? [] : [arm.model]),
      ...(arm.prompt === null ? [] : [arm.prompt]),
      ...Object.entries(arm.parameters).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    ];
    return parts.length === 0 ? t('asCalled') : parts.join(' · ');
  };
}

function ArmName({ result, experiment }: { result: ArmResult; experiment: Experiment }) {
  const t = useTranslations('experiments');
  const changes = useChanges();
  const arm = experiment.arms.find(({ name }) => name === result.arm);
  return (
    <>
      <span className="flex flex-wrap items-center gap-1">
        <span className="font-medium wrap-anywhere">{result.arm}</span>
        {result.control && <Badge>{t('control')}</Badge>}
        {result.shadow && <Badge>{t('shadow')}</Badge>}
        {experiment.decidedArm === result.arm && <Badge tone="good">{t('decidedFor')}</Badge>}
      </span>
      <span className="block text-2xs text-muted wrap-anywhere">{changes(arm)}</span>
      {result.shadowBudget !== null && <ShadowBudget budget={result.shadowBudget} />}
    </>
  );
}

function ShadowBudget({ budget }: { budget: NonNullable<ArmResult['shadowBudget']> }) {
  const t = useTranslations('experiments.shadowStates');
  const format = useFormat();
  const { spentMicroUsd: spent, budgetMicroUsd: most, state } = budget;
  return (
    <span className="block max-w-40 pt-1 text-2xs">
      <Meter
        label={`${format.usd(spent * 1e-6)} / ${format.usd(most * 1e-6)}`}
        share={spent / most}
        isPlain
      />
      <span className="block text-muted">{t(state)}</span>
    </span>
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
      cell: ({ calls }) => format.count(calls),
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
