import type {
  NewPrompt,
  NewPromptVersion,
  PromptSummary,
  PromptVersion,
} from '../contract/prompts.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Database, Queryable } from '../store/database.ts';
import { sqlState } from '../store/database-error.ts';
import { jsonText } from '../store/values.ts';
import { resolveVersion, type StoredVersion, templatesOf } from './prompt-snapshot.ts';
import { variablesIn } from './template.ts';

export interface PromptDeps {
  readonly database: Database;
  readonly clock: Clock;
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
  /** Names of experiments that still need the prompt; it cannot be removed while there are any. */
  usersOf(tx: Queryable, of: { projectId: string; name: string }): Promise<readonly string[]>;
}

/** Who asks, and in which project. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

const MAX_PROMPTS = 1_000;
const MAX_VERSIONS = 1_000;
const MAX_LABELS = 50;

interface PromptRow {
  readonly name: string;
  readonly description: string;
  readonly latest_version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly labels: Record<string, number> | null;
}

const SUMMARY = `p.name, p.description, p.latest_version, p.created_at, p.updated_at,
  (select jsonb_object_agg(l.label, l.version) from prompt_labels l
   where l.project_id = p.project_id and l.name = p.name) as labels`;

/** A page of a project's prompts by name; `after` is the last name of the page before. */
export async function listPrompts(
  database: Queryable,
  of: { projectId: string; after: string | null; limit: number },
): Promise<PromptSummary[]> {
  const rows = await database.query<PromptRow>(
    `select ${SUMMARY} from prompts p
     where p.project_id = $1 and ($2::text is null or p.name > $2) order by p.name limit $3`,
    [of.projectId, of.after, of.limit],
  );
  return rows.map(toSummary);
}

/** One prompt. Throws `not_found`. */
export async function findPrompt(
  database: Queryable,
  { projectId, name }: { projectId: string; name: string },
): Promise<PromptSummary> {
  const [row] = await database.query<PromptRow>(
    `select ${SUMMARY} from prompts p where p.project_id = $1 and p.name = $2`,
    [projectId, name],
  );
  if (row === undefined) throw notFound();
  return toSummary(row);
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such prompt.');
}

