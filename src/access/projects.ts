import type { Project } from '../contract/access.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { AccessDeps } from './access.ts';
import { recordDeed } from './audit.ts';
import { DEFAULT_PROJECT_SLUG } from './key-directory.ts';

export const DEMO_PROJECT_SLUG = 'demo';

interface ProjectRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly is_demo: boolean;
  readonly created_at: Date;
}

const COLUMNS = 'id, slug, name, is_demo, created_at';

/** The project of this slug, made if it is missing; `created` tells which. */
export async function ensureProject(
  tx: Queryable,
  deps: Pick<AccessDeps, 'clock' | 'newId'>,
  wish: { slug: string; name: string; isDemo: boolean },
): Promise<Project & { created: boolean }> {
  const [inserted] = await tx.query<ProjectRow>(
    `insert into projects (id, slug, name, is_demo, created_at) values ($1, $2, $3, $4, $5)
     on conflict (slug) do nothing returning ${COLUMNS}`,
    [deps.newId(), wish.slug, wish.name, wish.isDemo, new Date(deps.clock.now())],
  );
  if (inserted !== undefined) return { ...toProject(inserted), created: true };
  const [existing] = await tx.query<ProjectRow>(`select ${COLUMNS} from projects where slug = $1`, [
    wish.slug,
  ]);
  if (existing === undefined) throw new Error(`Project ${wish.slug} vanished while it was read.`);
  return { ...toProject(existing), created: false };
}

/** Every project, oldest first. */
export async function listProjects(database: Queryable): Promise<Project[]> {
  const rows = await database.query<ProjectRow>(
    `select ${COLUMNS} from projects order by created_at, id`,
  );
  return rows.map(toProject);
}

/** Throws `not_found`. */
export async function projectBySlug(database: Queryable, slug: string): Promise<Project> {
  const [row] = await database.query<ProjectRow>(
    `select ${COLUMNS} from projects where slug = $1`,
    [slug],
  );
  if (row === undefined) throw new AppError('not_found', `There is no project "${slug}".`);
  return toProject(row);
}

/** The project for generated sample traffic, made if it is missing. */
export async function ensureDemoProject(deps: AccessDeps): Promise<Project> {
  const { created: _, ...project } = await ensureProject(deps.database, deps, {
    slug: DEMO_PROJECT_SLUG,
    name: 'Demo',
    isDemo: true,
  });
  await deps.refresh();
  return project;
}

/** A new project. Throws `conflict` when the slug is taken. */
export async function createProject(
  deps: AccessDeps,
  wish: { slug: string; name: string },
  actor: string,
): Promise<Project> {
  const project = await deps.database.transaction(async (tx) => {
    const { created, ...made } = await ensureProject(tx, deps, { ...wish, isDemo: false });
    if (!created) throw new AppError('conflict', `There is a project "${wish.slug}" already.`);
    await recordDeed(tx, deps, {
      projectId: null,
      actor,
      action: 'project.create',
      target: made.id,
      details: { slug: made.slug, name: made.name },
    });
    return made;
  });
  await deps.refresh();
  return project;
}

/**
 * Deletes a project and everything that carries its id, in whichever table; only the audit log stays.
 * Throws `not_found`, and `conflict` for the default project.
 */
export async function deleteProject(deps: AccessDeps, id: string, actor: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<ProjectRow>(
      `select ${COLUMNS} from projects where id = $1 for update`,
      [id],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such project.');
    if (row.slug === DEFAULT_PROJECT_SLUG) {
      throw new AppError('conflict', 'The default project cannot be deleted.');
    }
    for (const table of await tablesOfProjects(tx)) {
      await tx.query(`delete from ${table} where project_id = $1`, [id]);
    }
    await tx.query('delete from projects where id = $1', [id]);
    await recordDeed(tx, deps, {
      projectId: null,
      actor,
      action: 'project.delete',
      target: id,
      details: { slug: row.slug, name: row.name },
    });
  });
  await deps.refresh();
}

/** Asked of the database itself, so that the tables of later features are never forgotten. Partitions go with their parent. */
async function tablesOfProjects(tx: Queryable): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select quote_ident(c.relname) as name
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where a.attname = 'project_id' and not a.attisdropped and c.relkind in ('r', 'p')
       and not c.relispartition and c.relnamespace = current_schema()::regnamespace
       and c.relname <> 'audit_log'
     order by c.relname`,
  );
  return rows.map(({ name }) => name);
}

function toProject(row: ProjectRow): Project {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    isDemo: row.is_demo,
    createdAt: row.created_at.toISOString(),
  };
}
