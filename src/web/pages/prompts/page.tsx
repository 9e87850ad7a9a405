import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { usePrompts } from '../../data/prompts.ts';
import { Button } from '../../ui/button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { EmptyPrompts } from './empty-prompts.tsx';
import { PromptDialog } from './prompt-dialog.tsx';
import { PromptsTable } from './prompts-table.tsx';

/** The prompts that calls can name instead of carrying them. */
export function PromptsPage() {
  const t = useTranslations('prompts');
  const prompts = usePrompts();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageTitle title={t('title')}>
        <Button look="primary" onClick={() => setIsCreating(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      </PageTitle>
      <QueryView query={prompts} skeleton={<SkeletonRows rows={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPrompts />
          ) : (
            <div className="panel overflow-hidden py-1">
              <PromptsTable items={items} />
            </div>
          )
        }
      </QueryView>
      <PromptDialog open={isCreating} onClose={() => setIsCreating(false)} />
    </>
  );
}
