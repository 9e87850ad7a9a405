import type { TimeRange } from '../core/time-range.ts';
import { languagesOf } from '../evaluators/text/language.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';
import type { Queryable } from '../store/database.ts';

/** What people and one evaluator said of one answer by one score. */
export interface JudgedPair {
  readonly interactionId: string;
  readonly name: string;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
  /** Mean of what people said, each by their last word, 0 to 1. */
  readonly person: number;
  readonly people: number;
  readonly judge: number;
  /** With which it was judged; null unknown. */
  readonly judgedProbability: number | null;
  /** With which it was labelled, once this evaluator judged it; null where somebody chose it. */
  readonly labelProbability: number | null;
  /** The session, or the interaction itself. */
  readonly cluster: string;
  readonly model: string;
  /** ISO 639-1 code of most of the answer; `und` where that is unknown. */
  readonly language: string;
}

export interface PairQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly name?: string | undefined;
  readonly evaluator?: string | undefined;
  readonly model?: string | undefined;
}

/** Newer labels than these many are looked at; a project with more has narrow intervals anyway. */
const MAX_PAIRS = 20_000;

interface PairRow {
  readonly interactionId: string;
  readonly name: string;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
  readonly person: number;
  readonly people: number;
  readonly judge: number;
  readonly judgedProbability: string | null;
  readonly labelProbability: number | null;
  readonly judgedBy: string | null;
  readonly source: string;
  readonly cluster: string;
  readonly model: string | null;
  readonly preview: string;
}

/**
 * Labels beside the scores of the same name on the same answers, newest first, by the time of the interactions; of
 * several scores by one evaluator and version the newest. At most 20,000 labelled answers.
 */
export async function readPairs(db: Queryable, question: PairQuestion): Promise<JudgedPair[]> {
  const { projectId, range, name, evaluator, model } = question;
  const rows = await db.query<PairRow>(
    `with last_words as (
       select distinct on (h.interaction_created_at, h.interaction_id, h.name, h.details ->> 'givenBy')
         h.interaction_created_at as at, h.interaction_id as id, h.name, h.value,
         (h.details ->> 'samplingProbability')::float8 as probability, h.details ->> 'judgedBy' as judged_by
       from scores h
       where h.project_id = $1 and h.source = 'human' and h.evaluator in ('review', 'api')
         and h.interaction_created_at >= $2 and h.interaction_created_at < $3
         and ($4::text is null or h.name = $4)
       order by h.interaction_created_at, h.interaction_id, h.name, h.details ->> 'givenBy', h.created_at desc, h.id desc
     ), people as (
       select at, id, name, avg(value) as person, count(*)::integer as people, max(probability) as probability,
         (array_agg(judged_by order by probability desc nulls last))[1] as judged_by
       from last_words group by at, id, name order by at desc, id desc limit ${MAX_PAIRS}
     )
     select distinct on (p.at, p.id, p.name, s.evaluator, s.evaluator_version)
       p.id as "interactionId", p.name, s.evaluator, s.evaluator_version as "evaluatorVersion", s.source,
       p.person, p.people, s.value as judge, s.details ->> 'samplingProbability' as "judgedProbability",
       p.probability as "labelProbability", p.judged_by as "judgedBy", coalesce(i.session_id, p.id::text) as cluster, i.model,
       i.response_preview as preview
     from people p
     join scores s on s.interaction_created_at = p.at and s.interaction_id = p.id and s.name = p.name
       and s.source <> 'human' and s.interaction_created_at >= $2 and s.interaction_created_at < $3
     join interactions i on i.created_at = p.at and i.id = p.id and i.created_at >= $2 and i.created_at < $3
     where ($5::text is null or s.evaluator = $5) and ($6::text is null or i.model = $6)
     order by p.at desc, p.id desc, p.name, s.evaluator, s.evaluator_version, s.created_at desc`,
    [projectId, range.from, range.to, name ?? null, evaluator ?? null, model ?? null],
  );
  return rows.map(toPair);
}

function toPair({ source, preview, judgedBy, ...row }: PairRow): JudgedPair {
  // Rules and detectors look at everything unless they say otherwise; a judge has to say.
  const judgedProbability = chance(row.judgedProbability) ?? (source === 'judge' ? null : 1);
  const overall = chance(row.labelProbability);
  // A label that was picked among what this evaluator judged has its probability in it.
  const given =
    overall !== null && judgedBy === row.evaluator ? overall / (judgedProbability ?? 1) : overall;
  return {
    ...row,
    judgedProbability,
    labelProbability: given === null ? null : Math.min(1, given),
    model: row.model ?? 'unknown',
    language: languageOf(preview),
  };
}

function chance(value: string | number | null): number | null {
  const number = Number(value ?? Number.NaN);
  return number > 0 && number <= 1 ? number : null;
}

function languageOf(text: string): string {
  const shares = [...languagesOf(createTextReader()(text))];
  return shares.sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'und';
}
