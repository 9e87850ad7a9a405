import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';

const LOOK = 'h-7 rounded-[5px] px-2.5 text-xs leading-7 font-medium whitespace-nowrap';

/** Alerts and silences beside each other. */
export function AlertTabs() {
  const alerts = useTranslations('alerts');
  const silences = useTranslations('silences');
  const look = {
    className: LOOK,
    activeProps: { className: 'bg-raised text-ink shadow-sm', 'aria-current': 'page' as const },
    inactiveProps: { className: 'text-muted hover:text-ink' },
    activeOptions: { exact: true, includeSearch: false },
  };
  return (
    <nav
      aria-label={alerts('tabs')}
      className="mb-3 inline-flex gap-0.5 rounded-md bg-sunken p-0.5"
    >
      <Link to="/alerts" {...look}>
        {alerts('title')}
      </Link>
      <Link to="/silences" {...look}>
        {silences('title')}
      </Link>
    </nav>
  );
}
