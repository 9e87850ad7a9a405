import type { MonitorCondition, MonitorMetric } from '../../../contract/monitors.ts';
import { burnRate, judgeBurn } from '../../../statistics/burn-rate.ts';
import type { Finding } from '../finding.ts';
import { estimateOf } from '../points.ts';
import type { Series } from '../series.ts';

const MINUTE_MS = 60_000;

type BurnRate = Extract<MonitorCondition, { kind: 'burn_rate' }>;

/** The longest window, in minutes. */
export const BURN_MINUTES = 4_320;

/** Metrics whose observations of 1 are bad; of all other rates they are good. */
const COUNTS_BAD: ReadonlySet<MonitorMetric['kind']> = new Set(['error_rate', 'flag_rate']);

/** Whether the error budget of an objective burns too fast just before `at`. */
export function judgeBurnRate(
  series: Series,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: BurnRate },
  at: number,
): Finding {
  const allowed = 1 - condition.objective;
  const countsBad = COUNTS_BAD.has(metric.kind);
  const countsOf = (minutes: number): { n: number; bad: number } => {
    const { n, sum } = series.moments(at - minutes * MINUTE_MS, at);
    return { n, bad: countsBad ? sum : n - sum };
  };
  const { burning, isKnown } = judgeBurn(countsOf, condition);
  const windowMinutes = burning?.longMinutes ?? 60;
  const long = burning?.long ?? burnRate(countsOf(windowMinutes), condition.objective) ?? 0;
  return {
    verdict: !isKnown ? 'unknown' : burning === null ? 'clear' : 'holds',
    kind: 'burning',
    current: estimateOf(metric, series.total(at - windowMinutes * MINUTE_MS, at)),
    against: countsBad ? allowed : condition.objective,
    details: {
      objective: condition.objective,
      windowMinutes,
      burnRate: Number(long.toFixed(2)),
      ...(burning !== null && { factor: burning.rate }),
    },
    changedAt: null,
  };
}
