import type { EvaluatorChange, EvaluatorEntry } from '../contract/evaluators.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Evaluator } from '../evaluators/define-evaluator.ts';
import { LOCAL_EVALUATORS } from '../evaluators/index.ts';
import type { Database, Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { optionsSchema } from './catalog.ts';
import { type EvaluatorErrors, forgetErrors, readErrors } from './evaluator-errors.ts';
import { DEFAULT_SETTING, type EvaluatorSetting, readOptions } from './settings.ts';

export interface SettingDeps {
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
}

/** Who asks, and in which project. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

interface SettingRow extends EvaluatorSetting {
  readonly evaluator: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** Every local evaluator with its setting in a project and what went wrong with it. */
export async function listEvaluators(db: Queryable, projectId: string): Promise<EvaluatorEntry[]> {
  const settings = await readSettings(db, projectId);
  const errors = await readErrors(db, projectId);
  return LOCAL_EVALUATORS.map((evaluator) =>
    toEntry(
      evaluator,
      settings.find((row) => row.evaluator === evaluator.id),
      errors.find((row) => row.evaluator === evaluator.id),
    ),
  );
}

function readSettings(db: Queryable, projectId: string): Promise<SettingRow[]> {
  return db.query<SettingRow>(
    `select evaluator, enabled, options, sample_rate as "sampleRate", flags, revision,
       updated_at as "updatedAt", updated_by as "updatedBy"
     from evaluator_settings where project_id = $1 order by evaluator limit 500`,
    [projectId],
  );
}

/**
 * Changes how an evaluator runs in a project; holds for what is evaluated from the next second on. Throws `not_found`
 * for an evaluator that the program does not have and `invalid_request` for options that it does not take.
 */
export async function changeEvaluator(
  deps: SettingDeps,
  asker: Asker,
  { id, change }: { readonly id: string; readonly change: EvaluatorChange },
): Promise<EvaluatorEntry> {
  const evaluator = LOCAL_EVALUATORS.find((one) => one.id === id);
  if (evaluator === undefined) throw new AppError('not_found', 'There is no such evaluator.');
  if (change.options !== undefined) {
    const { error } = readOptions(evaluator, change.options);
    if (error !== null)
      throw new AppError('invalid_request', `These are no options of it: ${error}.`);
  }
  return deps.database.transaction(async (tx) => {
    const before = (await readSettings(tx, asker.projectId)).find((row) => row.evaluator === id);
    const next = { ...DEFAULT_SETTING, ...before, ...withoutUndefined(change) };
    await writeSetting(tx, {
      ...asker,
      evaluator: id,
      setting: next,
      at: new Date(deps.clock.now()),
    });
    await forgetErrors(tx, { projectId: asker.projectId, evaluator: id });
    await deps.recordDeed(tx, {
      ...asker,
      action: 'evaluator.changed',
      target: id,
      details: { from: shown(before ?? DEFAULT_SETTING), to: shown(next) },
    });
    const after = (await readSettings(tx, asker.projectId)).find((row) => row.evaluator === id);
    return toEntry(evaluator, after, undefined);
  });
}

function withoutUndefined(change: EvaluatorChange): Partial<EvaluatorSetting> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function shown({ enabled, options, sampleRate, flags }: EvaluatorSetting): Record<string, unknown> {
  return { enabled, options, sampleRate, flags };
}

async function writeSetting(
  tx: Queryable,
  of: Asker & { readonly evaluator: string; readonly setting: EvaluatorSetting; readonly at: Date },
): Promise<void> {
  const { enabled, options, sampleRate, flags } = of.setting;
  await tx.query(
    `insert into evaluator_settings as s
       (project_id, evaluator, enabled, options, sample_rate, flags, revision, updated_at, updated_by)
     values ($1, $2, $3, $4::text::jsonb, $5, $6, 1, $7, $8)
     on conflict (project_id, evaluator) do update set enabled = excluded.enabled,
       options = excluded.options, sample_rate = excluded.sample_rate, flags = excluded.flags,
       revision = s.revision + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [of.projectId, of.evaluator, enabled, jsonText(options), sampleRate, flags, of.at, of.actor],
  );
}

function toEntry(
  evaluator: Evaluator,
  row: SettingRow | undefined,
  errors: EvaluatorErrors | undefined,
): EvaluatorEntry {
  const { id, version, title, description, kind, needs } = evaluator;
  const { enabled, options, sampleRate, flags, revision } = row ?? DEFAULT_SETTING;
  return {
    ...{ id, version, title, description, kind, needs: [...needs] },
    optionsSchema: optionsSchema(evaluator),
    setting: {
      ...{ enabled, options: { ...options }, sampleRate, flags, revision },
      updatedAt: row?.updatedAt.toISOString() ?? null,
      updatedBy: row?.updatedBy ?? null,
    },
    errors:
      errors === undefined
        ? null
        : {
            count: errors.errors,
            lastError: errors.lastError,
            lastVersion: errors.lastVersion,
            lastInteractionId: errors.lastInteractionId,
            lastAt: errors.lastAt.toISOString(),
          },
  };
}
