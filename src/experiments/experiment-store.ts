import { randomBytes } from 'node:crypto';
import type {
  Experiment,
  ExperimentChange,
  ExperimentStatus,
  NewExperiment,
} from '../contract/experiments.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { LookMemory } from './compare-arms.ts';
import { completeDesign, type Design, promptOf } from './design.ts';

export interface ExperimentDeps {
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

/** An experiment as it is stored. */
export interface ExperimentRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly hypothesis: string;
  readonly status: ExperimentStatus;
  readonly target_kind: 'model' | 'prompt';
  readonly target_name: string;
  readonly design: Design;
  readonly decided_arm: string | null;
  readonly serving: boolean;
  readonly memory: Partial<LookMemory>;
  readonly created_at: Date;
  readonly created_by: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

const COLUMNS = `id, project_id, name, hypothesis, status, target_kind, target_name, design, decided_arm, serving,
  memory, created_at, created_by, started_at, ended_at`;

/** More than this at once in a project is a mistake in somebody's loop. */
const MAX_DRAFTS = 1_000;

export function toExperiment(row: ExperimentRow): Experiment {
  const { design } = row;
  return {
    ...design,
    id: row.id,
    name: row.name,
    hypothesis: row.hypothesis,
    target: { kind: row.target_kind, name: row.target_name },
    arms: [...design.arms],
    guards: [...design.guards],
    metrics: [...design.metrics],
    status: row.status,
    decidedArm: row.decided_arm,
    serving: row.serving,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** A page of a project's experiments, newest first; `before` is the last id of the page before. */
export async function listExperiments(
  database: Queryable,
  of: {
    readonly projectId: string;
    readonly status: ExperimentStatus | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<Experiment[]> {
  const rows = await database.query<ExperimentRow>(
    `select ${COLUMNS} from experiments
     where project_id = $1 and ($2::text is null or status = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [of.projectId, of.status, of.before, of.limit],
  );
  return rows.map(toExperiment);
}

/** One experiment. Throws `not_found`, also for one of another project. */
export async function readExperiment(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<ExperimentRow> {
  return found(
    await database.query<ExperimentRow>(
      `select ${COLUMNS} from experiments where project_id = $1 and id = $2`,
      [of.projectId, of.id],
    ),
  );
}

/** One experiment, held until the transaction ends. Throws `not_found`. */
export async function lockExperiment(
  tx: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<ExperimentRow> {
  return found(
    await tx.query<ExperimentRow>(
      `select ${COLUMNS} from experiments where project_id = $1 and id = $2 for update`,
      [of.projectId, of.id],
    ),
  );
}

function found([row]: readonly ExperimentRow[]): ExperimentRow {
  if (row === undefined) throw new AppError('not_found', 'There is no such experiment.');
  return row;
}

/** A new draft. Throws `invalid_request` for a design that cannot work and `conflict` when there are too many. */
export async function createExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  given: NewExperiment,
): Promise<Experiment> {
  const design = completeDesign(given);
  const id = deps.newId();
  return deps.database.transaction(async (tx) => {
    await assertRoom(tx, asker.projectId);
    await assertPrompts(tx, asker.projectId, design);
    await tx.query(
      `insert into experiments (id, project_id, name, hypothesis, status, target_kind, target_name, design, salt,
         created_at, created_by)
       values ($1, $2, $3, $4, 'draft', $5, $6, $7::text::jsonb, $8, $9, $10)`,
      [
        id,
        asker.projectId,
        given.name,
        given.hypothesis,
        given.target.kind,
        given.target.name,
        jsonText(design),
        randomBytes(16).toString('hex'),
        new Date(deps.clock.now()),
        asker.actor,
      ],
    );
    await recordDeed(deps, tx, {
      asker,
      action: 'experiment.created',
      id,
      details: { name: given.name },
    });
    return toExperiment(await readExperiment(tx, { ...asker, id }));
  });
}

/** A draft with the design of another experiment: the way to change one that has started. Throws `not_found`. */
export async function copyExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  id: string,
): Promise<Experiment> {
  const row = await readExperiment(deps.database, { ...asker, id });
  return createExperiment(deps, asker, givenOf(row));
}

function givenOf(row: ExperimentRow): NewExperiment {
  const { name, hypothesis, design } = row;
  const target = { kind: row.target_kind, name: row.target_name };
  return {
    ...design,
    name,
    hypothesis,
    target,
    arms: [...design.arms],
    guards: [...design.guards],
    metrics: [...design.metrics],
  };
}

/**
 * Changes a draft; name and hypothesis of any. Throws `not_found`, `conflict` when the design is fixed already and
 * `invalid_request` for one that cannot work.
 */
export async function changeExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  { id, change }: { readonly id: string; readonly change: ExperimentChange },
): Promise<Experiment> {
  return deps.database.transaction(async (tx) => {
    const row = await lockExperiment(tx, { ...asker, id });
    const { name = row.name, hypothesis = row.hypothesis, ...redesign } = change;
    const changed = Object.keys(redesign).length > 0;
    if (changed && row.status !== 'draft') {
      throw new AppError(
        'conflict',
        'The design is fixed once an experiment has started. Copy it, and change the copy.',
      );
    }
    // A changed metric has a direction of its own, unless the change says one.
    const { direction: _, ...before } = givenOf(row);
    const keeps = redesign.primaryMetric === undefined ? { direction: row.design.direction } : {};
    const given: NewExperiment = { ...before, ...keeps, ...stated(redesign) };
    const design = changed ? completeDesign(given) : row.design;
    await assertPrompts(tx, asker.projectId, design);
    await tx.query(
      `update experiments set name = $3, hypothesis = $4, design = $5::text::jsonb, target_kind = $6, target_name = $7
       where project_id = $1 and id = $2`,
      [
        asker.projectId,
        id,
        name,
        hypothesis,
        jsonText(design),
        given.target.kind,
        given.target.name,
      ],
    );
    await recordDeed(deps, tx, {
      asker,
      action: 'experiment.changed',
      id,
      details: { changed: Object.keys(change) },
    });
    return toExperiment(await readExperiment(tx, { ...asker, id }));
  });
}

/** The given fields without those that were left out. */
function stated<T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  // Only fields without a value were taken away.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Removes a draft. Throws `not_found`, and `conflict` for one that has started: its records stay. */
export async function removeExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  id: string,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const row = await lockExperiment(tx, { ...asker, id });
    if (row.status !== 'draft') {
      throw new AppError(
        'conflict',
        'Only drafts can be removed: what was decided stays on record.',
      );
    }
    await tx.query('delete from experiments where project_id = $1 and id = $2', [
      asker.projectId,
      id,
    ]);
    const details = { name: row.name };
    await recordDeed(deps, tx, { asker, action: 'experiment.deleted', id, details });
  });
}

/** Writes the audit log. */
export async function recordDeed(
  deps: Pick<ExperimentDeps, 'recordDeed'>,
  tx: Queryable,
  deed: {
    readonly asker: Asker;
    readonly action: string;
    readonly id: string;
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { projectId, actor } = deed.asker;
  const { action, id, details } = deed;
  await deps.recordDeed(tx, { projectId, actor, action, target: id, details });
}

async function assertRoom(tx: Queryable, projectId: string): Promise<void> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*) as n from experiments where project_id = $1 and status = 'draft'`,
    [projectId],
  );
  if ((row?.n ?? 0) >= MAX_DRAFTS) {
    throw new AppError('conflict', `A project can have ${MAX_DRAFTS} drafts of experiments.`);
  }
}

/** Throws `invalid_request` when an arm names a prompt version that the project does not have. */
export async function assertPrompts(
  tx: Queryable,
  projectId: string,
  { arms }: Pick<Design, 'arms'>,
): Promise<void> {
  for (const arm of arms) {
    const prompt = promptOf(arm);
    if (prompt === null) continue;
    const rows = await tx.query(
      'select version from prompt_versions where project_id = $1 and name = $2 and version = $3',
      [projectId, prompt.name, Number(prompt.version)],
    );
    if (rows.length === 0) {
      throw new AppError(
        'invalid_request',
        `The arm ${arm.name} names ${arm.prompt}, which is not registered.`,
      );
    }
  }
}

/** Names of experiments that need a prompt: drafts, running and paused ones, and those that serve an arm. */
export async function experimentsUsing(
  tx: Queryable,
  { projectId, name }: { readonly projectId: string; readonly name: string },
): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select name from experiments e
     where project_id = $1 and (status in ('draft', 'running', 'paused') or serving)
       and exists (select 1 from jsonb_array_elements(e.design -> 'arms') as arm
         where starts_with(arm ->> 'prompt', $2 || '@'))
     order by id limit 20`,
    [projectId, name],
  );
  return rows.map((row) => row.name);
}
