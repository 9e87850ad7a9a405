import { modelSums, summarise } from '../../analytics/questions.ts';
import type { QualitySums } from '../../analytics/score-sums.ts';
import { cheapestSpans } from '../../analytics/spans.ts';
import type { DigestFigure, DigestMessage } from '../../channels/message.ts';
import type { Totals } from '../../contract/analytics.ts';
import type { Estimate } from '../../contract/common.ts';
import type { Clock } from '../../core/clock.ts';
import type { TimeRange } from '../../core/time-range.ts';
import type { Moments } from '../../statistics/intervals.ts';
import { rankSlices } from '../../statistics/slice-contributions.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { enqueue } from '../outbox/enqueue.ts';

export interface DigestDeps extends AlertingDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export type DigestPeriod = DigestMessage['period'];

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<DigestPeriod, number>> = { daily: 1, weekly: 7 };
/** Fewer observations on one side are not compared. */
const LEAST = 10;
const NORMAL_95 = 1.959963984540054;
const MOST_CHANGES = 5;

/**
 * Writes the digest of the last whole day or seven days, to the hour, for every channel that wants it. Told twice in
 * one day changes nothing; a channel that was told in between stays as it is.
 */
export async function tellDigests(deps: DigestDeps, period: DigestPeriod): Promise<void> {
  const { database, clock } = deps;
  const channels = await database.query<{ id: string; projectId: string }>(
    `select id, project_id as "projectId" from channels
     where enabled and settings ->> 'digest' = $1 order by project_id, id limit 1000`,
    [period],
  );
  const to = new Date(Math.floor(clock.now() / 3_600_000) * 3_600_000);
  const range = { from: new Date(to.getTime() - DAYS[period] * DAY_MS), to };
  for (const projectId of new Set(channels.map((channel) => channel.projectId))) {
    const channelIds = channels.filter((one) => one.projectId === projectId).map(({ id }) => id);
    const message = await digestOf(database, projectId, { period, range });
    await database.transaction((tx) =>
      enqueue(tx, deps, {
        projectId,
        channelIds,
        sequenceKey: 'digest',
        dedupeKey: `digest:${period}:${to.toISOString().slice(0, 10)}`,
        alertId: null,
        message,
      }),
    );
  }
}

/** What a period was like beside the one before it. */
export async function digestOf(
  db: Queryable,
  projectId: string,
  { period, range }: { readonly period: DigestPeriod; readonly range: TimeRange },
): Promise<DigestMessage> {
  const { current, previous } = await summarise({ database: db }, { projectId }, range);
  const figures = figuresOf(current, previous);
  return {
    kind: 'digest',
    period,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    figures,
    changes: figures[0]?.changed === true ? await changesOf(db, projectId, range) : [],
    alerts: await countAlerts(db, projectId, range),
  };
}

function figuresOf(now: Totals, before: Totals): DigestFigure[] {
  const measured = (
    figure: Pick<DigestFigure, 'name' | 'unit' | 'better'>,
    pick: (totals: Totals) => Estimate,
  ): DigestFigure => {
    const [current, earlier] = [pick(now), pick(before)];
    return { ...figure, current, before: earlier, changed: beyondChance(current, earlier) };
  };
  const total = (value: number, n: number): Estimate => ({ value, n, low: null, high: null });
  return [
    measured({ name: 'quality', unit: 'score', better: 'up' }, ({ quality }) => quality),
    measured({ name: 'safety', unit: 'share', better: 'up' }, ({ flagRate }) =>
      unflagged(flagRate),
    ),
    measured({ name: 'error_rate', unit: 'share', better: 'down' }, ({ errorRate }) => errorRate),
    measured({ name: 'latency_p95', unit: 'ms', better: 'down' }, ({ latencyPercentiles }) =>
      estimateOf(latencyPercentiles.p95),
    ),
    measured({ name: 'volume', unit: 'calls', better: 'neither' }, ({ requests }) =>
      total(requests, requests),
    ),
    measured({ name: 'cost', unit: 'usd', better: 'neither' }, ({ costUsd, requests }) =>
      total(costUsd, requests),
    ),
  ];
}

function estimateOf({ value, n, low, high }: Estimate): Estimate {
  return { value, n, low, high };
}

/** Share of evaluated answers without a flag. */
function unflagged({ value, n, low, high }: Estimate): Estimate {
  const rest = (share: number | null): number | null => (share === null ? null : 1 - share);
  return { value: rest(value), n, low: rest(high), high: rest(low) };
}

/**
 * Whether two independent estimates differ by more than chance at 95 %, from their intervals; null where one has none
 * or rests on fewer than 10 observations. Source: Altman, Bland 2003, BMJ 326:219.
 */
export function beyondChance(a: Estimate, b: Estimate): boolean | null {
  const [first, second] = [errorOf(a), errorOf(b)];
  if (first === null || second === null || a.value === null || b.value === null) return null;
  return Math.abs(a.value - b.value) > NORMAL_95 * Math.hypot(first, second);
}

function errorOf({ n, low, high }: Estimate): number | null {
  return n < LEAST || low === null || high === null ? null : (high - low) / (2 * NORMAL_95);
}

/** Models that explain a change of quality, with false discoveries held at 5 %. */
async function changesOf(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<DigestMessage['changes']> {
  const length = range.to.getTime() - range.from.getTime();
  const earlier = { from: new Date(range.from.getTime() - length), to: range.from };
  const sums = async (of: TimeRange): Promise<Map<string, Moments>> => {
    const asked = { spans: cheapestSpans(of), distribution: false };
    const models = await modelSums(db, { projectId }, asked);
    return new Map(models.map(({ model, quality }) => [model, momentsOf(quality)]));
  };
  const [before, after] = [await sums(earlier), await sums(range)];
  const models = [...new Set([...before.keys(), ...after.keys()])];
  const ranked = rankSlices({
    before: added([...before.values()]),
    after: added([...after.values()]),
    slices: models.map((key) => ({
      key,
      before: before.get(key) ?? NOTHING,
      after: after.get(key) ?? NOTHING,
    })),
    isRate: false,
    designEffect: 1,
  });
  return ranked
    .filter(({ explains }) => explains)
    .slice(0, MOST_CHANGES)
    .map(({ key, contribution }) => ({
      slice: `model ${key}`,
      difference: estimateOf(contribution),
    }));
}

const NOTHING: Moments = { n: 0, sum: 0, sumOfSquares: 0 };

function momentsOf({ n, valueSum, valueSumsq }: QualitySums): Moments {
  return { n, sum: valueSum, sumOfSquares: valueSumsq };
}

function added(all: readonly Moments[]): Moments {
  return all.reduce(
    (total, { n, sum, sumOfSquares }) => ({
      n: total.n + n,
      sum: total.sum + sum,
      sumOfSquares: total.sumOfSquares + sumOfSquares,
    }),
    NOTHING,
  );
}

async function countAlerts(
  db: Queryable,
  projectId: string,
  { from, to }: TimeRange,
): Promise<DigestMessage['alerts']> {
  const [row] = await db.query<{ fired: number; open: number }>(
    `select (count(*) filter (where fired_at >= $2 and fired_at < $3))::int as fired,
       (count(*) filter (where ended_at is null and fired_at is not null))::int as open
     from alerts where project_id = $1 and (ended_at is null or started_at >= $4)`,
    [projectId, from, to, new Date(from.getTime() - 90 * DAY_MS)],
  );
  return row ?? { fired: 0, open: 0 };
}
