import type { AnchorDay, JudgeAnchor, NewJudgeAnchor } from '../contract/anchors.ts';
import type { DatasetItem } from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import { needRubric } from '../judges/rubric-store.ts';
import { meanInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { type Asker, type DatasetDeps, findDataset } from './dataset-store.ts';
import { everyItem } from './item-store.ts';

/** More answers than these say little more of a judge and cost every day. */
export const MOST_ANCHORS = 200;
const SHOWN_DAYS = 30;
const DAY_MS = 86_400_000;

/** A row of `judge_anchors`. */
export interface AnchorRow {
  readonly project_id: string;
  readonly rubric: string;
  readonly dataset_id: string;
  readonly dataset_version: number;
}

/** A fixed answer: an item that ends with one, or whose reference is one. */
export interface Anchor {
  readonly item: DatasetItem;
  readonly answer: string;
}

/** The answers of a set, the first {@link MOST_ANCHORS}. Throws `not_found` when the dataset is gone. */
export async function readAnchors(db: Queryable, set: AnchorRow): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  const of = {
    projectId: set.project_id,
    datasetId: set.dataset_id,
    version: set.dataset_version,
  };
  for await (const items of everyItem(db, of)) {
    anchors.push(...items.flatMap(anchorOf));
    if (anchors.length >= MOST_ANCHORS) break;
  }
  return anchors.slice(0, MOST_ANCHORS);
}

function anchorOf(item: DatasetItem): Anchor[] {
  const last = item.messages.at(-1);
  const answer = last?.role === 'assistant' ? last.content : item.reference;
  return answer === null || answer === '' ? [] : [{ item, answer }];
}

interface ListedRow extends AnchorRow {
  readonly name: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly judged_at: Date | null;
  readonly problem: string | null;
}

/** The anchor sets of a project by rubric, with what judges said of them in the last 30 days. */
export async function listAnchorSets(
  { database, clock }: Pick<DatasetDeps, 'database' | 'clock'>,
  projectId: string,
): Promise<JudgeAnchor[]> {
  const rows = await database.query<ListedRow>(
    `select a.*, d.name from judge_anchors a join datasets d on d.id = a.dataset_id
     where a.project_id = $1 order by a.rubric limit 200`,
    [projectId],
  );
  const days = await readDays(database, projectId, clock.now());
  return await Promise.all(
    rows.map(async (row) => ({
      rubric: row.rubric,
      datasetId: row.dataset_id,
      datasetName: row.name,
      datasetVersion: row.dataset_version,
      items: (await readAnchors(database, row)).length,
      createdAt: row.created_at.toISOString(),
      createdBy: row.created_by,
      judgedAt: row.judged_at?.toISOString() ?? null,
      problem: row.problem,
      days: days.get(row.rubric) ?? [],
    })),
  );
}

interface DayRow {
  readonly rubric: string;
  readonly day: string;
  readonly evaluator_version: string;
  readonly n: number;
  readonly sum: number;
  readonly sumsq: number;
}

async function readDays(
  db: Queryable,
  projectId: string,
  nowMs: number,
): Promise<Map<string, AnchorDay[]>> {
  const rows = await db.query<DayRow>(
    `select rubric, to_char(day, 'YYYY-MM-DD') as day, evaluator_version, count(*) as n, sum(value) as sum,
       sum(value * value) as sumsq
     from judge_anchor_verdicts where project_id = $1 and judged_at >= $2 and is_main
     group by rubric, day, evaluator_version order by day, min(judged_at)`,
    [projectId, new Date(nowMs - SHOWN_DAYS * DAY_MS)],
  );
  const days = new Map<string, AnchorDay[]>();
  for (const { rubric, day, evaluator_version: evaluatorVersion, n, sum, sumsq } of rows) {
    const current = meanInterval({ n, sum, sumOfSquares: sumsq }, { low: 0, high: 1 });
    days.set(rubric, [...(days.get(rubric) ?? []), { day, evaluatorVersion, current }]);
  }
  return days;
}

/**
 * Makes a version of a dataset the anchor set of a rubric, in place of the one before. Throws `not_found` for a rubric or
 * dataset that is not there, `invalid_request` for a version without answers.
 */
export async function setAnchor(
  deps: DatasetDeps,
  asker: Asker & { readonly rubric: string },
  { datasetId, version }: NewJudgeAnchor,
): Promise<void> {
  const { projectId, actor, rubric } = asker;
  await needRubric(deps.database, { projectId, name: rubric });
  const { latestVersion, name } = await findDataset(deps.database, { projectId, id: datasetId });
  const set = {
    project_id: projectId,
    rubric,
    dataset_id: datasetId,
    dataset_version: version ?? latestVersion,
  };
  if ((await readAnchors(deps.database, set)).length === 0) {
    throw new AppError(
      'invalid_request',
      'No item of this version ends with an answer or has a reference.',
    );
  }
  await deps.database.transaction(async (tx) => {
    await tx.query(
      `insert into judge_anchors (project_id, rubric, dataset_id, dataset_version, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (project_id, rubric) do update set dataset_id = excluded.dataset_id,
         dataset_version = excluded.dataset_version, created_at = excluded.created_at,
         created_by = excluded.created_by, judged_at = null, problem = null`,
      [projectId, rubric, datasetId, set.dataset_version, new Date(deps.clock.now()), actor],
    );
    await deps.recordDeed(tx, {
      ...{ projectId, actor, action: 'judges.anchor_set', target: rubric },
      details: { dataset: name, version: set.dataset_version },
    });
  });
}

/** A rubric has no anchor set any more; what was said of it stays. Throws `not_found`. */
export async function removeAnchor(
  deps: DatasetDeps,
  { projectId, actor, rubric }: Asker & { readonly rubric: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const rows = await tx.query(
      'delete from judge_anchors where project_id = $1 and rubric = $2 returning rubric',
      [projectId, rubric],
    );
    if (rows.length === 0) throw new AppError('not_found', 'The rubric has no anchor set.');
    const deed = { projectId, actor, action: 'judges.anchor_removed', target: rubric };
    await deps.recordDeed(tx, { ...deed, details: {} });
  });
}
