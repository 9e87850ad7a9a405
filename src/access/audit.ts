import type { AuditEntry } from '../contract/audit.ts';
import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';
import type { Queryable } from '../store/database.ts';

/** What somebody did. Details never hold secrets. */
export interface Deed {
  /** Null for what concerns the whole installation. */
  readonly projectId: string | null;
  readonly actor: string;
  readonly action: string;
  readonly target?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes a row of the audit log, in the transaction of the change itself. */
export async function recordDeed(
  tx: Queryable,
  deps: { clock: Clock; newId: NewId },
  deed: Deed,
): Promise<void> {
  await tx.query(
    `insert into audit_log (id, project_id, at, actor, action, target, details)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
    [
      deps.newId(),
      deed.projectId,
      new Date(deps.clock.now()),
      deed.actor,
      deed.action,
      deed.target ?? null,
      JSON.stringify(deed.details ?? {}),
    ],
  );
}

interface AuditRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string | null;
  readonly details: Record<string, unknown>;
}

/**
 * Newest deeds of a project, with those of the whole installation when `installation` is true;
 * `before` is the id of the last row of the page before.
 */
export async function listDeeds(
  database: Queryable,
  of: { projectId: string; installation: boolean; before: string | null; limit: number },
): Promise<AuditEntry[]> {
  const rows = await database.query<AuditRow>(
    `select id, project_id, at, actor, action, target, details from audit_log
     where (project_id = $1 or ($2::boolean and project_id is null))
       and ($3::uuid is null or id < $3::uuid)
     order by id desc limit $4`,
    [of.projectId, of.installation, of.before, of.limit],
  );
  return rows.map(({ project_id: projectId, at, ...row }) => ({
    ...row,
    projectId,
    at: at.toISOString(),
  }));
}
