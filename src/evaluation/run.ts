import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { ruleOverall } from '../evaluators/rule-overall.ts';
import { EMPTY_BATCH, type RecordStep, type ScoreRow } from '../interactions/record.ts';
import type { Database } from '../store/database.ts';
import type { AfterEvaluated, Evaluated } from './after-evaluated.ts';
import { noteErrors } from './evaluator-errors.ts';
import { type LoadedInteraction, loadInteractions } from './load-subjects.ts';
import {
  type Claim,
  type ClaimedRow,
  claimDue,
  countPending,
  giveBack,
  oldestDueSeconds,
  release,
  takeOff,
} from './queue.ts';
import {
  countEvaluated,
  emptyTally,
  mean,
  type RunTally,
  type RunTrigger,
  recordRun,
} from './runs.ts';
import { toScoreRows } from './score-rows.ts';
import type { ItemScores, ScoreItem, ScoreItems } from './scorer.ts';

export interface EvaluationDeps {
  readonly database: Database;
  /** Writes scores: storing, roll-ups and whatever else is joined to it, in the given transaction. */
  readonly record: RecordStep;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Interactions claimed at once. */
  readonly batchSize: number;
  /** Overall score on 1 to 5 at or below which an interaction counts as low quality. */
  readonly lowQualityThreshold: number;
  /** Asks the evaluators: in a thread of its own, so that neither loading nor writing waits for them. */
  readonly score: ScoreItems;
  /** Decides what else is to be asked about what was just scored; in the transaction of the scores. */
  readonly afterEvaluated?: AfterEvaluated;
}

export interface RunOptions {
  readonly trigger: RunTrigger;
  /** Only this project's interactions; null for all. */
  readonly projectId: string | null;
  /** At most this many interactions; null until nothing is due. */
  readonly limit: number | null;
  readonly signal?: AbortSignal;
}

/** Averages are over `overall` of what this run evaluated; null when that is nothing. */
export interface RunResult {
  readonly evaluated: number;
  readonly failed: number;
  readonly lowQuality: number;
  /** 0 to 1. */
  readonly averageScore: number | null;
  /** 1 to 5. */
  readonly averageNative: number | null;
}

/** Interactions whose texts are read at once; twice as many are in memory. */
const LOADED = 100;
const JUDGE_TYPE = 'rule';

interface Outcome {
  readonly row: ClaimedRow;
  /** Empty when no text of the interaction was recorded: nothing can be said, nothing is wrong. */
  readonly said: ItemScores;
  readonly scores: readonly ScoreRow[];
}
interface Failure {
  readonly interactionId: string;
  readonly projectId: string;
  readonly reason: string;
}
interface BatchResult {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
}

/**
 * Scores what is due, batch by batch, each batch in one transaction. A record that cannot be evaluated fails
 * alone, and so does an evaluator: its error is counted, what the others said is written. Throws only when the
 * database is away; then what was claimed is tried again later.
 */
export async function runEvaluation(deps: EvaluationDeps, options: RunOptions): Promise<RunResult> {
  const startedAt = new Date(deps.clock.now());
  const tallies = new Map<string, RunTally>();
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  try {
    while (left > 0 && options.signal?.aborted !== true) {
      const limit = Math.min(deps.batchSize, left);
      const claim = await claimDue(deps.database, { projectId: options.projectId, limit });
      if (claim === null) break;
      left -= claim.rows.length;
      await runBatch(deps, claim, tallies);
    }
  } finally {
    await noteRuns(deps, options, { startedAt, tallies });
  }
  await showCounts(deps);
  return resultOf(tallies);
}

/** Sets the gauges of what waits and of what was done, over all projects and programs. */
export async function showCounts({
  database,
  metrics,
}: Pick<EvaluationDeps, 'database' | 'metrics'>): Promise<void> {
  metrics.evaluator.pending.set(await countPending(database, null));
  metrics.evaluator.oldestPending.set(await oldestDueSeconds(database));
  metrics.program.ledger.set({ state: 'evaluated' }, await countEvaluated(database));
}

async function runBatch(
  deps: EvaluationDeps,
  claim: Claim,
  tallies: Map<string, RunTally>,
): Promise<void> {
  const { clock, metrics } = deps;
  const startedMs = clock.monotonic();
  try {
    const evaluated = await evaluateRows(deps, claim.rows);
    const written = await writeOutcomes(deps, claim, evaluated.outcomes);
    const failures = [...evaluated.failures, ...written.failures];
    await giveBack(deps.database, claim, failures);
    await noteErrors(deps, written.outcomes);
    count(deps, { outcomes: written.outcomes, failures }, tallies);
    const seconds = (clock.monotonic() - startedMs) / 1000;
    metrics.evaluator.lastBatchDuration.set({ judge_type: JUDGE_TYPE }, seconds);
  } catch (cause) {
    // Nothing is wrong with the records; when this fails too, the claim runs out by itself.
    await release(deps.database, claim).catch(() => undefined);
    throw cause;
  }
}

