import type { z } from 'zod';
import type {
  CompareReply,
  ErrorsReply,
  SummaryReply,
  TrendsReply,
} from '../contract/analytics.ts';
import type { CorrectedQuality } from '../contract/calibration.ts';
import { AppError } from '../core/errors.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { barsOf, mergeBins } from './bins.ts';
import { type ComparedSums, compareAll } from './differences.ts';
import { mergeQuality, noQuality, type QualitySums, readQuality } from './score-sums.ts';
import { cheapestSpans, inSpans, Params, type Span } from './spans.ts';
import { GRAIN_MS } from './tally.ts';
import { NO_MODEL, totalsOf } from './totals.ts';
import { mergeUsage, noUsage, readUsage, type Slice, type UsageSums } from './usage-sums.ts';

/** More points than this make no chart and a slow answer. */
const MAX_HOUR_POINTS = 31 * 24;

/** The mean score that people would give to what a slice holds in a range; null where nobody labelled any of it. */
export type CorrectQuality = (slice: Slice, range: TimeRange) => Promise<CorrectedQuality | null>;

/** Totals of a range, cut to whole hours around it, and of as much time before it. */
export async function summarise(
  { database, correctQuality }: { database: Queryable; correctQuality?: CorrectQuality },
  slice: Slice,
  range: TimeRange,
): Promise<SummaryReply> {
  const current = wholeUnits(range, 'hour');
  const length = current.to.getTime() - current.from.getTime();
  const previous = { from: new Date(current.from.getTime() - length), to: current.from };
  const first = await sumsIn(database, slice, previous);
  const second = await sumsIn(database, slice, current);
  const [changes] = compareAll([{ first, second }]);
  if (changes === undefined) throw new Error('one pair was compared');
  return {
    from: current.from.toISOString(),
    to: current.to.toISOString(),
    current: totalsOf(second.usage, second.quality),
    previous: totalsOf(first.usage, first.quality),
    changes,
    // Labels know the model that answered, not who served it.
    corrected:
      slice.provider === undefined ? ((await correctQuality?.(slice, current)) ?? null) : null,
  };
}

async function sumsIn(database: Queryable, slice: Slice, range: TimeRange): Promise<ComparedSums> {
  const question = { spans: cheapestSpans(range), by: 'nothing' as const, distribution: true };
  const usage = await readUsage(database, slice, question);
  const quality = await readQuality(database, slice, question);
  return { usage: usage.get('') ?? noUsage(), quality: quality.get('') ?? noQuality() };
}

export type Interval = 'hour' | 'day' | 'week';

/** A bucket of a trend, before it is put in words. */
export interface TrendBucket {
  readonly at: Date;
  readonly usage: UsageSums;
  readonly quality: QualitySums;
}

export interface TrendQuestion {
  readonly range: TimeRange;
  readonly interval: Interval;
  /** Whether percentiles are wanted. */
  readonly distribution: boolean;
}

/**
 * Every bucket of a range, cut to whole buckets around it, empty ones too. Days and weeks are those of UTC, weeks
 * begin on Monday. Throws `invalid_request` for more than 31 days of hours.
 */
export async function trendBuckets(
  database: Queryable,
  slice: Slice,
  { range, interval, distribution }: TrendQuestion,
): Promise<TrendBucket[]> {
  const aligned = wholeUnits(range, interval);
  const starts = unitStarts(aligned, interval);
  if (interval === 'hour' && starts.length > MAX_HOUR_POINTS) {
    throw new AppError('invalid_request', 'Hours are answered for at most 31 days; ask for days.');
  }
  const grain = interval === 'hour' ? 'hour' : 'day';
  const spans: readonly Span[] = [{ grain, ...aligned }];
  const question = { spans, by: 'time' as const, distribution };
  const usage = await readUsage(database, slice, question);
  const quality = await readQuality(database, slice, question);
  return starts.map((at) => {
    const keys = bucketKeys(at, interval);
    return {
      at,
      usage: mergedOf(
        keys.flatMap((key) => usage.get(key) ?? []),
        noUsage,
        mergeUsage,
      ),
      quality: mergedOf(
        keys.flatMap((key) => quality.get(key) ?? []),
        noQuality,
        mergeQuality,
      ),
    };
  });
}

/** The roll-up buckets that make up one point. */
function bucketKeys(at: Date, interval: Interval): string[] {
  const days = interval === 'week' ? 7 : 1;
  return Array.from({ length: days }, (_, day) => String(at.getTime() + day * GRAIN_MS.day));
}

function mergedOf<Sums>(
  found: readonly Sums[],
  none: () => Sums,
  merge: (all: readonly Sums[]) => Sums,
): Sums {
  const [first] = found;
  if (first === undefined) return none();
  return found.length === 1 ? first : merge(found);
}

/** {@link trendBuckets} with every mean and rate in its interval. */
export async function trends(
  database: Queryable,
  slice: Slice,
  question: { readonly range: TimeRange; readonly interval: Interval },
): Promise<TrendsReply> {
  const buckets = await trendBuckets(database, slice, { ...question, distribution: true });
  return {
    interval: question.interval,
    points: buckets.map(({ at, usage, quality }) => ({
      at: at.toISOString(),
      ...totalsOf(usage, quality),
    })),
  };
}

