import type { MonitorBacktest, MonitorCondition, NewMonitor } from '../../contract/monitors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Queryable } from '../../store/database.ts';
import { delays, falseAlarms } from './backtest-chances.ts';
import { learnFrom } from './learn-drift.ts';
import { factsOf } from './metric-facts.ts';
import { observe } from './observe.ts';
import type { Point } from './points.ts';
import { seriesOf } from './read-series.ts';
import { type Look, NO_MEMORY, replay, type Watched } from './replay.ts';
import { Series } from './series.ts';
import { steadyOf } from './simulate.ts';
import type { StateChange } from './strip.ts';
import { lookBackMinutes } from './windows.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 30;
/** More calls than this in 30 days are read by a sample of sessions. */
const MAX_ROWS = 200_000;
const MAX_FIRINGS = 100;
const MAX_COUNTED = 20_000_000;

export interface BacktestQuestion {
  readonly projectId: string;
  readonly wish: NewMonitor;
}

/**
 * What a monitor would have done in the last 30 days, how often chance alone would make it fire, and how long it would
 * take to find a change. Reads at most about 200,000 calls; the same data give the same answer.
 */
export async function backtestMonitor(
  { database, clock }: { readonly database: Queryable; readonly clock: Clock },
  { projectId, wish }: BacktestQuestion,
): Promise<MonitorBacktest> {
  const { metric, slice } = wish;
  const stepMinutes = stepOf(wish.condition);
  const stepMs = stepMinutes * MINUTE_MS;
  const to = Math.floor(clock.now() / stepMs) * stepMs;
  const from = to - DAYS * DAY_MS;
  const back = Math.ceil((lookBackMinutes(wish.condition) * MINUTE_MS) / stepMs) * stepMs;
  const oneIn = await sampleOf(database, { projectId, from: from - back, to });
  const read = await observe(
    database,
    { projectId, metric, slice },
    { from: from - back, to, stepMinutes, oneIn },
  );
  const points =
    factsOf(metric).family === 'sum' ? read.map((point) => scaled(point, oneIn)) : read;
  const watched = { metric, condition: sampledCondition(wish.condition, oneIn) };
  const series = new Series(points);
  const looks = looksOf(watched, series, { from, to, stepMs });
  const total = series.total(from, to);
  const days = daysOf(points, { from, to });
  const needed = neededFor(watched.condition);
  const enough = total.n >= needed;
  const chances = {
    watched,
    steady: steadyOf(factsOf(metric), {
      points: points.filter(({ at }) => at >= from),
      total,
      days,
      stepMs,
    }),
  };
  const firings = firingsOf(looks);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    n: total.n,
    samplesPerDay: (total.n / days) * oneIn,
    sampled: oneIn > 1,
    firings: firings.slice(0, MAX_FIRINGS),
    firingCount: firings.length,
    falseAlarmsPer30Days: enough ? await falseAlarms(chances) : null,
    delays: enough ? await delays(chances) : [],
    needed,
    series: seriesOf(wish, {
      from,
      to,
      points,
      changes: changesOf(looks),
      baseline: baselineIn(looks),
    }),
  };
}

/** Coarser than in life, where a look is made every minute: fine enough for what windows show. */
function stepOf(condition: MonitorCondition): number {
  const window =
    condition.kind === 'threshold' || condition.kind === 'change' ? condition.windowMinutes : 60;
  if (window < 5) return 1;
  if (window < 360) return 5;
  return window < 1_440 ? 15 : 30;
}

/** Of how many sessions one is read. */
async function sampleOf(
  db: Queryable,
  { projectId, from, to }: { projectId: string; from: number; to: number },
): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*) as n from (select 1 from interactions
       where project_id = $1 and created_at >= $2 and created_at < $3 limit ${MAX_COUNTED}) i`,
    [projectId, new Date(from), new Date(to)],
  );
  return Math.max(1, Math.ceil((row?.n ?? 0) / MAX_ROWS));
}

/** A sum of a part of the sessions, as large as that of all. */
function scaled(point: Point, by: number): Point {
  if (by === 1) return point;
  return {
    ...point,
    sum: point.sum * by,
    sumsq: point.sumsq * by * by,
    groups: point.groups.map(([group, n, sum]) => [group, n, sum * by]),
  };
}

function sampledCondition(condition: MonitorCondition, oneIn: number): MonitorCondition {
  if (oneIn === 1 || !('minSamples' in condition)) return condition;
  return { ...condition, minSamples: Math.max(1, Math.round(condition.minSamples / oneIn)) };
}

function neededFor(condition: MonitorCondition): number {
  return 'minSamples' in condition ? Math.max(20, condition.minSamples) : 20;
}

function daysOf(points: readonly Point[], { from, to }: { from: number; to: number }): number {
  const first = points.find(({ at }) => at >= from)?.at ?? from;
  return Math.max(1, (to - first) / DAY_MS);
}

/** A drift monitor learns from the beginning of what there is, and watches the rest. */
function looksOf(
  watched: Watched,
  series: Series,
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
): Look[] {
  const { metric, condition } = watched;
  if (condition.kind !== 'drift') {
    return replay(watched, { series, memory: NO_MEMORY }, { from, to, stepMs }).looks;
  }
  const points = series.points.filter(({ at }) => at >= from);
  const first = points[0]?.at ?? to;
  const learnMs = Math.min(condition.baselineDays * DAY_MS, (to - first) / 2);
  const until = Math.floor((first + learnMs) / stepMs) * stepMs;
  const past = points.filter(({ at }) => at < until);
  const learned = learnFrom(past, { metric, condition }, until);
  if (!('drift' in learned)) return [];
  const memory = { ...NO_MEMORY, drift: learned.drift };
  return replay(watched, { series, memory }, { from: until, to, stepMs }).looks;
}

function firingsOf(looks: readonly Look[]): MonitorBacktest['firings'] {
  const firings: MonitorBacktest['firings'] = [];
  let open: MonitorBacktest['firings'][number] | null = null;
  for (const { at, state, finding } of looks) {
    const time = new Date(at).toISOString();
    if (state === 'firing' && open === null) {
      open = { from: time, to: null, current: finding.current };
      firings.push(open);
    } else if (state === 'ok' && open !== null) {
      open.to = time;
      open = null;
    }
  }
  return firings;
}

function changesOf(looks: readonly Look[]): StateChange[] {
  return looks
    .filter(({ state }, at) => looks[at - 1]?.state !== state)
    .map(({ at, state }) => ({ at: new Date(at), state }));
}

/** The baseline of a drift monitor; other conditions have none, or one that moves. */
function baselineIn(looks: readonly Look[]): number | null {
  const finding = looks.at(-1)?.finding;
  const drifts = finding?.kind === 'drift_down' || finding?.kind === 'drift_up';
  return drifts ? (finding?.against ?? null) : null;
}