async function evaluateRows(
  deps: EvaluationDeps,
  rows: readonly ClaimedRow[],
): Promise<BatchResult> {
  const outcomes: Outcome[] = [];
  const failures: Failure[] = [];
  let next = loadChunk(deps, rows, 0);
  for (let at = 0; at < rows.length; at += LOADED) {
    const chunk = rows.slice(at, at + LOADED);
    const loaded = await next;
    // The database looks for the next ones while these are judged.
    next = loadChunk(deps, rows, at + LOADED);
    const scored = await scoreLoaded(deps, loaded);
    for (const row of chunk) {
      const outcome = outcomeOf(deps, row, { loaded, scored });
      if ('reason' in outcome) failures.push(outcome);
      else outcomes.push(outcome);
    }
  }
  return { outcomes, failures };
}

/** What was said of each interaction, by id; or why nothing could be said of all of them. */
type Scored = ReadonlyMap<string, ItemScores> | { readonly reason: string };

async function scoreLoaded(deps: EvaluationDeps, loaded: Loaded): Promise<Scored> {
  const items = [...loaded.values()].flatMap(toItem);
  try {
    const said = items.length === 0 ? [] : await deps.score(items);
    return new Map(items.map(({ interactionId }, at) => [interactionId, said[at] ?? []]));
  } catch (thrown) {
    // The thread ended or took too long over one of them: each is tried again alone.
    return { reason: asError(thrown).message };
  }
}

/** Nothing can be asked about an interaction without texts. */
export function toItem({ id, projectId, subject, facts }: LoadedInteraction): ScoreItem[] {
  return subject === null ? [] : [{ interactionId: id, projectId, subject, facts }];
}

function outcomeOf(
  deps: EvaluationDeps,
  row: ClaimedRow,
  { loaded, scored }: { readonly loaded: Loaded; readonly scored: Scored },
): Outcome | Failure {
  const { interactionId, projectId } = row;
  const fail = (reason: string): Failure => ({ interactionId, projectId, reason });
  const interaction = loaded.get(interactionId);
  if (interaction === undefined) return fail('The interaction is no longer there.');
  if (interaction.subject === null) return { row, said: [], scores: [] };
  if ('reason' in scored) return fail(scored.reason);
  const said = scored.get(interactionId) ?? [];
  const broken = said.find(({ error }) => error !== null);
  if (broken !== undefined && said.every(({ error }) => error !== null)) {
    return fail(broken.error ?? '');
  }
  const at = new Date(deps.clock.now());
  return { row, said, scores: said.flatMap((one) => toScoreRows(interaction, one, at)) };
}

type Loaded = Awaited<ReturnType<typeof loadInteractions>>;

function loadChunk(
  deps: EvaluationDeps,
  rows: readonly ClaimedRow[],
  from: number,
): Promise<Loaded> {
  const chunk = rows.slice(from, from + LOADED);
  if (chunk.length === 0) return Promise.resolve(new Map());
  const loading = loadInteractions(deps.database, chunk);
  // A failure is told by whoever waits for it; until then it is nobody's.
  loading.catch(() => undefined);
  return loading;
}

/**
 * Writes scores and takes the rows off the queue in one transaction. When that fails, the halves are
 * tried on their own, down to the single record that the database will not take.
 */
async function writeOutcomes(
  deps: EvaluationDeps,
  claim: Claim,
  outcomes: readonly Outcome[],
): Promise<BatchResult> {
  if (outcomes.length === 0) return { outcomes: [], failures: [] };
  try {
    const taken = await deps.database.transaction(async (tx) => {
      const ids = outcomes.map(({ row }) => row.interactionId);
      const mine = await takeOff(tx, claim, ids);
      const kept = outcomes.filter(({ row }) => mine.has(row.interactionId));
      const scores = await withoutExisting(
        tx,
        kept.flatMap((outcome) => outcome.scores),
      );
      if (scores.length > 0) await deps.record(tx, { ...EMPTY_BATCH, scores });
      await deps.afterEvaluated?.(tx, kept.map(toEvaluated));
      return kept;
    });
    return { outcomes: taken, failures: [] };
  } catch (thrown) {
    const [first, ...others] = outcomes;
    if (first === undefined) throw thrown;
    if (others.length === 0)
      return { outcomes: [], failures: [await failureOf(deps, first, thrown)] };
    const half = outcomes.length >> 1;
    const left = await writeOutcomes(deps, claim, outcomes.slice(0, half));
    const right = await writeOutcomes(deps, claim, outcomes.slice(half));
    return {
      outcomes: [...left.outcomes, ...right.outcomes],
      failures: [...left.failures, ...right.failures],
    };
  }
}

