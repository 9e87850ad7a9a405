import { idTimeMs } from '../core/ids.ts';
import type { Queryable } from '../store/database.ts';
import { INTERACTION_COLUMNS, type StoredInteraction, type StoredScore } from './stored-row.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** How far from the time in its id an interaction is looked for, nearest first: each step reads more of the index. */
const NEIGHBOURHOODS_MS = [2 * SECOND_MS, HOUR_MS, 36 * HOUR_MS] as const;
const SCORE_COLUMNS = `id, project_id, created_at, interaction_id, interaction_created_at, model, user_id, name, value,
  native_value, label, reason, source, evaluator, evaluator_version, flagged, details`;

/**
 * One interaction of a project, or null. Ids made here carry their time, so that few partitions are read; an id of
 * another making is found through its scores, and at last by looking everywhere.
 */
export async function findInteraction(
  database: Queryable,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<StoredInteraction | null> {
  for (const around of hasTime(id) ? NEIGHBOURHOODS_MS : []) {
    const at = idTimeMs(id);
    const found = await findBetween(database, {
      projectId,
      id,
      from: new Date(at - around),
      to: new Date(at + around),
    });
    if (found !== null) return found;
  }
  const [scored] = await database.query<{ at: Date }>(
    `select interaction_created_at as at from scores where interaction_id = $1 and project_id = $2 limit 1`,
    [id, projectId],
  );
  const nearScore = scored && { from: scored.at, to: new Date(scored.at.getTime() + 1) };
  if (nearScore !== undefined) return await findBetween(database, { projectId, id, ...nearScore });
  const everywhere = { from: new Date(0), to: new Date('9999-01-01T00:00:00Z') };
  return hasTime(id) ? null : await findBetween(database, { projectId, id, ...everywhere });
}

/** Versions 7 and 8 are ours and begin with a time. */
function hasTime(id: string): boolean {
  return id[14] === '7' || id[14] === '8';
}

async function findBetween(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string; readonly from: Date; readonly to: Date },
): Promise<StoredInteraction | null> {
  const [row] = await database.query<StoredInteraction>(
    `select ${INTERACTION_COLUMNS} from interactions i
     where i.created_at >= $1 and i.created_at <= $2 and i.id = $3 and i.project_id = $4 limit 1`,
    [of.from, of.to, of.id, of.projectId],
  );
  return row ?? null;
}

/** All scores of one interaction, oldest first, at most 500. */
export async function scoresOf(
  database: Queryable,
  interaction: StoredInteraction,
): Promise<StoredScore[]> {
  return await database.query<StoredScore>(
    `select ${SCORE_COLUMNS} from scores
     where interaction_created_at = $1::timestamptz and interaction_id = $2 order by created_at, id limit 500`,
    [interaction.at_text, interaction.id],
  );
}

/** The scores of the rows of one page, by interaction. */
export async function scoresOfPage(
  database: Queryable,
  rows: readonly StoredInteraction[],
): Promise<ReadonlyMap<string, StoredScore[]>> {
  const byInteraction = new Map<string, StoredScore[]>();
  const newest = rows[0];
  const oldest = rows.at(-1);
  if (newest === undefined || oldest === undefined) return byInteraction;
  const scores = await database.query<StoredScore>(
    `select ${SCORE_COLUMNS} from scores
     where interaction_created_at between $1::timestamptz and $2::timestamptz
       and interaction_id = any($3::uuid[])
     order by name, created_at`,
    [oldest.at_text, newest.at_text, rows.map((row) => row.id)],
  );
  for (const score of scores) {
    const group = byInteraction.get(score.interaction_id) ?? [];
    byInteraction.set(score.interaction_id, group);
    group.push(score);
  }
  return byInteraction;
}
