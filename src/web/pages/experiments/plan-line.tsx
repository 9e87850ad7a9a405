import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { usePlan } from '../../data/experiments.ts';
import { NumberField } from '../../ui/field.tsx';
import { useFormat } from '../../use-format.ts';
import { useMetrics } from './metrics.ts';

/** How many units are needed to see a difference: worth knowing before, not after. */
export function PlanLine({ metric }: { metric: string }) {
  const t = useTranslations('experiments.form');
  const format = useFormat();
  const metrics = useMetrics();
  const [difference, setDifference] = useState<number | null>(null);
  const [deviation, setDeviation] = useState<number | null>(null);
  const plan = usePlan(difference, deviation);
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-xs font-medium">{t('plan')}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <NumberField
          label={t('planDifference', { metric: metrics.name(metric) })}
          value={difference}
          onChange={setDifference}
          min={0}
          step="any"
        />
        <NumberField
          label={t('planDeviation')}
          hint={t('planDeviationHint')}
          value={deviation}
          onChange={setDeviation}
          min={0}
          step="any"
        />
      </div>
      {plan.data !== undefined && (
        <p aria-live="polite">
          {t('planAnswer', {
            sequential: format.count(plan.data.sequentialUnitsPerArm),
            fixed: format.count(plan.data.fixedUnitsPerArm),
          })}
        </p>
      )}
    </fieldset>
  );
}
