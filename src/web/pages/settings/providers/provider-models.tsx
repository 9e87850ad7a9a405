import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Model, Provider } from '../../../../contract/routing.ts';
import { useChangeModel, useModels, useRemoveModel } from '../../../data/routing.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ModelDialog } from './model-dialog.tsx';

function ModelActions({ model }: { model: Model }) {
  const t = useTranslations('settings.providers.models');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const change = useChangeModel();
  const remove = useRemoveModel();
  const close = (): void => setAsked(null);
  const { id, name, enabled } = model;
  return (
    <span className="-my-1.5 inline-flex items-center">
      <Button
        look="quiet"
        aria-label={enabled ? t('switchOffOf', { name }) : t('switchOnOf', { name })}
        disabled={change.isPending}
        onClick={() => change.mutate({ id, change: { enabled: !enabled } })}
      >
        {enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('changeOf', { name })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { name })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ModelDialog
        open={asked === 'change'}
        providerId={model.providerId}
        model={model}
        onClose={close}
      />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error ?? change.error}
        onClose={close}
        onConfirm={() => remove.mutate(id, { onSuccess: close })}
      />
    </span>
  );
}

function useColumns(): readonly DataColumn<Model>[] {
  const t = useTranslations('settings.providers.models');
  return [
    {
      id: 'name',
      header: t('name'),
      cell: (model) => <span className="font-mono wrap-anywhere">{model.name}</span>,
    },
    {
      id: 'alias',
      header: t('alias'),
      cell: (model) =>
        model.alias === null ? (
          <span className="text-muted">–</span>
        ) : (
          <span className="block min-w-20 font-mono wrap-anywhere">{model.alias}</span>
        ),
    },
    {
      id: 'state',
      header: t('state'),
      cell: (model) => (
        <Badge tone={model.enabled ? 'good' : 'neutral'}>
          {model.enabled ? t('on') : t('off')}
        </Badge>
      ),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (model) => <ModelActions model={model} />,
    },
  ];
}

/** The models of one provider, folded away under it. */
export function ProviderModels({ provider }: { provider: Provider }) {
  const t = useTranslations('settings.providers.models');
  const models = useModels();
  const [isAdding, setIsAdding] = useState(false);
  const columns = useColumns();
  return (
    <QueryView query={models} skeleton={<SkeletonRows rows={1} />}>
      {(reply) => {
        const items = reply.items.filter(({ providerId }) => providerId === provider.id);
        return (
          <details>
            <summary className="text-xs text-muted hover:text-ink">
              {t('title', { count: items.length })}
            </summary>
            <div className="flex flex-col items-start gap-2 pt-2">
              <p className="text-xs text-muted">{t('explain')}</p>
              {items.length > 0 && (
                <div className="w-full rounded-md border border-line">
                  <DataTable
                    label={t('of', { name: provider.title })}
                    columns={columns}
                    rows={items}
                    rowKey={({ id }) => id}
                  />
                </div>
              )}
              <Button onClick={() => setIsAdding(true)}>
                <Plus aria-hidden="true" className="size-3.5" />
                {t('add')}
              </Button>
              <ModelDialog
                open={isAdding}
                providerId={provider.id}
                model={null}
                onClose={() => setIsAdding(false)}
              />
            </div>
          </details>
        );
      }}
    </QueryView>
  );
}
