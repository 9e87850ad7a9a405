import type { Estimate } from '../contract/common.ts';
import type {
  DatasetRun,
  RunDetail,
  RunMetric,
  RunProgress,
  RunResult,
  RunScore,
  RunStatus,
} from '../contract/dataset-runs.ts';
import type { DatasetMessage } from '../contract/datasets.ts';
import type { CallParameters } from '../contract/prompts.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { meanInterval, rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { lastQuestion } from './build-messages.ts';
import { noRun } from './run-store.ts';

interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly dataset_id: string;
  readonly dataset_name: string;
  readonly dataset_version: number;
  readonly model: string;
  readonly prompt_name: string | null;
  readonly prompt_version: number | null;
  readonly parameters: CallParameters;
  readonly evaluators: string[];
  readonly concurrency: number;
  readonly timeout_ms: number;
  readonly limit_micro_usd: number | null;
  readonly status: RunStatus;
  readonly notice: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

const COLUMNS = `r.id, r.name, r.dataset_id, d.name as dataset_name, r.dataset_version, r.model, r.prompt_name,
  r.prompt_version, r.parameters, r.evaluators, r.concurrency, r.timeout_ms, r.limit_micro_usd, r.status, r.notice,
  r.created_at, r.created_by, r.started_at, r.finished_at`;