function toSummary(row: PromptRow): PromptSummary {
  return {
    name: row.name,
    description: row.description,
    latestVersion: row.latest_version,
    labels: row.labels ?? {},
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

type VersionRow = StoredVersion & {
  readonly note: string;
  readonly created_at: Date;
  readonly created_by: string;
};

const VERSION = 'version, messages, text, parameters, note, created_at, created_by';

/** Versions of a prompt, newest first; `before` is the last number of the page before. Throws `not_found`. */
export async function listVersions(
  database: Queryable,
  of: { projectId: string; name: string; before: number | null; limit: number },
): Promise<PromptVersion[]> {
  await findPrompt(database, of);
  const rows = await database.query<VersionRow>(
    `select ${VERSION} from prompt_versions
     where project_id = $1 and name = $2 and ($3::integer is null or version < $3)
     order by version desc limit $4`,
    [of.projectId, of.name, of.before, of.limit],
  );
  return rows.map(toVersion);
}

/** A version by its number, a label, `latest`, or (null) the usual one. Throws `not_found`. */
export async function findVersion(
  database: Queryable,
  of: { projectId: string; name: string; reference: string | null },
): Promise<PromptVersion> {
  const prompt = await findPrompt(database, of);
  const named = of.reference !== null && /^\d+$/.test(of.reference);
  const version = named
    ? Number(of.reference)
    : resolveVersion({ ...prompt, versions: [] }, of.reference);
  const [row] = await database.query<VersionRow>(
    `select ${VERSION} from prompt_versions where project_id = $1 and name = $2 and version = $3`,
    [of.projectId, of.name, version],
  );
  if (row === undefined) {
    throw new AppError('not_found', `The prompt has no version or label ${of.reference ?? ''}.`);
  }
  return toVersion(row);
}

function toVersion(row: VersionRow): PromptVersion {
  return {
    version: row.version,
    messages: row.messages === null ? null : [...row.messages],
    text: row.text,
    parameters: row.parameters,
    variables: variablesIn(templatesOf(row)),
    note: row.note,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}

/** A new prompt with its version 1. Throws `conflict` when the name is taken or the project has too many. */
export async function createPrompt(
  deps: PromptDeps,
  asker: Asker,
  prompt: NewPrompt,
): Promise<PromptSummary> {
  const now = new Date(deps.clock.now());
  return deps.database.transaction(async (tx) => {
    const [all] = await tx.query<{ n: number }>(
      'select count(*) as n from prompts where project_id = $1',
      [asker.projectId],
    );
    if ((all?.n ?? 0) >= MAX_PROMPTS) {
      throw new AppError('conflict', `A project can have ${MAX_PROMPTS} prompts.`);
    }
    await insertPrompt(tx, asker, { prompt, now });
    await insertVersion(tx, asker, { ...prompt, version: 1, now });
    await moveLabels(tx, asker, { name: prompt.name, labels: prompt.labels, version: 1 });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'prompt.created',
      target: prompt.name,
      details: { labels: prompt.labels },
    });
    return findPrompt(tx, { ...asker, name: prompt.name });
  });
}

async function insertPrompt(
  tx: Queryable,
  { projectId }: Asker,
  { prompt, now }: { prompt: NewPrompt; now: Date },
): Promise<void> {
  try {
    await tx.query(
      `insert into prompts (project_id, name, description, latest_version, created_at, updated_at)
       values ($1, $2, $3, 1, $4, $4)`,
      [projectId, prompt.name, prompt.description, now],
    );
  } catch (error) {
    if (sqlState(error) === '23505') {
      throw new AppError('conflict', 'The project has a prompt of this name.', { cause: error });
    }
    throw error;
  }
}

type VersionToInsert = Pick<NewPromptVersion, 'messages' | 'text' | 'parameters' | 'note'> & {
  readonly name: string;
  readonly version: number;
  readonly now: Date;
};

async function insertVersion(tx: Queryable, asker: Asker, given: VersionToInsert): Promise<void> {
  await tx.query(
    `insert into prompt_versions
       (project_id, name, version, messages, text, parameters, note, created_at, created_by)
     values ($1, $2, $3, $4::text::jsonb, $5, $6::text::jsonb, $7, $8, $9)`,
    [
      asker.projectId,
      given.name,
      given.version,
      given.messages === undefined ? null : jsonText(given.messages),
      given.text ?? null,
      jsonText(given.parameters ?? {}),
      given.note,
      given.now,
      asker.actor,
    ],
  );
}

/** The next version of a prompt; labels named with it move there. Throws `not_found` and `conflict` (too many). */
export async function addVersion(
  deps: PromptDeps,
  asker: Asker,
  { name, version: given }: { name: string; version: NewPromptVersion },
): Promise<PromptVersion> {
  const now = new Date(deps.clock.now());
  return deps.database.transaction(async (tx) => {
    // The update locks the prompt, so that two at once get two numbers.
    const [row] = await tx.query<{ latest_version: number }>(
      `update prompts set latest_version = latest_version + 1, updated_at = $3
       where project_id = $1 and name = $2 returning latest_version`,
      [asker.projectId, name, now],
    );
    if (row === undefined) throw notFound();
    const version = row.latest_version;
    if (version > MAX_VERSIONS) {
      throw new AppError('conflict', `A prompt can have ${MAX_VERSIONS} versions.`);
    }
    await insertVersion(tx, asker, { ...given, name, version, now });
    await moveLabels(tx, asker, { name, labels: given.labels, version });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'prompt.version_added',
      target: name,
      details: { version, labels: given.labels },
    });
    return findVersion(tx, { ...asker, name, reference: String(version) });
  });
}

