import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useOpenAlerts } from '../../data/alerts.ts';
import { Section } from '../../ui/section.tsx';
import { AlertLine } from '../alerts/alert-line.tsx';

const SHOWN = 3;

/** What is wrong now; nothing at all while nothing is. */
export function OpenAlerts() {
  const t = useTranslations('alerts.overview');
  const open = useOpenAlerts();
  const alerts = open.data?.items.filter(({ state }) => state !== 'silenced') ?? [];
  if (alerts.length === 0) return null;
  const more = alerts.length - SHOWN;
  return (
    <Section
      title={t('title')}
      flush
      {...(more > 0 ? { note: t('more', { n: more }) } : {})}
      actions={
        <Link to="/alerts" className="text-xs text-accent hover:underline">
          {t('all')}
        </Link>
      }
    >
      <ul className="divide-y divide-line">
        {alerts.slice(0, SHOWN).map((alert) => (
          <li key={alert.id} className="flex px-4 py-2 hover:bg-hover">
            <AlertLine alert={alert} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
