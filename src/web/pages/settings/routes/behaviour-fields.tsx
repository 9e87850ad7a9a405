import { useTranslations } from 'use-intl';
import { FallbackClass, RetryableClass } from '../../../../contract/routing.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { CheckField, NumberField, SelectField } from '../../../ui/field.tsx';
import { BreakerFields } from './breaker-fields.tsx';
import { ClassChecks } from './class-checks.tsx';
import type { RouteDraft } from './route-draft.ts';

const STICKY = ['none', 'session', 'user'] as const;
const ON_DISCONNECT = ['abort', 'drain'] as const;

export interface PartProps {
  readonly draft: RouteDraft;
  readonly set: (part: Partial<RouteDraft>) => void;
}

function RetryFields({ draft, set }: PartProps) {
  const t = useTranslations('settings.routes');
  const { retries } = draft;
  const change = (part: Partial<RouteDraft['retries']>): void =>
    set({ retries: { ...retries, ...part } });
  return (
    <Advanced title={t('retries.title')}>
      <div className="grid gap-4 sm:grid-cols-3">
        <NumberField
          label={t('retries.max')}
          value={retries.max}
          onChange={(max) => change({ max: max ?? 0 })}
          min={0}
          max={10}
          step={1}
          required
        />
        <NumberField
          label={t('retries.backoffMs')}
          value={retries.backoffMs}
          onChange={(backoffMs) => change({ backoffMs: backoffMs ?? 0 })}
          min={0}
          max={60_000}
          step={1}
          required
        />
        <NumberField
          label={t('retries.maxBackoffMs')}
          value={retries.maxBackoffMs}
          onChange={(maxBackoffMs) => change({ maxBackoffMs: maxBackoffMs ?? 0 })}
          min={0}
          max={600_000}
          step={1}
          required
        />
      </div>
      <CheckField
        label={t('retries.honourRetryAfter')}
        hint={t('retries.honourRetryAfterHint')}
        checked={retries.honourRetryAfter}
        onChange={(honourRetryAfter) => change({ honourRetryAfter })}
      />
      <ClassChecks
        label={t('retries.on')}
        options={RetryableClass.options}
        chosen={retries.on}
        onChange={(on) => change({ on })}
      />
    </Advanced>
  );
}

/** How a route chooses and what it does when a try fails; all of it has sensible defaults. */
export function BehaviourFields({ draft, set }: PartProps) {
  const t = useTranslations('settings.routes');
  return (
    <Advanced>
      <SelectField
        label={t('sticky')}
        hint={t('stickyHint')}
        value={draft.sticky}
        onChange={(sticky) => set({ sticky })}
        options={STICKY.map((value) => ({ value, label: t(`stickyTo.${value}`) }))}
      />
      <SelectField
        label={t('onDisconnect')}
        value={draft.onDisconnect}
        onChange={(onDisconnect) => set({ onDisconnect })}
        options={ON_DISCONNECT.map((value) => ({ value, label: t(`onDisconnectDo.${value}`) }))}
      />
      <ClassChecks
        label={t('fallbackOn')}
        options={FallbackClass.options}
        chosen={draft.fallbackOn}
        onChange={(fallbackOn) => set({ fallbackOn })}
      />
      <RetryFields draft={draft} set={set} />
      <BreakerFields draft={draft} set={set} />
      <NumberField
        label={t('probeSeconds')}
        hint={t('probeSecondsHint')}
        value={draft.probeSeconds}
        onChange={(probeSeconds) => set({ probeSeconds })}
        min={5}
        max={3600}
        step={1}
        placeholder={t('offPlaceholder')}
      />
    </Advanced>
  );
}
