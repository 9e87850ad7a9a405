import { type DatasetItem, type ItemsAdded, MAX_DATASET_ITEMS } from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { type Asker, type DatasetDeps, findDataset, noDataset } from './dataset-store.ts';
import type { ItemContent } from './item-content.ts';

interface ItemRow {
  readonly id: string;
  readonly position: number;
  readonly key: string;
  readonly messages: DatasetItem['messages'];
  readonly reference: string | null;
  readonly context: string[];
  readonly variables: Record<string, string>;
  readonly metadata: Record<string, string>;
  readonly interaction_id: string | null;
}

const COLUMNS =
  'id, position, key, messages, reference, context, variables, metadata, interaction_id';

export interface ItemQuestion {
  readonly projectId: string;
  readonly datasetId: string;
  /** Null: the latest. */
  readonly version: number | null;
  /** The last place of the page before. */
  readonly after: number | null;
  readonly limit: number;
}

/** Items of a version in their order. Throws `not_found`. */
export async function listItems(db: Queryable, asked: ItemQuestion): Promise<DatasetItem[]> {
  const { projectId, datasetId, after, limit } = asked;
  const { latestVersion } = await findDataset(db, { projectId, id: datasetId });
  const version = asked.version ?? latestVersion;
  if (version > latestVersion) {
    throw new AppError('not_found', `The dataset has no version ${version}.`);
  }
  const rows = await db.query<ItemRow>(
    `select ${COLUMNS} from dataset_items
     where dataset_id = $1 and added_in <= $2 and (removed_in is null or removed_in > $2) and position > $3
     order by position limit $4`,
    [datasetId, version, after ?? 0, limit],
  );
  return rows.map(itemOf);
}

function itemOf(row: ItemRow): DatasetItem {
  return {
    id: row.id,
    position: row.position,
    key: row.key,
    messages: row.messages,
    reference: row.reference,
    context: row.context,
    variables: row.variables,
    metadata: row.metadata,
    interactionId: row.interaction_id,
  };
}

const PAGE_ITEMS = 500;

/** Every item of a version, page by page. Throws `not_found`. */
export async function* everyItem(
  db: Queryable,
  of: { readonly projectId: string; readonly datasetId: string; readonly version: number | null },
): AsyncGenerator<DatasetItem[]> {
  let after: number | null = null;
  for (;;) {
    const items: DatasetItem[] = await listItems(db, { ...of, after, limit: PAGE_ITEMS });
    if (items.length > 0) yield items;
    if (items.length < PAGE_ITEMS) return;
    after = items.at(-1)?.position ?? null;
  }
}

export interface Addition {
  readonly datasetId: string;
  readonly items: readonly ItemContent[];
  /** `replace`: what is not among the items leaves the new version. */
  readonly mode: 'append' | 'replace';
  /** The file that `items` are, and nothing but it. */
  readonly fileHash: string | null;
  readonly note: string;
}

/**
 * Adds items as a new version. What is there with the same key and content stays as it is; with another content the
 * new one takes its place. Without any change there is no new version. Throws `not_found`, and `payload_too_large`
 * beyond 50,000 items.
 */
export async function addItems(
  deps: DatasetDeps,
  asker: Asker,
  addition: Addition,
): Promise<ItemsAdded> {
  return await deps.database.transaction(async (tx) => {
    const draft = await openVersion(deps, tx, { ...asker, id: addition.datasetId });
    const present = await presentItems(tx, addition.datasetId);
    const fresh = addition.items.filter(
      ({ key, contentHash }) => present.get(key)?.hash !== contentHash,
    );
    const gone = leaving(present, addition, fresh);
    const items = present.size - gone.length + fresh.length;
    if (items > MAX_DATASET_ITEMS) {
      throw new AppError('payload_too_large', `A dataset holds at most ${MAX_DATASET_ITEMS} items`);
    }
    const changes = { added: fresh.length, removed: gone.length };
    const kept = addition.items.length - fresh.length;
    const isWhole = items === addition.items.length;
    const fileHash = isWhole ? addition.fileHash : null;
    if (fresh.length === 0 && gone.length === 0) {
      await noteFile(tx, draft, fileHash);
      return { ...changes, kept, version: draft.version };
    }
    await markRemoved(tx, draft, gone);
    await insertItems(deps, tx, { draft, items: fresh });
    const version = await closeVersion(tx, draft, { ...addition, fileHash, count: items });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'dataset.items_added',
      target: draft.name,
      details: { version, ...changes },
    });
    return { ...changes, kept, version };
  });
}

