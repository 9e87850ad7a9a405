import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ApiKey } from '../../../contract/access.ts';
import { useKeys } from '../../data/access.ts';
import { UNKNOWN } from '../../format.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeyActions } from './key-actions.tsx';
import { ShownKeyDialog } from './shown-key-dialog.tsx';

function useColumns(onRotated: (key: string) => void): readonly DataColumn<ApiKey>[] {
  const t = useTranslations('settings.keys');
  return [
    {
      id: 'name',
      header: t('name'),
      cell: (key) => (
        <>
          <span className="font-medium">{key.name}</span>{' '}
          {key.publicUse !== null && (
            <Badge title={key.publicUse.origins.join(' ')}>{t('publicBadge')}</Badge>
          )}
          <span className="block font-mono text-2xs text-muted">{key.prefix}…</span>
        </>
      ),
    },
    {
      id: 'scopes',
      header: t('scopes'),
      cell: (key) => (
        <span className="flex flex-wrap gap-1">
          {key.scopes.map((scope) => (
            <Badge key={scope} title={t(`scopeHints.${scope}`)}>
              {scope}
            </Badge>
          ))}
        </span>
      ),
    },
    { id: 'created', header: t('created'), cell: (key) => <Time iso={key.createdAt} /> },
    {
      id: 'lastUsed',
      header: t('lastUsed'),
      cell: (key) =>
        key.lastUsedAt === null ? t('never') : <Time iso={key.lastUsedAt} as="ago" />,
    },
    {
      id: 'expires',
      header: t('expires'),
      cell: (key) => (key.expiresAt === null ? UNKNOWN : <Time iso={key.expiresAt} />),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (apiKey) =>
        apiKey.revokedAt === null ? (
          <KeyActions apiKey={apiKey} onRotated={onRotated} />
        ) : (
          <Badge tone="bad">{t('revoked')}</Badge>
        ),
    },
  ];
}

/** The keys of the project: make, rotate, end. */
export function Keys() {
  const t = useTranslations('settings.keys');
  const keys = useKeys();
  const [isCreating, setIsCreating] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const columns = useColumns(setShown);
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
      <QueryView query={keys} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <DataTable label={t('title')} columns={columns} rows={items} rowKey={(key) => key.id} />
          )
        }
      </QueryView>
      <CreateKeyDialog
        open={isCreating}
        onClose={() => setIsCreating(false)}
        onCreated={(key) => {
          setIsCreating(false);
          setShown(key);
        }}
      />
      <ShownKeyDialog apiKey={shown} onClose={() => setShown(null)} />
    </Section>
  );
}
