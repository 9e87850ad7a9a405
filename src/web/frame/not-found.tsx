import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../ui/button.tsx';

/** The page for an address that leads nowhere. */
export function NotFound() {
  const t = useTranslations('frame');
  return (
    <div className="flex flex-col items-start gap-3 py-16">
      <h1 className="text-lg font-semibold">{t('notFound')}</h1>
      <Link to="/" className={buttonClass()}>
        {t('toOverview')}
      </Link>
    </div>
  );
}