/** What one model of one provider did; the scores of a model are those of all its providers. */
export interface ModelSums {
  readonly model: string;
  readonly provider: string;
  readonly usage: UsageSums;
  readonly quality: QualitySums;
}

/** Models by requests, most first; calls without a model are called `unknown`. */
export async function modelSums(
  database: Queryable,
  slice: Slice,
  asked: { readonly spans: readonly Span[]; readonly distribution: boolean },
): Promise<ModelSums[]> {
  const question = { ...asked, by: 'model' as const };
  const usage = await readUsage(database, slice, question);
  const quality = await readQuality(database, slice, question);
  return [...usage]
    .map(([key, sums]) => {
      const [provider = '', model = ''] = key.split('\0');
      return {
        model: model === '' ? NO_MODEL : model,
        provider,
        usage: sums,
        quality: quality.get(model) ?? noQuality(),
      };
    })
    .sort((a, b) => b.usage.requests - a.usage.requests || a.model.localeCompare(b.model));
}

/** The model that others are compared with; its provider where several have the model. */
export interface Baseline {
  readonly model: string;
  readonly provider?: string | undefined;
}

/** Models side by side over a range of whole hours. Throws `not_found` for a baseline that made no calls in it. */
export async function compareModels(
  database: Queryable,
  slice: Slice,
  asked: { readonly range: TimeRange; readonly baseline: Baseline | null },
): Promise<CompareReply> {
  const spans = cheapestSpans(wholeUnits(asked.range, 'hour'));
  const sums = await modelSums(database, slice, { spans, distribution: true });
  const baseline = asked.baseline === null ? null : baselineIn(sums, asked.baseline);
  const others = sums.filter((one) => baseline !== null && one !== baseline);
  const found = compareAll(others.map((second) => ({ first: baseline ?? second, second })));
  const differences = new Map(others.map((one, at) => [one, found[at]]));
  const models = sums.map((one) => ({ ...rowOf(one), differences: differences.get(one) ?? null }));
  return {
    models,
    baseline: baseline === null ? null : { model: baseline.model, provider: baseline.provider },
    bestByLatency: best(models, (model) => model.p50LatencyMs),
    bestByQuality: best(models, ({ quality }) => (quality.value === null ? null : -quality.value)),
    bestByStability: best(models, ({ errorRate }) =>
      errorRate.value === null || errorRate.value >= 1 ? null : errorRate.value,
    ),
  };
}

function rowOf({
  model,
  provider,
  usage,
  quality,
}: ModelSums): Omit<CompareReply['models'][number], 'differences'> {
  const priced = usage.requests - usage.errors - usage.unpriced;
  return {
    ...totalsOf(usage, quality),
    model,
    provider,
    costPerRequestUsd: priced > 0 ? usdFromMicroUsd(usage.costMicroUsd) / priced : null,
    lowQuality: quality.low,
    highQuality: quality.high,
    latencyBins: barsOf(mergeBins(usage.latencyBins)),
  };
}

function baselineIn(sums: readonly ModelSums[], asked: Baseline): ModelSums {
  const found = sums.find(
    ({ model, provider }) =>
      model === asked.model && (asked.provider === undefined || provider === asked.provider),
  );
  if (found === undefined) {
    throw new AppError('not_found', `No call in this range was answered by ${asked.model}.`);
  }
  return found;
}

/** The model with the lowest measure; the busier one when two are equal, null when none has it. */
export function best<Model extends { readonly model: string }>(
  models: readonly Model[],
  measure: (model: Model) => number | null,
): string | null {
  let winner: { readonly model: string; readonly value: number } | null = null;
  for (const candidate of models) {
    const value = measure(candidate);
    if (value !== null && (winner === null || value < winner.value)) {
      winner = { model: candidate.model, value };
    }
  }
  return winner?.model ?? null;
}

/** Error types of a range of whole hours, most frequent first, at most 50; shares are of all errors. */
export async function errorTypes(
  database: Queryable,
  slice: Slice,
  range: TimeRange,
): Promise<z.infer<typeof ErrorsReply>> {
  const params = new Params();
  const spans = cheapestSpans(wholeUnits(range, 'hour'));
  const rows = await database.query<{ error_type: string; count: number }>(
    `select error_type, sum(errors)::bigint as count from error_rollups
     where project_id = ${params.add(slice.projectId)} and ${inSpans(spans, params)}
       ${slice.model === undefined ? '' : `and model = ${params.add(slice.model)}`}
       ${slice.provider === undefined ? '' : `and provider = ${params.add(slice.provider)}`}
     group by error_type order by count desc, error_type limit 50`,
    params.values,
  );
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  return {
    types: rows.map((row) => ({
      errorType: row.error_type,
      count: row.count,
      share: rateInterval(row.count, total),
    })),
  };
}
