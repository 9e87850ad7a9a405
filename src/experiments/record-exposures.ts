import type { Exposure, InteractionRow, RecordBatch, RecordStep } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { type Design, metricsOf } from './design.ts';
import { type CountedScore, exposedScores, netScores, scoreChanges } from './exposed-scores.ts';

/** 1 counts rows, −1 takes them out again. */
type Sign = 1 | -1;

/**
 * Counts newly written calls and scores of experiments into the sums of their units; runs after the rows are stored, once
 * in a transaction. Scores may come with their call or any time later. A later score of the same judge on the same call
 * takes the place of the earlier one.
 */
export const recordExposures: RecordStep = async (tx, batch) => {
  await applyExposures(tx, batch, 1);
};

/**
 * Takes deleted interactions with all their scores out of the sums again, in the transaction that deletes the rows. What
 * shadows spent stays spent.
 */
export const takeBackExposures: RecordStep = async (tx, batch) => {
  await applyExposures(tx, batch, -1);
};

type ExposedCall = InteractionRow & { readonly handling: { readonly exposure: Exposure } };

/** Metrics of the started experiments by project and id. */
type Experiments = ReadonlyMap<string, ReadonlySet<string>>;

async function applyExposures(tx: Queryable, batch: RecordBatch, sign: Sign): Promise<void> {
  const exposed = batch.interactions.filter(isExposed);
  if (exposed.length === 0 && batch.scores.length === 0) return;
  const experiments = await startedExperiments(tx, batch);
  if (experiments.size === 0) return;
  const calls = exposed.filter((row) =>
    experiments.has(keyOf(row.projectId, row.handling.exposure)),
  );
  await countCalls(tx, calls, sign);
  if (sign === 1) await bookShadows(tx, calls);
  const scores = (await exposedScores(tx, batch)).filter(
    ({ score, exposure, metric }) =>
      experiments.get(keyOf(score.projectId, exposure))?.has(metric) === true,
  );
  await countScores(tx, sign === 1 ? await scoreChanges(tx, scores) : netScores(scores));
}

function isExposed(row: InteractionRow): row is ExposedCall {
  return row.handling.exposure !== null;
}

function keyOf(projectId: string, exposure: Exposure): string {
  return `${projectId} ${exposure.experimentId}`;
}

/** Words about a call that come later than this after the end of its experiment are not counted. */
const COUNTED_AFTER_END_MS = 90 * 86_400_000;

async function startedExperiments(tx: Queryable, batch: RecordBatch): Promise<Experiments> {
  const given = [...batch.interactions, ...batch.scores];
  const projects = new Set(given.map((row) => row.projectId));
  const newestMs = given.reduce((newest, row) => Math.max(newest, row.createdAt.getTime()), 0);
  const rows = await tx.query<{ id: string; project_id: string; design: Design }>(
    `select id, project_id, design from experiments
     where project_id = any($1::uuid[]) and status <> 'draft' and (ended_at is null or ended_at > $2)`,
    [[...projects], new Date(newestMs - COUNTED_AFTER_END_MS)],
  );
  return new Map(
    rows.map((row) => [`${row.project_id} ${row.id}`, new Set(metricsOf(row.design))]),
  );
}

/** The caller went away or we stopped: says nothing about the arm. */
const NO_OUTCOME = new Set(['client_closed', 'shutdown']);

interface CallSums {
  readonly experiment_id: string;
  readonly arm: string;
  readonly unit: string;
  readonly project_id: string;
  first_seen: Date;
  calls: number;
  outcomes: number;
  errors: number;
  cost_n: number;
  cost_sum: number;
  latency_n: number;
  latency_sum: number;
  first_token_n: number;
  first_token_sum: number;
}

function noCalls(row: ExposedCall): CallSums {
  const { experimentId, arm, unit } = row.handling.exposure;
  return {
    experiment_id: experimentId,
    arm,
    unit,
    project_id: row.projectId,
    first_seen: row.createdAt,
    calls: 0,
    outcomes: 0,
    errors: 0,
    cost_n: 0,
    cost_sum: 0,
    latency_n: 0,
    latency_sum: 0,
    first_token_n: 0,
    first_token_sum: 0,
  };
}

