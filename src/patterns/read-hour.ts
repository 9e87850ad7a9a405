import type { Queryable } from '../store/database.ts';
import type { Outcome } from './outcomes.ts';

/** A call with what its prompt says and how it went. */
export interface PromptedCall extends Outcome {
  readonly id: string;
  readonly createdAt: Date;
  readonly prompt: string;
}

export interface Hour {
  readonly projectId: string;
  readonly at: Date;
}

const PAGE_ROWS = 2_000;
const HOUR_MS = 3_600_000;
/** Operations whose prompt is somebody's words. */
const PROMPTED = ['chat', 'responses', 'completions'];
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

interface CallRow {
  readonly id: string;
  readonly at: Date;
  readonly at_text: string;
  readonly status: string;
  readonly prompt: string;
}

/** The calls of applications of one hour, oldest first, in pages. */
export async function* readHour(db: Queryable, hour: Hour): AsyncGenerator<PromptedCall[]> {
  const end = new Date(hour.at.getTime() + HOUR_MS);
  let after = { at_text: hour.at.toISOString(), id: FIRST_ID };
  for (;;) {
    const rows = await db.query<CallRow>(
      `select id, created_at as at, created_at::text as at_text, status, prompt_preview as prompt
       from interactions
       where project_id = $1 and created_at >= $2 and created_at < $3
         and (created_at, id) > ($4::text::timestamptz, $5::uuid)
         and operation = any($6::text[]) and origin not in ('judge', 'run')
       order by created_at, id limit ${PAGE_ROWS}`,
      [hour.projectId, hour.at, end, after.at_text, after.id, PROMPTED],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield await withOutcomes(db, hour.projectId, rows);
    if (rows.length < PAGE_ROWS) return;
    after = last;
  }
}

interface ScoreRow {
  readonly id: string;
  readonly overall: number | null;
  readonly flagged: boolean | null;
}

/** Quality is what the best source says: a person before a judge before a rule; below 3 of 5 it is low. */
async function withOutcomes(
  db: Queryable,
  projectId: string,
  rows: readonly CallRow[],
): Promise<PromptedCall[]> {
  const scores = await db.query<ScoreRow>(
    `select interaction_id as id, bool_or(flagged) filter (where source <> 'human') as flagged,
       (array_agg(value order by case source when 'human' then 0 when 'judge' then 1 else 2 end, created_at desc)
         filter (where name = 'overall'))[1] as overall
     from scores
     where project_id = $1 and interaction_created_at >= $2::text::timestamptz
       and interaction_created_at <= $3::text::timestamptz
     group by interaction_id`,
    [projectId, rows[0]?.at_text ?? null, rows.at(-1)?.at_text ?? null],
  );
  const byId = new Map(scores.map((score) => [score.id, score]));
  return rows.map(({ id, at, status, prompt }) => {
    const score = byId.get(id);
    const overall = score?.overall ?? null;
    return {
      ...{ id, createdAt: at, prompt },
      isError: status === 'error',
      isLow: overall === null ? null : overall < 0.5,
      isFlagged: score?.flagged ?? null,
    };
  });
}
