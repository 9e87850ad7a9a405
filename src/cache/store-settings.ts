import {
  CACHE_OPERATIONS,
  type CacheOperation,
  type CacheSettings,
  type CacheSettingsInput,
  DEFAULT_CACHE_SETTINGS,
} from '../contract/cache.ts';
import type { Clock } from '../core/clock.ts';
import type { Database, Queryable } from '../store/database.ts';

export interface CacheSettingsDeps {
  readonly database: Database;
  readonly clock: Clock;
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

interface SettingsRow {
  readonly enabled: boolean;
  readonly ttl_seconds: number;
  readonly max_bytes: number;
  readonly operations: string[];
  readonly only_deterministic: boolean;
  readonly per_user: boolean;
  readonly updated_at: Date | null;
}

const COLUMNS =
  'enabled, ttl_seconds, max_bytes, operations, only_deterministic, per_user, updated_at';

/** A project's settings; the defaults when it never changed them. */
export async function readSettings(database: Queryable, projectId: string): Promise<CacheSettings> {
  const [row] = await database.query<SettingsRow>(
    `select ${COLUMNS} from cache_settings where project_id = $1`,
    [projectId],
  );
  return row === undefined ? DEFAULT_CACHE_SETTINGS : toSettings(row);
}

/** Replaces a project's settings. Who shares answers with whom is part of their key, so none has to be removed. */
export async function writeSettings(
  deps: CacheSettingsDeps,
  of: Who,
  settings: CacheSettingsInput,
): Promise<CacheSettings> {
  const operations = CACHE_OPERATIONS.filter((operation) =>
    settings.operations.includes(operation),
  );
  const written = await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<SettingsRow>(
      `insert into cache_settings (project_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (project_id) do update set enabled = excluded.enabled,
         ttl_seconds = excluded.ttl_seconds, max_bytes = excluded.max_bytes,
         operations = excluded.operations, only_deterministic = excluded.only_deterministic,
         per_user = excluded.per_user, updated_at = excluded.updated_at
       returning ${COLUMNS}`,
      [
        of.projectId,
        settings.enabled,
        settings.ttlSeconds,
        settings.maxBytes,
        operations,
        settings.onlyDeterministic,
        settings.perUser,
        new Date(deps.clock.now()),
      ],
    );
    if (row === undefined) throw new Error('Settings were written and not returned.');
    await deps.recordDeed(tx, {
      ...of,
      action: 'cache.changed',
      target: of.projectId,
      details: { ...settings, operations },
    });
    return toSettings(row);
  });
  await deps.changed();
  return written;
}

/** Makes every answer kept so far one that is never found again, in every process and in Redis. */
export async function emptyCache(deps: CacheSettingsDeps, of: Who): Promise<void> {
  const settings = DEFAULT_CACHE_SETTINGS;
  await deps.database.transaction(async (tx) => {
    await tx.query(
      `insert into cache_settings (project_id, ${COLUMNS}, epoch)
       values ($1, $2, $3, $4, $5, $6, $7, null, 1)
       on conflict (project_id) do update set epoch = cache_settings.epoch + 1`,
      [
        of.projectId,
        settings.enabled,
        settings.ttlSeconds,
        settings.maxBytes,
        settings.operations,
        settings.onlyDeterministic,
        settings.perUser,
      ],
    );
    const deed = { ...of, action: 'cache.emptied', target: of.projectId, details: {} };
    await deps.recordDeed(tx, deed);
  });
  await deps.changed();
}

function toSettings(row: SettingsRow): CacheSettings {
  return {
    enabled: row.enabled,
    ttlSeconds: row.ttl_seconds,
    maxBytes: row.max_bytes,
    operations: row.operations.filter(isOperation),
    onlyDeterministic: row.only_deterministic,
    perUser: row.per_user,
    updatedAt: row.updated_at?.toISOString() ?? null,
  };
}

function isOperation(name: string): name is CacheOperation {
  return (CACHE_OPERATIONS as readonly string[]).includes(name);
}
