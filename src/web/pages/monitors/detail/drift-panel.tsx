import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../../contract/monitors.ts';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { Fact } from '../../../ui/fact.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';
import { METRICS } from '../metric-facts.ts';
import { useQuantity } from '../use-quantity.ts';

const DAY_SECONDS = 86_400;

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What a drift monitor knows of itself, in words. */
export function DriftPanel({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors.drift');
  const format = useFormat();
  const quantity = useQuantity();
  const { drift, metric, condition } = monitor;
  if (condition.kind !== 'drift') return null;
  if (drift === null || drift.baseline.value === null)
    return (
      <Section title={t('title')}>
        <p className="text-[0.8125rem] text-muted">{t('learning')}</p>
      </Section>
    );
  const { baseline, statistic, threshold, samplesPerDay, falseAlarmDays, delaySamples } = drift;
  const share = threshold > 0 ? Math.max(0, statistic / threshold) : 0;
  return (
    <Section title={t('title')}>
      <dl className="grid grid-cols-2 gap-4 text-[0.8125rem] md:grid-cols-4">
        <Fact name={t('baseline')}>
          <EstimateCell
            estimate={baseline}
            show={(value) => quantity.show(METRICS[metric.kind].unit, value)}
          />
        </Fact>
        <Fact
          name={t('evidence')}
          title={t('evidenceHint', { statistic: short(statistic), threshold: short(threshold) })}
        >
          <Meter label={t('evidenceOf', { share: format.percent(share, 0) })} share={share} />
        </Fact>
        <Fact name={t('falseAlarms')} title={t('falseAlarmsHint')}>
          {format.count(falseAlarmDays)}
        </Fact>
        <Fact name={t('delay')}>
          {format.compact(delaySamples)}
          {samplesPerDay > 0 && (
            <span className="block text-2xs text-muted">
              {t('delayDays', {
                days: format.span((delaySamples / samplesPerDay) * DAY_SECONDS),
                n: format.compact(samplesPerDay),
              })}
            </span>
          )}
        </Fact>
      </dl>
    </Section>
  );
}
