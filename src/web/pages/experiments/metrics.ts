import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useFormat } from '../../use-format.ts';

export const METRIC_KINDS = [
  'score',
  'feedback',
  'error_rate',
  'cost',
  'latency',
  'first_token',
] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

const SCORE = 'score:';
const LEAST_P = 0.001;

export function kindOfMetric(metric: string): MetricKind {
  return METRIC_KINDS.find((kind) => kind === metric) ?? 'score';
}

export function scoreNameOf(metric: string): string {
  return metric.startsWith(SCORE) ? metric.slice(SCORE.length) : '';
}

/** Percentage points: two decimals of small ones, one of the others. */
function pointsOf(value: number): string {
  const points = value * 100;
  return String(Number(points.toFixed(points < 10 ? 2 : 1)));
}

type Maybe = number | null;

/** Names and values of metrics as a person reads them. */
export function useMetrics() {
  const t = useTranslations('experiments');
  const format = useFormat();
  return useMemo(() => {
    const name = (metric: string): string => {
      const kind = kindOfMetric(metric);
      return t(`metrics.${kind}`, kind === 'score' ? { name: scoreNameOf(metric) } : { name: '' });
    };
    const show = (metric: string, value: Maybe): string => {
      const kind = kindOfMetric(metric);
      if (kind === 'cost') return format.usd(value === null ? null : value * 1e-6);
      if (kind === 'latency' || kind === 'first_token') return format.duration(value);
      return kind === 'error_rate' ? format.percent(value) : format.score(value);
    };
    /** An amount of a difference, without its sign. */
    const size = (metric: string, value: number): string =>
      metric === 'error_rate' ? t('points', { n: pointsOf(value) }) : show(metric, value);
    /** A difference, with its sign; of rates in percentage points. */
    const signed = (metric: string, value: Maybe): string => {
      if (value === null) return show(metric, null);
      const sign = value > 0 ? '+' : '−';
      return `${value === 0 ? '' : sign}${size(metric, Math.abs(value))}`;
    };
    const pValue = (value: Maybe): string => {
      if (value === null) return format.score(null);
      return value < LEAST_P ? `<${LEAST_P}` : String(Number(value.toFixed(3)));
    };
    /** “p = 0.02”, or “p < 0.001” for what is smaller. */
    const pText = (value: Maybe): string => {
      const text = pValue(value);
      return text.startsWith('<') ? `p < ${LEAST_P}` : `p = ${text}`;
    };
    return { name, show, size, signed, pValue, pText };
  }, [t, format]);
}
