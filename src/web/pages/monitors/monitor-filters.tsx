import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { MonitorState, Severity } from '../../../contract/monitors.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import type { MonitorsSearch } from './search.ts';

/** Search, state and severity; all of them are in the address. */
export function MonitorFilters() {
  const t = useTranslations('monitors');
  const navigate = useNavigate({ from: '/monitors' });
  const { search, state, severity } = useSearch({ from: '/monitors' });
  const set = (part: MonitorsSearch): void =>
    void navigate({
      search: (before) => ({ ...before, ...part }),
      replace: true,
    });
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <SearchField
        label={t('label')}
        placeholder={t('search')}
        value={search ?? ''}
        onChange={(text) => set({ search: text === '' ? undefined : text })}
      />
      <FilterSelect
        label={t('columns.state')}
        any={t('all')}
        value={state}
        options={MonitorState.options.map((value) => ({ value, label: t(`states.${value}`) }))}
        onChange={(chosen) => set({ state: chosen })}
      />
      <FilterSelect
        label={t('columns.severity')}
        any={t('all')}
        value={severity}
        options={Severity.options.map((value) => ({ value, label: t(`severities.${value}`) }))}
        onChange={(chosen) => set({ severity: chosen })}
      />
    </div>
  );
}
