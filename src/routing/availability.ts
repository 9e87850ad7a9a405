import type { AvailabilityReply } from '../contract/routing.ts';
import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';
import { rateInterval } from '../statistics/intervals.ts';
import { ratioInterval } from '../statistics/ratio-interval.ts';
import type { Queryable } from '../store/database.ts';

/** The provider did what it should: it answered, or told the caller what was wrong with the request. */
const AVAILABLE = new Set(['success', 'invalid_request']);
/** Says nothing of the provider. */
const SILENT = new Set(['client_closed', 'shutdown', 'unknown']);
/** Providers and models with the most tries; the rest of a long tail is left out. */
const MAX_SERIES = 200;

interface Bucket {
  readonly provider: string;
  readonly model: string;
  readonly at: Date;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly duration_ms_sum: number;
}

export interface AvailabilityQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly interval: 'hour' | 'day' | 'week';
  readonly provider: string | null;
  readonly model: string | null;
}

/**
 * The share of tries that each provider and model answered as it should, over time, with 95 % Wilson
 * intervals. Tries that say nothing (the caller left) are not counted. The range is widened to whole intervals.
 */
export async function readAvailability(
  database: Queryable,
  question: AvailabilityQuestion,
): Promise<AvailabilityReply> {
  const { interval } = question;
  const range = wholeUnits(question.range, interval);
  const rows = await database.query<Bucket>(
    `with chosen as (
       select provider, model, sum(attempts) as tries from attempt_rollups
       where project_id = $1 and at >= $2 and at < $3
         and ($4::text is null or provider = $4) and ($5::text is null or model = $5)
       group by provider, model order by tries desc, provider, model limit ${MAX_SERIES}
     ), buckets as (
       select r.provider, r.model, date_trunc($6, r.at) as at, r.outcome,
         sum(r.attempts) as attempts, sum(r.duration_ms_sum) as duration_ms_sum
       from attempt_rollups r join chosen c on c.provider = r.provider and c.model = r.model
       where r.project_id = $1 and r.at >= $2 and r.at < $3
       group by 1, 2, 3, 4
     )
     select provider, model, at, jsonb_object_agg(outcome, attempts) as outcomes,
       sum(duration_ms_sum) as duration_ms_sum
     from buckets group by provider, model, at order by provider, model, at`,
    [question.projectId, range.from, range.to, question.provider, question.model, interval],
  );
  const series = Map.groupBy(rows, ({ provider, model }) => `${provider}\n${model}`);
  const starts = unitStarts(range, interval);
  const items = [...series.values()].map((buckets) => toItem(buckets, starts));
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    interval,
    items: items.toSorted((a, b) => b.availability.n - a.availability.n),
  };
}

type Item = AvailabilityReply['items'][number];

function toItem(buckets: readonly Bucket[], starts: readonly Date[]): Item {
  const [first] = buckets;
  const byStart = new Map(buckets.map((bucket) => [bucket.at.getTime(), bucket]));
  const outcomes: Record<string, number> = {};
  for (const bucket of buckets) {
    for (const [outcome, count] of Object.entries(bucket.outcomes)) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    }
  }
  const durations = buckets.reduce((sum, bucket) => sum + bucket.duration_ms_sum, 0);
  return {
    provider: first?.provider ?? '',
    model: first === undefined || first.model === '' ? null : first.model,
    ...figures(outcomes, durations),
    latencyMs: ratioInterval(
      buckets.map((bucket) => {
        const tries = Object.values(bucket.outcomes).reduce((sum, n) => sum + n, 0);
        return { amount: bucket.duration_ms_sum, base: tries, n: tries };
      }),
    ),
    outcomes,
    points: starts.map((at) => {
      const bucket = byStart.get(at.getTime());
      return {
        at: at.toISOString(),
        ...figures(bucket?.outcomes ?? {}, bucket?.duration_ms_sum ?? 0),
      };
    }),
  };
}

function figures(
  outcomes: Readonly<Record<string, number>>,
  durationMs: number,
): Pick<Item, 'availability' | 'meanLatencyMs'> {
  const entries = Object.entries(outcomes);
  const count = (of: (outcome: string) => boolean): number =>
    entries.reduce((sum, [outcome, n]) => sum + (of(outcome) ? n : 0), 0);
  const telling = count((outcome) => !SILENT.has(outcome));
  const all = count(() => true);
  return {
    availability: rateInterval(
      count((outcome) => AVAILABLE.has(outcome)),
      telling,
    ),
    meanLatencyMs: all === 0 ? null : durationMs / all,
  };
}
