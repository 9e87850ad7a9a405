import type { Log } from '../core/log.ts';
import type { Queryable } from '../store/database.ts';
import { keepFresh, type Refresh } from '../store/keep-fresh.ts';

/** How a project keeps answers; only of projects that do. */
export interface CachePolicy {
  readonly projectId: string;
  readonly ttlSeconds: number;
  readonly maxBytes: number;
  readonly operations: readonly string[];
  readonly onlyDeterministic: boolean;
  readonly perUser: boolean;
  /** Answers of an earlier epoch were thrown away. */
  readonly epoch: number;
}

/** The policies of all projects that keep answers; plain data, so that it can be posted to other processes. */
export interface CacheSnapshot {
  readonly version: number;
  readonly policies: readonly CachePolicy[];
}

/** The policies in memory. Keeps its last snapshot while the database is away. */
export class CacheDirectory {
  #policies = new Map<string, CachePolicy>();
  #version: number | null = null;
  #onReplace: (() => void)[] = [];

  /** The version of the snapshot in use; null before the first. */
  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: CacheSnapshot): void {
    this.#policies = new Map(snapshot.policies.map((policy) => [policy.projectId, policy]));
    this.#version = snapshot.version;
    for (const listener of this.#onReplace) listener();
  }

  /** Null for a project that keeps no answers. */
  policy(projectId: string): CachePolicy | null {
    return this.#policies.get(projectId) ?? null;
  }

  /** Called after every change; there is no way back, a cache lives as long as its directory. */
  onReplace(listener: () => void): void {
    this.#onReplace.push(listener);
  }
}

/** The policies that hold now, of all projects. */
export async function readCacheSnapshot(database: Queryable): Promise<CacheSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readCacheVersion(database);
  const policies = await database.query<{
    projectId: string;
    ttlSeconds: number;
    maxBytes: number;
    operations: string[];
    onlyDeterministic: boolean;
    perUser: boolean;
    epoch: number;
  }>(
    `select project_id as "projectId", ttl_seconds as "ttlSeconds", max_bytes as "maxBytes", operations,
       only_deterministic as "onlyDeterministic", per_user as "perUser", epoch
     from cache_settings where enabled order by project_id`,
  );
  return { version, policies };
}

async function readCacheVersion(database: Queryable): Promise<number> {
  const rows = await database.query<{ version: number }>('select version from cache_version');
  return Number(rows[0]?.version ?? 0);
}

/** Keeps the policies in memory within a second of those in the database. */
export function keepCacheFresh(deps: {
  readonly directory: CacheDirectory;
  readonly database: Queryable;
  readonly log: Log;
  readonly refreshMs?: number;
}): Refresh {
  const { directory, database, log, refreshMs } = deps;
  return keepFresh({
    holder: directory,
    readVersion: () => readCacheVersion(database),
    read: () => readCacheSnapshot(database),
    log,
    name: 'cache',
    refreshMs,
  });
}
