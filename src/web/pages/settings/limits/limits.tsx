import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Limit } from '../../../../contract/limits.ts';
import { useChangeLimit, useLimits, useRemoveLimit } from '../../../data/limits.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { LimitDialog } from './limit-dialog.tsx';
import { useSubjectName } from './use-subject-name.ts';

function LimitActions({ limit }: { limit: Limit }) {
  const t = useTranslations('settings.limits');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const change = useChangeLimit();
  const remove = useRemoveLimit();
  const close = (): void => setAsked(null);
  return (
    <span className="-my-1.5 inline-flex items-center">
      <Button
        look="quiet"
        disabled={change.isPending}
        onClick={() => change.mutate({ id: limit.id, change: { enabled: !limit.enabled } })}
      >
        {limit.enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('change')} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('remove')} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <LimitDialog open={asked === 'change'} limit={limit} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText')}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(limit.id, { onSuccess: close })}
      />
    </span>
  );
}

function useColumns(): readonly DataColumn<Limit>[] {
  const t = useTranslations('settings.limits');
  const format = useFormat();
  const nameOf = useSubjectName();
  return [
    {
      id: 'subject',
      header: t('subject'),
      cell: (limit) => (
        <>
          <span className="font-medium">{t(`scopes.${limit.scope}`)}</span>
          <span className="block text-2xs text-muted wrap-anywhere">
            {nameOf(limit.scope, limit.match)}
          </span>
        </>
      ),
    },
    {
      id: 'metric',
      header: t('metric'),
      cell: (limit) => <span className="block min-w-28">{t(`metrics.${limit.metric}`)}</span>,
    },
    {
      id: 'limit',
      header: t('limit'),
      isNumber: true,
      cell: (limit) => format.count(limit.limit),
    },
    {
      id: 'state',
      header: t('state'),
      cell: (limit) => (
        <Badge tone={limit.enabled ? 'good' : 'neutral'}>
          {limit.enabled ? t('enabled') : t('disabled')}
        </Badge>
      ),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (limit) => <LimitActions limit={limit} />,
    },
  ];
}

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/limits \\`,
    '  -H "Authorization: Bearer $LQO_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"scope": "user", "metric": "requests_per_minute", "limit": 60}'`,
  ].join('\n');
}

/** How much callers may ask for in a minute and at the same time. */
export function Limits() {
  const t = useTranslations('settings.limits');
  const limits = useLimits();
  const [isCreating, setIsCreating] = useState(false);
  const columns = useColumns();
  return (
    <Section
      title={t('title')}
      flush
      actions={
        <Button onClick={() => setIsCreating(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Button>
      }
    >
      <QueryView query={limits} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="flex flex-col gap-2 px-4 pb-3 text-[0.8125rem]">
              <p className="text-muted">{t('empty')}</p>
              <CodeBlock code={createExample()} label={t('create')} />
            </div>
          ) : (
            <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />
          )
        }
      </QueryView>
      <LimitDialog open={isCreating} limit={null} onClose={() => setIsCreating(false)} />
    </Section>
  );
}
