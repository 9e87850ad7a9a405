import { Params } from '../../analytics/spans.ts';
import type { MonitorMetric, MonitorSlice } from '../../contract/monitors.ts';
import type { SqlValue } from '../../store/database.ts';
import type { Stretch } from './point-store.ts';
import { isSliced, sliceConditions } from './slice-conditions.ts';

/** What is observed, of whom, and when. */
export interface Observed {
  readonly projectId: string;
  readonly metric: MonitorMetric;
  readonly slice: MonitorSlice;
}

/** A statement whose rows are single observations: `at`, `session` (text) and `x` (float8). */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const DAY_MS = 86_400_000;
/** A score made longer after its call is of an evaluation of the past: it belongs to where its call was. */
const SCORED_WITHIN_DAYS = 1;
const SCORED_IN_TIME = `s.created_at < s.interaction_created_at + interval '${SCORED_WITHIN_DAYS} day'`;
/** People take their time. */
const FEEDBACK_WITHIN_DAYS = 30;
/** A step of a call is recorded at most so far from it. */
const CALL_OF_SPAN_MS = 3_600_000;

interface Question extends Observed {
  readonly stretch: Stretch;
  readonly params: Params;
}

/** The observations of a metric in a stretch; null for what is not kept by row (levels of the program). */
export function observationsOf(observed: Observed, stretch: Stretch): Statement | null {
  const question = { ...observed, stretch, params: new Params() };
  const sql = observations(question);
  return sql === null ? null : { sql, values: question.params.values };
}

function observations(question: Question): string | null {
  const { metric } = question;
  switch (metric.kind) {
    case 'error_rate':
      return ofCalls(question, `case when i.status = 'error' then 1 else 0 end`);
    case 'latency':
      return ofCalls(question, metric.of === 'total' ? 'i.latency_ms' : 'i.first_token_ms');
    case 'cost':
      return ofCalls(question, 'i.cost_micro_usd / 1e6');
    case 'tokens':
      return ofCalls(question, TOKENS[metric.type]);
    case 'volume':
      return ofCalls(question, '1');
    case 'cache_hit_rate':
      return metric.cache === 'answers'
        ? ofCalls(question, `case i.cache when 'hit' then 1 when 'miss' then 0 end`)
        : ofSpans(question, { kind: 'cache', x: EMBEDDING_HIT });
    case 'score_mean':
    case 'score_rate':
    case 'flag_rate':
    case 'feedback_rate':
      return scoreObservations(question, metric);
    case 'rag_hit_rate':
      return ofSpans(question, { kind: 'retrieval', x: retrievalHit(question, metric.minScore) });
    case 'channel_failures':
      return ofDeadMessages(question);
    case 'evaluation_lag':
    case 'ledger_drops':
    case 'spool_age':
    case 'budget':
      return null;
    case 'judge_anchor':
      return ofAnchors(question, metric.rubric);
    default:
      return metric satisfies never;
  }
}

const TOKENS = {
  input: 'i.input_tokens',
  output: 'i.output_tokens',
  total: `case when i.input_tokens is not null or i.output_tokens is not null
    then coalesce(i.input_tokens, 0) + coalesce(i.output_tokens, 0) end`,
} as const;

/** Calls for which the expression is not null. */
function ofCalls({ projectId, slice, stretch, params }: Question, x: string): string {
  const conditions = [
    `i.project_id = ${params.add(projectId)}`,
    ...within('i.created_at', stretch, params),
    ...sliceConditions(slice, params),
  ];
  return `select i.created_at as at, coalesce(i.session_id, i.id::text) as session, (${x})::float8 as x
    from interactions i where ${conditions.join(' and ')} and (${x}) is not null`;
}

type ScoreMetric = Extract<
  MonitorMetric,
  { kind: 'score_mean' | 'score_rate' | 'flag_rate' | 'feedback_rate' }
>;

