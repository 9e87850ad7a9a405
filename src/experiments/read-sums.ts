import type { Moments } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import type { ArmSpend } from './arm-directory.ts';

/** What is known of an arm: moments of its units' means, by metric. */
export interface ArmSums {
  readonly arm: string;
  readonly units: number;
  readonly calls: number;
  readonly metrics: ReadonlyMap<string, Moments>;
}

/** Everything an analysis starts from. */
export interface ExperimentSums {
  readonly arms: ReadonlyMap<string, ArmSums>;
  readonly spend: readonly ArmSpend[];
}

/** A unit's mean of each metric that calls themselves tell: numerator and denominator. */
const CALL_METRICS = {
  cost: ['cost_sum', 'cost_n'],
  latency: ['latency_sum', 'latency_n'],
  first_token: ['first_token_sum', 'first_token_n'],
  error_rate: ['errors', 'outcomes'],
} as const;

type CallRow = { arm: string; units: number; calls: number } & Record<string, number | null>;

/** Moments of unit means for the wanted metrics: one pass over the units of an experiment. */
export async function readSums(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string; readonly metrics: readonly string[] },
): Promise<ExperimentSums> {
  // Floating point throughout: sums of bigint would be numeric, which is several times slower.
  const calls = await database.query<CallRow>(
    `select arm, count(*) as units, sum(calls) as calls, ${momentColumns()}
     from (select arm, calls::float8 as calls, ${meanColumns()}
       from experiment_units where experiment_id = $1 and project_id = $2) as u group by arm`,
    [of.id, of.projectId],
  );
  const scores = await database.query<Moments & { arm: string; metric: string }>(
    `select arm, metric, count(*) as n, sum(mean) as sum, sum(mean * mean) as "sumOfSquares"
     from (select arm, metric, value_sum / n::float8 as mean from experiment_unit_scores
       where experiment_id = $1 and project_id = $2 and metric = any($3::text[]) and n > 0) as u
     group by arm, metric`,
    [of.id, of.projectId, [...of.metrics]],
  );
  const spend = await database.query<ArmSpend>(
    `select arm, calls, unpriced_calls as "unpricedCalls", micro_usd as "microUsd"
     from experiment_spend where experiment_id = $1 and project_id = $2`,
    [of.id, of.projectId],
  );
  const arms = new Map(calls.map((row) => [row.arm, armOf(row, scores)]));
  return { arms, spend };
}

function meanColumns(): string {
  return Object.entries(CALL_METRICS)
    .map(([metric, [sum, n]]) => `${sum}::float8 / nullif(${n}, 0)::float8 as ${metric}`)
    .join(', ');
}

function momentColumns(): string {
  return Object.keys(CALL_METRICS)
    .map(
      (metric) =>
        `count(${metric}) as ${metric}_units, sum(${metric}) as ${metric}_sum1,
         sum(${metric} * ${metric}) as ${metric}_sum2`,
    )
    .join(', ');
}

function armOf(
  row: CallRow,
  scores: readonly (Moments & { arm: string; metric: string })[],
): ArmSums {
  const metrics = new Map<string, Moments>();
  for (const metric of Object.keys(CALL_METRICS)) {
    metrics.set(metric, {
      n: row[`${metric}_units`] ?? 0,
      sum: row[`${metric}_sum1`] ?? 0,
      sumOfSquares: row[`${metric}_sum2`] ?? 0,
    });
  }
  for (const { arm, metric, n, sum, sumOfSquares } of scores) {
    if (arm === row.arm) metrics.set(metric, { n, sum, sumOfSquares });
  }
  return { arm: row.arm, units: row.units, calls: row.calls, metrics };
}
