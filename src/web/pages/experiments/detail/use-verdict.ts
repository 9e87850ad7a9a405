import { useTranslations } from 'use-intl';
import type {
  ArmComparison,
  Experiment,
  ExperimentFigures,
  ExperimentVerdict,
} from '../../../../contract/experiments.ts';
import type { Tone } from '../../../ui/badge.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';

export const VERDICT_TONES: Record<ExperimentVerdict['kind'], Tone> = {
  not_started: 'neutral',
  not_enough_data: 'neutral',
  undecided: 'accent',
  better: 'good',
  worse: 'bad',
  guard_violated: 'bad',
  sample_ratio_mismatch: 'bad',
};

type Figures = Pick<ExperimentFigures, 'verdict' | 'arms' | 'guards' | 'sampleRatio'>;

function comparisonOf({ verdict, arms }: Figures): ArmComparison | undefined {
  const arm = arms.find((one) => one.arm === verdict.arm);
  return arm?.comparisons.find(({ metric }) => metric === verdict.metric);
}

/** The one sentence about an experiment, in the reader's language and with its numbers. */
export function useVerdict() {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();

  /** How much a guard is worse, in its own unit. */
  const harm = (unit: 'absolute' | 'percent', metric: string, value: number | null): string =>
    unit === 'percent'
      ? format.percent(value === null ? null : value / 100)
      : metrics.size(metric, Math.abs(value ?? 0));

  const violated = (figures: Figures): Record<string, string> => {
    const { arm, metric } = figures.verdict;
    const guard = figures.guards.find((one) => one.arm === arm && one.metric === metric);
    if (guard === undefined) return { harm: '–', most: '–', n: '–' };
    return {
      harm: harm(guard.unit, guard.metric, guard.harm.value),
      most: harm(guard.unit, guard.metric, guard.worseBy),
      n: format.count(guard.harm.n),
    };
  };

  return (figures: Figures, { control, unit }: Pick<Experiment, 'control' | 'unit'>): string => {
    const { verdict, sampleRatio } = figures;
    const comparison = comparisonOf(figures);
    const metric = verdict.metric ?? '';
    const difference = (value: number | null | undefined): string =>
      metrics.signed(metric, value ?? null);
    return t(`verdicts.${verdict.kind}`, {
      arm: verdict.arm ?? '',
      control,
      metric: metric === '' ? '' : metrics.name(metric),
      units: t(`units.${unit}`),
      n: format.count(comparison?.n ?? verdict.n),
      needed: format.count(verdict.needed),
      difference: difference(comparison?.value),
      low: difference(comparison?.low),
      high: difference(comparison?.high),
      p: metrics.pText(
        verdict.kind === 'sample_ratio_mismatch'
          ? sampleRatio.pValue
          : (comparison?.pValue ?? null),
      ),
      harm: '',
      most: '',
      ...(verdict.kind === 'guard_violated' ? violated(figures) : {}),
    });
  };
}
