import { BellOff, Check } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../contract/alerts.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { AlertLine } from './alert-line.tsx';
import { rowIdOf } from './use-alert-keys.ts';
import { useAlertWords } from './use-alert-words.ts';

export interface Choosing {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
}

interface RowProps {
  readonly alert: Alert;
  readonly isCurrent: boolean;
  readonly choosing: Choosing;
  readonly onAcknowledge: (alert: Alert) => void;
  readonly onSilence: (alert: Alert) => void;
}

/** Whether somebody may still take it on. */
export function isWaiting({ state }: Alert): boolean {
  return state === 'firing' || state === 'silenced';
}

function OpenRow({ alert, isCurrent, choosing, onAcknowledge, onSilence }: RowProps) {
  const t = useTranslations('alerts');
  const words = useAlertWords();
  const name = words.title(alert);
  return (
    <li
      id={rowIdOf(alert.id)}
      aria-current={isCurrent ? 'true' : undefined}
      className={classNames(
        'flex items-start gap-2.5 border-s-2 px-3 py-2',
        isCurrent ? 'border-accent bg-hover' : 'border-transparent hover:bg-hover',
      )}
    >
      <input
        type="checkbox"
        className="mt-1 accent-accent-fill"
        aria-label={t('choose', { name })}
        checked={choosing.chosen.has(alert.id)}
        onChange={() => choosing.toggle(alert.id)}
      />
      <AlertLine alert={alert} />
      <div className="flex shrink-0 max-sm:flex-col">
        <IconButton
          label={`${t('steps.acknowledge')}: ${name}`}
          disabled={!isWaiting(alert)}
          onClick={() => onAcknowledge(alert)}
        >
          <Check aria-hidden="true" className="size-4" />
        </IconButton>
        <IconButton label={`${t('steps.silence')}: ${name}`} onClick={() => onSilence(alert)}>
          <BellOff aria-hidden="true" className="size-4" />
        </IconButton>
      </div>
    </li>
  );
}

interface Props extends Omit<RowProps, 'alert' | 'isCurrent'> {
  readonly alerts: readonly Alert[];
  readonly current: string | null;
}

/** Alerts that somebody may act on. */
export function OpenRows({ alerts, current, ...rest }: Props) {
  return (
    <ul className="divide-y divide-line">
      {alerts.map((alert) => (
        <OpenRow key={alert.id} alert={alert} isCurrent={alert.id === current} {...rest} />
      ))}
    </ul>
  );
}
