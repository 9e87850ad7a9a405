import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Rule } from '../../../../contract/rules.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { RuleActions } from './rule-actions.tsx';

const TONES: Record<Rule['severity'], Tone> = { low: 'neutral', medium: 'warn', high: 'bad' };

function Scope({ rule }: { rule: Rule }) {
  const t = useTranslations('rules');
  const format = useFormat();
  const { models = [], prompts = [], tags = [] } = rule.scope;
  const named = [...models, ...prompts, ...tags.map((tag) => `#${tag}`)];
  return (
    <span className="block min-w-28 wrap-anywhere">
      {named.length === 0 ? t('everything') : named.join(', ')}
      {rule.sampleRate < 1 && (
        <span className="block text-2xs text-muted">{format.percent(rule.sampleRate)}</span>
      )}
    </span>
  );
}

function useColumns(): readonly DataColumn<Rule>[] {
  const t = useTranslations('rules');
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('columns.name'),
      cell: (rule) => (
        <>
          <Link
            to="/interactions"
            search={{ filter: `score.${rule.score}<1` }}
            title={t('seeBroken')}
            className="font-medium text-accent hover:underline"
          >
            {rule.name}
          </Link>
          <span className="block max-w-96 text-2xs text-muted wrap-anywhere">
            {rule.description === '' ? rule.score : rule.description}
          </span>
        </>
      ),
    },
    {
      id: 'state',
      header: t('columns.state'),
      cell: (rule) => (
        <Badge tone={rule.enabled ? 'good' : 'neutral'}>{rule.enabled ? t('on') : t('off')}</Badge>
      ),
    },
    {
      id: 'severity',
      header: t('columns.severity'),
      cell: (rule) => (
        <Badge tone={TONES[rule.severity]}>{t(`form.severities.${rule.severity}`)}</Badge>
      ),
    },
    { id: 'scope', header: t('columns.scope'), cell: (rule) => <Scope rule={rule} /> },
    {
      id: 'priority',
      header: t('columns.priority'),
      isNumber: true,
      cell: (rule) => format.count(rule.priority),
    },
    {
      id: 'weight',
      header: t('columns.weight'),
      isNumber: true,
      cell: (rule) => format.score(rule.weight),
    },
    {
      id: 'updated',
      header: t('columns.updated'),
      cell: (rule) => (
        <span className="whitespace-nowrap">
          <Time iso={rule.updatedAt} as="ago" />
          <span className="block text-2xs text-muted">
            {t('byVersion', { version: rule.version, by: rule.updatedBy })}
          </span>
        </span>
      ),
    },
    {
      id: 'actions',
      header: <span className="sr-only">{t('columns.actions')}</span>,
      isNumber: true,
      cell: (rule) => <RuleActions rule={rule} />,
    },
  ];
}

/** In the order in which they are asked. */
function inOrder(a: Rule, b: Rule): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.name < b.name ? -1 : 1;
}

export function RulesTable({ rules }: { rules: readonly Rule[] }) {
  const t = useTranslations('rules');
  const columns = useColumns();
  return (
    <DataTable
      label={t('title')}
      columns={columns}
      rows={rules.toSorted(inOrder)}
      rowKey={({ id }) => id}
    />
  );
}
