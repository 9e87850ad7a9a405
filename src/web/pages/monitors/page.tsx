import { Link, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../contract/monitors.ts';
import { useMonitors } from '../../data/monitors.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { EmptyMonitors } from './empty-monitors.tsx';
import { filterMonitors } from './filter-monitors.ts';
import { MonitorFilters } from './monitor-filters.tsx';
import { MonitorsTable } from './monitors-table.tsx';
import { Templates } from './templates.tsx';

function MoreTemplates() {
  const t = useTranslations('monitors.templates');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section className="mt-4 flex flex-col items-start gap-3">
      <Button aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? t('fewer') : t('more')}
      </Button>
      {isOpen && (
        <div className="w-full">
          <h2 className="sr-only">{t('title')}</h2>
          <Templates />
        </div>
      )}
    </section>
  );
}

function Filled({ items }: { items: readonly Monitor[] }) {
  const t = useTranslations('monitors');
  const search = useSearch({ from: '/monitors' });
  const shown = filterMonitors(items, search);
  return (
    <>
      <MonitorFilters />
      <div className="panel overflow-hidden py-1">
        {shown.length === 0 ? (
          <p className="p-4 text-[0.8125rem] text-muted">{t('none')}</p>
        ) : (
          <MonitorsTable items={shown} />
        )}
      </div>
      <MoreTemplates />
    </>
  );
}

/** What is watched, and how it stands. */
export function MonitorsPage() {
  const t = useTranslations('monitors');
  const monitors = useMonitors();
  return (
    <>
      <PageTitle title={t('title')}>
        <Link to="/monitors/new" className={buttonClass('primary')}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('create')}
        </Link>
      </PageTitle>
      <QueryView query={monitors} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => (items.length === 0 ? <EmptyMonitors /> : <Filled items={items} />)}
      </QueryView>
    </>
  );
}
