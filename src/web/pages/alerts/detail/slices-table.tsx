import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ChangesReply, SliceChange } from '../../../../contract/changes.ts';
import type { Estimate } from '../../../../contract/common.ts';
import { type FieldName, printTerm } from '../../../filter-language.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { useFormat } from '../../../use-format.ts';
import { useChangeWords } from './use-change-words.ts';

/** The slices that the list of interactions can be filtered by. */
const FIELDS: Readonly<Partial<Record<SliceChange['dimension'], FieldName>>> = {
  model: 'model',
  provider: 'provider',
  route: 'route',
  user: 'user',
  tag: 'tag',
};

function SliceCell({ slice, changes }: { slice: SliceChange; changes: ChangesReply }) {
  const t = useTranslations('alerts.changes');
  const dimensions = useTranslations('monitors.slices');
  const { dimension, value, explains, qValue, pValue } = slice;
  const field = FIELDS[dimension];
  const name = value === '' ? t('without') : value;
  const n = slice.before.n + slice.after.n;
  return (
    <span className="flex min-w-44 flex-wrap items-center gap-x-2 gap-y-0.5">
      <span className="text-muted">{dimensions(dimension)}</span>
      {field === undefined || value === '' ? (
        <span className="font-medium wrap-anywhere">{name}</span>
      ) : (
        <Link
          to="/interactions"
          search={{
            filter: printTerm({ kind: 'field', field, value }),
            from: changes.after.from,
            to: changes.after.to,
          }}
          title={t('interactions')}
          className="font-medium text-accent wrap-anywhere hover:underline"
        >
          {name}
        </Link>
      )}
      {explains && (
        <Badge
          tone="bad"
          title={t('explainsHint', { q: String(Number((qValue ?? 0).toPrecision(2))) })}
        >
          {t('explains')}
        </Badge>
      )}
      {pValue === null && (
        <span className="text-2xs text-muted">{t('notEnough', { n, needed: changes.needed })}</span>
      )}
    </span>
  );
}

function ValueCell({ estimate, unit }: { estimate: Estimate; unit: ChangesReply['unit'] }) {
  const words = useChangeWords(unit);
  return (
    <>
      {words.show(estimate.value)}
      <span className="block text-2xs text-muted">{words.n(estimate)}</span>
    </>
  );
}

function PartCell({ slice, unit }: { slice: SliceChange; unit: ChangesReply['unit'] }) {
  const words = useChangeWords(unit);
  const format = useFormat();
  const { contribution, share } = slice;
  return (
    <span title={words.interval(contribution)}>
      <span className="font-medium">{words.signed(contribution.value)}</span>
      {share !== null && <span className="text-muted"> · {format.percent(share, 0)}</span>}
      <span className="block text-2xs text-muted">{words.interval(contribution)}</span>
    </span>
  );
}

function useColumns(changes: ChangesReply): readonly DataColumn<SliceChange>[] {
  const t = useTranslations('alerts.changes');
  const { unit } = changes;
  return [
    {
      id: 'slice',
      header: t('slice'),
      cell: (slice) => <SliceCell slice={slice} changes={changes} />,
    },
    {
      id: 'before',
      header: t('before'),
      isNumber: true,
      cell: ({ before }) => <ValueCell estimate={before} unit={unit} />,
    },
    {
      id: 'after',
      header: t('after'),
      isNumber: true,
      cell: ({ after }) => <ValueCell estimate={after} unit={unit} />,
    },
    {
      id: 'part',
      header: t('contribution'),
      isNumber: true,
      cell: (slice) => <PartCell slice={slice} unit={unit} />,
    },
  ];
}

const FIRST = 8;

/** The slices by what they have to do with the change; those that explain it come first. */
export function SlicesTable({ changes }: { changes: ChangesReply }) {
  const t = useTranslations('alerts.changes');
  const columns = useColumns(changes);
  const [isAll, setIsAll] = useState(false);
  const { slices } = changes;
  if (slices.length === 0)
    return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noSlices')}</p>;
  return (
    <div className="mb-3">
      {!slices.some(({ explains }) => explains) && (
        <p className="px-4 pb-2 text-[0.8125rem] text-muted">{t('noSlices')}</p>
      )}
      <DataTable
        label={t('slice')}
        columns={columns}
        rows={isAll ? slices : slices.slice(0, FIRST)}
        rowKey={({ dimension, value }) => `${dimension} ${value}`}
      />
      {slices.length > FIRST && (
        <div className="px-4 pt-2">
          <Button aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
            {isAll ? t('fewer') : t('all')}
          </Button>
        </div>
      )}
    </div>
  );
}
