import type { Log } from '../core/log.ts';
import { readPrompts, type StoredPrompt } from '../prompts/prompt-snapshot.ts';
import type { Queryable } from '../store/database.ts';
import { keepFresh, type Refresh } from '../store/keep-fresh.ts';
import type { Design } from './design.ts';

/** An experiment that concerns calls now; plain data. */
export interface ActiveExperiment {
  readonly id: string;
  readonly projectId: string;
  readonly targetKind: 'model' | 'prompt';
  readonly targetName: string;
  readonly salt: string;
  readonly unit: Design['unit'];
  readonly arms: Design['arms'];
  /** The arm that every call gets, without being counted; null while the experiment runs. */
  readonly servedArm: string | null;
  readonly spend: readonly ArmSpend[];
}

/** What a shadow has cost so far. */
export interface ArmSpend {
  readonly arm: string;
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly microUsd: number;
}

/** Running experiments and registered prompts; plain data, so that it can be posted to other processes. */
export interface ArmSnapshot {
  readonly version: number;
  readonly experiments: readonly ActiveExperiment[];
  readonly prompts: readonly StoredPrompt[];
}

/** Experiments and prompts in memory: calls are assigned without waiting for anything. */
export class ArmDirectory {
  #version: number | null = null;
  #experiments = new Map<string, ActiveExperiment>();
  #prompts = new Map<string, StoredPrompt>();

  /** The version of the snapshot in use; null before the first. */
  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: ArmSnapshot): void {
    this.#experiments = new Map(
      snapshot.experiments.map((experiment) => [
        keyOf(experiment.projectId, experiment.targetKind, experiment.targetName),
        experiment,
      ]),
    );
    this.#prompts = new Map(
      snapshot.prompts.map((prompt) => [keyOf(prompt.projectId, 'prompt', prompt.name), prompt]),
    );
    this.#version = snapshot.version;
  }

  /** True when there is nothing to assign or render anywhere: calls need not be looked at. */
  get isEmpty(): boolean {
    return this.#experiments.size === 0 && this.#prompts.size === 0;
  }

  experimentOn(
    projectId: string,
    kind: 'model' | 'prompt',
    name: string | null,
  ): ActiveExperiment | null {
    if (name === null || this.#experiments.size === 0) return null;
    return this.#experiments.get(keyOf(projectId, kind, name)) ?? null;
  }

  prompt(projectId: string, name: string): StoredPrompt | null {
    return this.#prompts.get(keyOf(projectId, 'prompt', name)) ?? null;
  }
}

function keyOf(projectId: string, kind: string, name: string): string {
  return `${projectId} ${kind} ${name}`;
}

/** What `ArmDirectory` holds, from the database. */
export async function readArmSnapshot(database: Queryable): Promise<ArmSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readArmVersion(database);
  const rows = await database.query<{
    id: string;
    project_id: string;
    target_kind: 'model' | 'prompt';
    target_name: string;
    salt: string;
    design: Design;
    serving: boolean;
    decided_arm: string | null;
  }>(
    `select id, project_id, target_kind, target_name, salt, design, serving, decided_arm
     from experiments where status = 'running' or serving`,
  );
  const spend = await database.query<{
    experiment_id: string;
    arm: string;
    calls: number;
    unpriced_calls: number;
    micro_usd: number;
  }>(
    `select s.experiment_id, s.arm, s.calls, s.unpriced_calls, s.micro_usd
     from experiment_spend s join experiments e on e.id = s.experiment_id where e.status = 'running'`,
  );
  return {
    version,
    prompts: await readPrompts(database),
    experiments: rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      targetKind: row.target_kind,
      targetName: row.target_name,
      salt: row.salt,
      unit: row.design.unit,
      arms: row.design.arms,
      servedArm: row.serving ? row.decided_arm : null,
      spend: spend
        .filter((one) => one.experiment_id === row.id)
        .map((one) => ({
          arm: one.arm,
          calls: one.calls,
          unpricedCalls: one.unpriced_calls,
          microUsd: one.micro_usd,
        })),
    })),
  };
}

export async function readArmVersion(database: Queryable): Promise<number> {
  const rows = await database.query<{ version: number }>('select version from arms_version');
  return rows[0]?.version ?? 0;
}

/** Keeps the directory fresh: a change counts within a second. */
export function keepArmsFresh(deps: {
  readonly directory: ArmDirectory;
  readonly database: Queryable;
  readonly log: Log;
  readonly refreshMs?: number;
}): Refresh {
  const { directory, database, log, refreshMs } = deps;
  return keepFresh<ArmSnapshot>({
    holder: directory,
    readVersion: () => readArmVersion(database),
    read: () => readArmSnapshot(database),
    log,
    name: 'experiments',
    ...(refreshMs === undefined ? {} : { refreshMs }),
  });
}
