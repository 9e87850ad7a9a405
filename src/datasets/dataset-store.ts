import type { Dataset, DatasetChange, DatasetVersion, NewDataset } from '../contract/datasets.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { sqlState } from '../store/database-error.ts';

export interface DatasetDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
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

/** Who asks, and in which project. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

const MAX_DATASETS = 1_000;

interface DatasetRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly latest_version: number;
  readonly items: number | null;
  readonly runs: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
}

const COLUMNS = `d.id, d.name, d.description, d.latest_version, d.created_at, d.created_by, d.updated_at,
  (select v.items from dataset_versions v where v.dataset_id = d.id and v.version = d.latest_version) as items,
  (select count(*) from dataset_runs r where r.dataset_id = d.id) as runs`;

/** Datasets of a project, newest first; `before` is the last id of the page before. */
export async function listDatasets(
  db: Queryable,
  of: { readonly projectId: string; readonly before: string | null; readonly limit: number },
): Promise<Dataset[]> {
  const rows = await db.query<DatasetRow>(
    `select ${COLUMNS} from datasets d
     where d.project_id = $1 and ($2::uuid is null or d.id < $2) order by d.id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(datasetOf);
}

/** One dataset by its id. Throws `not_found`. */
export async function findDataset(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<Dataset> {
  const [row] = await db.query<DatasetRow>(
    `select ${COLUMNS} from datasets d where d.project_id = $1 and d.id = $2`,
    [of.projectId, of.id],
  );
  if (row === undefined) throw noDataset();
  return datasetOf(row);
}

/** The newest version of any dataset that is just this file; null when there is none. */
export async function findFile(
  db: Queryable,
  of: { readonly projectId: string; readonly hash: string },
): Promise<{ dataset: Dataset; version: number } | null> {
  const [row] = await db.query<DatasetRow & { version: number }>(
    `select ${COLUMNS}, f.version from dataset_versions f join datasets d on d.id = f.dataset_id
     where f.project_id = $1 and f.file_hash = $2 order by f.created_at desc, f.version desc limit 1`,
    [of.projectId, of.hash],
  );
  return row === undefined ? null : { dataset: datasetOf(row), version: row.version };
}

export function noDataset(): AppError {
  return new AppError('not_found', 'There is no such dataset.');
}

function datasetOf(row: DatasetRow): Dataset {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    latestVersion: row.latest_version,
    items: row.items ?? 0,
    runs: row.runs,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
  };
}

/** An empty dataset, version 0. Throws `conflict` when the name is taken or the project has too many. */
export async function createDataset(
  deps: DatasetDeps,
  asker: Asker,
  { name, description }: NewDataset,
): Promise<Dataset> {
  const { projectId, actor } = asker;
  const id = deps.newId();
  const now = new Date(deps.clock.now());
  return await deps.database.transaction(async (tx) => {
    const [all] = await tx.query<{ n: number }>(
      'select count(*) as n from datasets where project_id = $1',
      [projectId],
    );
    if ((all?.n ?? 0) >= MAX_DATASETS) {
      throw new AppError('conflict', `A project can have ${MAX_DATASETS} datasets.`);
    }
    await namedOnce(() =>
      tx.query(
        `insert into datasets
           (id, project_id, name, description, latest_version, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, 0, $5, $6, $5)`,
        [id, projectId, name, description, now, actor],
      ),
    );
    const deed = { ...asker, action: 'dataset.created', target: name };
    await deps.recordDeed(tx, { ...deed, details: { id } });
    return await findDataset(tx, { projectId, id });
  });
}

async function namedOnce<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    throw new AppError('conflict', 'The project has a dataset of this name.', { cause: error });
  }
}

/** Names or describes a dataset anew. Throws `not_found` and `conflict`. */
export async function changeDataset(
  deps: DatasetDeps,
  asker: Asker,
  { id, change }: { readonly id: string; readonly change: DatasetChange },
): Promise<Dataset> {
  return await deps.database.transaction(async (tx) => {
    const rows = await namedOnce(() =>
      tx.query(
        `update datasets set name = coalesce($3, name), description = coalesce($4, description), updated_at = $5
         where project_id = $1 and id = $2 returning 1`,
        [
          asker.projectId,
          id,
          change.name ?? null,
          change.description ?? null,
          new Date(deps.clock.now()),
        ],
      ),
    );
    if (rows.length === 0) throw noDataset();
    await deps.recordDeed(tx, {
      ...asker,
      action: 'dataset.changed',
      target: id,
      details: change,
    });
    return await findDataset(tx, { projectId: asker.projectId, id });
  });
}

/** Removes a dataset with all its versions and runs. Throws `not_found`, and `conflict` while a run is under way. */
export async function removeDataset(deps: DatasetDeps, asker: Asker, id: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const dataset = await findDataset(tx, { projectId: asker.projectId, id });
    const open = await tx.query(
      "select 1 from dataset_runs where dataset_id = $1 and status = 'running' limit 1",
      [id],
    );
    if (open.length > 0) {
      throw new AppError('conflict', 'A run over this dataset is under way: pause or cancel it.');
    }
    await tx.query('delete from datasets where project_id = $1 and id = $2', [asker.projectId, id]);
    await deps.recordDeed(tx, {
      ...asker,
      action: 'dataset.deleted',
      target: dataset.name,
      details: { id, items: dataset.items, runs: dataset.runs },
    });
  });
}

interface VersionRow {
  readonly version: number;
  readonly items: number;
  readonly file_hash: string | null;
  readonly note: string;
  readonly created_at: Date;
  readonly created_by: string;
}

/** Versions of a dataset, newest first; `before` is the last number of the page before. Throws `not_found`. */
export async function listVersions(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly id: string;
    readonly before: number | null;
    readonly limit: number;
  },
): Promise<DatasetVersion[]> {
  await findDataset(db, of);
  const rows = await db.query<VersionRow>(
    `select version, items, file_hash, note, created_at, created_by from dataset_versions
     where dataset_id = $1 and ($2::integer is null or version < $2) order by version desc limit $3`,
    [of.id, of.before, of.limit],
  );
  return rows.map((row) => ({
    version: row.version,
    items: row.items,
    fileHash: row.file_hash,
    note: row.note,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  }));
}
