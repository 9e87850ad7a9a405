import type { z } from 'zod';
import { SAFETY_SCORES, type SafetyReply, type SafetyScore } from '../contract/safety.ts';
import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';

export interface SafetyQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly interval: 'hour' | 'day';
  readonly model?: string | undefined;
}

/** The newest flags that are looked at one by one, to tell users and prompts apart. */
const LOOKED_AT = 5000;
const MOST = 10;
const MAX_LABELS = 10;
/** Labels of answers with which nothing is wrong, by detectors and judges. */
const FINE = ['ok', 'no_claims', 'good'];

type Reply = z.input<typeof SafetyReply>;

/**
 * How much was flagged for what, over time and in all: from roll-ups. Whose calls and which prompts: from the newest
 * 5,000 flags of the range.
 */
export async function safetyOf(db: Queryable, question: SafetyQuestion): Promise<Reply> {
  const [sums, labels, points] = [
    await sumsOf(db, question),
    await labelsOf(db, question),
    await pointsOf(db, question),
  ];
  const types = sums
    .map(({ name, n, flagged }) => ({
      name,
      n,
      flagged,
      rate: rateInterval(flagged, n),
      labels: labels
        .filter((row) => row.name === name)
        .slice(0, MAX_LABELS)
        .map(toLabel),
    }))
    .sort((a, b) => b.flagged - a.flagged || b.n - a.n || a.name.localeCompare(b.name));
  return { interval: question.interval, types, points, ...(await whoseFlags(db, question)) };
}

interface CountRow {
  readonly name: SafetyScore;
  readonly n: number;
  readonly flagged: number;
}

function conditionOf(
  { projectId, range, model, interval }: SafetyQuestion,
  params: Params,
): string {
  const spans = cheapestSpans(wholeUnits(range, interval));
  return [
    `project_id = ${params.add(projectId)}`,
    inSpans(spans, params),
    `name = any(${params.add([...SAFETY_SCORES])}::text[])`,
    `source <> 'human'`,
    ...(model === undefined ? [] : [`model = ${params.add(model)}`]),
  ].join(' and ');
}

function sumsOf(db: Queryable, question: SafetyQuestion): Promise<CountRow[]> {
  const params = new Params();
  return db.query<CountRow>(
    `select name, sum(n)::bigint as n, sum(flagged)::bigint as flagged
     from score_rollups where ${conditionOf(question, params)} group by name`,
    params.values,
  );
}

interface LabelRow {
  readonly name: SafetyScore;
  readonly label: string;
  readonly count: number;
}

function labelsOf(db: Queryable, question: SafetyQuestion): Promise<LabelRow[]> {
  const params = new Params();
  return db.query<LabelRow>(
    `select name, l.key as label, sum(l.value::bigint)::bigint as count
     from score_rollups cross join lateral jsonb_each_text(labels) as l(key, value)
     where ${conditionOf(question, params)} and l.key <> all(${params.add(FINE)}::text[])
     group by 1, 2 order by count desc, label limit 200`,
    params.values,
  );
}

function toLabel({ label, count }: LabelRow): { label: string; count: number } {
  return { label, count };
}

/** Every bucket of the range, empty ones too. */
async function pointsOf(db: Queryable, question: SafetyQuestion): Promise<Reply['points']> {
  const { projectId, range, interval, model } = question;
  const whole = wholeUnits(range, interval);
  const params = new Params();
  const rows = await db.query<CountRow & { at: Date }>(
    `select at, name, sum(n)::bigint as n, sum(flagged)::bigint as flagged
     from score_rollups
     where project_id = ${params.add(projectId)} and grain = ${params.add(interval)}
       and at >= ${params.add(whole.from)} and at < ${params.add(whole.to)}
       and name = any(${params.add([...SAFETY_SCORES])}::text[]) and source <> 'human'
       ${model === undefined ? '' : `and model = ${params.add(model)}`}
     group by 1, 2 order by 1, 2`,
    params.values,
  );
  const byTime = Map.groupBy(rows, ({ at }) => at.getTime());
  return unitStarts(whole, interval).map((at) => ({
    at: at.toISOString(),
    types: (byTime.get(at.getTime()) ?? []).map(({ name, n, flagged }) => ({
      name,
      n,
      flagged,
      rate: rateInterval(flagged, n),
    })),
  }));
}

interface FlagRow {
  readonly interactionId: string;
  readonly userId: string | null;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
}

async function whoseFlags(
  db: Queryable,
  question: SafetyQuestion,
): Promise<Pick<Reply, 'users' | 'prompts' | 'lookedAt'>> {
  const rows = await newestFlags(db, question);
  const users = grouped(rows, ({ userId }) => JSON.stringify(userId));
  const prompts = grouped(rows, ({ promptName, promptVersion }) =>
    JSON.stringify([promptName, promptVersion]),
  );
  return {
    users: users.map(({ first, ...counts }) => ({ userId: first.userId, ...counts })),
    prompts: prompts.map(({ first, ...counts }) => ({
      promptName: first.promptName,
      promptVersion: first.promptVersion,
      ...counts,
    })),
    lookedAt: rows.length,
  };
}

function newestFlags(
  db: Queryable,
  { projectId, range, model }: SafetyQuestion,
): Promise<FlagRow[]> {
  return db.query<FlagRow>(
    `select s.interaction_id as "interactionId", s.user_id as "userId",
            i.prompt_name as "promptName", i.prompt_version as "promptVersion"
     from (
       select interaction_id, interaction_created_at, user_id from scores
       where project_id = $1 and flagged and created_at >= $2 and created_at < $3
         and name = any($4::text[]) and source <> 'human' and ($5::text is null or model = $5)
       order by created_at desc, id desc limit ${LOOKED_AT}
     ) s
     join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id`,
    [projectId, range.from, range.to, [...SAFETY_SCORES], model ?? null],
  );
}

/** Groups with most flags first; `interactions` counts each call once. */
function grouped(
  rows: readonly FlagRow[],
  keyOf: (row: FlagRow) => string,
): { first: FlagRow; flagged: number; interactions: number }[] {
  return [...Map.groupBy(rows, keyOf).values()]
    .flatMap((own) => {
      const [first] = own;
      const interactions = new Set(own.map(({ interactionId }) => interactionId)).size;
      return first === undefined ? [] : [{ first, flagged: own.length, interactions }];
    })
    .sort((a, b) => b.flagged - a.flagged || b.interactions - a.interactions)
    .slice(0, MOST);
}
