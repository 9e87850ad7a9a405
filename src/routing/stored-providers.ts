import type {
  AuthStyle,
  NewProvider,
  Provider,
  ProviderChange,
  ProviderDialect,
  ProviderKind,
} from '../contract/routing.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable, SqlValue } from '../store/database.ts';
import { credentialHint, sealCredential } from './credential-box.ts';
import { checkedBaseUrl } from './guard-address.ts';
import { presetOf } from './presets.ts';
import type { SecretKey } from './secret-key.ts';
import type { ProviderEntry } from './snapshot.ts';

/** What changes of providers, models and routes need. */
export interface RoutingDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly secretKey: SecretKey;
  /** The providers without a row. */
  readonly always: readonly ProviderEntry[];
  /** Makes a change count in this process at once; others notice within a second. */
  refresh(): Promise<void>;
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

/** Who changes something, and in which project. */
export interface Actor {
  readonly projectId: string;
  readonly actor: string;
}

export interface ProviderRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly title: string;
  readonly kind: ProviderKind;
  readonly dialect: ProviderDialect;
  readonly base_url: string;
  readonly auth_style: AuthStyle;
  readonly credential: Uint8Array | null;
  readonly credential_key_id: string | null;
  readonly credential_hint: string | null;
  readonly api_version: string | null;
  readonly allow_link_local: boolean;
  readonly is_default: boolean;
  readonly enabled: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const MAX_PROVIDERS_OF_PROJECT = 200;
const COLUMNS = [
  'name',
  'title',
  'kind',
  'dialect',
  'base_url',
  'auth_style',
  'credential',
  'credential_key_id',
  'credential_hint',
  'api_version',
  'allow_link_local',
  'is_default',
  'enabled',
  'updated_at',
] as const;
type Values = Pick<ProviderRow, (typeof COLUMNS)[number]>;

/** A project's stored providers in the order they were made; `after` is the id of the last one before. */
export async function listProviders(
  database: Queryable,
  of: { readonly projectId: string; readonly after: string | null; readonly limit: number },
): Promise<Provider[]> {
  const rows = await database.query<ProviderRow>(
    `select * from providers where project_id = $1 and ($2::uuid is null or id > $2::uuid)
     order by id limit $3`,
    [of.projectId, of.after, of.limit],
  );
  return rows.map(toProvider);
}

