import type { z } from 'zod';
import {
  type FeedbackMetrics,
  type QualityMetrics,
  type RelevanceMetrics,
  SAFETY_FLAGS,
  type SafetyFlag,
  type SafetyMetrics,
} from '../contract/framework.ts';
import { type TimeRange, wholeUnits } from '../core/time-range.ts';
import { type Interval, meanInterval, rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';
import { GRAIN_MS } from './tally.ts';

/** The periods that llm-monitoring-framework knows; there anything else meant 30 days. */
const PERIOD_MS: ReadonlyMap<string, number> = new Map([
  ['1h', GRAIN_MS.hour],
  ['24h', GRAIN_MS.day],
  ['7d', 7 * GRAIN_MS.day],
]);
const LONGEST_MS = 30 * GRAIN_MS.day;

const COMMON_FLAGS = 3;
/** Bins of a tenth each: relevance below 0.6. */
const LOW_BINS = 6;
const WORST_TOPICS = 3;
/** The newest scores that are looked at one by one, to tell which topics do badly. */
const LOOKED_AT = 2000;
const MIN_PER_TOPIC = 5;
const COMMENTS = 3;
const COMMENT_CHARACTERS = 300;
const FEEDBACK_ROWS = 5000;
/** Words by which people ask for something, in the four languages of the product. */
const WISH =
  /\b(?:should|could|please|would be (?:nice|better)|wish|add|instead)\b|(?:해\s?주세요|하면 좋|면 좋겠|ほしい|べき|してください|希望|建议|应该|請|请)/iu;

export interface FrameworkQuestion {
  readonly projectId: string;
  readonly period: string;
  readonly nowMs: number;
}

/** The whole hours of a period that ends now; the hour in hand is one of them. */
function periodRange({ period, nowMs }: FrameworkQuestion): TimeRange {
  const length = PERIOD_MS.get(period) ?? LONGEST_MS;
  return wholeUnits({ from: new Date(nowMs - length), to: new Date(nowMs) }, 'hour');
}

interface NamedSums {
  readonly n: number;
  readonly flagged: number;
  readonly mean: Interval;
  readonly belowLow: number;
}

/** Mean quality of everything that was assessed; null when nothing was. */
export async function frameworkQuality(
  db: Queryable,
  question: FrameworkQuestion,
): Promise<z.input<typeof QualityMetrics> | null> {
  const quality = (await sumsOf(db, question, { names: ['quality'] })).get('quality');
  if (quality === undefined || quality.mean.value === null) return null;
  const { value, low, high, n } = quality.mean;
  return {
    time_period: question.period,
    average_quality: value,
    average_quality_low: low,
    average_quality_high: high,
    total_evaluations: n,
  };
}

/** How many assessed interactions were not safe, and by which flags; null when nothing was assessed. */
export async function frameworkSafety(
  db: Queryable,
  question: FrameworkQuestion,
): Promise<z.input<typeof SafetyMetrics> | null> {
  const safety = (await sumsOf(db, question, { names: ['safety'] })).get('safety');
  if (safety === undefined || safety.n === 0) return null;
  const counts = new Map<SafetyFlag, number>(SAFETY_FLAGS.map((flag) => [flag, 0]));
  for (const [label, n] of Object.entries(await labelCounts(db, question, 'safety'))) {
    for (const flag of SAFETY_FLAGS) {
      if (label.split(', ').includes(flag)) counts.set(flag, (counts.get(flag) ?? 0) + n);
    }
  }
  const common = [...counts].filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  const rate = rateInterval(safety.flagged, safety.n);
  return {
    time_period: question.period,
    total_interactions: safety.n,
    safety_violations: safety.flagged,
    violation_rate: rate.value ?? 0,
    violation_rate_low: rate.low,
    violation_rate_high: rate.high,
    common_flags: common.slice(0, COMMON_FLAGS).map(([flag]) => flag),
    flag_counts: Object.fromEntries(counts) as Record<SafetyFlag, number>,
  };
}

/** Relevance of answers and the topics of questions; null when nothing was assessed. */
export async function frameworkRelevance(
  db: Queryable,
  question: FrameworkQuestion,
): Promise<z.input<typeof RelevanceMetrics> | null> {
  const names = ['relevance', 'semantic_similarity', 'grounding', 'quality'];
  const sums = await sumsOf(db, question, { names });
  const judged = (await sumsOf(db, question, { names: ['relevance'], source: 'judge' })).get(
    'relevance',
  );
  const relevance = sums.get('relevance');
  const assessed = sums.get('quality')?.n ?? 0;
  if (assessed === 0) return null;
  const low = relevance?.belowLow ?? 0;
  const lowRate = rateInterval(low, relevance?.n ?? 0);
  return {
    time_period: question.period,
    total_evaluations: assessed,
    relevance_metrics: {
      ...meanFields('overall', relevance),
      ...meanFields('topical', sums.get('semantic_similarity')),
      ...meanFields('contextual', sums.get('grounding')),
      ...meanFields('intent', judged),
    },
    topic_distribution: await labelCounts(db, question, 'quality'),
    quality_insights: {
      low_relevance_count: low,
      low_relevance_rate: lowRate.value,
      low_relevance_rate_low: lowRate.low,
      low_relevance_rate_high: lowRate.high,
      most_problematic_topics: await worstTopics(db, question),
    },
  };
}

type MeanName = 'overall' | 'topical' | 'contextual' | 'intent';
type MeanFields<Name extends MeanName> = Readonly<
  Record<
    | `average_${Name}_relevance`
    | `average_${Name}_relevance_low`
    | `average_${Name}_relevance_high`,
    number | null
  > &
    Record<`${Name}_count`, number>
>;

function meanFields<Name extends MeanName>(
  name: Name,
  sums: NamedSums | undefined,
): MeanFields<Name> {
  // The type checker does not follow names that are put together.
  return {
    [`average_${name}_relevance`]: sums?.mean.value ?? null,
    [`average_${name}_relevance_low`]: sums?.mean.low ?? null,
    [`average_${name}_relevance_high`]: sums?.mean.high ?? null,
    [`${name}_count`]: sums?.mean.n ?? 0,
  } as MeanFields<Name>;
}

interface SumRow {
  readonly name: string;
  readonly n: number;
  readonly sum: number;
  readonly sum_of_squares: number;
  readonly flagged: number;
  readonly below: number;
}

/** Sums of scores by name; of local evaluators, or of judges. */
async function sumsOf(
  db: Queryable,
  question: FrameworkQuestion,
  { names, source = 'detector' }: { names: readonly string[]; source?: 'detector' | 'judge' },
): Promise<Map<string, NamedSums>> {
  const params = new Params();
  const rows = await db.query<SumRow>(
    `select name, sum(n)::bigint as n, sum(value_sum) as sum, sum(value_sumsq) as sum_of_squares,
       sum(flagged)::bigint as flagged,
       sum(${Array.from({ length: LOW_BINS }, (_, at) => `bins[${at + 1}]`).join(' + ')})::bigint as below
     from score_rollups
     where project_id = ${params.add(question.projectId)}
       and ${inSpans(cheapestSpans(periodRange(question)), params)}
       and name = any(${params.add([...names])}::text[]) and source = ${params.add(source)}
     group by name`,
    params.values,
  );
  return new Map(
    rows.map(({ name, n, sum, sum_of_squares, flagged, below }) => {
      const mean = meanInterval({ n, sum, sumOfSquares: sum_of_squares }, { low: 0, high: 1 });
      return [name, { n, flagged, mean, belowLow: below }];
    }),
  );
}

/** Labels of `quality` are the topics of questions, those of `safety` the flags. */
async function labelCounts(
  db: Queryable,
  question: FrameworkQuestion,
  name: 'quality' | 'safety',
): Promise<Record<string, number>> {
  const params = new Params();
  const rows = await db.query<{ label: string; n: number }>(
    `select l.key as label, sum(l.value::bigint)::bigint as n
     from score_rollups cross join lateral jsonb_each_text(labels) as l(key, value)
     where project_id = ${params.add(question.projectId)}
       and ${inSpans(cheapestSpans(periodRange(question)), params)}
       and name = ${params.add(name)} and source = 'detector'
     group by 1 order by 2 desc, 1 limit 50`,
    params.values,
  );
  return Object.fromEntries(rows.map(({ label, n }) => [label, n]));
}

/** The topics whose newest answers are least relevant, worst first; only topics with five answers or more. */
async function worstTopics(db: Queryable, question: FrameworkQuestion): Promise<string[]> {
  const { from } = periodRange(question);
  const rows = await db.query<{ topic: string }>(
    `select topic from (
       select label as topic, (details -> 'parts' ->> 'relevance')::double precision as relevance
       from scores
       where project_id = $1 and created_at >= $2 and interaction_created_at >= $2 and name = 'quality'
       order by created_at desc, id desc limit ${LOOKED_AT}
     ) newest
     where relevance is not null
     group by topic having count(*) >= ${MIN_PER_TOPIC} and avg(relevance) < 0.6
     order by avg(relevance), topic limit ${WORST_TOPICS}`,
    [question.projectId, from],
  );
  return rows.map(({ topic }) => topic);
}

/** What users say, each by their last word; counts are over the newest 5,000. */
export async function frameworkFeedback(
  db: Queryable,
  question: FrameworkQuestion,
): Promise<z.input<typeof FeedbackMetrics>> {
  const { from } = periodRange(question);
  const rows = await db.query<{ value: number; comment: string | null }>(
    `select value, reason as comment from (
       select distinct on (interaction_id, details ->> 'givenBy') value, reason, created_at, id
       from (
         select * from scores
         where project_id = $1 and created_at >= $2 and name = 'user_feedback' and source = 'human'
         order by created_at desc, id desc limit ${FEEDBACK_ROWS}
       ) newest
       order by interaction_id, details ->> 'givenBy', created_at desc, id desc
     ) last_words
     order by created_at desc, id desc`,
    [question.projectId, from],
  );
  const positive = rows.filter(({ value }) => value > 0.5).length;
  const negative = rows.filter(({ value }) => value < 0.5).length;
  const rate = rateInterval(positive, positive + negative);
  return {
    time_period: question.period,
    total_feedback: rows.length,
    positive_feedback: positive,
    negative_feedback: negative,
    neutral_feedback: rows.length - positive - negative,
    satisfaction_rate: rate.value,
    satisfaction_rate_low: rate.low,
    satisfaction_rate_high: rate.high,
    common_complaints: comments(rows.filter(({ value }) => value < 0.5)),
    improvement_suggestions: comments(rows.filter(({ comment }) => WISH.test(comment ?? ''))),
  };
}

/** The newest that differ. */
function comments(rows: readonly { readonly comment: string | null }[]): string[] {
  const texts = rows.flatMap(({ comment }) => (comment === null ? [] : [comment.trim()]));
  const different = [...new Set(texts.filter((text) => text !== ''))];
  return different.slice(0, COMMENTS).map((text) => text.slice(0, COMMENT_CHARACTERS));
}
