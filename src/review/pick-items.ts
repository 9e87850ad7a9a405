import type { z } from 'zod';
import type { NewReviewQueue, ReviewFilter } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';
import { askedRange, type TimeRange } from '../core/time-range.ts';
import type { Queryable, SqlValue } from '../store/database.ts';
import type { ReviewDeps } from './deps.ts';
import { planStrata } from './plan-labels.ts';

/**
 * An interaction for a queue. `probability` is that of being judged by the queue's evaluator (1 without one) and picked;
 * null: not picked by chance from everything that was judged.
 */
export interface PickedItem {
  readonly id: string;
  readonly at: string;
  readonly probability: number | null;
}

export interface Picked {
  readonly items: readonly PickedItem[];
  /** How many they were picked from. */
  readonly population: number;
}

export interface PickQuestion {
  readonly projectId: string;
  readonly wish: z.infer<typeof NewReviewQueue>;
  /** Makes one queue's chance another than the next one's, and the same queue's the same at each look. */
  readonly salt: string;
}

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** The range of a filter: without a beginning the last 30 days. Throws `invalid_request`. */
export function rangeOf(filter: Pick<ReviewFilter, 'from' | 'to'>, nowMs: number): TimeRange {
  const toMs = filter.to === undefined ? nowMs : Date.parse(filter.to);
  const from = filter.from ?? new Date(toMs - DEFAULT_DAYS * DAY_MS).toISOString();
  return askedRange({ ...filter, from }, nowMs);
}

/**
 * Chooses what people are asked about. A random sample of a filter that leaves nothing out but time, and one that is
 * allocated to narrow an interval, come with the probability of each item. Throws `invalid_request`.
 */
export async function pickItems(deps: ReviewDeps, question: PickQuestion): Promise<Picked> {
  const { wish } = question;
  if ((wish.mode === 'narrow' || wish.mode === 'disagreement') && wish.evaluator === null) {
    throw new AppError('invalid_request', `The mode "${wish.mode}" needs an evaluator.`);
  }
  const range = rangeOf(wish.filter, deps.clock.now());
  if (wish.mode === 'narrow') return await pickByStratum(deps, { ...question, range });
  const rows = await fitting(deps.database, { ...question, range });
  const population = rows[0]?.population ?? 0;
  const isSample = wish.mode === 'random' && leavesNothingOut(wish.filter);
  const picked = isSample && population > 0 ? rows.length / population : null;
  return {
    items: rows.map(({ id, at, judged }) => ({ id, at, probability: both(judged, picked) })),
    population,
  };
}

function both(judged: number | null, picked: number | null): number | null {
  const chance = (judged ?? 0) * (picked ?? 0);
  return chance > 0 && chance <= 1 ? chance : null;
}

/** With which a score came to be: rules and detectors look at everything unless they say otherwise. */
const JUDGED = `case when s.source = 'judge' then (s.details ->> 'samplingProbability')::float8
  else coalesce((s.details ->> 'samplingProbability')::float8, 1) end`;

function leavesNothingOut({ from: _from, to: _to, ...rest }: ReviewFilter): boolean {
  return Object.values(rest).every((value) => value === undefined || value === false);
}

interface FittingRow {
  readonly id: string;
  readonly at: string;
  readonly judged: number | null;
  readonly population: number;
}

type Ranged = PickQuestion & { readonly range: TimeRange };

/** Text that sorts like a shuffled deck, the same for the same salt. */
const SHUFFLED = (salt: string): string => `md5(i.id::text || ${salt})`;

