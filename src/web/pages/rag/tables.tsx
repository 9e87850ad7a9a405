import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { RagReply } from '../../../contract/rag.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

function Query({ text }: { text: string | null }) {
  const t = useTranslations('rag');
  if (text === null) return <span className="text-muted">{t('noQuery')}</span>;
  return <span className="wrap-anywhere">{text}</span>;
}

function SlowTable({ reply }: { reply: RagReply }) {
  const t = useTranslations('rag');
  const format = useFormat();
  return (
    <DataTable
      label={t('slowest')}
      columns={[
        { id: 'query', header: t('columns.query'), cell: ({ query }) => <Query text={query} /> },
        {
          id: 'ms',
          header: t('columns.duration'),
          isNumber: true,
          cell: ({ ms }) => format.duration(ms),
        },
        {
          id: 'hits',
          header: t('columns.hits'),
          isNumber: true,
          cell: ({ hits }) => format.count(hits),
        },
        {
          id: 'at',
          header: t('columns.at'),
          cell: ({ at, interactionId }) =>
            interactionId === null ? (
              <Time iso={at} />
            ) : (
              <Link
                to="/interactions/$id"
                params={{ id: interactionId }}
                className="text-accent hover:underline"
              >
                <Time iso={at} />
              </Link>
            ),
        },
      ]}
      rows={reply.slowest}
      rowKey={({ spanId }) => spanId}
    />
  );
}

/** What took longest, and which queries found nothing. */
export function RagTables({ reply }: { reply: RagReply }) {
  const t = useTranslations('rag');
  const format = useFormat();
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Section title={t('slowest')} note={t('slowestNote')} flush>
        <SlowTable reply={reply} />
      </Section>
      <Section title={t('misses')} note={t('hiddenNote')} flush>
        {reply.misses.length === 0 ? (
          <p className="px-4 py-3 text-[0.8125rem] text-muted">{t('noMisses')}</p>
        ) : (
          <DataTable
            label={t('misses')}
            columns={[
              {
                id: 'query',
                header: t('columns.query'),
                cell: ({ query }) => <Query text={query} />,
              },
              {
                id: 'count',
                header: t('columns.times'),
                isNumber: true,
                cell: ({ count }) => format.count(count),
              },
            ]}
            rows={reply.misses}
            rowKey={({ query }) => query}
          />
        )}
      </Section>
    </div>
  );
}
