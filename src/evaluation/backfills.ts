import type { Backfill, BackfillFilters, NewBackfill } from '../contract/backfills.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import { askedRange } from '../core/time-range.ts';
import { hasFilters } from '../interactions/filters.ts';
import { estimateMatches } from '../interactions/list.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { Asker, SettingDeps } from './manage-settings.ts';

export interface BackfillDeps extends SettingDeps {
  readonly newId: NewId;
  /** The ids of a project that can be asked again: evaluators, custom rules, judges. */
  askable(db: Queryable, projectId: string): Promise<ReadonlySet<string>>;
  /** Tells whoever does the work that there is some; without it, it is found within seconds. */
  backfillChanged(): void;
}

interface BackfillRow {
  readonly id: string;
  readonly status: Backfill['status'];
  readonly evaluators: string[];
  readonly filters: BackfillFilters;
  readonly range_from: Date;
  readonly range_to: Date;
  readonly estimate: number | null;
  readonly reached: Date | null;
  readonly looked_at: number;
  readonly taken: number;
  readonly failed: number;
  readonly error: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
}

const COLUMNS = `id, status, evaluators, filters, range_from, range_to, estimate, reached, looked_at, taken,
  failed, error, created_at, created_by, updated_at, finished_at`;
/** Unfinished ones of a project. */
const MAX_OPEN = 20;

/** A project's backfills, newest first; `before` is the id of the last one of the page before. */
export async function listBackfills(
  db: Queryable,
  of: { projectId: string; before: string | null; limit: number },
): Promise<Backfill[]> {
  const rows = await db.query<BackfillRow>(
    `select ${COLUMNS} from evaluation_backfills
     where project_id = $1 and ($2::uuid is null or id < $2::uuid) order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(toBackfill);
}

/** One backfill. Throws `not_found`. */
export async function findBackfill(
  db: Queryable,
  of: { projectId: string; id: string },
): Promise<Backfill> {
  const [row] = await db.query<BackfillRow>(
    `select ${COLUMNS} from evaluation_backfills where project_id = $1 and id = $2`,
    [of.projectId, of.id],
  );
  if (row === undefined) throw notFound();
  return toBackfill(row);
}

/**
 * Begins to evaluate stored interactions again. Throws `invalid_request` for a range, filter or evaluator that is
 * none, and `conflict` when too many are open.
 */
export async function startBackfill(
  deps: BackfillDeps,
  asker: Asker,
  given: NewBackfill,
): Promise<Backfill> {
  const { projectId, actor } = asker;
  const now = new Date(deps.clock.now());
  const range = askedRange(given, now.getTime());
  const { filters } = given;
  // Throws for a filter that cannot be read.
  hasFilters(filters);
  const evaluators = [...new Set(given.evaluators)];
  await assertAskable(deps, projectId, evaluators);
  const estimate = await estimateMatches(deps.database, { projectId, range, filters });
  const id = deps.newId();
  const started = await deps.database.transaction(async (tx) => {
    await assertRoom(tx, projectId);
    const [row] = await tx.query<BackfillRow>(
      `insert into evaluation_backfills (id, project_id, status, evaluators, filters, range_from, range_to,
         estimate, created_at, created_by, updated_at)
       values ($1, $2, 'running', $3, $4::text::jsonb, $5, $6, $7, $8, $9, $8) returning ${COLUMNS}`,
      [id, projectId, evaluators, jsonText(filters), range.from, range.to, estimate, now, actor],
    );
    if (row === undefined) throw new Error('nothing was inserted');
    const details = { evaluators, filters, from: range.from, to: range.to };
    await deps.recordDeed(tx, { ...asker, action: 'backfill.started', target: id, details });
    return toBackfill(row);
  });
  deps.backfillChanged();
  return started;
}

async function assertAskable(
  deps: BackfillDeps,
  projectId: string,
  evaluators: readonly string[],
): Promise<void> {
  const askable = await deps.askable(deps.database, projectId);
  const unknown = evaluators.filter((id) => !askable.has(id));
  if (unknown.length > 0) {
    throw new AppError('invalid_request', `There are no such evaluators: ${unknown.join(', ')}.`);
  }
}

async function assertRoom(tx: Queryable, projectId: string): Promise<void> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*) as n from evaluation_backfills
     where project_id = $1 and status in ('running', 'paused')`,
    [projectId],
  );
  if ((row?.n ?? 0) < MAX_OPEN) return;
  throw new AppError('conflict', `A project can have ${MAX_OPEN} backfills that are not done.`);
}

export type BackfillDeed = 'pause' | 'resume' | 'cancel';

const DEEDS = {
  pause: { from: ['running'], to: 'paused', action: 'backfill.paused' },
  resume: { from: ['paused', 'failed'], to: 'running', action: 'backfill.resumed' },
  cancel: { from: ['running', 'paused', 'failed'], to: 'cancelled', action: 'backfill.cancelled' },
} as const;

/**
 * Pauses, resumes or cancels a backfill; what it did stays. Throws `not_found`, and `conflict` when it is not in a
 * state to be changed so.
 */
export async function changeBackfill(
  deps: BackfillDeps,
  asker: Asker,
  { id, deed }: { readonly id: string; readonly deed: BackfillDeed },
): Promise<Backfill> {
  const { from, to, action } = DEEDS[deed];
  const now = new Date(deps.clock.now());
  const changed = await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<BackfillRow>(
      `update evaluation_backfills
       set status = $3::text, claimed_until = null, error = null, updated_at = $4,
         finished_at = case when $3::text = 'cancelled' then $4::timestamptz end
       where project_id = $1 and id = $2 and status = any($5::text[]) returning ${COLUMNS}`,
      [asker.projectId, id, to, now, from],
    );
    if (row === undefined) {
      const { status } = await findBackfill(tx, { projectId: asker.projectId, id });
      throw new AppError('conflict', `The backfill is ${status}.`);
    }
    await deps.recordDeed(tx, { ...asker, action, target: id, details: {} });
    return toBackfill(row);
  });
  deps.backfillChanged();
  return changed;
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such backfill.');
}

function toBackfill(row: BackfillRow): Backfill {
  return {
    id: row.id,
    status: row.status,
    evaluators: row.evaluators,
    filters: row.filters,
    from: row.range_from.toISOString(),
    to: row.range_to.toISOString(),
    estimate: row.estimate,
    lookedAt: row.looked_at,
    taken: row.taken,
    failed: row.failed,
    progress: progressOf(row),
    error: row.error,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** By the count where it is known, else by how far back in time it has come. */
function progressOf({ status, estimate, looked_at, ...row }: BackfillRow): number {
  if (status === 'done') return 1;
  if (estimate !== null && estimate > 0) return Math.min(1, looked_at / estimate);
  if (row.reached === null) return 0;
  const whole = row.range_to.getTime() - row.range_from.getTime();
  return Math.min(1, Math.max(0, (row.range_to.getTime() - row.reached.getTime()) / whole));
}
