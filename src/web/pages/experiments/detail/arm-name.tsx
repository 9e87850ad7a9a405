import { useTranslations } from 'use-intl';
import type { ArmResult, Experiment, ExperimentArm } from '../../../../contract/experiments.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { useFormat } from '../../../use-format.ts';

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

/** An arm with what it does to calls, and of a shadow what it spent. */
export function ArmName({ result, experiment }: { result: ArmResult; experiment: Experiment }) {
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
