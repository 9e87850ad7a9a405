import type { MonitorCondition, MonitorMetric } from '../../../contract/monitors.ts';
import type { Finding } from '../finding.ts';
import { estimateOf } from '../points.ts';
import type { Series } from '../series.ts';

const MINUTE_MS = 60_000;

type Absence = Extract<MonitorCondition, { kind: 'absence' }>;

/**
 * Whether nothing was seen for so long before `at`; `lastSeen` is the last minute with anything that is remembered. Who
 * never said anything is not missed.
 */
export function judgeAbsence(
  series: Series,
  { metric, condition }: { readonly metric: MonitorMetric; readonly condition: Absence },
  { at, lastSeen }: { readonly at: number; readonly lastSeen: number | null },
): Finding {
  const forMs = condition.forMinutes * MINUTE_MS;
  const current = estimateOf(metric, series.total(at - forMs, at));
  const finding = {
    kind: 'absent',
    current,
    against: null,
    details: { windowMinutes: condition.forMinutes },
    // The minute after the last call.
    changedAt: lastSeen === null ? null : lastSeen + MINUTE_MS,
  } as const;
  if (lastSeen === null) return { ...finding, verdict: 'unknown' };
  return { ...finding, verdict: at - (lastSeen + MINUTE_MS) >= forMs ? 'holds' : 'clear' };
}
