import type { Experiment, ExperimentDecision, ExperimentStatus } from '../contract/experiments.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { sqlState } from '../store/database-error.ts';
import {
  type Asker,
  assertPrompts,
  type ExperimentDeps,
  type ExperimentRow,
  lockExperiment,
  readExperiment,
  recordDeed,
  toExperiment,
} from './experiment-store.ts';
import { recordDecision, takeLook } from './take-look.ts';

/** What somebody does with an experiment. */
export interface Step {
  readonly id: string;
  readonly note: string;
}

/** Where an experiment stands after a step. */
interface Change {
  readonly kind: ExperimentDecision['kind'];
  readonly status: ExperimentStatus;
  readonly arm: string | null;
  readonly serving: boolean;
}

/** Begins to assign. Throws `conflict` unless it is a draft and nothing else runs on its target. */
export async function startExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  step: Step,
): Promise<Experiment> {
  return change(deps, { asker, step }, async (tx, row) => {
    allow(row, ['draft'], 'started');
    await assertPrompts(tx, asker.projectId, row.design);
    return { kind: 'start', status: 'running', arm: null, serving: false };
  });
}

/** Stops assigning for a while; calls go as if there were no experiment. Throws `conflict` unless it runs. */
export async function pauseExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  step: Step,
): Promise<Experiment> {
  return change(deps, { asker, step }, async (_, row) => {
    allow(row, ['running'], 'paused');
    return { kind: 'pause', status: 'paused', arm: null, serving: false };
  });
}

/** Goes on; every unit gets the arm it had. Throws `conflict` unless it is paused. */
export async function resumeExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  step: Step,
): Promise<Experiment> {
  return change(deps, { asker, step }, async (_, row) => {
    allow(row, ['paused'], 'resumed');
    return { kind: 'resume', status: 'running', arm: null, serving: false };
  });
}

/** Ends assignment and serving; calls go as if there were no experiment. Throws `conflict` when nothing is going on. */
export async function stopExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  step: Step,
): Promise<Experiment> {
  return change(deps, { asker, step }, async (_, row) => {
    if (!row.serving) allow(row, ['running', 'paused'], 'stopped');
    const status = row.serving ? 'decided' : 'stopped';
    return { kind: 'stop', status, arm: row.decided_arm, serving: false };
  });
}

/**
 * Ends an experiment with a choice; with `serve` every call gets the arm from now on. Throws `conflict` for drafts, and
 * when something else runs on the target meanwhile; `invalid_request` for an arm that is none or only a shadow.
 */
export async function decideExperiment(
  deps: ExperimentDeps,
  asker: Asker,
  step: Step & { readonly arm: string; readonly serve: boolean },
): Promise<Experiment> {
  return change(deps, { asker, step }, async (_, row) => {
    allow(row, ['running', 'paused', 'stopped'], 'decided');
    const arm = row.design.arms.find(({ name }) => name === step.arm);
    if (arm === undefined) {
      throw new AppError('invalid_request', `The experiment has no arm ${step.arm}.`);
    }
    return { kind: 'decide', status: 'decided', arm: arm.name, serving: step.serve };
  });
}

function allow(row: ExperimentRow, from: readonly ExperimentStatus[], word: string): void {
  if (from.includes(row.status)) return;
  throw new AppError('conflict', `An experiment that is ${row.status} cannot be ${word}.`);
}

type Decide = (tx: Queryable, row: ExperimentRow) => Promise<Change>;

async function change(
  deps: ExperimentDeps,
  { asker, step }: { readonly asker: Asker; readonly step: Step },
  decide: Decide,
): Promise<Experiment> {
  return deps.database.transaction(async (tx) => {
    const row = await lockExperiment(tx, { ...asker, id: step.id });
    const changed = await decide(tx, row);
    await applyChange(deps, tx, { row, changed, asker, reason: step.note });
    return toExperiment(await readExperiment(tx, { ...asker, id: step.id }));
  });
}

/** Writes the new state, the decision with the figures of now, and the audit log. The row has to be locked. */
export async function applyChange(
  deps: ExperimentDeps,
  tx: Queryable,
  of: {
    readonly row: ExperimentRow;
    readonly changed: Change;
    readonly asker: Asker;
    readonly reason: string;
  },
): Promise<void> {
  const { row, changed, asker, reason } = of;
  const at = new Date(deps.clock.now());
  const figures = row.status === 'draft' ? null : (await takeLook(tx, row, at)).figures;
  await writeState(tx, row, { ...changed, at });
  const { kind, arm, serving } = changed;
  await recordDecision(deps, tx, {
    row,
    decision: { actor: asker.actor, kind, arm, reason, figures, at },
  });
  await recordDeed(deps, tx, {
    asker,
    action: `experiment.${kind}`,
    id: row.id,
    details: { arm, serving, reason },
  });
}

async function writeState(
  tx: Queryable,
  row: ExperimentRow,
  { status, arm, serving, at }: Change & { readonly at: Date },
): Promise<void> {
  const ended = status === 'stopped' || status === 'decided';
  try {
    await tx.query(
      `update experiments set status = $3, decided_arm = $4, serving = $5,
         started_at = coalesce(started_at, $6), ended_at = case when $7::boolean then coalesce(ended_at, $6) end
       where project_id = $1 and id = $2`,
      [row.project_id, row.id, status, arm, serving, at, ended],
    );
  } catch (error) {
    if (sqlState(error) === '23505') {
      throw new AppError(
        'conflict',
        `Another experiment runs or serves on the ${row.target_kind} ${row.target_name}.`,
        { cause: error },
      );
    }
    throw error;
  }
}
