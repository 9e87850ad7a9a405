import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { InteractionSummary } from '../../../contract/interactions.ts';
import { useErrorTypes } from '../../data/analytics.ts';
import { useInteractions } from '../../data/interactions.ts';
import { Badge } from '../../ui/badge.tsx';
import { useSmallPrint } from '../../ui/estimate.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

const SHOWN = 6;

function ErrorTypes() {
  const format = useFormat();
  const print = useSmallPrint();
  const types = useErrorTypes();
  return (
    <QueryView query={types} skeleton={null}>
      {(reply) => (
        <div className="flex flex-wrap gap-1.5 px-4 pb-2">
          {reply.types.slice(0, SHOWN).map(({ errorType, count, share }) => (
            <Link
              key={errorType}
              to="/interactions"
              search={{ filter: `error:${errorType}` }}
              className="rounded hover:brightness-95"
            >
              <Badge tone="bad" title={print(share, format.percent)}>
                {errorType} · {format.count(count)} · {format.percent(share.value)}
              </Badge>
            </Link>
          ))}
        </div>
      )}
    </QueryView>
  );
}

function ErrorRow({ row }: { row: InteractionSummary }) {
  return (
    <li>
      <Link
        to="/interactions/$id"
        params={{ id: row.id }}
        className="grid grid-cols-[6.25rem_minmax(0,9rem)_minmax(0,1fr)] items-center gap-3 px-4 py-1.5 text-xs hover:bg-hover sm:grid-cols-[6.25rem_minmax(0,9rem)_minmax(0,11rem)_minmax(0,1fr)]"
      >
        <Time iso={row.createdAt} as="moment" />
        <span className="truncate font-medium text-bad">{row.errorType}</span>
        <span className="truncate text-muted">{row.model}</span>
        <span className="truncate text-muted max-sm:hidden">{row.promptPreview}</span>
      </Link>
    </li>
  );
}

/** Which errors there were, and the newest of them. */
export function RecentErrors() {
  const t = useTranslations('overview');
  const errors = useInteractions({ status: 'error' }, SHOWN);
  return (
    <Section
      title={t('recentErrors')}
      flush
      actions={
        <Link
          to="/interactions"
          search={{ filter: 'status:error' }}
          className="text-xs text-accent hover:underline"
        >
          {t('allErrors')}
        </Link>
      }
    >
      <ErrorTypes />
      <QueryView query={errors} skeleton={<SkeletonRows rows={4} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items).slice(0, SHOWN);
          if (rows.length === 0)
            return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noErrors')}</p>;
          return (
            <ul>
              {rows.map((row) => (
                <ErrorRow key={row.id} row={row} />
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Section>
  );
}