async function fitting(db: Queryable, question: Ranged): Promise<FittingRow[]> {
  const params: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${params.push(value)}`;
  const conditions = conditionsOf(question, add);
  const order =
    question.wish.mode === 'newest' ? 'i.created_at desc, i.id desc' : SHUFFLED(add(question.salt));
  const rows = await db.query<FittingRow>(
    `select i.id, i.created_at::text as at, count(*) over () as population,
       ${judgedChance(question, add)} as judged
     from interactions i where ${conditions.join(' and ')}
     order by ${order} limit ${add(question.wish.size)}`,
    params,
  );
  return rows.map((row) => ({ ...row, population: Number(row.population) }));
}

function judgedChance(
  { wish: { scoreName, evaluator }, range }: Ranged,
  add: (value: SqlValue) => string,
): string {
  if (evaluator === null) return '1::float8';
  return `(select ${JUDGED} from scores s
    where s.interaction_created_at = i.created_at and s.interaction_id = i.id
      and s.interaction_created_at >= ${add(range.from)} and s.interaction_created_at < ${add(range.to)}
      and s.name = ${add(scoreName)} and s.evaluator = ${add(evaluator)} and s.source <> 'human'
    order by s.created_at desc limit 1)`;
}

/** Answers that somebody got; what failed and what the program asked itself is nobody's answer. */
const ANSWERS = `i.status = 'success' and i.shadow_of is null and i.origin not in ('judge', 'run')
  and i.operation in ('chat', 'responses', 'completions')`;

function conditionsOf(
  { projectId, wish, range }: Ranged,
  add: (value: SqlValue) => string,
): string[] {
  const { filter, scoreName, evaluator, mode } = wish;
  const from = add(range.from);
  const to = add(range.to);
  const scores = (rest: string): string =>
    `exists (select 1 from scores s where s.interaction_created_at = i.created_at and s.interaction_id = i.id
       and s.interaction_created_at >= ${from} and s.interaction_created_at < ${to} and ${rest})`;
  // Made where they are used: a parameter that no condition names has no type.
  const name = (): string => `s.name = ${add(scoreName)}::text`;
  const judged = (): string =>
    `${name()} and s.source <> 'human'${evaluator === null ? '' : ` and s.evaluator = ${add(evaluator)}`}`;
  const people = (): string =>
    `${name()} and s.source = 'human' and s.evaluator in ('review', 'api')`;
  return [
    `i.project_id = ${add(projectId)} and i.created_at >= ${from} and i.created_at < ${to} and ${ANSWERS}`,
    ...plainConditions(filter, add),
    ...(filter.flagged === true ? [scores(`s.flagged and s.source <> 'human'`)] : []),
    ...(evaluator === null ? [] : [scores(judged())]),
    ...judgedConditions(filter, add).map((rest) => scores(`${judged()} and ${rest}`)),
    ...(filter.unreviewed === true ? [`not ${scores(people())}`] : []),
    ...(mode === 'disagreement'
      ? [
          `${scores(`${judged()} and s.value >= 0.5`)} and ${scores(`${people()} and s.value < 0.5`)}
           or ${scores(`${judged()} and s.value < 0.5`)} and ${scores(`${people()} and s.value >= 0.5`)}`,
        ]
      : []),
  ].map((condition) => `(${condition})`);
}

function plainConditions(filter: ReviewFilter, add: (value: SqlValue) => string): string[] {
  return [
    ...(filter.model === undefined ? [] : [`i.model = ${add(filter.model)}`]),
    ...(filter.user === undefined ? [] : [`i.user_id = ${add(filter.user)}`]),
    ...(filter.tag === undefined ? [] : [`${add(filter.tag)}::text = any(i.tags)`]),
  ];
}

function judgedConditions(filter: ReviewFilter, add: (value: SqlValue) => string): string[] {
  return [
    ...(filter.minValue === undefined ? [] : [`s.value >= ${add(filter.minValue)}::float8`]),
    ...(filter.maxValue === undefined ? [] : [`s.value < ${add(filter.maxValue)}::float8`]),
    ...(filter.unclear === true
      ? [`(s.value between 0.35 and 0.65 or s.details ->> 'clear' = 'false')`]
      : []),
  ];
}

/** From each part of the judge's scores as many as narrow the interval most. */
async function pickByStratum(deps: ReviewDeps, question: Ranged): Promise<Picked> {
  const { wish, projectId, range, salt } = question;
  const evaluator = wish.evaluator ?? '';
  const plan = await planStrata(deps.database, {
    projectId,
    range,
    scoreName: wish.scoreName,
    evaluator,
    labels: wish.size,
  });
  const asked = plan.strata.map((stratum) => stratum.asked);
  const rows = await deps.database.query<{
    id: string;
    at: string;
    stratum: number;
    judged: number | null;
  }>(
    `select id, at, stratum, judged from (
       select s.interaction_id as id, s.interaction_created_at::text as at, s.judged,
         least(4, floor(s.value * 5))::integer as stratum,
         row_number() over (partition by least(4, floor(s.value * 5))
           order by md5(s.interaction_id::text || $6)) as turn
       from (${UNLABELLED}) s
     ) chosen where turn <= ($7::integer[])[stratum + 1] order by md5(id::text || $6)`,
    [projectId, wish.scoreName, evaluator, range.from, range.to, salt, asked],
  );
  return {
    items: rows.map(({ id, at, stratum, judged }) => ({
      id,
      at,
      probability: both(judged, probabilityOf(plan.strata[stratum])),
    })),
    population: plan.judged,
  };
}

/** Labels given before are part of the sample: all of a stratum were equally likely to be among them. */
function probabilityOf(
  stratum:
    | { readonly asked: number; readonly labelled: number; readonly judged: number }
    | undefined,
): number | null {
  if (stratum === undefined || stratum.judged === 0) return null;
  return Math.min(1, stratum.asked / Math.max(stratum.asked, stratum.judged - stratum.labelled));
}

/** The newest score of each interaction by this evaluator that people have not labelled; $1 project to $5 end. */
const UNLABELLED = `select distinct on (s.interaction_created_at, s.interaction_id)
    s.interaction_id, s.interaction_created_at, s.value, ${JUDGED} as judged
  from scores s
  where s.project_id = $1 and s.name = $2 and s.evaluator = $3 and s.source <> 'human'
    and s.interaction_created_at >= $4 and s.interaction_created_at < $5
    and not exists (select 1 from scores h where h.interaction_created_at = s.interaction_created_at
      and h.interaction_id = s.interaction_id and h.name = s.name and h.source = 'human'
      and h.evaluator in ('review', 'api'))
  order by s.interaction_created_at, s.interaction_id, s.created_at desc`;
