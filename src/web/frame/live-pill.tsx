import { RotateCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../ui/button.tsx';
import { useFormat } from '../use-format.ts';
import { useScope } from './scope.ts';

/** What arrived since the page was drawn; a click brings it in, so that rows never move by themselves. */
export function LivePill() {
  const t = useTranslations('frame');
  const format = useFormat();
  const { added, live, refresh } = useScope();
  const state = live ? t('live') : t('notLive');
  if (added === 0)
    return (
      <IconButton label={`${t('refresh')} · ${state}`} onClick={refresh} className="relative">
        <RotateCw aria-hidden="true" className="size-4" />
        <span
          className={`absolute end-1.5 top-1.5 size-1.5 rounded-full ${live ? 'bg-good' : 'bg-warn'}`}
        />
      </IconButton>
    );
  return (
    <button
      type="button"
      title={state}
      onClick={refresh}
      className="flex h-7 items-center gap-1.5 rounded-full bg-accent-soft px-2.5 max-sm:px-2 text-xs font-medium whitespace-nowrap text-accent tabular-nums hover:brightness-95"
    >
      <span className="size-1.5 rounded-full bg-accent max-sm:hidden" />
      {t('added', { count: added, shown: format.compact(added) })}
    </button>
  );
}
