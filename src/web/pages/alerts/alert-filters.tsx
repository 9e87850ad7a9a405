import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { AlertState } from '../../../contract/alerts.ts';
import { Severity } from '../../../contract/monitors.ts';
import { useMonitors } from '../../data/monitors.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import type { AlertsSearch } from './search.ts';

/** Search, state, severity and monitor; all of them are in the address, as is the time. */
export function AlertFilters() {
  const t = useTranslations('alerts');
  const severities = useTranslations('monitors.severities');
  const navigate = useNavigate({ from: '/alerts' });
  const { search, state, severity, monitor } = useSearch({ from: '/alerts' });
  const monitors = useMonitors();
  const set = (part: AlertsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <SearchField
        label={t('label')}
        placeholder={t('search')}
        value={search ?? ''}
        onChange={(text) => set({ search: text === '' ? undefined : text })}
      />
      <FilterSelect
        label={t('filters.state')}
        any={t('all')}
        value={state}
        options={AlertState.options.map((value) => ({ value, label: t(`states.${value}`) }))}
        onChange={(chosen) => set({ state: chosen })}
      />
      <FilterSelect
        label={t('filters.severity')}
        any={t('all')}
        value={severity}
        options={Severity.options.map((value) => ({ value, label: severities(value) }))}
        onChange={(chosen) => set({ severity: chosen })}
      />
      <FilterSelect
        label={t('filters.monitor')}
        any={t('all')}
        value={monitor}
        options={(monitors.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(chosen) => set({ monitor: chosen })}
      />
    </div>
  );
}
