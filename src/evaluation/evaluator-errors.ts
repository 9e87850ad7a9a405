import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { ItemScores } from './scorer.ts';

export interface ErrorDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

interface Broken {
  readonly projectId: string;
  readonly evaluator: string;
  readonly version: string;
  readonly message: string;
  readonly interactionId: string;
  count: number;
}

const MAX_MESSAGE = 1000;

/**
 * Keeps which evaluators failed about what, so that people can see it: a count and the last case for each evaluator of
 * a project. Cannot fail: the scores of the others are written already.
 */
export async function noteErrors(
  { database, clock, log }: ErrorDeps,
  outcomes: readonly {
    readonly row: { readonly interactionId: string; readonly projectId: string };
    readonly said: ItemScores;
  }[],
): Promise<void> {
  const broken = new Map<string, Broken>();
  for (const { row, said } of outcomes) {
    for (const { evaluator, version, error } of said) {
      if (error === null) continue;
      const name = `${row.projectId} ${evaluator}`;
      const message = error.slice(0, MAX_MESSAGE).replaceAll('\0', '\uFFFD').toWellFormed();
      const count = broken.get(name)?.count ?? 0;
      broken.set(name, { ...row, evaluator, version, message, count: count + 1 });
    }
  }
  if (broken.size === 0) return;
  const failing = [...broken.values()];
  log.warn(
    { evaluators: [...new Set(failing.map(({ evaluator }) => evaluator))] },
    'some evaluators failed; the scores of the others were written',
  );
  try {
    await writeErrors(database, failing, new Date(clock.now()));
  } catch (thrown) {
    log.warn({ err: asError(thrown) }, 'errors of evaluators were not kept');
  }
}

async function writeErrors(db: Queryable, broken: readonly Broken[], at: Date): Promise<void> {
  // In one order, so that two programs never wait for each other.
  const rows = broken.toSorted((a, b) =>
    `${a.projectId} ${a.evaluator}` < `${b.projectId} ${b.evaluator}` ? -1 : 1,
  );
  await db.query(
    `insert into evaluator_errors as e
       (project_id, evaluator, errors, last_version, last_error, last_interaction_id, last_at)
     select r.project_id, r.evaluator, r.errors, r.version, r.message, r.interaction_id, $7
     from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::uuid[])
       as r(project_id, evaluator, errors, version, message, interaction_id)
     where exists (select 1 from projects p where p.id = r.project_id)
     on conflict (project_id, evaluator) do update set errors = e.errors + excluded.errors,
       last_version = excluded.last_version, last_error = excluded.last_error,
       last_interaction_id = excluded.last_interaction_id, last_at = excluded.last_at`,
    [
      rows.map(({ projectId }) => projectId),
      rows.map(({ evaluator }) => evaluator),
      rows.map(({ count }) => count),
      rows.map(({ version }) => version),
      rows.map(({ message }) => message),
      rows.map(({ interactionId }) => interactionId),
      at,
    ],
  );
}

/** How often an evaluator failed in a project since its settings last changed, and the last case. */
export interface EvaluatorErrors {
  readonly evaluator: string;
  readonly errors: number;
  readonly lastVersion: string;
  readonly lastError: string;
  readonly lastInteractionId: string;
  readonly lastAt: Date;
}

/** The evaluators of a project that failed. */
export function readErrors(db: Queryable, projectId: string): Promise<EvaluatorErrors[]> {
  return db.query<EvaluatorErrors>(
    `select evaluator, errors, last_version as "lastVersion", last_error as "lastError",
       last_interaction_id as "lastInteractionId", last_at as "lastAt"
     from evaluator_errors where project_id = $1 order by evaluator limit 500`,
    [projectId],
  );
}

/** Begins to count anew: somebody has changed how the evaluator runs. */
export async function forgetErrors(
  db: Queryable,
  of: { readonly projectId: string; readonly evaluator: string },
): Promise<void> {
  await db.query('delete from evaluator_errors where project_id = $1 and evaluator = $2', [
    of.projectId,
    of.evaluator,
  ]);
}
