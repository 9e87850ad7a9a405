import type { NewRepricing, Repricing } from '../contract/costs.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { PriceDeps } from './own-prices.ts';

/** A row of `repricings`. */
export interface RepricingRow {
  readonly id: string;
  readonly project_id: string;
  readonly from_at: Date;
  readonly to_at: Date;
  readonly model: string | null;
  readonly status: Repricing['status'];
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly total: number | null;
  readonly scanned: number;
  readonly changed: number;
  readonly before_micro_usd: number;
  readonly after_micro_usd: number;
  readonly error: string | null;
}

export const REPRICING_COLUMNS = `id, project_id, from_at, to_at, model, status, created_at, started_at, finished_at,
  total, scanned, changed, before_micro_usd, after_micro_usd, error`;

export interface RepricingDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly recordDeed: PriceDeps['recordDeed'];
}

const MAX_RANGE_MS = 400 * 86_400_000;

/**
 * Notes that calls of a range are to be priced anew. Throws `invalid_request` for a range that is empty or longer than
 * 400 days, and `conflict` while another re-pricing of the project is not over.
 */
export async function addRepricing(
  deps: RepricingDeps,
  of: { readonly projectId: string; readonly actor: string },
  wish: NewRepricing,
): Promise<Repricing> {
  const [from, to] = [new Date(wish.from), new Date(wish.to)];
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs <= 0) throw new AppError('invalid_request', 'from must be before to.');
  if (lengthMs > MAX_RANGE_MS) {
    throw new AppError('invalid_request', 'The range must not be longer than 400 days.');
  }
  const id = deps.newId();
  return await deps.database.transaction(async (tx) => {
    // Two requests at once must not both find nothing open.
    await tx.query("select pg_advisory_xact_lock(hashtext('repricing'), hashtext($1))", [
      of.projectId,
    ]);
    const open = await tx.query(
      "select 1 from repricings where project_id = $1 and status in ('queued', 'running')",
      [of.projectId],
    );
    if (open.length > 0) {
      throw new AppError('conflict', 'Calls of the project are being priced anew already.');
    }
    const [row] = await tx.query<RepricingRow>(
      `insert into repricings (id, project_id, from_at, to_at, model, status, created_at)
       values ($1, $2, $3, $4, $5, 'queued', $6) returning ${REPRICING_COLUMNS}`,
      [id, of.projectId, from, to, wish.model, new Date(deps.clock.now())],
    );
    if (row === undefined) throw new Error('A re-pricing was inserted and not returned.');
    const details = { from: wish.from, to: wish.to, model: wish.model };
    await deps.recordDeed(tx, { ...of, action: 'prices.repriced', target: id, details });
    return repricingOf(row);
  });
}

/** Re-pricings of a project, newest first; `before` is the last id of the page before. */
export async function listRepricings(
  db: Queryable,
  of: { readonly projectId: string; readonly before: string | null; readonly limit: number },
): Promise<Repricing[]> {
  const rows = await db.query<RepricingRow>(
    `select ${REPRICING_COLUMNS} from repricings
     where project_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(repricingOf);
}

/** One re-pricing with its progress. Throws `not_found`. */
export async function readRepricing(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<Repricing> {
  const [row] = await db.query<RepricingRow>(
    `select ${REPRICING_COLUMNS} from repricings where id = $1 and project_id = $2`,
    [of.id, of.projectId],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such re-pricing.');
  return repricingOf(row);
}

/** Ends a re-pricing after the calls in hand; what is done stays. One that is over stays as it is. Throws `not_found`. */
export async function cancelRepricing(
  deps: RepricingDeps,
  of: { readonly projectId: string; readonly actor: string; readonly id: string },
): Promise<Repricing> {
  const { projectId, actor, id } = of;
  return await deps.database.transaction(async (tx) => {
    const rows = await tx.query(
      `update repricings set status = 'cancelled', finished_at = $3
       where id = $1 and project_id = $2 and status in ('queued', 'running') returning 1`,
      [id, projectId, new Date(deps.clock.now())],
    );
    const deed = { projectId, actor, action: 'prices.repricing_cancelled', target: id };
    if (rows.length > 0) await deps.recordDeed(tx, { ...deed, details: {} });
    return await readRepricing(tx, of);
  });
}

function repricingOf(row: RepricingRow): Repricing {
  return {
    id: row.id,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    model: row.model,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    total: row.total,
    scanned: row.scanned,
    changed: row.changed,
    beforeMicroUsd: row.before_micro_usd,
    afterMicroUsd: row.after_micro_usd,
    progress: progressOf(row),
    error: row.error,
  };
}

function progressOf({ status, total, scanned }: RepricingRow): number | null {
  if (status === 'done') return 1;
  if (total === null) return null;
  // Calls that come in meanwhile are looked at too.
  return total === 0 ? 0 : Math.min(1, scanned / total);
}
