import type {
  ExperimentDecision,
  ExperimentFigures,
  ExperimentLook,
  ExperimentResults,
} from '../contract/experiments.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { analyse, lookOf } from './analyse.ts';
import { type LookMemory, noMemory } from './compare-arms.ts';
import { metricsOf } from './design.ts';
import {
  type ExperimentDeps,
  type ExperimentRow,
  readExperiment,
  toExperiment,
} from './experiment-store.ts';
import { readSums } from './read-sums.ts';

const HOUR_MS = 3_600_000;
const MAX_LOOKS = 1_000;

/** The figures of this moment; `memory` holds what the look adds to what was remembered. */
async function figuresNow(
  database: Queryable,
  row: ExperimentRow,
  at: Date,
): Promise<{ figures: ExperimentFigures; memory: LookMemory }> {
  const { id, design } = row;
  const sums = await readSums(database, {
    projectId: row.project_id,
    id,
    metrics: metricsOf(design),
  });
  const memory: LookMemory = { ...noMemory(), ...structuredClone(row.memory) };
  const figures = analyse({ design, started: row.started_at !== null, sums, memory, at });
  return { figures, memory };
}

/** A look that counts: remembered, and kept in the series as the look of its hour. The row has to be locked. */
export async function takeLook(
  tx: Queryable,
  row: ExperimentRow,
  at: Date,
): Promise<{ figures: ExperimentFigures; memory: LookMemory }> {
  const { figures, memory } = await figuresNow(tx, row, at);
  await saveMemory(tx, row, memory);
  await tx.query(
    `insert into experiment_looks (experiment_id, hour, project_id, look) values ($1, $2, $3, $4::text::jsonb)
     on conflict (experiment_id, hour) do update set look = excluded.look`,
    [
      row.id,
      new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS),
      row.project_id,
      jsonText(lookOf(figures)),
    ],
  );
  return { figures, memory };
}

export async function saveMemory(
  tx: Queryable,
  row: ExperimentRow,
  memory: LookMemory,
): Promise<void> {
  await tx.query(
    'update experiments set memory = $3::text::jsonb where project_id = $1 and id = $2',
    [row.project_id, row.id, jsonText(memory)],
  );
}

/** Figures of now and the series of looks. Throws `not_found`. */
export async function readResults(
  deps: Pick<ExperimentDeps, 'database' | 'clock'>,
  of: { readonly projectId: string; readonly id: string },
): Promise<ExperimentResults> {
  const row = await readExperiment(deps.database, of);
  const { figures } = await figuresNow(deps.database, row, new Date(deps.clock.now()));
  const looks = await deps.database.query<{ look: ExperimentLook }>(
    `select look from (
       select look, hour, row_number() over (order by hour desc) - 1 as place, count(*) over () as total
       from experiment_looks where experiment_id = $1 and project_id = $2
     ) as l where place % ceil(total / $3::float8)::bigint = 0 order by hour`,
    [of.id, of.projectId, MAX_LOOKS],
  );
  return { ...figures, experiment: toExperiment(row), looks: looks.map(({ look }) => look) };
}

/** A decision to be put on record. */
export interface NewDecision {
  readonly actor: string;
  readonly kind: ExperimentDecision['kind'];
  readonly arm: string | null;
  readonly reason: string;
  readonly figures: ExperimentFigures | null;
  readonly at: Date;
}

/** Puts a decision on record, with the figures of its moment; it is never changed afterwards. */
export async function recordDecision(
  deps: Pick<ExperimentDeps, 'newId'>,
  tx: Queryable,
  { row, decision }: { readonly row: ExperimentRow; readonly decision: NewDecision },
): Promise<void> {
  await tx.query(
    `insert into experiment_decisions (id, experiment_id, project_id, at, actor, kind, arm, reason, figures)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb)`,
    [
      deps.newId(),
      row.id,
      row.project_id,
      decision.at,
      decision.actor,
      decision.kind,
      decision.arm,
      decision.reason,
      decision.figures === null ? null : jsonText(decision.figures),
    ],
  );
}

/** A page of decisions, newest first. Throws `not_found` for an unknown experiment. */
export async function listDecisions(
  database: Queryable,
  of: {
    readonly projectId: string;
    readonly id: string;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<ExperimentDecision[]> {
  await readExperiment(database, of);
  const rows = await database.query<Omit<ExperimentDecision, 'at'> & { at: Date }>(
    `select id, at, actor, kind, arm, reason, figures from experiment_decisions
     where project_id = $1 and experiment_id = $2 and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [of.projectId, of.id, of.before, of.limit],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
