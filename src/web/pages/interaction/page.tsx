import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useInteraction } from '../../data/interactions.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { InteractionView } from './interaction-view.tsx';

/** One interaction, everything that is known about it. */
export function InteractionPage() {
  const t = useTranslations('interaction');
  const { id } = useParams({ from: '/interactions/$id' });
  const interaction = useInteraction(id);
  return (
    <div className="mx-auto max-w-5xl">
      <Link
        to="/interactions"
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('back')}
      </Link>
      <PageTitle title={t('title')} />
      <div className="panel p-4">
        <QueryView query={interaction} skeleton={<SkeletonRows rows={10} />}>
          {(detail) => <InteractionView detail={detail} />}
        </QueryView>
      </div>
    </div>
  );
}
