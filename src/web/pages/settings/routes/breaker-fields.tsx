import { useTranslations } from 'use-intl';
import { Advanced } from '../../../ui/advanced.tsx';
import { CheckField, NumberField } from '../../../ui/field.tsx';
import type { PartProps } from './behaviour-fields.tsx';
import type { RouteDraft } from './route-draft.ts';

/** Whole numbers of the breaker with their bounds. */
const FIGURES = [
  { name: 'windowSeconds', max: 3600 },
  { name: 'minCalls', max: 100_000 },
  { name: 'openSeconds', max: 3600 },
  { name: 'halfOpenProbes', max: 100 },
] as const;

/** When a target that fails is left alone. */
export function BreakerFields({ draft, set }: PartProps) {
  const t = useTranslations('settings.routes.breaker');
  const off = useTranslations('settings.routes');
  const { breaker } = draft;
  const change = (part: Partial<RouteDraft['breaker']>): void =>
    set({ breaker: { ...breaker, ...part } });
  return (
    <Advanced title={t('title')}>
      <CheckField
        label={t('enabled')}
        hint={t('enabledHint')}
        checked={breaker.enabled}
        onChange={(enabled) => change({ enabled })}
      />
      {breaker.enabled && (
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            label={t('consecutiveFailures')}
            value={breaker.consecutiveFailures}
            onChange={(consecutiveFailures) => change({ consecutiveFailures })}
            min={1}
            max={1000}
            step={1}
            placeholder={off('offPlaceholder')}
          />
          <NumberField
            label={t('errorRate')}
            value={Math.round(breaker.errorRate * 100)}
            onChange={(percent) => change({ errorRate: (percent ?? 50) / 100 })}
            min={1}
            max={100}
            step={1}
            required
          />
          {FIGURES.map(({ name, max }) => (
            <NumberField
              key={name}
              label={t(name)}
              value={breaker[name]}
              onChange={(value) => change({ [name]: value ?? 1 })}
              min={1}
              max={max}
              step={1}
              required
            />
          ))}
        </div>
      )}
    </Advanced>
  );
}
