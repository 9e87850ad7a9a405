import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import {
  type MonitorCondition,
  type MonitorMetric,
  MonitorSlice,
} from '../../../contract/monitors.ts';
import { useFormat } from '../../use-format.ts';
import { METRICS } from './metric-facts.ts';
import { useQuantity } from './use-quantity.ts';

export const SLICE_PARTS = MonitorSlice.keyof().options;

type MetricOf<Kind extends MonitorMetric['kind']> = Extract<MonitorMetric, { kind: Kind }>;
type ConditionOf<Kind extends MonitorCondition['kind']> = Extract<MonitorCondition, { kind: Kind }>;

function useMetricName() {
  const t = useTranslations('monitors');
  return useMemo(() => {
    const scored = (metric: MetricOf<'score_mean' | 'score_rate'>): string => {
      const name = t('named.score', { metric: t(`metrics.${metric.kind}`), score: metric.score });
      const by =
        metric.evaluator === undefined
          ? name
          : t('named.by', { name, evaluator: metric.evaluator });
      return metric.kind === 'score_rate'
        ? t('named.passAt', { name: by, passAt: String(metric.passAt) })
        : by;
    };
    return (metric: MonitorMetric): string => {
      const plain = t(`metrics.${metric.kind}`);
      switch (metric.kind) {
        case 'score_mean':
        case 'score_rate':
          return scored(metric);
        case 'flag_rate':
          return metric.score === undefined
            ? plain
            : t('named.score', { metric: plain, score: metric.score });
        case 'latency':
          return t('named.latency', {
            of: t(`latencyOf.${metric.of}`),
            percentile: String(metric.percentile),
          });
        case 'tokens':
          return t('named.tokens', { type: t(`tokenTypes.${metric.type}`) });
        case 'cache_hit_rate':
          return t('named.cache', { metric: plain, cache: t(`caches.${metric.cache}`) });
        case 'rag_hit_rate':
          return metric.minScore === undefined
            ? plain
            : t('named.minScore', { metric: plain, minScore: String(metric.minScore) });
        case 'judge_anchor':
          return t('named.score', { metric: plain, score: metric.rubric });
        default:
          return plain;
      }
    };
  }, [t]);
}

function useConditionText() {
  const t = useTranslations('monitors');
  const format = useFormat();
  const quantity = useQuantity();
  return useMemo(() => {
    const change = (metric: MonitorMetric, condition: ConditionOf<'change'>): string => {
      const { direction, by, relative, reference } = condition;
      return t('said.change', {
        direction,
        by: relative ? format.percent(by, 0) : quantity.size(METRICS[metric.kind].unit, by),
        reference: t(`references.${reference}`),
      });
    };
    return (metric: MonitorMetric, condition: MonitorCondition): string => {
      const { unit } = METRICS[metric.kind];
      switch (condition.kind) {
        case 'threshold':
          return t(`said.${condition.comparison}`, {
            value: quantity.show(unit, condition.fire),
            window: quantity.minutes(condition.windowMinutes),
          });
        case 'change':
          return change(metric, condition);
        case 'drift':
          return t('said.drift', {
            direction: condition.direction,
            by: quantity.size(unit, condition.by),
            days: condition.falseAlarmDays,
          });
        case 'absence':
          return t('said.absence', { window: quantity.minutes(condition.forMinutes) });
        case 'burn_rate':
          return t('said.burn_rate', { objective: format.percent(condition.objective, 2) });
        case 'budget_level':
          return t('said.budget_level', { level: t(`levels.${condition.level}`) });
      }
    };
  }, [t, format, quantity]);
}

/** A monitor in words: what it measures, of which calls, and when it fires. */
export function useMonitorWords() {
  const t = useTranslations('monitors');
  const metric = useMetricName();
  const condition = useConditionText();
  return useMemo(() => {
    const slice = (parts: MonitorSlice): string => {
      const given = SLICE_PARTS.flatMap((part) =>
        parts[part] === undefined ? [] : [`${t(`slices.${part}`)}: ${parts[part]}`],
      );
      return given.length === 0 ? t('allSlices') : given.join(' · ');
    };
    return { metric, slice, condition };
  }, [t, metric, condition]);
}
