import type { LimitMetric, LimitScope } from '../contract/limits.ts';
import type { Log } from '../core/log.ts';
import type { Queryable } from '../store/database.ts';
import { keepFresh, type Refresh } from '../store/keep-fresh.ts';
import type { LimitSubject } from './gate.ts';
import { type Demand, type LimitRule, ProjectRules } from './rules.ts';

/** Every enabled rule; plain data, so that it can be posted to other processes. */
export interface LimitsSnapshot {
  readonly version: number;
  readonly rules: readonly LimitRule[];
}

const NONE: readonly Demand[] = [];

/** The rules in memory. Keeps its last snapshot while the database is away. */
export class LimitDirectory {
  #projects = new Map<string, ProjectRules>();
  #version: number | null = null;

  /** The version of the snapshot in use; null before the first. */
  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: LimitsSnapshot): void {
    const rules = Map.groupBy(snapshot.rules, ({ projectId }) => projectId);
    this.#projects = new Map([...rules].map(([id, its]) => [id, new ProjectRules(its)]));
    this.#version = snapshot.version;
  }

  /** Whether the project has any rule that holds. */
  applies(projectId: string): boolean {
    return this.#projects.has(projectId);
  }

  /** A rule that holds in a project; null when there is none of this id. */
  rule(projectId: string, id: string): LimitRule | null {
    return this.#projects.get(projectId)?.byId.get(id) ?? null;
  }

  /** What a call needs of each rule that holds for it; empty when none does. */
  demandsOf(subject: LimitSubject): readonly Demand[] {
    return this.#projects.get(subject.projectId)?.demandsOf(subject) ?? NONE;
  }
}

/** The rules that hold now, of all projects. */
export async function readLimitsSnapshot(database: Queryable): Promise<LimitsSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readLimitsVersion(database);
  const rules = await database.query<{
    id: string;
    projectId: string;
    scope: LimitScope;
    match: string;
    metric: LimitMetric;
    limit: number;
  }>(
    `select id, project_id as "projectId", scope, match, metric, most as "limit"
     from rate_limits where enabled order by id`,
  );
  return { version, rules };
}

async function readLimitsVersion(database: Queryable): Promise<number> {
  const rows = await database.query<{ version: number }>('select version from rate_limits_version');
  return Number(rows[0]?.version ?? 0);
}

/** Keeps the rules in memory within a second of those in the database. */
export function keepLimitsFresh(deps: {
  readonly directory: LimitDirectory;
  readonly database: Queryable;
  readonly log: Log;
  readonly refreshMs?: number;
}): Refresh {
  const { directory, database, log, refreshMs } = deps;
  return keepFresh({
    holder: directory,
    readVersion: () => readLimitsVersion(database),
    read: () => readLimitsSnapshot(database),
    log,
    name: 'limits',
    refreshMs,
  });
}
