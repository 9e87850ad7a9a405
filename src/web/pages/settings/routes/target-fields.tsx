import { Trash2 } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider, RouteTarget } from '../../../../contract/routing.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { NumberField, SelectField } from '../../../ui/field.tsx';
import { useFormat } from '../../../use-format.ts';
import { useProviderTitle } from '../use-provider-title.ts';

interface Props {
  /** Place in the list, from 1. */
  readonly at: number;
  readonly target: RouteTarget;
  /** Part of the calls of its tier, 0 to 1. */
  readonly share: number | null;
  readonly providers: readonly Provider[];
  /** Names to choose from. */
  readonly models: readonly string[];
  readonly onChange: (part: Partial<RouteTarget>) => void;
  /** Null where it is the only one. */
  readonly onRemove: (() => void) | null;
}

const TIMEOUTS = ['connectMs', 'firstByteMs', 'idleMs', 'totalMs'] as const;

function ModelField({ target, models, onChange }: Pick<Props, 'target' | 'models' | 'onChange'>) {
  const t = useTranslations('settings.routes');
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id}>{t('model')}</label>
      <input
        id={id}
        className="field"
        list={`${id}list`}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
        placeholder={t('asCalled')}
        value={target.model ?? ''}
        onChange={({ target: { value } }) =>
          onChange({ model: value.trim() === '' ? null : value.trim() })
        }
      />
      <datalist id={`${id}list`}>
        {models.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

function Limits({ target, onChange }: Pick<Props, 'target' | 'onChange'>) {
  const t = useTranslations('settings.routes');
  return (
    <Advanced title={t('targetLimits')}>
      <NumberField
        label={t('maxConcurrent')}
        hint={t('maxConcurrentHint')}
        value={target.maxConcurrent}
        onChange={(maxConcurrent) => onChange({ maxConcurrent })}
        min={1}
        max={100_000}
        step={1}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {TIMEOUTS.map((name) => (
          <NumberField
            key={name}
            label={t(`timeouts.${name}`)}
            value={target.timeouts[name]}
            onChange={(value) => onChange({ timeouts: { ...target.timeouts, [name]: value } })}
            min={1}
            max={86_400_000}
            step={1}
            placeholder={t('programs')}
          />
        ))}
      </div>
    </Advanced>
  );
}

/** One place where calls can go. */
export function TargetFields(props: Props) {
  const { at, target, share, providers, onChange, onRemove } = props;
  const t = useTranslations('settings.routes');
  const format = useFormat();
  const titleOf = useProviderTitle();
  return (
    <li
      aria-label={t('target', { at })}
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-3"
    >
      <div className="flex items-end gap-2">
        <div className="grid min-w-0 grow gap-3 sm:grid-cols-2">
          <SelectField
            label={t('provider')}
            value={target.providerId}
            onChange={(providerId) => onChange({ providerId, model: null })}
            options={providers.map((one) => ({ value: one.id, label: titleOf(one) }))}
          />
          <ModelField {...props} />
        </div>
        {onRemove !== null && (
          <IconButton label={t('removeTarget', { at })} onClick={onRemove}>
            <Trash2 aria-hidden="true" className="size-4" />
          </IconButton>
        )}
      </div>
      <div className="grid grid-cols-2 gap-3">
        <NumberField
          label={t('tier')}
          hint={t('tierHint')}
          value={target.priority}
          onChange={(priority) => onChange({ priority: priority ?? 0 })}
          min={0}
          max={9}
          step={1}
          required
        />
        <NumberField
          label={t('weight')}
          hint={share === null ? t('noShare') : t('share', { share: format.percent(share, 0) })}
          value={target.weight}
          onChange={(weight) => onChange({ weight: weight ?? 0 })}
          min={0}
          max={1000}
          step="any"
          required
        />
      </div>
      <Limits {...props} />
    </li>
  );
}
