import { Link, useParams } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../../contract/alerts.ts';
import type { Monitor } from '../../../../contract/monitors.ts';
import { useAlerts } from '../../../data/alerts.ts';
import { useMonitor } from '../../../data/monitors.ts';
import { useScope } from '../../../frame/scope.ts';
import { Badge } from '../../../ui/badge.tsx';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Skeleton, SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { AlertLine } from '../../alerts/alert-line.tsx';
import { BackToMonitors } from '../back-to-monitors.tsx';
import { CurrentValue } from '../current-value.tsx';
import { MonitorStrip } from '../monitor-strip.tsx';
import { MonitorStateBadge } from '../state-badge.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { MonitorActions } from './monitor-actions.tsx';
import { MonitorFacts } from './monitor-facts.tsx';
import { SeriesChart } from './series-chart.tsx';

/** How it stands, in one row. */
function Standing({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const format = useFormat();
  const { state, stateSince, checkedAt, openAlertId, problem } = monitor;
  return (
    <section className="panel flex flex-wrap items-center gap-x-6 gap-y-3 p-4">
      <div className="flex flex-col items-start gap-1">
        <MonitorStateBadge state={state} />
        {stateSince !== null && (
          <span className="text-2xs text-muted">
            <Time iso={stateSince} as="ago" />
          </span>
        )}
      </div>
      <div className="text-[0.8125rem] tabular-nums">
        <CurrentValue monitor={monitor} />
      </div>
      <MonitorStrip monitor={monitor} />
      {openAlertId !== null && (
        <Link
          to="/alerts/$id"
          params={{ id: openAlertId }}
          className="text-xs text-accent hover:underline"
        >
          {t('openAlert')}
        </Link>
      )}
      {checkedAt !== null && (
        <span className="ms-auto text-2xs text-muted">
          {t('checked', { when: format.ago(checkedAt) })}
        </span>
      )}
      {problem !== null && (
        <p role="alert" className="w-full text-xs text-bad wrap-anywhere">
          {problem}
        </p>
      )}
    </section>
  );
}

function AlertsOf({ alerts }: { alerts: readonly Alert[] }) {
  const t = useTranslations('monitors.detail');
  if (alerts.length === 0)
    return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noAlerts')}</p>;
  return (
    <ul className="divide-y divide-line">
      {alerts.map((alert) => (
        <li key={alert.id} className="flex px-4 py-2">
          <AlertLine alert={alert} />
        </li>
      ))}
    </ul>
  );
}

const NO_ALERTS: readonly Alert[] = [];

function Shown({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const { range } = useScope();
  const alerts = useAlerts({ monitor: monitor.id, from: range.from, to: range.to });
  return (
    <>
      <PageTitle title={monitor.name}>
        <div className="flex flex-wrap items-center gap-2">
          {monitor.managedBy === 'file' && (
            <Badge title={t('fileNote')}>{t('managedByFile')}</Badge>
          )}
          <MonitorActions monitor={monitor} />
        </div>
      </PageTitle>
      <div className="flex flex-col gap-3">
        <Standing monitor={monitor} />
        <SeriesChart monitor={monitor} alerts={alerts.data?.items ?? NO_ALERTS} />
        <DriftPanel monitor={monitor} />
        <Section title={t('detail.alerts')} flush>
          <QueryView query={alerts} skeleton={<SkeletonRows rows={2} />}>
            {({ items }) => <AlertsOf alerts={items} />}
          </QueryView>
        </Section>
        <MonitorFacts monitor={monitor} />
      </div>
    </>
  );
}

/** One monitor: what it sees, how it stands, its alerts. */
export function MonitorPage() {
  const t = useTranslations('monitors');
  const { id } = useParams({ from: '/monitors/$id' });
  const monitor = useMonitor(id);
  return (
    <>
      <BackToMonitors />
      {monitor.data === undefined && <PageTitle title={t('one')} />}
      <QueryView query={monitor} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <Shown monitor={reply} />}
      </QueryView>
    </>
  );
}
