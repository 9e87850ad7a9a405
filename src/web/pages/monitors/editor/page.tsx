import { useParams, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useMonitor, useMonitorTemplates } from '../../../data/monitors.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { BackToMonitors } from '../back-to-monitors.tsx';
import { draftOf, emptyDraft } from '../draft.ts';
import { useTemplateTitle } from '../use-template-title.ts';
import { MonitorForm } from './monitor-form.tsx';

const LOADING = <Skeleton className="h-96" />;

function FromTemplate({ template }: { template: string }) {
  const templates = useMonitorTemplates(true);
  const title = useTemplateTitle();
  return (
    <QueryView query={templates} skeleton={LOADING}>
      {({ items }) => {
        const found = items.find(({ id }) => id === template);
        const given = found === undefined ? emptyDraft() : { ...found.monitor, name: title(found) };
        return <MonitorForm id={null} given={given} />;
      }}
    </QueryView>
  );
}

function FromMonitor({ id }: { id: string }) {
  const t = useTranslations('monitors.editor');
  const monitor = useMonitor(id);
  return (
    <QueryView query={monitor} skeleton={LOADING}>
      {(reply) => (
        <MonitorForm
          id={null}
          given={{ ...draftOf(reply), name: t('copyName', { name: reply.name }) }}
        />
      )}
    </QueryView>
  );
}

/** Writes a new monitor, from nothing, a template or another monitor. */
export function NewMonitorPage() {
  const t = useTranslations('monitors.editor');
  const { template, copy } = useSearch({ from: '/monitors/new' });
  return (
    <>
      <BackToMonitors />
      <PageTitle title={t('new')} />
      {copy !== undefined && <FromMonitor id={copy} />}
      {copy === undefined && template !== undefined && <FromTemplate template={template} />}
      {copy === undefined && template === undefined && (
        <MonitorForm id={null} given={emptyDraft()} />
      )}
    </>
  );
}

/** Changes a monitor. */
export function ChangeMonitorPage() {
  const t = useTranslations('monitors');
  const { id } = useParams({ from: '/monitors/$id/edit' });
  const monitor = useMonitor(id);
  return (
    <>
      <BackToMonitors />
      <PageTitle title={t('editor.change')} />
      <QueryView query={monitor} skeleton={LOADING}>
        {(reply) => (
          <>
            {reply.managedBy === 'file' && (
              <p className="panel mb-3 max-w-3xl p-3 text-[0.8125rem] text-warn">{t('fileNote')}</p>
            )}
            <MonitorForm id={id} given={draftOf(reply)} />
          </>
        )}
      </QueryView>
    </>
  );
}
