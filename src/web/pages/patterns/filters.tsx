import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { PATTERN_FAILURES, type PatternFailure, PatternOrder } from '../../../contract/patterns.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { failuresOf, type PatternsSearch } from './search.ts';

/** Changes what the address says about the list. */
function useChange(): (change: PatternsSearch) => void {
  const navigate = useNavigate({ from: '/patterns' });
  return (change) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
}

function Check(props: { label: string; checked: boolean; onChange: () => void }) {
  return (
    <label className="inline-flex h-8 items-center gap-1.5 text-xs">
      <input type="checkbox" checked={props.checked} onChange={props.onChange} />
      {props.label}
    </label>
  );
}

function toggled(failures: readonly PatternFailure[], one: PatternFailure): string {
  const others = PATTERN_FAILURES.filter((kind) => (kind === one) !== failures.includes(kind));
  return others.join(',');
}

/** What counts as failed, the order, a search, and whether only what is worse than the rest. */
export function Filters() {
  const t = useTranslations('patterns');
  const search = useSearch({ from: '/patterns' });
  const failures = failuresOf(search.failures);
  const change = useChange();
  return (
    <search className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <fieldset className="flex flex-wrap items-center gap-x-3">
        <legend className="sr-only">{t('countsAsFailed')}</legend>
        <span aria-hidden="true" className="text-xs text-muted">
          {t('countsAsFailed')}
        </span>
        {PATTERN_FAILURES.map((kind) => (
          <Check
            key={kind}
            label={t(`failures.${kind}`)}
            checked={failures.includes(kind)}
            onChange={() => change({ failures: toggled(failures, kind) })}
          />
        ))}
      </fieldset>
      <Segmented
        label={t('order')}
        value={search.order ?? 'failures'}
        options={PatternOrder.options.map((value) => ({ value, label: t(`orders.${value}`) }))}
        onChoose={(order) => change({ order })}
      />
      <Check
        label={t('onlyWorse')}
        checked={search.worse === true}
        onChange={() => change({ worse: search.worse === true ? undefined : true })}
      />
      <input
        type="search"
        data-page-search
        className="field h-8 w-56 max-w-full text-xs"
        aria-label={t('search')}
        placeholder={t('search')}
        defaultValue={search.q ?? ''}
        maxLength={200}
        onChange={(event) => change({ q: event.target.value.trim() || undefined })}
      />
    </search>
  );
}
