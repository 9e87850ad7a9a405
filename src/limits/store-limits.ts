import type { Limit, LimitChange, LimitMetric, LimitScope, NewLimit } from '../contract/limits.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { storedMatch } from './rules.ts';

export interface LimitDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Called after a change is committed, so that this process knows it at once. */
  changed(): Promise<void>;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
}

interface Who {
  readonly projectId: string;
  readonly actor: string;
}

interface LimitRow {
  readonly id: string;
  readonly scope: LimitScope;
  readonly match: string;
  readonly metric: LimitMetric;
  readonly most: number;
  readonly enabled: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, scope, match, metric, most, enabled, created_at, updated_at';
const MAX_LIMITS_OF_PROJECT = 1000;

/** A project's rules, newest first; `before` is the id of the last one of the page before. */
export async function listLimits(
  database: Queryable,
  of: { projectId: string; before: string | null; limit: number },
): Promise<Limit[]> {
  const rows = await database.query<LimitRow>(
    `select ${COLUMNS} from rate_limits
     where project_id = $1 and ($2::uuid is null or id < $2::uuid)
     order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(toLimit);
}

/**
 * Adds a rule. Throws `invalid_request` for a match that can be no subject of the scope, and `conflict` when the
 * project has a rule for the same subject and metric, or too many.
 */
export async function addLimit(deps: LimitDeps, of: Who, limit: NewLimit): Promise<Limit> {
  const match = storedMatch(limit.scope, limit.match);
  if (match === null) throw new AppError('invalid_request', wrongMatch(limit.scope));
  const now = new Date(deps.clock.now());
  const id = deps.newId();
  const added = await deps.database.transaction(async (tx) => {
    await assertRoom(tx, of.projectId);
    const [row] = await tx.query<LimitRow>(
      `insert into rate_limits (project_id, ${COLUMNS})
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       on conflict (project_id, scope, match, metric) do nothing returning ${COLUMNS}`,
      [of.projectId, id, limit.scope, match, limit.metric, limit.limit, limit.enabled, now],
    );
    if (row === undefined) {
      throw new AppError(
        'conflict',
        'The project has a limit for this subject and metric already.',
      );
    }
    const { scope, metric, enabled } = limit;
    const details = { scope, match, metric, limit: limit.limit, enabled };
    await deps.recordDeed(tx, { ...of, action: 'limit.created', target: id, details });
    return toLimit(row);
  });
  await deps.changed();
  return added;
}

/** Changes a rule. Throws `not_found` when the project has no such rule. */
export async function changeLimit(
  deps: LimitDeps,
  of: Who & { readonly id: string },
  change: LimitChange,
): Promise<Limit> {
  const { id, projectId, actor } = of;
  const changed = await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<LimitRow>(
      `update rate_limits
       set most = coalesce($3, most), enabled = coalesce($4, enabled), updated_at = $5
       where id = $1 and project_id = $2 returning ${COLUMNS}`,
      [id, projectId, change.limit ?? null, change.enabled ?? null, new Date(deps.clock.now())],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such limit.');
    const deed = { projectId, actor, action: 'limit.changed', target: id, details: { ...change } };
    await deps.recordDeed(tx, deed);
    return toLimit(row);
  });
  await deps.changed();
  return changed;
}

/** Removes a rule. Throws `not_found` when the project has no such rule. */
export async function removeLimit(deps: LimitDeps, of: Who, id: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ scope: string; match: string; metric: string }>(
      `delete from rate_limits where id = $1 and project_id = $2 returning scope, match, metric`,
      [id, of.projectId],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such limit.');
    await deps.recordDeed(tx, { ...of, action: 'limit.deleted', target: id, details: { ...row } });
  });
  await deps.changed();
}

async function assertRoom(tx: Queryable, projectId: string): Promise<void> {
  const [row] = await tx.query<{ n: number }>(
    'select count(*) as n from rate_limits where project_id = $1',
    [projectId],
  );
  if ((row?.n ?? 0) < MAX_LIMITS_OF_PROJECT) return;
  throw new AppError('conflict', `A project can have ${MAX_LIMITS_OF_PROJECT} limits.`);
}

function wrongMatch(scope: LimitScope): string {
  if (scope === 'project') return 'A limit for the project has the match *.';
  return 'A limit for an address needs an IPv4 or IPv6 address, or *.';
}

function toLimit(row: LimitRow): Limit {
  const { id, scope, match, metric, most, enabled } = row;
  const times = {
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
  return { id, scope, match, metric, limit: most, enabled, ...times };
}
