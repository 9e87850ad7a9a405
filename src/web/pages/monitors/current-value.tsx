import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../contract/monitors.ts';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { METRICS } from './metric-facts.ts';
import { useQuantity } from './use-quantity.ts';

/** The samples that the monitor's condition asks for; null where it asks for none. */
export function neededOf({ condition }: Pick<Monitor, 'condition'>): number | null {
  return 'minSamples' in condition ? condition.minSamples : null;
}

/** The last window: its value with interval and n, or that it is not enough. */
export function CurrentValue({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const quantity = useQuantity();
  const { current, metric, state } = monitor;
  if (current === null) return <span className="text-muted">{t('never')}</span>;
  const needed = neededOf(monitor);
  if (current.value === null || (state === 'no_data' && needed !== null && current.n < needed))
    return (
      <span className="block min-w-24 text-muted">
        {needed === null ? t('notEnough') : t('notEnoughOf', { n: current.n, needed })}
      </span>
    );
  return (
    <EstimateCell
      estimate={current}
      show={(value) => quantity.show(METRICS[metric.kind].unit, value)}
    />
  );
}
