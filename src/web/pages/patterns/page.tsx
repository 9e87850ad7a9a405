import { useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { PatternsReply } from '../../../contract/patterns.ts';
import { usePatterns } from '../../data/patterns.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { PatternDetail } from './detail.tsx';
import { EmptyPatterns } from './empty-patterns.tsx';
import { Filters } from './filters.tsx';
import { PatternsTable } from './patterns-table.tsx';
import { failuresOf } from './search.ts';

function Found({ reply }: { reply: PatternsReply }) {
  const t = useTranslations('patterns');
  const format = useFormat();
  const { all, other, items, total } = reply;
  const note = t('allNote', {
    rate: format.percent(all.rate.value, 1),
    n: format.count(all.rate.n),
    other: format.count(other.calls),
  });
  const title = t('count', { count: total });
  return (
    <Section title={title} note={note} flush>
      {items.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">{t('noneMatch')}</p>
      ) : (
        <PatternsTable reply={reply} />
      )}
    </Section>
  );
}

/** Which prompts fail: groups of one form, ranked, with one of them in detail. */
export function PatternsPage() {
  const t = useTranslations('patterns');
  const format = useFormat();
  const search = useSearch({ from: '/patterns' });
  const failures = failuresOf(search.failures);
  const patterns = usePatterns({
    failures,
    order: search.order ?? 'failures',
    text: search.q,
    onlyWorse: search.worse === true,
  });
  const waiting = patterns.data?.waitingHours ?? 0;
  return (
    <>
      <PageTitle title={t('title')}>
        {waiting > 0 && (
          <span role="status" className="text-xs text-muted">
            {t('waiting', { count: waiting, n: format.count(waiting) })}
          </span>
        )}
      </PageTitle>
      <Filters />
      <QueryView query={patterns} skeleton={<SkeletonRows rows={8} />}>
        {(reply) =>
          reply.all.calls === 0 && waiting === 0 ? (
            <EmptyPatterns />
          ) : (
            <div className="flex flex-col gap-3">
              <Found reply={reply} />
              {search.pattern !== undefined && (
                <PatternDetail id={search.pattern} failures={failures} />
              )}
            </div>
          )
        }
      </QueryView>
    </>
  );
}
