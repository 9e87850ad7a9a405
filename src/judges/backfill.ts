import type { z } from 'zod';
import type { BackfillFilter, JudgeBackfill, NewJudgeBackfill } from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import { loadInteractions } from '../evaluation/load-subjects.ts';
import { sampleUnit } from '../evaluation/sample.ts';
import type { Queryable, SqlValue } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { estimate } from './preview.ts';
import { evaluatorOf, type Rubric } from './rubric.ts';
import type { JudgeDeps } from './run-task.ts';
import { judgeModelOf, type ProjectJudging } from './settings.ts';
import { addTasks } from './tasks.ts';

type Filter = BackfillFilter;

/** What a backfill judges: interactions of applications that fit and have no score by this version yet. */
function fitting(
  projectId: string,
  rubric: Pick<Rubric, 'name' | 'version'>,
  filter: Filter,
): { readonly conditions: string[]; readonly values: SqlValue[] } {
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  const from = add(new Date(filter.from));
  const to = add(new Date(filter.to));
  const range = (column: string): string => `${column} >= ${from} and ${column} < ${to}`;
  const scored = (condition: string): string =>
    `exists (select 1 from scores s where s.interaction_id = i.id and ${range('s.interaction_created_at')}
       and ${condition})`;
  const evaluator = add(evaluatorOf(rubric));
  const conditions = [
    `i.project_id = ${add(projectId)}`,
    range('i.created_at'),
    `i.status = 'success' and i.operation in ('chat', 'responses', 'completions')`,
    `i.origin not in ('judge', 'run')`,
    ...(filter.model === undefined ? [] : [`i.model = ${add(filter.model)}`]),
    ...(filter.promptName === undefined ? [] : [`i.prompt_name = ${add(filter.promptName)}`]),
    ...(filter.tag === undefined ? [] : [`${add(filter.tag)} = any(i.tags)`]),
    ...(filter.flagged === undefined
      ? []
      : [`${filter.flagged ? '' : 'not '}${scored('s.flagged')}`]),
    `not ${scored(`s.evaluator = ${evaluator} and s.evaluator_version like ${add(`${rubric.version}@%`)}`)}`,
  ];
  return { conditions, values };
}

export interface BackfillQuestion {
  readonly projectId: string;
  readonly rubric: Rubric;
  readonly judging: ProjectJudging;
  readonly wanted: z.infer<typeof NewJudgeBackfill>;
}

const SAMPLED = 20;
const MOST_COUNTED = 1_000_000;

/** How many interactions a backfill would judge, and for how much, by a sample of them. */
export async function estimateBackfill(
  deps: Pick<JudgeDeps, 'database' | 'price' | 'clock' | 'defaults'>,
  { projectId, rubric, judging, wanted }: BackfillQuestion,
): Promise<{ interactions: number; model: string; perInteractionMicroUsd: number | null }> {
  const { database } = deps;
  const { conditions, values } = fitting(projectId, rubric, wanted.filter);
  const where = conditions.join(' and ');
  const [count] = await database.query<{ count: number }>(
    `select count(*) as count from (select 1 from interactions i where ${where} limit ${MOST_COUNTED}) f`,
    values,
  );
  const places = await database.query<{ interactionId: string; interactionCreatedAt: Date }>(
    `select i.id as "interactionId", i.created_at as "interactionCreatedAt" from interactions i
     where ${where} order by i.created_at desc, i.id desc limit ${SAMPLED}`,
    values,
  );
  const model = judgeModelOf(judging, rubric, deps.defaults);
  const sampled =
    places.length === 0
      ? []
      : [
          ...(
            await loadInteractions(
              database,
              places.map((place) => ({ ...place, projectId })),
            )
          ).values(),
        ];
  const cost = await estimate(deps, { projectId, rubric, model, interactions: sampled });
  const perInteractionMicroUsd =
    cost === null || sampled.length === 0 ? cost : Math.ceil(cost / sampled.length);
  const interactions = Math.min(wanted.limit, Math.ceil((count?.count ?? 0) * wanted.share));
  return { interactions, model, perInteractionMicroUsd };
}

interface BackfillRow {
  readonly id: string;
  readonly rubric: string;
  readonly version: number;
  readonly filter: Filter;
  readonly share: number;
  readonly most: number;
  readonly state: JudgeBackfill['state'];
  readonly queued: number;
  readonly enumerated: boolean;
  readonly waiting: number;
  readonly set_aside: number;
  readonly created_at: Date;
  readonly created_by: string;
}

const COLUMNS = `b.id, b.rubric, b.version, b.filter, b.share, b.most, b.state, b.queued, b.enumerated,
  b.created_at, b.created_by,
  (select count(*) from judge_tasks t where t.backfill_id = b.id and t.set_aside_at is null) as waiting,
  (select count(*) from judge_tasks t where t.backfill_id = b.id and t.set_aside_at is not null) as set_aside`;