async function moveLabels(
  tx: Queryable,
  { projectId }: Asker,
  to: { name: string; labels: readonly string[]; version: number },
): Promise<void> {
  for (const label of to.labels) {
    await tx.query(
      `insert into prompt_labels (project_id, name, label, version) values ($1, $2, $3, $4)
       on conflict (project_id, name, label) do update set version = excluded.version`,
      [projectId, to.name, label, to.version],
    );
  }
  const [all] = await tx.query<{ n: number }>(
    'select count(*) as n from prompt_labels where project_id = $1 and name = $2',
    [projectId, to.name],
  );
  if ((all?.n ?? 0) > MAX_LABELS) {
    throw new AppError('conflict', `A prompt can have ${MAX_LABELS} labels.`);
  }
}

/** Puts a label on a version. Throws `not_found` for an unknown prompt or version. */
export async function setLabel(
  deps: PromptDeps,
  asker: Asker,
  to: { name: string; label: string; version: number },
): Promise<PromptSummary> {
  return deps.database.transaction(async (tx) => {
    const before = await lockPrompt(deps, tx, { ...asker, name: to.name });
    await findVersion(tx, { ...asker, name: to.name, reference: String(to.version) });
    await moveLabels(tx, asker, { ...to, labels: [to.label] });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'prompt.label_moved',
      target: to.name,
      details: { label: to.label, from: before.labels[to.label] ?? null, to: to.version },
    });
    return findPrompt(tx, { ...asker, name: to.name });
  });
}

/** Takes a label away. Throws `not_found`. */
export async function removeLabel(
  deps: PromptDeps,
  asker: Asker,
  { name, label }: { name: string; label: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await lockPrompt(deps, tx, { ...asker, name });
    const [gone] = await tx.query<{ version: number }>(
      'delete from prompt_labels where project_id = $1 and name = $2 and label = $3 returning version',
      [asker.projectId, name, label],
    );
    if (gone === undefined) throw new AppError('not_found', 'The prompt has no such label.');
    await deps.recordDeed(tx, {
      ...asker,
      action: 'prompt.label_removed',
      target: name,
      details: { label, from: gone.version },
    });
  });
}

async function lockPrompt(
  deps: PromptDeps,
  tx: Queryable,
  of: { projectId: string; name: string },
): Promise<PromptSummary> {
  const before = await findPrompt(tx, of);
  await tx.query('update prompts set updated_at = $3 where project_id = $1 and name = $2', [
    of.projectId,
    of.name,
    new Date(deps.clock.now()),
  ]);
  return before;
}

/** Says anew what a prompt is for. Throws `not_found`. */
export async function describePrompt(
  deps: PromptDeps,
  asker: Asker,
  { name, description }: { name: string; description: string },
): Promise<PromptSummary> {
  return deps.database.transaction(async (tx) => {
    await lockPrompt(deps, tx, { ...asker, name });
    await tx.query('update prompts set description = $3 where project_id = $1 and name = $2', [
      asker.projectId,
      name,
      description,
    ]);
    await deps.recordDeed(tx, { ...asker, action: 'prompt.described', target: name, details: {} });
    return findPrompt(tx, { ...asker, name });
  });
}

/** Removes a prompt with all versions. Throws `not_found`, and `conflict` while an experiment needs it. */
export async function removePrompt(deps: PromptDeps, asker: Asker, name: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const { latestVersion } = await lockPrompt(deps, tx, { ...asker, name });
    const users = await deps.usersOf(tx, { projectId: asker.projectId, name });
    if (users.length > 0) {
      throw new AppError('conflict', `Experiments need this prompt: ${users.join(', ')}.`, {
        details: { experiments: users },
      });
    }
    await tx.query('delete from prompts where project_id = $1 and name = $2', [
      asker.projectId,
      name,
    ]);
    await deps.recordDeed(tx, {
      ...asker,
      action: 'prompt.deleted',
      target: name,
      details: { versions: latestVersion },
    });
  });
}
