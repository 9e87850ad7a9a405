import { Link, useSearch } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';

/** Whether the page compares its range with the one before it. */
export function useCompares(): boolean {
  return useSearch({ strict: false, select: ({ versus }) => versus === 'before' });
}

/** Switches the comparison; the address keeps it. */
export function CompareSwitch() {
  const t = useTranslations('comparison');
  const compares = useCompares();
  return (
    <Link
      to="/"
      search={(before) => ({ ...before, versus: compares ? undefined : ('before' as const) })}
      role="switch"
      aria-checked={compares}
      title={t('switchHint')}
      className={classNames(buttonClass('plain'), compares && 'border-accent text-accent')}
    >
      <History aria-hidden="true" className="size-3.5" />
      {t('switch')}
    </Link>
  );
}