/** Stores a backfill that runs. */
export async function addBackfill(
  db: Queryable,
  of: { readonly id: string; readonly actor: string; readonly at: Date },
  { projectId, rubric, wanted }: BackfillQuestion,
): Promise<JudgeBackfill> {
  const rows = await db.query<BackfillRow>(
    `insert into judge_backfills as b
       (id, project_id, rubric, version, filter, share, most, state, created_at, created_by)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $7, 'running', $8, $9) returning ${COLUMNS}`,
    [
      of.id,
      projectId,
      rubric.name,
      rubric.version,
      jsonText(wanted.filter),
      wanted.share,
      wanted.limit,
      of.at,
      of.actor,
    ],
  );
  return toBackfill(oneOf(rows));
}

function oneOf(rows: readonly BackfillRow[]): BackfillRow {
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no backfill with this id.');
  return row;
}

function toBackfill(row: BackfillRow): JudgeBackfill {
  const { id, rubric, version, filter, share, queued, waiting } = row;
  const isDone = row.state === 'running' && row.enumerated && waiting === 0;
  return {
    ...{ id, rubric, version, filter, share, queued, waiting },
    state: isDone ? 'done' : row.state,
    setAside: row.set_aside,
    done: Math.max(0, queued - waiting - row.set_aside),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}

/** A project's backfills, newest first, after the given place. */
export async function listBackfills(
  db: Queryable,
  projectId: string,
  page: { readonly limit: number; readonly after: { at: Date; id: string } | null },
): Promise<JudgeBackfill[]> {
  const rows = await db.query<BackfillRow>(
    `select ${COLUMNS} from judge_backfills b
     where b.project_id = $1 and ($2::timestamptz is null
       or (date_trunc('milliseconds', b.created_at), b.id) < ($2, $3::uuid))
     order by date_trunc('milliseconds', b.created_at) desc, b.id desc limit $4`,
    [projectId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
  return rows.map(toBackfill);
}

/** Pauses, resumes or cancels; a cancelled one leaves what it judged. Throws `not_found`, `conflict`. */
export async function changeBackfill(
  tx: Queryable,
  of: { readonly projectId: string; readonly id: string; readonly state: JudgeBackfill['state'] },
): Promise<JudgeBackfill> {
  const rows = await tx.query<BackfillRow>(
    `update judge_backfills b set state = $3 where b.project_id = $1 and b.id = $2 and b.state <> 'cancelled'
     returning ${COLUMNS}`,
    [of.projectId, of.id, of.state],
  );
  if (rows.length === 0) {
    const known = await tx.query(
      'select id from judge_backfills where project_id = $1 and id = $2',
      [of.projectId, of.id],
    );
    if (known.length > 0) throw new AppError('conflict', 'A cancelled backfill stays cancelled.');
  }
  const row = oneOf(rows);
  if (of.state !== 'cancelled') return toBackfill(row);
  await tx.query('delete from judge_tasks where backfill_id = $1', [of.id]);
  return toBackfill({ ...row, waiting: 0, set_aside: 0, queued: row.queued - row.waiting });
}

const PAGE = 2_000;

/** Queues what running backfills judge and have not queued yet; goes on after a crash, and queues nothing twice. */
export async function enumerateBackfills(
  deps: { readonly database: Queryable; readonly newId: NewId },
  signal: AbortSignal,
): Promise<void> {
  const rows = await deps.database.query<BackfillRow & { project_id: string }>(
    `select ${COLUMNS}, b.project_id from judge_backfills b
     where b.state = 'running' and not b.enumerated order by b.created_at limit 100`,
  );
  for (const row of rows) {
    if (signal.aborted) return;
    await enumerateOne(deps, row);
  }
}

async function enumerateOne(
  { database, newId }: { readonly database: Queryable; readonly newId: NewId },
  row: BackfillRow & { readonly project_id: string },
): Promise<void> {
  const rubric = { name: row.rubric, version: row.version };
  const { conditions, values } = fitting(row.project_id, rubric, row.filter);
  let queued = row.queued;
  let after: { at: string; id: string } | null = null;
  for (;;) {
    const next =
      after === null
        ? ''
        : `and (i.created_at, i.id) < ('${after.at}'::timestamptz, '${after.id}'::uuid)`;
    const found: { id: string; at: Date; atText: string }[] = await database.query(
      `select i.id, i.created_at as at, i.created_at::text as "atText" from interactions i
       where ${conditions.join(' and ')} ${next} order by i.created_at desc, i.id desc limit ${PAGE}`,
      values,
    );
    const drawn = found.filter(({ id }) => sampleUnit(id, `judge:${row.rubric}`) < row.share);
    const tasks = drawn.slice(0, Math.max(0, row.most - queued)).map(({ id, at }) => ({
      id: newId(),
      projectId: row.project_id,
      ...{ rubric: row.rubric, version: row.version, interactionId: id, interactionCreatedAt: at },
      stratum: 'backfill' as const,
      probability: row.share,
      backfillId: row.id,
    }));
    const added = await addTasks(database, tasks);
    queued += added;
    const last = found.at(-1);
    const ended = found.length < PAGE || last === undefined || queued >= row.most;
    await database.query(
      `update judge_backfills set queued = queued + $2, enumerated = $3 where id = $1`,
      [row.id, added, ended],
    );
    if (ended) return;
    after = { at: last.atText, id: last.id };
  }
}