/** Takes one item out, as a new version. Throws `not_found`. */
export async function removeItem(
  deps: DatasetDeps,
  asker: Asker,
  { datasetId, itemId }: { readonly datasetId: string; readonly itemId: string },
): Promise<ItemsAdded> {
  return await deps.database.transaction(async (tx) => {
    const draft = await openVersion(deps, tx, { ...asker, id: datasetId });
    const present = await presentItems(tx, datasetId);
    if (![...present.values()].some(({ id }) => id === itemId)) {
      throw new AppError('not_found', 'The dataset has no such item.');
    }
    await markRemoved(tx, draft, [itemId]);
    const count = present.size - 1;
    const version = await closeVersion(tx, draft, { note: '', fileHash: null, count });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'dataset.item_removed',
      target: draft.name,
      details: { version, itemId },
    });
    return { version, added: 0, kept: count, removed: 1 };
  });
}

/** The version that is being made: one more than the latest. */
interface Draft extends Asker {
  readonly datasetId: string;
  readonly name: string;
  /** The latest so far. */
  readonly version: number;
  readonly nextPosition: number;
  readonly now: Date;
}

/** The update locks the dataset, so that two at once make two versions. */
async function openVersion(
  deps: DatasetDeps,
  tx: Queryable,
  { projectId, actor, id }: Asker & { readonly id: string },
): Promise<Draft> {
  const now = new Date(deps.clock.now());
  const [row] = await tx.query<{ name: string; latest_version: number; next_position: number }>(
    `update datasets set updated_at = $3 where project_id = $1 and id = $2
     returning name, latest_version, next_position`,
    [projectId, id, now],
  );
  if (row === undefined) throw noDataset();
  return {
    projectId,
    actor,
    datasetId: id,
    name: row.name,
    version: row.latest_version,
    nextPosition: row.next_position,
    now,
  };
}

type Present = ReadonlyMap<string, { readonly id: string; readonly hash: string }>;

async function presentItems(tx: Queryable, datasetId: string): Promise<Present> {
  const rows = await tx.query<{ id: string; key: string; content_hash: string }>(
    `select id, key, content_hash from dataset_items
     where dataset_id = $1 and removed_in is null limit ${MAX_DATASET_ITEMS + 1}`,
    [datasetId],
  );
  return new Map(rows.map(({ id, key, content_hash: hash }) => [key, { id, hash }]));
}

function leaving(present: Present, addition: Addition, fresh: readonly ItemContent[]): string[] {
  const replaced = new Set(fresh.map(({ key }) => key));
  const named = new Set(addition.items.map(({ key }) => key));
  return [...present].flatMap(([key, { id }]) =>
    replaced.has(key) || (addition.mode === 'replace' && !named.has(key)) ? [id] : [],
  );
}

async function markRemoved(tx: Queryable, draft: Draft, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    'update dataset_items set removed_in = $2 where dataset_id = $1 and id = any($3::uuid[])',
    [draft.datasetId, draft.version + 1, ids],
  );
}

async function insertItems(
  deps: DatasetDeps,
  tx: Queryable,
  { draft, items }: { readonly draft: Draft; readonly items: readonly ItemContent[] },
): Promise<void> {
  if (items.length === 0) return;
  await tx.copyIn({
    table: 'dataset_items',
    columns: [
      'id',
      'dataset_id',
      'project_id',
      'position',
      'added_in',
      'key',
      'content_hash',
      'messages',
      'reference',
      'context',
      'variables',
      'metadata',
      'interaction_id',
    ],
    rows: items.map((item, at) => [
      deps.newId(),
      draft.datasetId,
      draft.projectId,
      draft.nextPosition + at,
      draft.version + 1,
      item.key,
      item.contentHash,
      jsonText(item.messages),
      item.reference,
      jsonText(item.context),
      jsonText(item.variables),
      jsonText(item.metadata),
      item.interactionId,
    ]),
  });
  await tx.query('update datasets set next_position = $2 where id = $1', [
    draft.datasetId,
    draft.nextPosition + items.length,
  ]);
}

async function closeVersion(
  tx: Queryable,
  draft: Draft,
  made: { readonly count: number; readonly fileHash: string | null; readonly note: string },
): Promise<number> {
  const version = draft.version + 1;
  await tx.query(
    `insert into dataset_versions
       (dataset_id, version, project_id, items, file_hash, note, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      draft.datasetId,
      version,
      draft.projectId,
      made.count,
      made.fileHash,
      made.note,
      draft.now,
      draft.actor,
    ],
  );
  await tx.query('update datasets set latest_version = $2 where id = $1', [
    draft.datasetId,
    version,
  ]);
  return version;
}

async function noteFile(tx: Queryable, draft: Draft, fileHash: string | null): Promise<void> {
  if (fileHash === null) return;
  await tx.query(
    `update dataset_versions set file_hash = $3
     where dataset_id = $1 and version = $2 and file_hash is null`,
    [draft.datasetId, draft.version, fileHash],
  );
}
