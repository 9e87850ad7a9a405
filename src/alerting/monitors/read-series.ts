import type { MonitorPoints, NewMonitor } from '../../contract/monitors.ts';
import { AppError } from '../../core/errors.ts';
import { askedRange } from '../../core/time-range.ts';
import type { Queryable } from '../../store/database.ts';
import { factsOf } from './metric-facts.ts';
import { definitionOf, findMonitor } from './monitor-store.ts';
import { readPoints } from './point-store.ts';
import { estimateOf, minuteOf, type Point } from './points.ts';
import { Series } from './series.ts';
import type { StateChange } from './strip.ts';

const MAX_POINTS = 500;
const MINUTE_MS = 60_000;
const MAX_RANGE_MS = 31 * 86_400_000;
/** Steps that people can read off a chart, in minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120] as const;

export interface SeriesQuestion {
  readonly projectId: string;
  readonly id: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What a monitor observed in a range of at most 31 days (by default 24 hours), in at most 500 points, oldest first. */
export async function readSeries(
  { database, clock }: { readonly database: Queryable; readonly clock: { now(): number } },
  question: SeriesQuestion,
): Promise<MonitorPoints> {
  const row = await findMonitor(database, question);
  const range = askedRange(question, clock.now());
  const from = minuteOf(range.from.getTime());
  const to = range.to.getTime();
  if (to - from > MAX_RANGE_MS) {
    throw new AppError('invalid_request', 'The range must not be longer than 31 days.');
  }
  const points = await readPoints(database, row.id, [{ from, to }]);
  const changes = await database.query<StateChange>(
    `select at, state from monitor_changes where monitor_id = $1 and at < $3
       and at >= coalesce((select max(at) from monitor_changes where monitor_id = $1 and at <= $2), $2)
     order by at`,
    [row.id, new Date(from), new Date(to)],
  );
  const lines = row.figures?.baseline.value ?? null;
  return seriesOf(definitionOf(row), { from, to, points, changes, baseline: lines });
}

export interface SeriesParts {
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
  readonly changes: readonly StateChange[];
  readonly baseline: number | null;
}

/** A monitor's series as a chart shows it. Stretches without any observation have no point. */
export function seriesOf(
  monitor: Pick<NewMonitor, 'metric' | 'condition'>,
  { from, to, points, changes, baseline }: SeriesParts,
): MonitorPoints {
  const minutes = (to - from) / MINUTE_MS;
  const stepMinutes = STEPS.find((step) => minutes / step <= MAX_POINTS - 1) ?? 1_440;
  const stepMs = stepMinutes * MINUTE_MS;
  const series = new Series(points);
  const shown: MonitorPoints['points'] = [];
  for (let at = Math.floor(from / stepMs) * stepMs; at < to; at += stepMs) {
    const total = series.total(at, at + stepMs);
    if (total.n === 0) continue;
    const state = changes.findLast((change) => change.at.getTime() < at + stepMs)?.state ?? null;
    const current = estimateOf(monitor.metric, total);
    shown.push({ at: new Date(at).toISOString(), current, state });
  }
  return {
    unit: factsOf(monitor.metric).unit,
    stepMinutes,
    points: shown,
    lines: linesOf(monitor, baseline),
  };
}

function linesOf(
  { condition }: Pick<NewMonitor, 'condition'>,
  baseline: number | null,
): MonitorPoints['lines'] {
  const lines: MonitorPoints['lines'] = [];
  if (condition.kind === 'threshold') {
    lines.push({ kind: 'fire', value: condition.fire });
    if (condition.resolve !== undefined) lines.push({ kind: 'resolve', value: condition.resolve });
  }
  if (condition.kind === 'budget_level') {
    lines.push({ kind: 'fire', value: LEVEL_SHARE[condition.level] });
  }
  if (baseline !== null) lines.push({ kind: 'baseline', value: baseline });
  return lines;
}

/** From which used share of a budget its level holds, as budgets have it. */
export const LEVEL_SHARE = { warning: 0.6, critical: 0.8, exceeded: 1 } as const;
