import type { Estimate } from '../contract/common.ts';
import { rateInterval } from '../statistics/intervals.ts';
import { differenceOfRates } from '../statistics/two-samples.ts';
import {
  type Check,
  DAY_MS,
  type DoctorTools,
  type Found,
  found,
  inBytes,
  inPercent,
} from './finding.ts';

const WEEK_MS = 7 * DAY_MS;
/** Below this many look-ups a week a trend says too little. */
const LOOKUPS_NEEDED = 50;
/** More rows than these are not read for one rate; the newest count. */
const MAX_ROWS = 200_000;

interface Counts {
  readonly n: number;
  readonly hits: number;
}

/** The rates that are followed, by their names in findings. */
const RATES = {
  hits: 'retrievals with a hit',
  reranked: 'retrievals ranked again',
  answers: 'hits of the answer cache',
  embeddings: 'hits of the embedding cache',
} as const;
type Rate = keyof typeof RATES;

interface Trend {
  readonly now: Estimate;
  readonly before: Estimate;
}

async function trendOf(tools: DoctorTools, projectId: string, select: string): Promise<Trend> {
  const nowMs = tools.clock.now();
  const week = async (toMs: number): Promise<Estimate> => {
    const [row] = await tools.database.query<Counts>(
      `select count(*) as n, count(*) filter (where hit) as hits from (${select} limit ${MAX_ROWS}) looked`,
      [projectId, new Date(toMs - WEEK_MS), new Date(toMs)],
    );
    return rateInterval(row?.hits ?? 0, row?.n ?? 0);
  };
  return { now: await week(nowMs), before: await week(nowMs - WEEK_MS) };
}

/** A steady rate seems to have fallen once in 200 weeks. */
const FELL_BELOW_P = 0.01;

function fell({ now, before }: Trend): boolean {
  const { value, pValue } = differenceOfRates(countsOf(before), countsOf(now));
  return value !== null && value < 0 && pValue !== null && pValue < FELL_BELOW_P;
}

function countsOf({ value, n }: Estimate): { successes: number; n: number } {
  return { successes: Math.round((value ?? 0) * n), n };
}

/** The trend to tell: one that fell before one that has enough data before the rest. */
function worst(trends: readonly (Trend & { readonly what: Rate })[]): Trend & { what: Rate } {
  const rank = (trend: Trend): number => (fell(trend) ? 2 : 0) + (isEnough(trend) ? 1 : 0);
  const [first] = trends.toSorted((a, b) => rank(b) - rank(a));
  if (first === undefined) throw new Error('a trend is needed');
  return first;
}

function isEnough({ now, before }: Trend): boolean {
  return now.n >= LOOKUPS_NEEDED && before.n >= LOOKUPS_NEEDED;
}

function trendFound({ what, ...trend }: Trend & { what: Rate }, advice: string): Found {
  const { now, before } = trend;
  const figures = {
    what,
    n: Math.min(now.n, before.n),
    needed: LOOKUPS_NEEDED,
    nowShare: now.value ?? 0,
    beforeShare: before.value ?? 0,
  };
  if (!isEnough(trend)) {
    const text = `Not enough data: ${figures.n} of ${LOOKUPS_NEEDED} look-ups (${RATES[what]}) in one of the two weeks.`;
    return found(['skipped', 'too_few_lookups'], text, { figures, estimate: now });
  }
  const text = `The rate (${RATES[what]}) was ${inPercent(figures.nowShare)} this week and ${inPercent(figures.beforeShare)} the week before (n = ${now.n}).`;
  return fell(trend)
    ? found(['warn', 'rate_fell'], text, { figures, estimate: now, advice })
    : found(['ok', 'rate_steady'], text, { figures, estimate: now });
}

const SPANS = (hit: string, kind: string): string =>
  `select ${hit} as hit from spans where project_id = $1 and created_at >= $2 and created_at < $3
     and ${kind} order by created_at desc`;

/** Whether retrievals found something, and were ranked again, as often as the week before. */
export const retrieval: Check = async (tools, { projectId }) => {
  const hits = SPANS(
    "case when jsonb_typeof(attributes -> 'hits') = 'number' then (attributes ->> 'hits')::float8 > 0 end",
    "kind = 'retrieval' and jsonb_typeof(attributes -> 'hits') = 'number'",
  );
  const reranked = SPANS(
    "attributes ->> 'rerank_enabled' = 'true'",
    "kind = 'retrieval' and attributes ? 'rerank_enabled'",
  );
  const trends: (Trend & { what: Rate })[] = [
    { what: 'hits', ...(await trendOf(tools, projectId, hits)) },
    { what: 'reranked', ...(await trendOf(tools, projectId, reranked)) },
  ];
  return trendFound(
    worst(trends),
    'Look at the RAG page: since when, for which questions; was the index rebuilt?',
  );
};