function toEvaluated({ row, scores }: Outcome): Evaluated {
  const { interactionId, interactionCreatedAt, projectId } = row;
  return { interactionId, interactionCreatedAt, projectId, scores };
}

/** A database that is away is no fault of the record: asked the simplest question, it throws again. */
async function failureOf(
  deps: EvaluationDeps,
  outcome: Outcome,
  thrown: unknown,
): Promise<Failure> {
  await deps.database.query('select 1 as one');
  const { interactionId, projectId } = outcome.row;
  return { interactionId, projectId, reason: asError(thrown).message };
}

async function withoutExisting(
  tx: Parameters<RecordStep>[0],
  scores: readonly ScoreRow[],
): Promise<ScoreRow[]> {
  if (scores.length === 0) return [];
  const times = scores.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  const existing = await tx.query<{ id: string }>(
    `select id from scores
     where interaction_created_at >= $1 and interaction_created_at < $2
       and interaction_id = any($3::uuid[]) and source <> 'human'`,
    [
      new Date(Math.min(...times)),
      new Date(Math.max(...times) + 1000),
      [...new Set(scores.map(({ interactionId }) => interactionId))],
    ],
  );
  const known = new Set(existing.map(({ id }) => id));
  return scores.filter(({ id }) => !known.has(id));
}

function count(
  deps: EvaluationDeps,
  { outcomes, failures }: BatchResult,
  tallies: Map<string, RunTally>,
): void {
  const { evaluator } = deps.metrics;
  for (const { row, scores, said } of outcomes) {
    countEvaluators(deps, said);
    const overall = scores.find(({ name }) => name === 'overall');
    if (overall === undefined) continue;
    const tally = tallyOf(tallies, row.projectId);
    const native = overall.nativeValue ?? 1 + 4 * overall.value;
    const low = native <= deps.lowQualityThreshold;
    tally.evaluated += 1;
    tally.scoreSum += overall.value;
    tally.nativeSum += native;
    tally.lowQuality += low ? 1 : 0;
    evaluator.evaluations.inc({ judge_type: JUDGE_TYPE, status: 'success' });
    const seconds = said.reduce((sum, one) => sum + one.seconds, 0);
    evaluator.duration.observe({ judge_type: JUDGE_TYPE }, seconds);
    evaluator.scores.observe({ judge_type: JUDGE_TYPE, score_type: 'overall' }, native);
    if (low) evaluator.lowQuality.inc({ judge_type: JUDGE_TYPE });
  }
  for (const { projectId } of failures) tallyOf(tallies, projectId).failed += 1;
  evaluator.evaluations.inc({ judge_type: JUDGE_TYPE, status: 'error' }, failures.length);
  evaluator.batches.inc({ judge_type: JUDGE_TYPE });
  evaluator.batchLogs.observe(outcomes.length + failures.length);
  if (failures.length > 0) deps.log.warn({ failed: failures.length }, 'some evaluations failed');
}

/** Counts what each evaluator took and whether it failed. */
export function countEvaluators(
  { metrics }: Pick<EvaluationDeps, 'metrics'>,
  said: ItemScores,
): void {
  for (const { evaluator, seconds, error } of said) {
    metrics.evaluator.seconds.observe({ evaluator }, seconds);
    if (error !== null) metrics.evaluator.errors.inc({ evaluator });
  }
}

function tallyOf(tallies: Map<string, RunTally>, projectId: string): RunTally {
  const known = tallies.get(projectId) ?? emptyTally();
  tallies.set(projectId, known);
  return known;
}

async function noteRuns(
  deps: EvaluationDeps,
  { trigger }: RunOptions,
  done: { readonly startedAt: Date; readonly tallies: Map<string, RunTally> },
): Promise<void> {
  const { id: evaluator, version: evaluatorVersion } = ruleOverall;
  const finishedAt = new Date(deps.clock.now());
  for (const [project, tally] of done.tallies) {
    const run = { id: deps.newId(), projectId: project, trigger, evaluator, evaluatorVersion };
    await recordRun(deps.database, { ...run, startedAt: done.startedAt, finishedAt, tally });
  }
}

function resultOf(tallies: ReadonlyMap<string, RunTally>): RunResult {
  const all = emptyTally();
  for (const tally of tallies.values()) {
    all.evaluated += tally.evaluated;
    all.failed += tally.failed;
    all.lowQuality += tally.lowQuality;
    all.scoreSum += tally.scoreSum;
    all.nativeSum += tally.nativeSum;
  }
  return {
    evaluated: all.evaluated,
    failed: all.failed,
    lowQuality: all.lowQuality,
    averageScore: mean(all.scoreSum, all.evaluated),
    averageNative: mean(all.nativeSum, all.evaluated),
  };
}
