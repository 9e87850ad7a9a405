import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { JudgeState, Rubric } from '../../../../contract/judges.ts';
import { useJudges, useRubrics } from '../../../data/judges.ts';
import { UNKNOWN } from '../../../format.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { EmptyJudges } from './empty-judges.tsx';
import { RubricActions } from './rubric-actions.tsx';
import { RubricDialog } from './rubric-dialog.tsx';
import { Sampling } from './sampling.tsx';
import { useRubricName } from './use-rubric-name.ts';

interface Row {
  readonly rubric: Rubric;
  readonly state: JudgeState | undefined;
}

function NameCell({ rubric, state }: Row) {
  const t = useTranslations('judges');
  const nameOf = useRubricName();
  const related = state?.sameFamily ?? [];
  return (
    <>
      <span className="font-medium">
        {nameOf({ name: rubric.name, title: rubric.content.title })}
      </span>
      <span className="block text-2xs text-muted">
        {t('version', { version: rubric.version })} ·{' '}
        {rubric.content.criteria.map(({ name }) => name).join(', ')}
      </span>
      {rubric.plan.enabled && (
        <Link
          to="/evaluations/$tab"
          params={{ tab: 'calibration' }}
          className="text-2xs text-accent hover:underline"
        >
          {t('agreement')}
        </Link>
      )}
      {related.length > 0 && (
        <span className="block max-w-72 text-2xs text-warn">
          {t('sameFamily', { models: related.join(', ') })}
        </span>
      )}
    </>
  );
}

function useColumns(): readonly DataColumn<Row>[] {
  const t = useTranslations('judges.columns');
  const format = useFormat();
  const count = (value: number | undefined): string => format.count(value ?? null);
  return [
    { id: 'rubric', header: t('rubric'), cell: (row) => <NameCell {...row} /> },
    {
      id: 'state',
      header: t('state'),
      cell: ({ rubric }) => (
        <Badge tone={rubric.plan.enabled ? 'good' : 'neutral'}>
          {rubric.plan.enabled ? t('on') : t('off')}
        </Badge>
      ),
    },
    {
      id: 'judge',
      header: t('judge'),
      cell: ({ rubric }) => (
        <span className="font-mono whitespace-nowrap">{rubric.judgeModel}</span>
      ),
    },
    {
      id: 'sampling',
      header: t('sampling'),
      cell: ({ rubric }) => <Sampling plan={rubric.plan} />,
    },
    {
      id: 'today',
      header: t('today'),
      title: t('todayHint'),
      isNumber: true,
      cell: ({ state }) => (
        <span title={t('reused', { count: state?.today.reused ?? 0 })}>
          {count(state?.today.judged)}
        </span>
      ),
    },
    {
      id: 'waiting',
      header: t('waiting'),
      isNumber: true,
      cell: ({ state }) => count(state?.waiting),
    },
    {
      id: 'failures',
      header: t('failures'),
      isNumber: true,
      cell: ({ state }) =>
        state === undefined ? (
          UNKNOWN
        ) : (
          <EstimateCell estimate={state.failureRate} show={(value) => format.percent(value)} />
        ),
    },
    {
      id: 'unreadable',
      header: t('unreadable'),
      title: t('unreadableHint'),
      isNumber: true,
      cell: ({ state }) =>
        state === undefined ? (
          UNKNOWN
        ) : (
          <EstimateCell estimate={state.unreadableRate} show={(value) => format.percent(value)} />
        ),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: ({ rubric }) => <RubricActions rubric={rubric} />,
    },
  ];
}

/** The rubrics of the project, what they judge and how their judges fare. */
export function RubricsTable() {
  const t = useTranslations('judges');
  const rubrics = useRubrics();
  const judges = useJudges();
  const columns = useColumns();
  const [isOpen, setIsOpen] = useState(false);
  const states = new Map((judges.data?.items ?? []).map((state) => [state.rubric, state]));
  return (
    <Section
      title={t('rubrics')}
      note={t('rubricsNote')}
      flush
      actions={
        <Button onClick={() => setIsOpen(true)}>
          <Plus aria-hidden="true" className="size-4" />
          {t('new')}
        </Button>
      }
    >
      <RubricDialog open={isOpen} from={null} onClose={() => setIsOpen(false)} />
      <QueryView query={rubrics} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => (
          <>
            {items.every(({ plan }) => !plan.enabled) && <EmptyJudges />}
            <DataTable
              label={t('rubrics')}
              columns={columns}
              rows={items.map((rubric) => ({ rubric, state: states.get(rubric.name) }))}
              rowKey={({ rubric }) => rubric.name}
            />
          </>
        )}
      </QueryView>
    </Section>
  );
}
