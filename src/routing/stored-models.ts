import type { Model, ModelChange, NewModel } from '../contract/routing.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { ProviderEntry } from './snapshot.ts';
import { type Actor, actorOf, type RoutingDeps } from './stored-providers.ts';

interface ModelRow {
  readonly id: string;
  readonly provider_id: string;
  readonly provider_name: string | null;
  readonly name: string;
  readonly alias: string | null;
  readonly title: string;
  readonly enabled: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const MAX_MODELS_OF_PROJECT = 2000;

/** The provider's name comes with its row; those without a row are known by `toModel`. */
const SELECT = `select m.*, p.name as provider_name from llm_models m
  left join providers p on p.project_id = m.project_id and p.id::text = m.provider_id`;

/** A project's models in the order they were made; `after` is the id of the last one before. */
export async function listModels(
  deps: Pick<RoutingDeps, 'database' | 'always'>,
  of: {
    readonly projectId: string;
    readonly providerId: string | null;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<Model[]> {
  const rows = await deps.database.query<ModelRow>(
    `${SELECT} where m.project_id = $1 and ($2::text is null or m.provider_id = $2)
       and ($3::uuid is null or m.id > $3::uuid) order by m.id limit $4`,
    [of.projectId, of.providerId, of.after, of.limit],
  );
  return rows.map((row) => toModel(row, deps.always));
}

async function findModel(
  deps: Pick<RoutingDeps, 'always'>,
  tx: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<Model> {
  const rows = await tx.query<ModelRow>(`${SELECT} where m.project_id = $1 and m.id = $2`, [
    of.projectId,
    of.id,
  ]);
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such model.');
  return toModel(row, deps.always);
}

/**
 * Adds a model. Throws `invalid_request` when the project has no such provider, and `conflict` when the provider
 * has the model already or there are too many.
 */
export async function addModel(deps: RoutingDeps, by: Actor, asked: NewModel): Promise<Model> {
  const model = await deps.database.transaction((tx) => insertModel(deps, tx, { by, asked }));
  await deps.refresh();
  return model;
}

/** Adds a model within a transaction; see `addModel`. */
export async function insertModel(
  deps: RoutingDeps,
  tx: Queryable,
  { by, asked }: { readonly by: Actor; readonly asked: NewModel },
): Promise<Model> {
  await assertProviders(deps, tx, { projectId: by.projectId, ids: [asked.providerId] });
  const id = deps.newId();
  await assertNew(tx, { ...by, id, providerId: asked.providerId, name: asked.name });
  const now = new Date(deps.clock.now());
  await tx.query(
    `insert into llm_models
       (id, project_id, provider_id, name, alias, title, enabled, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [
      id,
      by.projectId,
      asked.providerId,
      asked.name,
      asked.alias,
      asked.title ?? asked.name,
      asked.enabled,
      now,
    ],
  );
  const details = { name: asked.name, alias: asked.alias, providerId: asked.providerId };
  await deps.recordDeed(tx, { ...by, action: 'model.created', target: id, details });
  return findModel(deps, tx, { ...by, id });
}

/** Changes a model. Throws `not_found` and `conflict` as above. */
export async function changeModel(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
  change: ModelChange,
): Promise<Model> {
  const changed = await deps.database.transaction(async (tx) => {
    const before = await findModel(deps, tx, by);
    const { name = before.name, title = before.title, enabled = before.enabled } = change;
    const alias = change.alias === undefined ? before.alias : change.alias;
    await assertNew(tx, { ...by, providerId: before.providerId, name });
    await tx.query(
      `update llm_models set name = $3, alias = $4, title = $5, enabled = $6, updated_at = $7
       where project_id = $1 and id = $2`,
      [by.projectId, by.id, name, alias, title, enabled, new Date(deps.clock.now())],
    );
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'model.changed',
      target: by.id,
      details: { name, ...change },
    });
    return findModel(deps, tx, by);
  });
  await deps.refresh();
  return changed;
}

/** Removes a model. Throws `not_found`. */
export async function removeModel(
  deps: RoutingDeps,
  by: Actor & { readonly id: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const { name } = await findModel(deps, tx, by);
    await tx.query('delete from llm_models where project_id = $1 and id = $2', [
      by.projectId,
      by.id,
    ]);
    const details = { name };
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'model.deleted',
      target: by.id,
      details,
    });
  });
  await deps.refresh();
}

/** Throws `invalid_request` unless all ids are providers of the project or those without a row. */
export async function assertProviders(
  { always }: Pick<RoutingDeps, 'always'>,
  tx: Queryable,
  of: { readonly projectId: string; readonly ids: readonly string[] },
): Promise<void> {
  const wanted = [...new Set(of.ids)].filter((id) => always.every((entry) => entry.id !== id));
  const rows = await tx.query<{ id: string }>(
    'select id::text as id from providers where project_id = $1 and id::text = any($2::text[])',
    [of.projectId, wanted],
  );
  const found = new Set(rows.map(({ id }) => id));
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length === 0) return;
  throw new AppError('invalid_request', `There is no provider ${missing.join(', ')}.`, {
    details: { field: 'providerId', missing },
  });
}

async function assertNew(
  tx: Queryable,
  of: Actor & { readonly id: string; readonly providerId: string; readonly name: string },
): Promise<void> {
  const [row] = await tx.query<{ same: number; all: number }>(
    `select count(*) as all,
       count(*) filter (where provider_id = $2 and name = $3 and id <> $4) as same
     from llm_models where project_id = $1`,
    [of.projectId, of.providerId, of.name, of.id],
  );
  if ((row?.same ?? 0) > 0) {
    throw new AppError('conflict', `The provider has the model ${of.name} already.`);
  }
  if ((row?.all ?? 0) >= MAX_MODELS_OF_PROJECT) {
    throw new AppError('conflict', `A project can have ${MAX_MODELS_OF_PROJECT} models.`);
  }
}

function toModel(row: ModelRow, always: readonly ProviderEntry[]): Model {
  const builtIn = always.find(({ id }) => id === row.provider_id)?.name;
  return {
    id: row.id,
    providerId: row.provider_id,
    // The environment may name a provider no longer that models were made for.
    providerName: row.provider_name ?? builtIn ?? row.provider_id,
    name: row.name,
    alias: row.alias,
    title: row.title,
    enabled: row.enabled,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