function scoreObservations(question: Question, metric: ScoreMetric): string {
  const { params } = question;
  switch (metric.kind) {
    case 'score_mean':
      return ofScores(question, { x: 's.value', conditions: automatic(metric, params) });
    case 'score_rate':
      return ofScores(question, {
        x: `case when s.value >= ${params.add(metric.passAt)}::float8 then 1 else 0 end`,
        conditions: automatic(metric, params),
      });
    case 'flag_rate':
      return metric.score === undefined
        ? ofFlaggedCalls(question)
        : ofScores(question, {
            x: 'case when s.flagged then 1 else 0 end',
            conditions: automatic({ score: metric.score }, params),
          });
    case 'feedback_rate':
      return ofFeedback(question);
    default:
      return metric satisfies never;
  }
}

/** Scores of a name that no person gave, or those of one evaluator. */
function automatic(
  { score, evaluator }: { readonly score: string; readonly evaluator?: string | undefined },
  params: Params,
): string[] {
  return [
    `s.name = ${params.add(score)}`,
    evaluator === undefined ? `s.source <> 'human'` : `s.evaluator = ${params.add(evaluator)}`,
  ];
}

/**
 * Scores by when they were given, because that is when they can be known; those of calls of long before (imports,
 * evaluation of what is stored) by their calls.
 */
function ofScores(
  question: Question,
  { x, conditions }: { readonly x: string; readonly conditions: readonly string[] },
): string {
  const { projectId, slice, stretch, params } = question;
  const calls = { from: stretch.from - SCORED_WITHIN_DAYS * DAY_MS, to: stretch.to };
  const all = [
    `s.project_id = ${params.add(projectId)}`,
    `(${within('s.created_at', stretch, params).join(' and ')} and ${SCORED_IN_TIME}
      or ${within('s.interaction_created_at', stretch, params).join(' and ')} and not (${SCORED_IN_TIME}))`,
    ...within('s.interaction_created_at', calls, params),
    ...within('i.created_at', calls, params),
    ...conditions,
    ...sliceConditions(slice, params),
  ];
  return `select case when ${SCORED_IN_TIME} then s.created_at else s.interaction_created_at end as at,
      coalesce(i.session_id, i.id::text) as session, (${x})::float8 as x
    from scores s join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id
    where ${all.join(' and ')}`;
}

/** Calls that were scored at all, by when they were made. */
function ofFlaggedCalls({ projectId, slice, stretch, params }: Question): string {
  const conditions = [
    `s.project_id = ${params.add(projectId)}`,
    ...within('s.interaction_created_at', stretch, params),
    ...within('i.created_at', stretch, params),
    `s.source <> 'human'`,
    ...sliceConditions(slice, params),
  ];
  return `select i.created_at as at, coalesce(i.session_id, i.id::text) as session,
      (case when bool_or(s.flagged) then 1 else 0 end)::float8 as x
    from scores s join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id
    where ${conditions.join(' and ')} group by i.created_at, i.id, i.session_id`;
}

/** The latest word of each person on each call, of those given in the stretch. */
function ofFeedback({ projectId, slice, stretch, params }: Question): string {
  const calls = { from: stretch.from - FEEDBACK_WITHIN_DAYS * DAY_MS, to: stretch.to };
  const conditions = [
    `s.project_id = ${params.add(projectId)}`,
    ...within('s.created_at', stretch, params),
    ...within('s.interaction_created_at', calls, params),
    ...within('i.created_at', calls, params),
    `s.name = 'user_feedback'`,
    `s.source = 'human'`,
    ...sliceConditions(slice, params),
  ];
  return `select distinct on (s.interaction_id, s.details ->> 'givenBy') s.created_at as at,
      coalesce(i.session_id, i.id::text) as session, (case when s.value > 0.5 then 1 else 0 end)::float8 as x
    from scores s join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id
    where ${conditions.join(' and ')}
    order by s.interaction_id, s.details ->> 'givenBy', s.created_at desc, s.id desc`;
}