/** Whether the cache of answers and the cache of embeddings hit as often as the week before. */
export const cache: Check = async (tools, { projectId }) => {
  const answers = `select cache = 'hit' as hit from interactions
    where project_id = $1 and created_at >= $2 and created_at < $3 and cache is not null order by created_at desc`;
  const embeddings = SPANS(
    "attributes ->> 'hit' = 'true'",
    "kind = 'cache' and jsonb_typeof(attributes -> 'hit') = 'boolean'",
  );
  const trends: (Trend & { what: Rate })[] = [
    { what: 'answers', ...(await trendOf(tools, projectId, answers)) },
    { what: 'embeddings', ...(await trendOf(tools, projectId, embeddings)) },
  ];
  return trendFound(
    worst(trends),
    'Look what changed in prompts and keys: a word of time in a prompt makes every question a new one.',
  );
};

const WARN_DAYS = 30;
const FAIL_DAYS = 3;
const FAIL_FREE_SHARE = 0.02;

/** How large the store is, how fast it grows, and for how many days there is room. */
export const storage: Check = async (tools, { projectId }) => {
  const [size] = await tools.database.query<{ bytes: number }>(
    'select pg_database_size(current_database())::bigint as bytes',
  );
  const databaseBytes = size?.bytes ?? 0;
  const { freeBytes, totalBytes } = await tools.space();
  const growth = await growthADay(tools, projectId, databaseBytes);
  const roomDays = growth === null || growth <= 0 ? null : freeBytes / growth;
  const figures = {
    databaseBytes,
    freeBytes,
    ...(growth === null ? {} : { dailyGrowthBytes: Math.round(growth) }),
    ...(roomDays === null ? {} : { roomDays: Math.floor(roomDays) }),
  };
  const days = roomDays === null ? '' : `, room for ${Math.floor(roomDays)} days at this pace`;
  const text = `The database has ${inBytes(databaseBytes)}, ${inBytes(freeBytes)} are free${days}.`;
  const isFull = freeBytes < totalBytes * FAIL_FREE_SHARE;
  if (!isFull && (roomDays === null || roomDays >= WARN_DAYS)) {
    return found(['ok', 'space_enough'], text, { figures });
  }
  const status = isFull || (roomDays !== null && roomDays < FAIL_DAYS) ? 'fail' : 'warn';
  return found([status, 'space_short'], text, {
    figures,
    advice: 'Make room, give the database a larger disk, or keep fewer days (RETENTION_DAYS).',
  });
};

/** Bytes a day since the oldest run of the last five weeks that measured; null before a day has passed. */
async function growthADay(
  { database, clock }: DoctorTools,
  projectId: string,
  databaseBytes: number,
): Promise<number | null> {
  const nowMs = clock.now();
  const [row] = await database.query<{ at: Date; bytes: number }>(
    `select started_at as at, (c.value -> 'figures' ->> 'databaseBytes')::float8 as bytes
     from doctor_runs cross join lateral jsonb_array_elements(checks) as c(value)
     where project_id = $1 and started_at >= $2 and started_at < $3 and c.value ->> 'name' = 'storage'
       and c.value -> 'figures' ? 'databaseBytes'
     order by started_at limit 1`,
    [projectId, new Date(nowMs - 5 * WEEK_MS), new Date(nowMs - DAY_MS)],
  );
  if (row === undefined) return null;
  return (databaseBytes - row.bytes) / ((nowMs - row.at.getTime()) / DAY_MS);
}

/** The nightly job may be late by this much. */
const GRACE_DAYS = 2;

/** Whether what is older than RETENTION_DAYS is gone, and whether tomorrow has a place. */
export const retention: Check = async (tools) => {
  const days = (await tools.partitionedDays()).map((day) => day.getTime());
  const today = Math.floor(tools.clock.now() / DAY_MS) * DAY_MS;
  const oldestDays = days.length === 0 ? 0 : Math.round((today - Math.min(...days)) / DAY_MS);
  const figures = { oldestDays, retentionDays: tools.retentionDays };
  if (!days.includes(today + DAY_MS)) {
    return found(['fail', 'retention_no_room'], 'Tomorrow has no partition of its own.', {
      figures,
      advice: 'The nightly maintenance does not run: look at the log.',
    });
  }
  return oldestDays <= tools.retentionDays + GRACE_DAYS
    ? found(
        ['ok', 'retention_kept'],
        `The oldest records are ${oldestDays} days old; ${tools.retentionDays} days are kept.`,
        { figures },
      )
    : found(
        ['warn', 'retention_late'],
        `Records of ${oldestDays} days ago are there; only ${tools.retentionDays} days should be.`,
        {
          figures,
          advice:
            'The nightly maintenance did not drop them: look at the log for a reader that blocks it.',
        },
      );
};
