import { Link } from '@tanstack/react-router';
import { Check, Pencil, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { MonitorTemplates } from '../../../contract/monitors.ts';
import { useMonitors, useMonitorTemplates, useSaveMonitor } from '../../data/monitors.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useMonitorWords } from './use-monitor-words.ts';
import { useTemplateTitle } from './use-template-title.ts';

type Template = MonitorTemplates['items'][number];

const GRID = 'grid gap-2 md:grid-cols-2 xl:grid-cols-3';

function TemplateCard({ template, isThere }: { template: Template; isThere: boolean }) {
  const t = useTranslations('monitors.templates');
  const words = useMonitorWords();
  const title = useTemplateTitle()(template);
  const save = useSaveMonitor();
  const { metric, condition, severity } = template.monitor;
  const add = (): void => save.mutate({ id: null, body: { ...template.monitor, name: title } });
  return (
    <li className="panel flex min-w-0 flex-col gap-2 p-3">
      <div className="flex items-start gap-2">
        <span className="pt-0.5">
          <SeverityMark severity={severity} iconOnly />
        </span>
        <div className="min-w-0 grow">
          <h3 className="text-[0.8125rem] font-medium wrap-anywhere">{title}</h3>
          <p className="text-2xs text-muted wrap-anywhere">
            {words.metric(metric)} {words.condition(metric, condition)}
          </p>
        </div>
      </div>
      {save.error !== null && <ErrorPanel error={save.error} />}
      <div className="mt-auto flex gap-1.5">
        <Button
          aria-label={t('addNamed', { name: title })}
          disabled={isThere || save.isPending}
          onClick={add}
        >
          {isThere ? (
            <Check aria-hidden="true" className="size-3.5" />
          ) : (
            <Plus aria-hidden="true" className="size-3.5" />
          )}
          {isThere ? t('added') : t('add')}
        </Button>
        <Link
          to="/monitors/new"
          search={{ template: template.id }}
          aria-label={`${t('change')}: ${title}`}
          title={t('change')}
          className={buttonClass('quiet')}
        >
          <Pencil aria-hidden="true" className="size-3.5" />
        </Link>
      </div>
    </li>
  );
}

/** Monitors for one click. */
export function Templates() {
  const templates = useMonitorTemplates(true);
  const monitors = useMonitors();
  const title = useTemplateTitle();
  const names = new Set(monitors.data?.items.map(({ name }) => name));
  return (
    <QueryView query={templates} skeleton={<Skeleton className="h-64" />}>
      {({ items }) => (
        <ul className={GRID}>
          {items.map((template) => (
            <TemplateCard
              key={template.id}
              template={template}
              isThere={names.has(title(template)) || names.has(template.monitor.name)}
            />
          ))}
        </ul>
      )}
    </QueryView>
  );
}