/** One stored provider. Throws `not_found` when the project has none with this id. */
export async function findProvider(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<ProviderRow> {
  const rows = await database.query<ProviderRow>(
    'select * from providers where project_id = $1 and id = $2',
    [of.projectId, of.id],
  );
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such provider.');
  return row;
}

/**
 * Adds a provider. Throws `invalid_request` for a base URL that is none or is missing, `forbidden_address`
 * where it leads nowhere it may, and `conflict` when the name is taken or there are too many.
 */
export async function addProvider(
  deps: RoutingDeps,
  by: Actor,
  asked: NewProvider,
): Promise<Provider> {
  const provider = await deps.database.transaction((tx) => insertProvider(deps, tx, { by, asked }));
  await deps.refresh();
  return provider;
}

/** Adds a provider within a transaction; see `addProvider`. */
export async function insertProvider(
  deps: RoutingDeps,
  tx: Queryable,
  { by, asked }: { readonly by: Actor; readonly asked: NewProvider },
): Promise<Provider> {
  const id = deps.newId();
  const values = newValues(deps, id, asked);
  await assertNameFree(deps, tx, { projectId: by.projectId, name: values.name, id });
  const [count] = await tx.query<{ all: number }>(
    'select count(*) as all from providers where project_id = $1',
    [by.projectId],
  );
  if ((count?.all ?? 0) >= MAX_PROVIDERS_OF_PROJECT) {
    throw new AppError('conflict', `A project can have ${MAX_PROVIDERS_OF_PROJECT} providers.`);
  }
  if (values.is_default) await clearDefault(tx, { ...by, dialect: values.dialect, id });
  const places = COLUMNS.map((_, at) => `$${at + 4}`).join(', ');
  const rows = await tx.query<ProviderRow>(
    `insert into providers (id, project_id, created_at, ${COLUMNS.join(', ')})
     values ($1, $2, $3, ${places}) returning *`,
    [id, by.projectId, values.updated_at, ...COLUMNS.map((column) => sqlOf(values[column]))],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A provider was inserted and not returned.');
  const details = { name: row.name, kind: row.kind, baseUrl: row.base_url };
  await deps.recordDeed(tx, { ...by, action: 'provider.created', target: id, details });
  return toProvider(row);
}

function newValues(deps: RoutingDeps, id: string, asked: NewProvider): Values {
  const preset = presetOf(asked.kind);
  const baseUrl = asked.baseUrl ?? preset.baseUrl;
  if (baseUrl === null) {
    throw new AppError(
      'invalid_request',
      `baseUrl is needed for ${preset.title}, for example ${preset.baseUrlExample}.`,
      { details: { field: 'baseUrl' } },
    );
  }
  return {
    name: asked.name ?? asked.kind,
    title: asked.title ?? preset.title,
    kind: asked.kind,
    dialect: preset.dialect,
    base_url: normalUrl(baseUrl, asked.allowLinkLocal),
    auth_style: asked.authStyle ?? preset.authStyle,
    ...sealedValues(deps.secretKey, id, asked.credential),
    api_version: asked.apiVersion === undefined ? preset.apiVersion : asked.apiVersion,
    allow_link_local: asked.allowLinkLocal,
    is_default: asked.isDefault,
    enabled: asked.enabled,
    updated_at: new Date(deps.clock.now()),
  };
}

function normalUrl(text: string, allowLinkLocal: boolean): string {
  return checkedBaseUrl(text, { allowLinkLocal }).href.replace(/\/+$/, '');
}

type Sealed = Pick<Values, 'credential' | 'credential_key_id' | 'credential_hint'>;

function sealedValues(key: SecretKey, id: string, credential: string | null): Sealed {
  if (credential === null) {
    return { credential: null, credential_key_id: null, credential_hint: null };
  }
  const { keyId, sealed } = sealCredential(key, id, credential);
  return {
    credential: sealed,
    credential_key_id: keyId,
    credential_hint: credentialHint(credential),
  };
}

/**
 * Changes a provider. Throws `not_found`, `conflict`, `invalid_request` and `forbidden_address` as above, and
 * `invalid_request` when the origin of the base URL changes and a stored credential is not given anew.
 */
export async function changeProvider(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
  change: ProviderChange,
): Promise<Provider> {
  const changed = await deps.database.transaction(async (tx) => {
    const before = await findProvider(tx, by);
    const values = changedValues(deps, before, change);
    await assertNameFree(deps, tx, { ...by, name: values.name });
    if (values.is_default) await clearDefault(tx, { ...by, dialect: values.dialect });
    const sets = COLUMNS.map((column, at) => `${column} = $${at + 3}`).join(', ');
    const rows = await tx.query<ProviderRow>(
      `update providers set ${sets} where project_id = $1 and id = $2 returning *`,
      [by.projectId, by.id, ...COLUMNS.map((column) => sqlOf(values[column]))],
    );
    const [row] = rows;
    if (row === undefined) throw new AppError('not_found', 'There is no such provider.');
    const details = { name: row.name, ...visible(change) };
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'provider.changed',
      target: by.id,
      details,
    });
    return toProvider(row);
  });
  await deps.refresh();
  return changed;
}

/** The change as the audit log may show it. */
function visible({ credential, ...change }: ProviderChange): Record<string, unknown> {
  if (credential === undefined) return change;
  return { ...change, credential: credential === null ? 'removed' : 'replaced' };
}

function changedValues(deps: RoutingDeps, before: ProviderRow, change: ProviderChange): Values {
  const allowLinkLocal = change.allowLinkLocal ?? before.allow_link_local;
  const baseUrl = normalUrl(change.baseUrl ?? before.base_url, allowLinkLocal);
  const moved = new URL(baseUrl).origin !== new URL(before.base_url).origin;
  if (moved && before.credential !== null && change.credential === undefined) {
    throw new AppError(
      'invalid_request',
      'The base URL leads to another server: send the credential for it too, or credential: null.',
      { details: { field: 'credential' } },
    );
  }
  return {
    ...before,
    name: change.name ?? before.name,
    title: change.title ?? before.title,
    base_url: baseUrl,
    auth_style: change.authStyle ?? before.auth_style,
    ...(change.credential === undefined
      ? {}
      : sealedValues(deps.secretKey, before.id, change.credential)),
    api_version: change.apiVersion === undefined ? before.api_version : change.apiVersion,
    allow_link_local: allowLinkLocal,
    is_default: change.isDefault ?? before.is_default,
    enabled: change.enabled ?? before.enabled,
    updated_at: new Date(deps.clock.now()),
  };
}

