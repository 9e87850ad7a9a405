import { Link } from '@tanstack/react-router';
import { Maximize2, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useInteraction } from '../../data/interactions.ts';
import { IconButton } from '../../ui/button.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { InteractionView } from '../interaction/interaction-view.tsx';

/** One interaction beside the list; over it on narrow screens. */
export function PeekPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('interactions');
  const interaction = useInteraction(id);
  return (
    <aside
      aria-label={t('peek')}
      className="panel flex w-[52%] shrink-0 flex-col max-lg:fixed max-lg:inset-0 max-lg:z-30 max-lg:w-auto max-lg:rounded-none max-lg:border-0"
    >
      <header className="flex h-10 shrink-0 items-center justify-between border-b border-line ps-4 pe-1.5">
        <h2 className="truncate text-[0.8125rem] font-semibold">{t('peek')}</h2>
        <span className="flex">
          <Link
            to="/interactions/$id"
            params={{ id }}
            aria-label={t('openFull')}
            title={t('openFull')}
            className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
          >
            <Maximize2 aria-hidden="true" className="size-4" />
          </Link>
          <IconButton label={t('closePeek')} onClick={onClose}>
            <X aria-hidden="true" className="size-4" />
          </IconButton>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section tabIndex={0} aria-label={t('peek')} className="min-h-0 grow overflow-y-auto p-4">
        <QueryView query={interaction} skeleton={<SkeletonRows rows={8} />}>
          {(detail) => <InteractionView detail={detail} />}
        </QueryView>
      </section>
    </aside>
  );
}
