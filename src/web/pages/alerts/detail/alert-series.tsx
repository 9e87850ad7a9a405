import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../../contract/alerts.ts';
import { TrendChart } from '../../../charts/index.ts';
import { useMonitorPoints } from '../../../data/monitors.ts';
import { useScope } from '../../../frame/scope.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { useSeriesInput } from '../../monitors/use-series-input.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The time of the alert with about as much before it; all of it at most a month. */
function spanOf({ startedAt, endedAt, changedAt }: Alert, now: number) {
  const start = Date.parse(changedAt ?? startedAt);
  const end = endedAt === null ? now : Date.parse(endedAt);
  const margin = Math.min(7 * DAY_MS, Math.max(6 * HOUR_MS, end - start));
  const to = Math.min(now, end + margin / 4);
  return {
    from: new Date(Math.max(start - margin, to - 30 * DAY_MS)).toISOString(),
    to: new Date(to).toISOString(),
  };
}

function Drawn(props: {
  readonly alert: Alert;
  readonly series: Parameters<typeof useSeriesInput>[0]['series'];
  readonly span: { readonly from: string; readonly to: string };
}) {
  const { alert, series, span } = props;
  const t = useTranslations('monitors.detail');
  const metrics = useTranslations('alerts');
  const format = useFormat();
  const stretches = useMemo(
    () => [
      {
        tone: 'bad' as const,
        from: Date.parse(alert.startedAt),
        to: Date.parse(alert.endedAt ?? span.to),
      },
    ],
    [alert, span],
  );
  const input = useSeriesInput({ name: metrics('facts.now'), series, ...span, stretches });
  const label = t('chartLabel', {
    name: alert.name,
    from: format.timeShort(span.from),
    to: format.timeShort(span.to),
    n: 1,
  });
  return <TrendChart input={input} label={label} empty={t('chartEmpty')} className="h-52" />;
}

/** What the monitor saw around the alert. */
export function AlertSeries({ alert, monitorId }: { alert: Alert; monitorId: string }) {
  const t = useTranslations('monitors.detail');
  const { anchor } = useScope();
  const span = useMemo(() => spanOf(alert, anchor), [alert, anchor]);
  const points = useMonitorPoints(monitorId, span);
  return (
    <Section title={t('chart')}>
      <QueryView query={points} skeleton={<Skeleton className="h-52" />}>
        {(series) => <Drawn alert={alert} series={series} span={span} />}
      </QueryView>
    </Section>
  );
}