/** Runs of a project, newest first; `before` is the last id of the page before. */
export async function listRuns(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly dataset: string | null;
    readonly status: RunStatus | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<DatasetRun[]> {
  const rows = await db.query<RunRow>(
    `select ${COLUMNS} from dataset_runs r join datasets d on d.id = r.dataset_id
     where r.project_id = $1 and ($2::uuid is null or r.dataset_id = $2) and ($3::text is null or r.status = $3)
       and ($4::uuid is null or r.id < $4) order by r.id desc limit $5`,
    [of.projectId, of.dataset, of.status, of.before, of.limit],
  );
  return await withFigures(db, rows);
}

/** One run. Throws `not_found`. */
export async function findRun(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<DatasetRun> {
  const rows = await db.query<RunRow>(
    `select ${COLUMNS} from dataset_runs r join datasets d on d.id = r.dataset_id
     where r.project_id = $1 and r.id = $2`,
    [of.projectId, of.id],
  );
  const [run] = await withFigures(db, rows);
  if (run === undefined) throw noRun();
  return run;
}

interface FigureRow {
  readonly run_id: string;
  readonly total: number;
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
  readonly cost: number | null;
  readonly uncosted: number;
  readonly n: number;
  readonly sum: number | null;
  readonly squares: number | null;
  readonly halves: number;
}

async function withFigures(db: Queryable, rows: readonly RunRow[]): Promise<DatasetRun[]> {
  if (rows.length === 0) return [];
  const figures = await db.query<FigureRow>(
    `select run_id, count(*) as total, count(*) filter (where status = 'waiting') as waiting,
       count(*) filter (where status in ('asking', 'answered')) as active,
       count(*) filter (where status = 'done') as done, count(*) filter (where status = 'failed') as failed,
       sum(cost_micro_usd) as cost,
       count(*) filter (where status = 'done' and cost_micro_usd is null) as uncosted,
       count(quality) as n, sum(quality) as sum, sum(quality * quality) as squares,
       count(*) filter (where quality not in (0, 1)) as halves
     from dataset_run_results where run_id = any($1::uuid[]) group by run_id`,
    [rows.map(({ id }) => id)],
  );
  const byRun = new Map(figures.map((row) => [row.run_id, row]));
  return rows.map((row) => runOf(row, byRun.get(row.id)));
}

function runOf(row: RunRow, figures: FigureRow | undefined): DatasetRun {
  const { prompt_name: promptName, prompt_version: promptVersion } = row;
  const cost = figures?.cost ?? 0;
  return {
    id: row.id,
    name: row.name,
    dataset: { id: row.dataset_id, name: row.dataset_name, version: row.dataset_version },
    model: row.model,
    prompt:
      promptName === null || promptVersion === null
        ? null
        : { name: promptName, version: promptVersion },
    parameters: row.parameters,
    evaluators: row.evaluators,
    concurrency: row.concurrency,
    timeoutMs: row.timeout_ms,
    limitUsd: row.limit_micro_usd === null ? null : usdFromMicroUsd(row.limit_micro_usd),
    status: row.status,
    notice: row.notice,
    progress: progressOf(figures),
    costUsd: usdFromMicroUsd(cost),
    costMicroUsd: cost,
    uncosted: figures?.uncosted ?? 0,
    quality: estimateOf({
      n: figures?.n ?? 0,
      sum: figures?.sum ?? 0,
      squares: figures?.squares ?? 0,
      isRate: figures?.halves === 0,
    }),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

function progressOf(figures: FigureRow | undefined): RunProgress {
  const { total = 0, waiting = 0, active = 0, done = 0, failed = 0 } = figures ?? {};
  return { total, waiting, active, done, failed };
}

/** The interval of a mean from 0 to 1, or of a rate where all values are 0 or 1. */
function estimateOf(of: {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  readonly isRate: boolean;
}): Estimate {
  const { n, sum, squares, isRate } = of;
  if (isRate) return { ...rateInterval(sum, n) };
  return { ...meanInterval({ n, sum, sumOfSquares: squares }, { low: 0, high: 1 }) };
}

/** One run with its figures. Throws `not_found`. */
export async function readRun(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<RunDetail> {
  const run = await findRun(db, of);
  return { ...run, ...(await handling(db, run.id)), metrics: await metricsOf(db, run) };
}

async function metricsOf(db: Queryable, run: DatasetRun): Promise<RunMetric[]> {
  const rows = await db.query<{
    name: string;
    n: number;
    sum: number;
    squares: number;
    halves: number;
    flagged: number;
  }>(
    `select s.name, count(*) as n, sum(s.value) as sum, sum(s.value * s.value) as squares,
       count(*) filter (where s.value not in (0, 1)) as halves, count(*) filter (where s.flagged) as flagged
     from dataset_run_results r, jsonb_to_recordset(r.scores) as s(name text, value float8, flagged boolean)
     where r.run_id = $1 and r.status = 'done' group by s.name order by s.name limit 200`,
    [run.id],
  );
  const quality = { name: 'quality', estimate: run.quality, isRate: false, flagged: 0 };
  const metrics = rows.map(({ name, flagged, halves, ...sums }) => ({
    name,
    estimate: estimateOf({ ...sums, isRate: halves === 0 }),
    isRate: halves === 0,
    flagged,
  }));
  return run.quality.n === 0 ? metrics : [quality, ...metrics];
}

async function handling(
  db: Queryable,
  id: string,
): Promise<Pick<RunDetail, 'latencyMs' | 'tokens' | 'errors'>> {
  const [row] = await db.query<{
    n: number;
    p50: number | null;
    p95: number | null;
    input: number | null;
    output: number | null;
  }>(
    `select count(latency_ms) as n, percentile_cont(0.5) within group (order by latency_ms) as p50,
       percentile_cont(0.95) within group (order by latency_ms) as p95,
       sum(input_tokens) as input, sum(output_tokens) as output
     from dataset_run_results where run_id = $1 and status = 'done'`,
    [id],
  );
  const errors = await db.query<RunDetail['errors'][number]>(
    `select coalesce(error_code, 'unknown') as code, min(coalesce(error, '')) as message, count(*) as count
     from dataset_run_results where run_id = $1 and status = 'failed'
     group by 1 order by count(*) desc, 1 limit 20`,
    [id],
  );
  const n = row?.n ?? 0;
  // Below two there is nothing to rank.
  const latencyMs = {
    n,
    p50: n < 2 ? null : (row?.p50 ?? null),
    p95: n < 2 ? null : (row?.p95 ?? null),
  };
  return { latencyMs, tokens: { input: row?.input ?? 0, output: row?.output ?? 0 }, errors };
}

interface ResultRow {
  readonly position: number;
  readonly item_id: string;
  readonly item_key: string;
  readonly status: RunResult['status'];
  readonly messages: DatasetMessage[];
  readonly reference: string | null;
  readonly answer: string | null;
  readonly finish_reason: string | null;
  readonly interaction_id: string | null;
  readonly quality: number | null;
  readonly scores: RunScore[];
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_micro_usd: number | null;
  readonly latency_ms: number | null;
  readonly attempts: number;
  readonly error_code: string | null;
  readonly error: string | null;
}

const SHOWN = {
  all: 'true',
  failed: "r.status = 'failed'",
  flagged: `exists (select 1 from jsonb_to_recordset(r.scores) as s(flagged boolean) where s.flagged)`,
  low: 'r.quality < 0.5',
} as const;

/** Results of a run in the order of its items. Throws `not_found`. */
export async function listResults(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly id: string;
    readonly show: keyof typeof SHOWN;
    readonly after: number;
    readonly limit: number;
  },
): Promise<RunResult[]> {
  await findRun(db, of);
  const rows = await db.query<ResultRow>(
    `select r.position, r.item_id, r.item_key, r.status, i.messages, i.reference, r.answer, r.finish_reason,
       r.interaction_id, r.quality, r.scores, r.input_tokens, r.output_tokens, r.cost_micro_usd, r.latency_ms,
       r.attempts, r.error_code, r.error
     from dataset_run_results r join dataset_items i on i.id = r.item_id
     where r.run_id = $1 and r.position > $2 and ${SHOWN[of.show]} order by r.position limit $3`,
    [of.id, of.after, of.limit],
  );
  return rows.map(resultOf);
}

function resultOf(row: ResultRow): RunResult {
  return {
    position: row.position,
    itemId: row.item_id,
    key: row.item_key,
    status: row.status,
    question: lastQuestion(row).slice(0, 400),
    messages: row.messages,
    reference: row.reference,
    answer: row.answer,
    finishReason: row.finish_reason,
    interactionId: row.interaction_id,
    quality: row.quality,
    scores: row.scores,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_micro_usd === null ? null : usdFromMicroUsd(row.cost_micro_usd),
    latencyMs: row.latency_ms,
    attempts: row.attempts,
    errorCode: row.error_code,
    error: row.error,
  };
}
