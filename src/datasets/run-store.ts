import type { NewRun } from '../contract/dataset-runs.ts';
import type { DatasetItem } from '../contract/datasets.ts';
import type { PromptVersion } from '../contract/prompts.ts';
import { AppError } from '../core/errors.ts';
import { microUsdFromUsd } from '../core/money.ts';
import { defaultParameters } from '../prompts/place-parameters.ts';
import { findVersion } from '../prompts/registry.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { missingVariables } from './build-messages.ts';
import { type Asker, type DatasetDeps, findDataset } from './dataset-store.ts';
import { everyItem } from './item-store.ts';
import { type EvaluatorCatalogue, USUAL_EVALUATORS } from './run-evaluator.ts';

export interface RunDeps extends DatasetDeps {
  readonly evaluators: EvaluatorCatalogue;
  /** Wakes whoever works on runs; what it misses is found by looking. */
  nudge(): void;
}

/** What a run asks, of whom, and with which prompt. */
export interface RunPlan {
  readonly dataset: { readonly id: string; readonly name: string; readonly version: number };
  readonly prompt: { readonly name: string; readonly version: PromptVersion } | null;
  readonly evaluators: readonly string[];
}

type Wish = Pick<NewRun, 'dataset' | 'version' | 'model' | 'prompt' | 'parameters' | 'evaluators'>;

/**
 * Fixes what a wish means. Throws `not_found` for a dataset, version or prompt that is not there, `invalid_request`
 * for an unknown evaluator or settings no chat call has.
 */
export async function planRun(deps: RunDeps, projectId: string, wish: Wish): Promise<RunPlan> {
  const dataset = await findDataset(deps.database, { projectId, id: wish.dataset });
  const version = wish.version ?? dataset.latestVersion;
  if (version > dataset.latestVersion) {
    throw new AppError('not_found', `The dataset has no version ${version}.`);
  }
  const evaluators = wish.evaluators ?? USUAL_EVALUATORS;
  await deps.evaluators.choose(projectId, evaluators);
  const prompt = wish.prompt === undefined ? null : await findPrompt(deps, projectId, wish.prompt);
  defaultParameters('openai-chat', {}, { ...prompt?.version.parameters, ...wish.parameters });
  return {
    dataset: { id: dataset.id, name: dataset.name, version },
    prompt,
    evaluators: [...new Set(evaluators)],
  };
}

async function findPrompt(
  { database }: RunDeps,
  projectId: string,
  text: string,
): Promise<NonNullable<RunPlan['prompt']>> {
  const [name = '', reference = null] = text.split('@');
  return { name, version: await findVersion(database, { projectId, name, reference }) };
}

/** Pages of the items that a plan asks. Throws `invalid_request` when the prompt wants more than an item has. */
export async function* plannedItems(
  db: Queryable,
  projectId: string,
  { dataset, prompt }: RunPlan,
): AsyncGenerator<DatasetItem[]> {
  const of = { projectId, datasetId: dataset.id, version: dataset.version };
  for await (const items of everyItem(db, of)) {
    for (const item of prompt === null ? [] : items) {
      const missing = prompt === null ? [] : missingVariables(prompt.version, item);
      if (missing.length === 0) continue;
      throw new AppError(
        'invalid_request',
        `The prompt wants ${missing.join(', ')}, which the item ${item.key} does not have.`,
        { details: { item: item.key, missing } },
      );
    }
    yield items;
  }
}

/** Begins a run; answers its id. Throws like {@link planRun}, and `invalid_request` for a dataset without items. */
export async function createRun(deps: RunDeps, asker: Asker, wish: NewRun): Promise<string> {
  const { projectId, actor } = asker;
  const plan = await planRun(deps, projectId, wish);
  for await (const _ of plannedItems(deps.database, projectId, plan));
  const id = deps.newId();
  await deps.database.transaction(async (tx) => {
    await insertRun(deps, tx, { ...asker, id, wish, plan });
    const [copied] = await tx.query<{ n: number }>(
      `with copied as (
         insert into dataset_run_results (run_id, position, item_id, item_key, project_id, status)
         select $1, position, id, key, project_id, 'waiting' from dataset_items
         where dataset_id = $2 and added_in <= $3 and (removed_in is null or removed_in > $3)
         returning 1)
       select count(*) as n from copied`,
      [id, plan.dataset.id, plan.dataset.version],
    );
    const total = copied?.n ?? 0;
    if (total === 0) throw new AppError('invalid_request', 'The dataset has no items yet.');
    await tx.query('update dataset_runs set total = $2 where id = $1', [id, total]);
    await deps.recordDeed(tx, {
      projectId,
      actor,
      action: 'run.created',
      target: id,
      details: { dataset: plan.dataset.name, model: wish.model, items: total },
    });
  });
  deps.nudge();
  return id;
}

