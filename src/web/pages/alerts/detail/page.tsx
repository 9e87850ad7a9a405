import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { z } from 'zod';
import type { AlertDetail } from '../../../../contract/alerts.ts';
import { useAlert } from '../../../data/alerts.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SeverityMark } from '../../../ui/severity-mark.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { AlertStateBadge } from '../state-badge.tsx';
import { useAlertWords } from '../use-alert-words.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertSeries } from './alert-series.tsx';
import { Deliveries } from './deliveries.tsx';
import { Timeline } from './timeline.tsx';
import { WhatChanged } from './what-changed.tsx';

type Detail = z.infer<typeof AlertDetail>;

/** What it says, in one sentence with its numbers. */
function Says({ alert }: { alert: Detail }) {
  const t = useTranslations('alerts');
  const words = useAlertWords();
  return (
    <section className="panel flex flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <AlertStateBadge state={alert.state} />
        <SeverityMark severity={alert.severity} />
        <span className="text-xs text-muted">{words.duration(alert)}</span>
        {alert.acknowledgedBy !== null && alert.state === 'acknowledged' && (
          <span className="text-xs text-muted">
            {t('acknowledgedBy', { who: alert.acknowledgedBy })}
          </span>
        )}
      </div>
      <p className="text-base font-medium wrap-anywhere">{words.reason(alert)}</p>
      <p className="text-xs text-muted tabular-nums">{words.smallPrint(alert)}</p>
    </section>
  );
}

function Shown({ alert }: { alert: Detail }) {
  const words = useAlertWords();
  return (
    <>
      <PageTitle title={words.title(alert)}>
        <div className="flex flex-wrap items-center gap-2">
          <AlertActions alert={alert} />
        </div>
      </PageTitle>
      <div className="flex flex-col gap-3">
        <Says alert={alert} />
        {alert.monitorId !== null && <AlertSeries alert={alert} monitorId={alert.monitorId} />}
        <WhatChanged alertId={alert.id} />
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <Timeline events={alert.events} />
          <AlertFacts alert={alert} />
        </div>
        <Deliveries deliveries={alert.deliveries} />
      </div>
    </>
  );
}

/** One alert: what it says, why, what happened since. */
export function AlertPage() {
  const t = useTranslations('alerts');
  const { id } = useParams({ from: '/alerts/$id' });
  const alert = useAlert(id);
  return (
    <>
      <Link
        to="/alerts"
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('back')}
      </Link>
      {alert.data === undefined && <PageTitle title={t('one')} />}
      <QueryView query={alert} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <Shown alert={reply} />}
      </QueryView>
    </>
  );
}
