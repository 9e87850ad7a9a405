import type { BatchSummaryMessage } from '../../channels/message.ts';
import { meanInterval } from '../../statistics/intervals.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { enqueue } from '../outbox/enqueue.ts';

export interface SummaryDeps extends AlertingDeps {
  readonly database: Database;
  /** 1 to 5: what counts as low quality. */
  readonly threshold: number;
}

interface ChannelOfProject {
  readonly id: string;
  readonly projectId: string;
  /** Until when it was told; before the first time, since when it is to be. */
  readonly toldUntil: Date;
}

/** After a long stop a summary tells of this much at most. */
const LONGEST_MS = 7 * 86_400_000;
/** Answers that are evaluated so long after they were given are in no summary. */
const LATE_MS = 31 * 86_400_000;
const MOST_JUDGES = 5;

/**
 * Tells channels what automatic evaluation did since they were last told, one message for each judge that judged
 * something: for the end of each turn, in whichever program takes it. Told twice changes nothing.
 */
export async function tellSummaries(deps: SummaryDeps): Promise<void> {
  const { database, clock } = deps;
  const until = new Date(clock.now());
  const channels = await database.query<ChannelOfProject>(
    `select c.id, c.project_id as "projectId", coalesce((
       select max((o.message ->> 'finishedAt')::timestamptz) from outbox o
       where o.channel_id = c.id and o.kind = 'summary' and o.created_at > $1
     ), c.updated_at) as "toldUntil"
     from channels c where c.enabled and c.settings -> 'batchSummary' = 'true'::jsonb
     order by c.id limit 1000`,
    [new Date(until.getTime() - LONGEST_MS)],
  );
  for (const channel of channels) {
    const since = new Date(Math.max(until.getTime() - LONGEST_MS, channel.toldUntil.getTime()));
    if (since < until) {
      await database.transaction((tx) => tellChannel(tx, deps, { channel, since, until }));
    }
  }
}

interface Stretch {
  readonly channel: ChannelOfProject;
  readonly since: Date;
  readonly until: Date;
}

async function tellChannel(tx: Queryable, deps: SummaryDeps, stretch: Stretch): Promise<void> {
  const { channel, until } = stretch;
  const judged = await readJudged(tx, deps, stretch);
  if (judged.length === 0) return;
  const failed = await readFailed(tx, stretch);
  for (const [at, one] of judged.entries()) {
    const message: BatchSummaryMessage = {
      kind: 'summary',
      evaluated: one.n,
      // Failures are counted by run, not by judge; the first message tells them.
      failed: at === 0 ? failed : 0,
      lowQuality: one.low,
      judgeType: one.source === 'judge' ? 'llm' : 'rule',
      judge: `${one.evaluator}-${one.version}`,
      average: meanInterval(
        { n: one.n, sum: one.sum, sumOfSquares: one.sumsq },
        { low: 1, high: 5 },
      ),
      finishedAt: until.toISOString(),
    };
    await enqueue(tx, deps, {
      projectId: channel.projectId,
      channelIds: [channel.id],
      sequenceKey: 'summary',
      dedupeKey: `summary:${until.toISOString()}:${one.evaluator}:${one.version}`,
      alertId: null,
      message,
    });
  }
}

interface Judged {
  readonly source: string;
  readonly evaluator: string;
  readonly version: string;
  readonly n: number;
  readonly sum: number;
  readonly sumsq: number;
  readonly low: number;
}

/** `overall` scores on the scale 1 to 5, by who gave them. */
async function readJudged(
  tx: Queryable,
  { threshold }: SummaryDeps,
  { channel, since, until }: Stretch,
): Promise<Judged[]> {
  return await tx.query<Judged>(
    `with given as (
       select source, evaluator, evaluator_version as version, coalesce(native_value, 1 + 4 * value) as native
       from scores
       where project_id = $1 and name = 'overall' and source <> 'human' and created_at > $2 and created_at <= $3
         and interaction_created_at > $4 and interaction_created_at <= $5
     )
     select source, evaluator, version, count(*)::int as n, sum(native) as sum, sum(native * native) as sumsq,
       (count(*) filter (where native <= $6))::int as low
     from given group by 1, 2, 3 order by n desc, evaluator, version limit ${MOST_JUDGES}`,
    [
      channel.projectId,
      since,
      until,
      new Date(since.getTime() - LATE_MS),
      new Date(until.getTime() + 60_000),
      threshold,
    ],
  );
}

async function readFailed(tx: Queryable, { channel, since, until }: Stretch): Promise<number> {
  const [row] = await tx.query<{ failed: number }>(
    `select coalesce(sum(failed), 0)::int as failed from evaluation_runs
     where project_id = $1 and finished_at > $2 and finished_at <= $3`,
    [channel.projectId, since, until],
  );
  return row?.failed ?? 0;
}
