import { Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { EvaluatorEntry } from '../../../../contract/evaluators.ts';
import { useChangeEvaluator, useEvaluators } from '../../../data/evaluators.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useEvaluatorName } from '../../../ui/use-evaluator-name.ts';
import { useFormat } from '../../../use-format.ts';
import { EvaluatorDialog } from './evaluator-dialog.tsx';

function Actions({ evaluator }: { evaluator: EvaluatorEntry }) {
  const t = useTranslations('evaluators');
  const nameOf = useEvaluatorName();
  const [isOpen, setIsOpen] = useState(false);
  const change = useChangeEvaluator();
  const { enabled } = evaluator.setting;
  return (
    <span className="-my-1.5 inline-flex items-center">
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button
        look="quiet"
        disabled={change.isPending}
        onClick={() => change.mutate({ id: evaluator.id, change: { enabled: !enabled } })}
      >
        {enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('change', { name: nameOf(evaluator) })} onClick={() => setIsOpen(true)}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <EvaluatorDialog open={isOpen} evaluator={evaluator} onClose={() => setIsOpen(false)} />
    </span>
  );
}

function Failures({ errors }: { errors: EvaluatorEntry['errors'] }) {
  const t = useTranslations('evaluators');
  const format = useFormat();
  if (errors === null) return <span className="text-muted">{t('none')}</span>;
  return (
    <>
      <Link
        to="/interactions/$id"
        params={{ id: errors.lastInteractionId }}
        title={t('lastError')}
        className="font-medium text-bad hover:underline"
      >
        {t('failures', { count: errors.count, shown: format.count(errors.count) })}
      </Link>
      <span className="block max-w-72 text-2xs text-muted wrap-anywhere">{errors.lastError}</span>
    </>
  );
}

function useColumns(): readonly DataColumn<EvaluatorEntry>[] {
  const t = useTranslations('evaluators');
  const nameOf = useEvaluatorName();
  const format = useFormat();
  return [
    {
      id: 'evaluator',
      header: t('evaluator'),
      cell: (row) => (
        <>
          <span className="font-medium">{nameOf(row)}</span>
          <span className="block text-2xs text-muted">
            {t(`kinds.${row.kind}`)} · {row.id} {row.version}
          </span>
        </>
      ),
    },
    {
      id: 'state',
      header: t('state'),
      cell: ({ setting }) => (
        <Badge tone={setting.enabled ? 'good' : 'neutral'}>
          {setting.enabled ? t('on') : t('off')}
        </Badge>
      ),
    },
    {
      id: 'looksAt',
      header: t('looksAt'),
      cell: ({ setting }) => (
        <span className="whitespace-nowrap">
          {setting.sampleRate === 1 ? t('everything') : format.percent(setting.sampleRate)}
        </span>
      ),
    },
    {
      id: 'flags',
      header: t('flags'),
      cell: ({ setting }) => (
        <span className="whitespace-nowrap">{setting.flags ? t('mayFlag') : t('neverFlags')}</span>
      ),
    },
    {
      id: 'options',
      header: t('options'),
      cell: ({ setting }) => (
        <span className="whitespace-nowrap">
          {Object.keys(setting.options).length === 0 ? t('usual') : t('changed')}
        </span>
      ),
    },
    { id: 'errors', header: t('errors'), cell: ({ errors }) => <Failures errors={errors} /> },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (row) => <Actions evaluator={row} />,
    },
  ];
}

/** Which evaluators run in the project, and how. */
export function Evaluators() {
  const t = useTranslations('evaluators');
  const evaluators = useEvaluators();
  const columns = useColumns();
  return (
    <Section title={t('title')} note={t('note')} flush>
      <QueryView query={evaluators} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => (
          <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />
        )}
      </QueryView>
    </Section>
  );
}