function sumCalls(calls: readonly ExposedCall[], sign: Sign): CallSums[] {
  const units = new Map<string, CallSums>();
  for (const row of calls) {
    const { experimentId, arm, unit } = row.handling.exposure;
    const key = `${experimentId} ${arm} ${unit}`;
    const sums = units.get(key) ?? noCalls(row);
    units.set(key, sums);
    addCall(sums, row, sign);
  }
  // One order for all writers, so that none waits for another in a circle.
  return [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
}

function addCall(sums: CallSums, row: ExposedCall, sign: Sign): void {
  const failed = row.status === 'error';
  if (row.createdAt < sums.first_seen) sums.first_seen = row.createdAt;
  sums.calls += sign;
  if (!failed || !NO_OUTCOME.has(row.errorType ?? '')) sums.outcomes += sign;
  if (failed && !NO_OUTCOME.has(row.errorType ?? '')) sums.errors += sign;
  if (row.costMicroUsd !== null) {
    sums.cost_n += sign;
    sums.cost_sum += sign * row.costMicroUsd;
  }
  // How fast a failure came is not how fast the arm is.
  if (!failed && row.latencyMs !== null) {
    sums.latency_n += sign;
    sums.latency_sum += sign * row.latencyMs;
  }
  if (!failed && row.firstTokenMs !== null) {
    sums.first_token_n += sign;
    sums.first_token_sum += sign * row.firstTokenMs;
  }
}

const COUNTS = [
  'calls',
  'outcomes',
  'errors',
  'cost_n',
  'latency_n',
  'first_token_n',
  'cost_sum',
  'latency_sum',
  'first_token_sum',
] as const;
const COLUMNS = COUNTS.join(', ');
const TYPES = COUNTS.map((name) => `${name} ${name.endsWith('_sum') ? 'float8' : 'bigint'}`);

async function countCalls(tx: Queryable, calls: readonly ExposedCall[], sign: Sign): Promise<void> {
  if (calls.length === 0) return;
  await tx.query(
    `insert into experiment_units as u (experiment_id, arm, unit, project_id, first_seen, ${COLUMNS})
     select experiment_id, arm, unit, project_id, first_seen, ${COLUMNS}
     from jsonb_to_recordset($1::text::jsonb) as r(experiment_id uuid, arm text, unit text, project_id uuid,
       first_seen timestamptz, ${TYPES.join(', ')})
     on conflict (experiment_id, arm, unit) do update set
       first_seen = least(u.first_seen, excluded.first_seen),
       ${COUNTS.map((name) => `${name} = u.${name} + excluded.${name}`).join(', ')}`,
    [jsonText(sumCalls(calls, sign))],
  );
  if (sign === 1) return;
  await tx.query(
    `delete from experiment_units u using unnest($1::uuid[], $2::text[], $3::text[]) as k(experiment_id, arm, unit)
     where u.experiment_id = k.experiment_id and u.arm = k.arm and u.unit = k.unit and u.calls <= 0`,
    [
      calls.map(({ handling }) => handling.exposure.experimentId),
      calls.map(({ handling }) => handling.exposure.arm),
      calls.map(({ handling }) => handling.exposure.unit),
    ],
  );
}

/** Shadow calls are paid from the arm's budget. A failed call without a price most likely cost nothing. */
async function bookShadows(tx: Queryable, calls: readonly ExposedCall[]): Promise<void> {
  const arms = new Map<string, { key: Exposure; projectId: string; spent: Spent }>();
  for (const row of calls) {
    if (row.handling.shadowOf === null) continue;
    if (row.costMicroUsd === null && row.status === 'error') continue;
    const key = row.handling.exposure;
    const name = `${key.experimentId} ${key.arm}`;
    const { projectId } = row;
    const entry = arms.get(name) ?? { key, projectId, spent: { calls: 0, unpriced: 0, cost: 0 } };
    arms.set(name, entry);
    entry.spent.calls += 1;
    if (row.costMicroUsd === null) entry.spent.unpriced += 1;
    else entry.spent.cost += row.costMicroUsd;
  }
  const sorted = [...arms].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, { key, projectId, spent }] of sorted) {
    await tx.query(
      `insert into experiment_spend as s (experiment_id, arm, project_id, calls, unpriced_calls, micro_usd)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (experiment_id, arm) do update set calls = s.calls + excluded.calls,
         unpriced_calls = s.unpriced_calls + excluded.unpriced_calls, micro_usd = s.micro_usd + excluded.micro_usd`,
      [key.experimentId, key.arm, projectId, spent.calls, spent.unpriced, Math.round(spent.cost)],
    );
  }
}

interface Spent {
  calls: number;
  unpriced: number;
  cost: number;
}

async function countScores(tx: Queryable, counted: readonly CountedScore[]): Promise<void> {
  if (counted.length === 0) return;
  const units = new Map<string, CountedScore>();
  for (const one of counted) {
    const key = `${one.experimentId} ${one.metric} ${one.arm} ${one.unit}`;
    const sum = units.get(key);
    if (sum === undefined) units.set(key, one);
    else units.set(key, { ...sum, n: sum.n + one.n, value: sum.value + one.value });
  }
  const rows = [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
  await tx.query(
    `insert into experiment_unit_scores as u (experiment_id, metric, arm, unit, project_id, n, value_sum)
     select "experimentId", metric, arm, unit, "projectId", n, value
     from jsonb_to_recordset($1::text::jsonb) as r("experimentId" uuid, metric text, arm text, unit text,
       "projectId" uuid, n bigint, value float8)
     on conflict (experiment_id, metric, arm, unit) do update set
       n = u.n + excluded.n, value_sum = u.value_sum + excluded.value_sum`,
    [jsonText(rows)],
  );
  if (rows.every(({ n }) => n >= 0)) return;
  await tx.query(
    'delete from experiment_unit_scores where experiment_id = any($1::uuid[]) and n <= 0',
    [[...new Set(rows.map(({ experimentId }) => experimentId))]],
  );
}
