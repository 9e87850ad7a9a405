import { useTranslations } from 'use-intl';
import { type AlertFilter, useAlertPages } from '../../data/alerts.ts';
import { useScope } from '../../frame/scope.ts';
import { Button } from '../../ui/button.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { AlertLine } from './alert-line.tsx';

/** Alerts that ended in the chosen time, page by page. */
export function HistoryPanel({ filter }: { filter: AlertFilter }) {
  const t = useTranslations('alerts');
  const { range } = useScope();
  const pages = useAlertPages({
    ...filter,
    state: 'resolved',
    from: range.from,
    to: range.to,
  });
  return (
    <Section title={t('history')} note={t('historyNote')} flush>
      <QueryView query={pages} skeleton={<SkeletonRows rows={4} />}>
        {(reply) => {
          const items = reply.pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noHistory')}</p>;
          return (
            <ul className="divide-y divide-line">
              {items.map((alert) => (
                <li key={alert.id} className="flex px-4 py-2 hover:bg-hover">
                  <AlertLine alert={alert} />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
      {pages.hasNextPage && (
        <div className="px-4 py-2">
          <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('showMore')}
          </Button>
        </div>
      )}
    </Section>
  );
}
