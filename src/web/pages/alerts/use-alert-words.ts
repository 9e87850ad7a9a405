import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../contract/alerts.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';
import { isMetricKind } from '../monitors/metric-facts.ts';
import { useQuantity } from '../monitors/use-quantity.ts';

const PROGRAMS = ['channel_failed', 'monitors_late', 'evaluation_stalled'] as const;

/** An alert in words, with its numbers. */
export function useAlertWords() {
  const t = useTranslations('alerts');
  const metrics = useTranslations('monitors.metrics');
  const format = useFormat();
  const quantity = useQuantity();
  const print = useSmallPrint();
  return useMemo(() => {
    const metricName = (kind: string | null): string =>
      kind !== null && isMetricKind(kind) ? metrics(kind) : t('anyMetric');
    const show =
      ({ reason }: Alert) =>
      (value: number | null): string =>
        quantity.show(reason.unit, value);
    /** One sentence, without its full stop. */
    const reason = (alert: Alert): string =>
      t(`reasons.${alert.reason.kind}`, {
        metric: metricName(alert.reason.metric),
        current: show(alert)(alert.reason.current.value),
        against: show(alert)(alert.reason.against),
        subject: alert.subject,
      });
    /** n and the interval of the value; nothing where there is no value. */
    const smallPrint = (alert: Alert): string =>
      alert.reason.unit === null || alert.reason.current.value === null
        ? ''
        : print(alert.reason.current, show(alert));
    const duration = (alert: Alert): string => {
      const text = format.span(alert.durationSeconds);
      return alert.endedAt === null
        ? t('for', { duration: text })
        : t('lasted', { duration: text });
    };
    const title = ({ name, subject, source, reason: { kind } }: Alert): string => {
      const known = PROGRAMS.find((one) => one === kind);
      const own = source === 'program' && known !== undefined ? t(`programs.${known}`) : name;
      return subject === '' ? own : `${own} · ${subject}`;
    };
    return { title, reason, smallPrint, duration, show };
  }, [t, metrics, format, quantity, print]);
}
