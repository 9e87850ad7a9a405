import { useTranslations } from 'use-intl';
import { useOpenAlerts } from '../data/alerts.ts';

const MOST_SHOWN = 99;

/** How many alerts wait for somebody; nothing while there is none. */
export function OpenAlertsCount() {
  const t = useTranslations('nav');
  const open = useOpenAlerts();
  const waiting = open.data?.items.filter(({ state }) => state === 'firing') ?? [];
  if (waiting.length === 0) return null;
  const isCritical = waiting.some(({ severity }) => severity === 'critical');
  return (
    <span
      className={`ms-auto grid h-4.5 min-w-4.5 place-items-center rounded-full px-1 text-2xs font-semibold tabular-nums ${
        isCritical ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'
      }`}
    >
      <span aria-hidden="true">
        {waiting.length > MOST_SHOWN ? `${MOST_SHOWN}+` : waiting.length}
      </span>
      <span className="sr-only">{t('openAlerts', { n: waiting.length })}</span>
    </span>
  );
}