interface RunToInsert extends Asker {
  readonly id: string;
  readonly wish: NewRun;
  readonly plan: RunPlan;
}

async function insertRun(
  deps: RunDeps,
  tx: Queryable,
  { projectId, actor, id, wish, plan }: RunToInsert,
): Promise<void> {
  const now = new Date(deps.clock.now());
  const prompt =
    plan.prompt === null ? '' : ` · ${plan.prompt.name}@${plan.prompt.version.version}`;
  await tx.query(
    `insert into dataset_runs
       (id, project_id, dataset_id, dataset_version, name, model, prompt_name, prompt_version, parameters,
        evaluators, concurrency, timeout_ms, limit_micro_usd, status, total, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10::text::jsonb, $11, $12, $13, 'running', 0, $14, $15)`,
    [
      id,
      projectId,
      plan.dataset.id,
      plan.dataset.version,
      wish.name ?? `${wish.model}${prompt}`.slice(0, 200),
      wish.model,
      plan.prompt?.name ?? null,
      plan.prompt?.version.version ?? null,
      jsonText(wish.parameters),
      jsonText(plan.evaluators),
      wish.concurrency,
      wish.timeoutMs,
      wish.limitUsd === undefined ? null : microUsdFromUsd(wish.limitUsd),
      now,
      actor,
    ],
  );
}

export type RunStep = 'pause' | 'resume' | 'cancel';

const STEPS = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
} as const;

/**
 * Pauses, resumes or cancels a run. Calls under way end by themselves and are kept. `retryFailed` on resume asks failed
 * items again, also of a run that is done. Throws `not_found`, and `conflict` where the step does not fit the status.
 */
export async function stepRun(
  deps: RunDeps,
  asker: Asker,
  of: { readonly id: string; readonly step: RunStep; readonly retryFailed?: boolean },
): Promise<void> {
  const { from, to } = STEPS[of.step];
  const allowed = of.retryFailed === true ? [...from, 'done'] : from;
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ status: string }>(
      'select status from dataset_runs where id = $1 and project_id = $2 for update',
      [of.id, asker.projectId],
    );
    if (row === undefined) throw noRun();
    if (row.status === to) return;
    if (!(allowed as readonly string[]).includes(row.status)) {
      throw new AppError('conflict', `The run is ${row.status}.`);
    }
    await tx.query(
      `update dataset_runs set status = $2, notice = null,
         finished_at = case when $2 = 'cancelled' then $3::timestamptz end where id = $1`,
      [of.id, to, new Date(deps.clock.now())],
    );
    if (of.retryFailed === true) {
      await tx.query(
        `update dataset_run_results set status = 'waiting', attempts = 0, next_attempt_at = null,
           error = null, error_code = null where run_id = $1 and status = 'failed'`,
        [of.id],
      );
    }
    await deps.recordDeed(tx, { ...asker, action: `run.${to}`, target: of.id, details: {} });
  });
  deps.nudge();
}

/** Removes a run with its results. Throws `not_found`, and `conflict` while it is under way. */
export async function removeRun(deps: RunDeps, asker: Asker, id: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ status: string; name: string }>(
      'select status, name from dataset_runs where id = $1 and project_id = $2 for update',
      [id, asker.projectId],
    );
    if (row === undefined) throw noRun();
    if (row.status === 'running') {
      throw new AppError('conflict', 'The run is under way: pause or cancel it.');
    }
    await tx.query('delete from dataset_runs where id = $1', [id]);
    const deed = { ...asker, action: 'run.deleted', target: id };
    await deps.recordDeed(tx, { ...deed, details: { name: row.name } });
  });
}

export function noRun(): AppError {
  return new AppError('not_found', 'There is no such run.');
}
