import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { CostGroup, CostGrouping, CostsReply } from '../../../contract/costs.ts';
import { printFilter } from '../../filter-language.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/section.tsx';
import { type Format, useFormat } from '../../use-format.ts';

/** Groups whose calls the list of interactions can show. */
const FIELDS: Partial<Record<CostGrouping, 'model' | 'provider' | 'user' | 'tag'>> = {
  model: 'model',
  provider: 'provider',
  user: 'user',
  tag: 'tag',
};

/** Of calls that were refused before one was chosen. */
const NO_PROVIDER = 'none';

/** Whether nothing is known but that calls were made. */
function isUnknown({ costUsd, unpriced }: CostGroup): boolean {
  return costUsd === 0 && unpriced > 0;
}

/** Calls without a token cost nothing; the others at least something, if less than is counted. */
function amountOf(group: CostGroup, format: Format): string {
  if (isUnknown(group)) return format.usd(null);
  const isFree = group.inputTokens === 0 && group.outputTokens === 0 && group.costUsd === 0;
  return isFree ? format.usd(0) : format.cost(group.costUsd, group.requests);
}

function GroupName({ group, by }: { group: CostGroup; by: CostGrouping }) {
  const t = useTranslations('costs');
  const field = FIELDS[by];
  const name = group.label ?? group.key;
  if (group.key === null || name === null) return <span className="text-muted">{t('none')}</span>;
  const provider =
    group.provider === null ? null : (
      <span className="block text-2xs text-muted">
        {group.provider === NO_PROVIDER ? t('noProvider') : group.provider}
      </span>
    );
  if (field === undefined) return <span className="font-medium wrap-anywhere">{name}</span>;
  return (
    <>
      <Link
        to="/interactions"
        search={{ filter: printFilter([{ kind: 'field', field, value: group.key }]) }}
        className="font-medium text-accent wrap-anywhere hover:underline"
      >
        {name}
      </Link>
      {provider}
    </>
  );
}

function useColumns(reply: CostsReply): readonly DataColumn<CostGroup>[] {
  const t = useTranslations('costs.columns');
  const groups = useTranslations('costs.groups');
  const format = useFormat();
  return [
    {
      id: 'group',
      header: groups(reply.groupBy),
      cell: (group) => <GroupName group={group} by={reply.groupBy} />,
    },
    {
      id: 'cost',
      header: t('cost'),
      isNumber: true,
      cell: (group) => <span className="font-medium">{amountOf(group, format)}</span>,
    },
    {
      id: 'share',
      header: t('share'),
      cell: (group) =>
        isUnknown(group) ? (
          '–'
        ) : (
          <Meter label={format.percent(group.share)} share={group.share ?? 0} isPlain />
        ),
    },
    {
      id: 'requests',
      header: t('calls'),
      isNumber: true,
      cell: (group) => format.count(group.requests),
    },
    {
      id: 'each',
      header: t('perCall'),
      isNumber: true,
      cell: ({ costPerRequest, outputTokens, inputTokens }) =>
        costPerRequest.value === 0 && inputTokens + outputTokens === 0 ? (
          format.usd(0)
        ) : (
          <EstimateCell estimate={costPerRequest} show={(value) => format.cost(value)} />
        ),
    },
    {
      id: 'tokens',
      header: t('tokens'),
      title: t('tokensHint'),
      isNumber: true,
      cell: (group) =>
        `${format.compact(group.inputTokens)} / ${format.compact(group.outputTokens)}`,
    },
    {
      id: 'unpriced',
      header: t('unpriced'),
      isNumber: true,
      cell: (group) => format.count(group.unpriced),
    },
  ];
}

/** What the money went to. */
export function Groups({ reply }: { reply: CostsReply }) {
  const t = useTranslations('costs');
  const format = useFormat();
  const columns = useColumns(reply);
  const notes = [
    ...(reply.groupBy === 'tag' ? [t('tagNote')] : []),
    ...(reply.complete
      ? []
      : [
          t('incomplete', {
            n: format.count(reply.rowLimit),
            from: format.timeShort(reply.groupsFrom),
          }),
        ]),
  ];
  return (
    <Section
      title={t(`by.${reply.groupBy}`)}
      {...(notes.length === 0 ? {} : { note: notes.join(' · ') })}
      flush
    >
      <DataTable
        label={t(`by.${reply.groupBy}`)}
        columns={columns}
        rows={reply.groups}
        rowKey={(group) => `${group.provider} ${group.key}`}
      />
      {reply.others !== null && (
        <p className="px-4 pt-2 pb-1 text-xs text-muted">
          {t('others', {
            groups: format.count(reply.others.groups),
            cost: format.usd(reply.others.costUsd),
          })}
        </p>
      )}
    </Section>
  );
}
