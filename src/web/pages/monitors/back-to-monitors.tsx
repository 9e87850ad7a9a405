import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';

export function BackToMonitors() {
  const t = useTranslations('monitors');
  return (
    <Link
      to="/monitors"
      className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
    >
      <ArrowLeft aria-hidden="true" className="size-3.5" />
      {t('back')}
    </Link>
  );
}
