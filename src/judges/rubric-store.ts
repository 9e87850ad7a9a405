import type { z } from 'zod';
import { RubricContent, type RubricVersion } from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { sqlState } from '../store/database-error.ts';
import { jsonText } from '../store/values.ts';
import { builtInRubric, isReserved } from './built-in-rubrics.ts';
import type { Rubric } from './rubric.ts';

const MAX_RUBRICS = 200;
const MAX_VERSIONS = 1_000;

interface VersionRow {
  readonly name: string;
  readonly version: number;
  readonly content: unknown;
  readonly created_at: Date;
  readonly created_by: string;
}

/** A rubric of a project's own, with its newest version. */
export interface OwnRubric extends Rubric {
  readonly updatedAt: Date;
}

/** The project's own rubrics in their newest versions, by name. */
export async function listOwnRubrics(db: Queryable, projectId: string): Promise<OwnRubric[]> {
  const rows = await db.query<VersionRow>(
    `select v.name, v.version, v.content, v.created_at, v.created_by
     from rubrics r join rubric_versions v
       on v.project_id = r.project_id and v.name = r.name and v.version = r.latest_version
     where r.project_id = $1 order by r.name limit ${MAX_RUBRICS}`,
    [projectId],
  );
  return rows.map((row) => ({ ...rubricOf(row), updatedAt: row.created_at }));
}

function rubricOf({ name, version, content }: VersionRow): Rubric {
  return { name, version, content: RubricContent.parse(content) };
}

/** A version of a rubric, built-in or the project's own; null when there is none. */
export async function findRubric(
  db: Queryable,
  of: { readonly projectId: string; readonly name: string; readonly version?: number },
): Promise<Rubric | null> {
  const builtIn = builtInRubric(of.name);
  if (builtIn !== undefined) {
    return of.version === undefined || of.version === builtIn.version ? builtIn : null;
  }
  const [row] = await db.query<VersionRow>(
    `select v.name, v.version, v.content, v.created_at, v.created_by
     from rubrics r join rubric_versions v on v.project_id = r.project_id and v.name = r.name
     where r.project_id = $1 and r.name = $2 and v.version = coalesce($3::integer, r.latest_version)`,
    [of.projectId, of.name, of.version ?? null],
  );
  return row === undefined ? null : rubricOf(row);
}

/** The newest version of a rubric. Throws `not_found`. */
export async function needRubric(
  db: Queryable,
  of: { readonly projectId: string; readonly name: string },
): Promise<Rubric> {
  const rubric = await findRubric(db, of);
  if (rubric === null) throw new AppError('not_found', 'There is no rubric of this name.');
  return rubric;
}

interface Making {
  readonly projectId: string;
  readonly name: string;
  readonly content: RubricContent;
  readonly actor: string;
  readonly at: Date;
}

/** Adds a rubric with its version 1. Throws `conflict` for a name that is taken, `invalid_request` beyond 200. */
export async function addRubric(tx: Queryable, of: Making): Promise<OwnRubric> {
  if (isReserved(of.name)) {
    throw new AppError('conflict', `"${of.name}" is a rubric that comes with the program.`);
  }
  const [count] = await tx.query<{ rubrics: number }>(
    'select count(*) as rubrics from rubrics where project_id = $1',
    [of.projectId],
  );
  if ((count?.rubrics ?? 0) >= MAX_RUBRICS) {
    throw new AppError('invalid_request', `A project has at most ${MAX_RUBRICS} rubrics.`);
  }
  try {
    await tx.query(
      `insert into rubrics (project_id, name, latest_version, created_at, updated_at) values ($1, $2, 1, $3, $3)`,
      [of.projectId, of.name, of.at],
    );
  } catch (thrown) {
    if (sqlState(thrown) !== '23505') throw thrown;
    throw new AppError('conflict', 'There is a rubric of this name already.', { cause: thrown });
  }
  return await addVersion(tx, of, 1);
}

/** Adds a version; the newest is the one that judges. Throws `not_found`, `conflict` for built-in rubrics. */
export async function addRubricVersion(tx: Queryable, of: Making): Promise<OwnRubric> {
  if (builtInRubric(of.name) !== undefined) {
    throw new AppError(
      'conflict',
      'Rubrics that come with the program are not changed; copy it under another name.',
    );
  }
  const [row] = await tx.query<{ version: number }>(
    `update rubrics set latest_version = latest_version + 1, updated_at = $3
     where project_id = $1 and name = $2 returning latest_version as version`,
    [of.projectId, of.name, of.at],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no rubric of this name.');
  if (row.version > MAX_VERSIONS) {
    throw new AppError('invalid_request', `A rubric has at most ${MAX_VERSIONS} versions.`);
  }
  return await addVersion(tx, of, row.version);
}

async function addVersion(tx: Queryable, of: Making, version: number): Promise<OwnRubric> {
  await tx.query(
    `insert into rubric_versions (project_id, name, version, content, created_at, created_by)
     values ($1, $2, $3, $4::text::jsonb, $5, $6)`,
    [of.projectId, of.name, version, jsonText(of.content), of.at, of.actor],
  );
  return { name: of.name, version, content: of.content, updatedAt: of.at };
}

/** Removes a rubric with its versions, plan and waiting tasks; scores stay. Throws `not_found`. */
export async function removeRubric(
  tx: Queryable,
  { projectId, name }: { readonly projectId: string; readonly name: string },
): Promise<void> {
  const removed = await tx.query(
    'delete from rubrics where project_id = $1 and name = $2 returning name',
    [projectId, name],
  );
  if (removed.length === 0) throw new AppError('not_found', 'There is no rubric of this name.');
  await tx.query('delete from rubric_plans where project_id = $1 and rubric = $2', [
    projectId,
    name,
  ]);
  await tx.query('delete from judge_tasks where project_id = $1 and rubric = $2', [
    projectId,
    name,
  ]);
}

/** Versions of a rubric, newest first, below `before`. Throws `not_found`. */
export async function listVersions(
  db: Queryable,
  of: { projectId: string; name: string; before: number | null; limit: number },
): Promise<z.infer<typeof RubricVersion>[]> {
  const builtIn = builtInRubric(of.name);
  if (builtIn !== undefined) {
    return [{ ...builtIn, createdAt: null, createdBy: null }].map(
      ({ version, content, createdAt, createdBy }) => ({ version, content, createdAt, createdBy }),
    );
  }
  await needRubric(db, of);
  const rows = await db.query<VersionRow>(
    `select name, version, content, created_at, created_by from rubric_versions
     where project_id = $1 and name = $2 and ($3::integer is null or version < $3)
     order by version desc limit $4`,
    [of.projectId, of.name, of.before, of.limit],
  );
  return rows.map((row) => ({
    version: row.version,
    content: rubricOf(row).content,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  }));
}
