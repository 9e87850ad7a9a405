import { hash } from 'node:crypto';
import type { Evaluator } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import type { SnapshotHolder } from '../store/keep-fresh.ts';

/** How an evaluator runs in a project. */
export interface EvaluatorSetting {
  readonly enabled: boolean;
  /** As they were given; what is missing has the evaluator's own default. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Share of interactions that it looks at, in (0, 1]. */
  readonly sampleRate: number;
  /** False: its scores never flag an interaction. */
  readonly flags: boolean;
  /** Counts changes; 0 was never changed. */
  readonly revision: number;
}

export const DEFAULT_SETTING: EvaluatorSetting = {
  enabled: true,
  options: {},
  sampleRate: 1,
  flags: true,
  revision: 0,
};

export interface StoredSetting extends EvaluatorSetting {
  readonly projectId: string;
  readonly evaluator: string;
}

/** Every changed setting of all projects; plain data, so that it can be posted to other threads. */
export interface SettingsSnapshot {
  readonly version: number;
  readonly settings: readonly StoredSetting[];
}

/** Settings in memory; evaluators that nobody changed have their defaults. */
export class SettingsDirectory implements SnapshotHolder<SettingsSnapshot> {
  #settings = new Map<string, StoredSetting>();
  #version: number | null = null;

  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: SettingsSnapshot): void {
    this.#settings = new Map(
      snapshot.settings.map((one) => [`${one.projectId} ${one.evaluator}`, one]),
    );
    this.#version = snapshot.version;
  }

  of(projectId: string, evaluator: string): EvaluatorSetting {
    return this.#settings.get(`${projectId} ${evaluator}`) ?? DEFAULT_SETTING;
  }
}

/** The settings that hold now, and the rules' version with them: both change one counter. */
export async function readSettingsSnapshot(db: Queryable): Promise<SettingsSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readSettingsVersion(db);
  const settings = await db.query<StoredSetting>(
    `select project_id as "projectId", evaluator, enabled, options, sample_rate as "sampleRate", flags, revision
     from evaluator_settings order by project_id, evaluator`,
  );
  return { version, settings };
}

/** Moves with every change of a setting or of a custom rule. */
export async function readSettingsVersion(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>(
    'select version from evaluation_settings_version',
  );
  return Number(row?.version ?? 0);
}

/** Options as the evaluator reads them, or why it cannot. */
export function readOptions(
  evaluator: Evaluator,
  options: Readonly<Record<string, unknown>>,
): { readonly options: unknown; readonly error: null } | { readonly error: string } {
  // Some evaluators cannot run by empty options and have a default for none at all.
  const none = Object.keys(options).length === 0;
  const read = evaluator.options.safeParse(options);
  if (read.success) return { options: read.data, error: null };
  const byDefault = none ? evaluator.options.safeParse(undefined) : null;
  if (byDefault?.success === true) return { options: byDefault.data, error: null };
  const [issue] = read.error.issues;
  const place = issue === undefined ? '' : issue.path.join('.');
  return { error: `${place === '' ? 'options' : place}: ${issue?.message ?? 'not valid'}` };
}

/** The evaluator's version, and a hash of the options where they differ from its own. */
export function versionWith(evaluator: Evaluator, options: unknown): string {
  const own = readOptions(evaluator, {});
  const ownText = own.error === null ? JSON.stringify(own.options) : '';
  const text = JSON.stringify(options);
  if (text === ownText) return evaluator.version;
  return `${evaluator.version}+${hash('sha256', text, 'hex').slice(0, 8)}`;
}