/** Removes a provider with its models. Throws `not_found`, and `conflict` while a route leads to it. */
export async function removeProvider(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const { name } = await findProvider(tx, by);
    const routes = await tx.query<{ name: string }>(
      `select name from routes where project_id = $1
         and plan -> 'targets' @> jsonb_build_array(jsonb_build_object('providerId', $2::text))
       order by name limit 5`,
      [by.projectId, by.id],
    );
    if (routes.length > 0) {
      const names = routes.map((route) => route.name).join(', ');
      throw new AppError('conflict', `Routes lead to this provider: ${names}. Change them first.`);
    }
    await tx.query('delete from llm_models where project_id = $1 and provider_id = $2', [
      by.projectId,
      by.id,
    ]);
    await tx.query('delete from providers where project_id = $1 and id = $2', [
      by.projectId,
      by.id,
    ]);
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'provider.deleted',
      target: by.id,
      details: { name },
    });
  });
  await deps.refresh();
}

/** Without the id, which is no part of a deed. */
export function actorOf({ projectId, actor }: Actor): Actor {
  return { projectId, actor };
}

async function assertNameFree(
  deps: RoutingDeps,
  tx: Queryable,
  of: { readonly projectId: string; readonly name: string; readonly id: string },
): Promise<void> {
  const rows = await tx.query(
    'select 1 from providers where project_id = $1 and name = $2 and id <> $3',
    [of.projectId, of.name, of.id],
  );
  const builtIn = deps.always.some(({ name, kind }) => kind === 'demo' && name === of.name);
  if (rows.length > 0 || builtIn) {
    throw new AppError('conflict', `The name ${of.name} is taken by another provider.`, {
      details: { field: 'name' },
    });
  }
}

async function clearDefault(
  tx: Queryable,
  of: { readonly projectId: string; readonly dialect: ProviderDialect; readonly id: string },
): Promise<void> {
  await tx.query(
    'update providers set is_default = false where project_id = $1 and dialect = $2 and is_default and id <> $3',
    [of.projectId, of.dialect, of.id],
  );
}

function sqlOf(value: Values[keyof Values]): SqlValue {
  return value;
}

/** A row as the API shows it: the credential only by its hint. */
export function toProvider(row: ProviderRow): Provider {
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    kind: row.kind,
    dialect: row.dialect,
    baseUrl: row.base_url,
    authStyle: row.auth_style,
    hasCredential: row.credential !== null,
    credentialHint: row.credential_hint,
    apiVersion: row.api_version,
    allowLinkLocal: row.allow_link_local,
    isDefault: row.is_default,
    enabled: row.enabled,
    source: 'stored',
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** A provider of the environment, or the built-in one, as the API shows it. */
export function toShownProvider(entry: ProviderEntry): Provider {
  const demo = entry.kind === 'demo';
  const titles: Record<string, string> = {
    demo: 'Demo (built in)',
    'env-openai': 'OpenAI-compatible (environment)',
    'env-ollama': 'Ollama (environment)',
  };
  return {
    id: entry.id,
    name: entry.name,
    title: titles[entry.id] ?? entry.name,
    kind: entry.kind,
    dialect: entry.dialect,
    baseUrl: demo ? null : entry.baseUrl,
    authStyle: demo || entry.kind === 'ollama' ? 'none' : 'bearer',
    hasCredential: Object.keys(entry.credentialHeaders).length > 0,
    credentialHint: null,
    apiVersion: entry.apiVersion,
    allowLinkLocal: entry.allowLinkLocal,
    isDefault: entry.isDefault,
    enabled: entry.enabled,
    source: demo ? 'built_in' : 'environment',
    createdAt: null,
    updatedAt: null,
  };
}