const EMBEDDING_HIT = `case s.attributes ->> 'hit' when 'true' then 1 when 'false' then 0 end`;

/**
 * 1 for a retrieval with a hit, 0 without; null where the record does not tell. With a lowest relevance only hits with
 * one count, and a list without any says nothing.
 */
function retrievalHit({ params }: Question, minScore: number | undefined): string {
  const found = `coalesce(s.attributes -> 'documents', s.attributes -> 'results', s.attributes -> 'sources')`;
  const list = `case when jsonb_typeof(${found}) = 'array' then ${found} end`;
  const hits = `case when jsonb_typeof(s.attributes -> 'hits') = 'number' then (s.attributes ->> 'hits')::float8 end`;
  if (minScore === undefined) {
    return `case when coalesce(${hits}, jsonb_array_length(${list})) > 0 then 1
      when coalesce(${hits}, jsonb_array_length(${list})) is not null then 0 end`;
  }
  const best = `(select max((d.score)::float8) from (
      select coalesce(e -> 'score', e -> 'similarity', e -> 'metadata' -> 'score') as score
      from jsonb_array_elements(${list}) as e) d where jsonb_typeof(d.score) = 'number')`;
  return `case when ${best} >= ${params.add(minScore)}::float8 then 1 when ${best} is not null then 0
    when coalesce(${hits}, jsonb_array_length(${list})) = 0 then 0 end`;
}

/** Spans of a kind; those of a slice are found by the call or trace that they name. */
function ofSpans(
  { projectId, slice, stretch, params }: Question,
  { kind, x }: { readonly kind: string; readonly x: string },
): string {
  const project = params.add(projectId);
  const conditions = [
    `s.project_id = ${project}`,
    ...within('s.created_at', stretch, params),
    `s.kind = ${params.add(kind)}`,
  ];
  if (isSliced(slice)) {
    const near = { from: stretch.from - CALL_OF_SPAN_MS, to: stretch.to + CALL_OF_SPAN_MS };
    const calls = [
      `i.project_id = ${project}`,
      ...within('i.created_at', near, params),
      ...sliceConditions(slice, params),
    ].join(' and ');
    conditions.push(`(s.interaction_id in (select i.id from interactions i where ${calls})
      or s.trace_id in (select i.trace_id from interactions i where ${calls} and i.trace_id is not null))`);
  }
  return `select o.at, o.session, o.x::float8 as x from (
      select s.created_at as at, coalesce(s.trace_id, s.id::text) as session, ${x} as x
      from spans s where ${conditions.join(' and ')}) o
    where o.x is not null`;
}

const GIVEN_UP_WITHIN_DAYS = 8;

function ofDeadMessages({ projectId, stretch, params }: Question): string {
  const made = { from: stretch.from - GIVEN_UP_WITHIN_DAYS * DAY_MS, to: stretch.to };
  return `select o.dead_at as at, o.id::text as session, 1::float8 as x from outbox o
    where o.project_id = ${params.add(projectId)} and ${within('o.dead_at', stretch, params).join(' and ')}
      and ${within('o.created_at', made, params).join(' and ')}`;
}

/**
 * A judge's verdicts over its anchor set. Each stands alone: that the same answers come every day makes means steadier,
 * not less certain.
 */
function ofAnchors({ projectId, stretch, params }: Question, rubric: string): string {
  return `select v.judged_at as at, v.item_id::text || v.day as session, v.value as x from judge_anchor_verdicts v
    where v.project_id = ${params.add(projectId)} and v.rubric = ${params.add(rubric)} and v.is_main
      and ${within('v.judged_at', stretch, params).join(' and ')}`;
}

function within(column: string, { from, to }: Stretch, params: Params): string[] {
  return [`${column} >= ${params.add(new Date(from))}`, `${column} < ${params.add(new Date(to))}`];
}
