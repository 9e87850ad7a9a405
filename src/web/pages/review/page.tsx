import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useReviewQueues } from '../../data/reviews.ts';
import { Button } from '../../ui/button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { EmptyReview } from './empty-review.tsx';
import { QueueDialog } from './queue-dialog.tsx';
import { QueuesTable } from './queues-table.tsx';

/** What people are asked to judge. */
export function ReviewPage() {
  const t = useTranslations('review');
  const queues = useReviewQueues();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageTitle title={t('title')}>
        <Button look="primary" onClick={() => setIsCreating(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      </PageTitle>
      <QueryView query={queues} skeleton={<SkeletonRows rows={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyReview />
          ) : (
            <div className="panel overflow-hidden py-1">
              <QueuesTable items={items} />
            </div>
          )
        }
      </QueryView>
      <QueueDialog open={isCreating} onClose={() => setIsCreating(false)} />
    </>
  );
}
