import type { RouteTarget } from '../contract/routing.ts';
import type { Log } from '../core/log.ts';
import type { Queryable } from '../store/database.ts';
import { openCredential } from './credential-box.ts';
import { credentialHeaders } from './presets.ts';
import type { SecretKey } from './secret-key.ts';
import type {
  ModelEntry,
  ProviderEntry,
  RouteEntry,
  RoutePolicy,
  RoutingSnapshot,
} from './snapshot.ts';
import type { ProviderRow } from './stored-providers.ts';

/** The number that changes whenever providers, models or routes do. */
export async function readRoutingVersion(database: Queryable): Promise<number> {
  const rows = await database.query<{ version: number }>('select version from routing_version');
  return Number(rows[0]?.version ?? 0);
}

/** Ids of the secret keys that credentials were encrypted with. */
export async function keyIdsInUse(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    // Channels of the environment are sealed anew at every start.
    `select distinct credential_key_id as id from providers where credential_key_id is not null
     union
     select distinct split_part(secrets, '.', 1) from channels
     where secrets is not null and managed_by = 'api'`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Everything about providers, models and routes, credentials decrypted. A provider whose credential does not
 * open stays, with its problem told.
 */
export async function readRoutingSnapshot(
  database: Queryable,
  key: SecretKey,
  log: Log,
): Promise<RoutingSnapshot> {
  // The version is read first: a change in between is seen at the next check instead of missed.
  const version = await readRoutingVersion(database);
  const providers = await database.query<ProviderRow>('select * from providers order by id');
  const models = await database.query<ModelRow>(
    `select project_id, provider_id, name, alias, enabled, created_at from llm_models order by id`,
  );
  const routes = await database.query<RouteRow>(
    'select id, project_id, name, enabled, plan, created_at from routes order by id',
  );
  return {
    version,
    providers: providers.map((row) => toEntry(row, key, log)),
    models: models.map(toModel),
    routes: routes.map(toRoute),
  };
}

function toEntry(row: ProviderRow, key: SecretKey, log: Log): ProviderEntry {
  const sealed =
    row.credential === null || row.credential_key_id === null
      ? null
      : { keyId: row.credential_key_id, sealed: row.credential };
  const credential = sealed === null ? null : openCredential(key, row.id, sealed);
  const problem =
    sealed !== null && credential === null
      ? 'its credential was encrypted with another secret key; enter it again'
      : null;
  if (problem !== null)
    log.error({ provider: row.name, keyId: sealed?.keyId }, 'routing: a credential does not open');
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    kind: row.kind,
    dialect: row.dialect,
    baseUrl: row.base_url,
    credentialHeaders: credentialHeaders(row.auth_style, credential),
    apiVersion: row.api_version,
    allowLinkLocal: row.allow_link_local,
    isDefault: row.is_default,
    enabled: row.enabled,
    problem,
    revision: row.updated_at.toISOString(),
  };
}

interface ModelRow {
  readonly project_id: string;
  readonly provider_id: string;
  readonly name: string;
  readonly alias: string | null;
  readonly enabled: boolean;
  readonly created_at: Date;
}

function toModel(row: ModelRow): ModelEntry {
  return {
    projectId: row.project_id,
    providerId: row.provider_id,
    name: row.name,
    alias: row.alias,
    enabled: row.enabled,
    createdAtSeconds: Math.floor(row.created_at.getTime() / 1000),
  };
}

/** The plan was checked by its schema when it was written. */
interface RouteRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly plan: RoutePolicy & { readonly targets: readonly RouteTarget[] };
  readonly created_at: Date;
}

function toRoute(row: RouteRow): RouteEntry {
  return {
    ...row.plan,
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    enabled: row.enabled,
    createdAtSeconds: Math.floor(row.created_at.getTime() / 1000),
  };
}
