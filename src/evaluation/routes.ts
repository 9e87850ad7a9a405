import type { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import {
  EvaluateOnceQuery,
  EvaluateOnceReply,
  EvaluationStatus,
  RetryReply,
  RetryRequest,
  RunReply,
  RunRequest,
  SchedulerStatus,
  SchedulerTriggered,
  SetAsidePage,
  SetAsideQuery,
} from '../contract/evaluation.ts';
import { asError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import { LOCAL_EVALUATORS } from '../evaluators/index.ts';
import { ruleOverall } from '../evaluators/rule-overall.ts';
import { backfillRoutes } from './backfill-routes.ts';
import type { BackfillDeps } from './backfills.ts';
import { evaluatorSettingRoutes } from './evaluator-routes.ts';
import { feedbackRoutes } from './feedback-routes.ts';
import { countPending, countSetAside, listSetAside, retrySetAside } from './queue.ts';
import type { RunOptions, RunResult } from './run.ts';
import { readRunFacts } from './runs.ts';
import { type ScoreRoutesDeps, scoreRoutes } from './score-routes.ts';

/** What asking a judge about some interactions came to; means on the scale 1 to 5, null when nothing was judged. */
export interface JudgedOnce {
  readonly evaluated: number;
  readonly failed: number;
  /** Left for later because the budget of judges is used up. */
  readonly overBudget: number;
  readonly model: string;
  readonly overall: number | null;
  readonly instructionFollowing: number | null;
  readonly truthfulness: number | null;
}

export interface EvaluationRoutesDeps extends ScoreRoutesDeps, BackfillDeps {
  /** Runs where it does not hold up requests: in the background thread or in a worker. */
  runEvaluation(options: Omit<RunOptions, 'signal'>): Promise<RunResult>;
  /** Asks the judge with LLM-Quality-Observer's three scores. */
  judgeOnce(asked: { readonly projectId: string; readonly limit: number }): Promise<JudgedOnce>;
  readonly settings: {
    readonly enabled: boolean;
    readonly judgeType: 'rule' | 'llm';
    readonly intervalMinutes: number;
    readonly batchSize: number;
  };
}

const tags = ['evaluation'];
const read = { scope: 'read' } as const;
const write = { scope: 'ingest' } as const;
/** The evaluator that runs by itself, as LLM-Quality-Observer names judges. */
const JUDGE_MODEL = `${ruleOverall.id}-${ruleOverall.version}`;

/** Runs, status and set-aside records of evaluation, scores and feedback, and the endpoints of the prior systems. */
export function evaluationRoutes(app: App, deps: EvaluationRoutesDeps): void {
  evaluatorRoutes(app, deps);
  evaluatorSettingRoutes(app, deps);
  backfillRoutes(app, deps);
  runRoutes(app, deps);
  setAsideRoutes(app, deps);
  scoreRoutes(app, deps);
  feedbackRoutes(app, deps);
}

function evaluatorRoutes(app: App, deps: EvaluationRoutesDeps): void {
  app.post(
    '/evaluate-once',
    {
      config: write,
      schema: {
        querystring: EvaluateOnceQuery,
        response: { 200: EvaluateOnceReply },
        tags,
        summary: 'Scores what waits, oldest first (LLM-Quality-Observer)',
      },
    },
    async ({ query, auth }) => {
      const { projectId } = auth;
      if (query.judge_type === 'llm') {
        return judgedReply(await deps.judgeOnce({ projectId, limit: query.limit }));
      }
      const result = await deps.runEvaluation({ trigger: 'manual', projectId, limit: query.limit });
      return onceReply(result);
    },
  );
  app.get(
    '/scheduler/status',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: SchedulerStatus },
        tags,
        summary: 'State of automatic evaluation (LLM-Quality-Observer)',
      },
    },
    ({ auth }) => schedulerStatus(deps, auth.projectId),
  );
  app.post(
    '/scheduler/trigger',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        response: { 200: SchedulerTriggered },
        tags,
        summary: 'Begins a run and does not wait for it (LLM-Quality-Observer)',
      },
    },
    ({ auth, log }) => {
      deps
        .runEvaluation({ trigger: 'manual', projectId: auth.projectId, limit: null })
        .catch((thrown: unknown) => log.error({ err: asError(thrown) }, 'evaluation failed'));
      return { message: 'Scheduler triggered', job_id: 'batch_evaluation' };
    },
  );
}

function onceReply(result: RunResult): z.input<typeof EvaluateOnceReply> {
  const { evaluated, failed, averageNative } = result;
  const more = failed === 0 ? '' : `, ${failed} could not be evaluated and will be tried again`;
  return {
    evaluated,
    failed,
    judge_type: 'rule',
    judge_model: JUDGE_MODEL,
    message: `Evaluated ${evaluated} interactions${more}.`,
    evaluated_count: evaluated,
    average_score_overall: averageNative,
    average_score_instruction_following: null,
    average_score_truthfulness: null,
  };
}

function judgedReply(judged: JudgedOnce): z.input<typeof EvaluateOnceReply> {
  const { evaluated, failed, overBudget, model } = judged;
  const problems = [
    ...(failed === 0 ? [] : [`${failed} could not be judged (see /api/v1/judges/failures)`]),
    ...(overBudget === 0 ? [] : [`${overBudget} wait for the budget of judges`]),
  ];
  return {
    evaluated,
    failed,
    judge_type: 'llm',
    judge_model: model,
    message: [`Evaluated ${evaluated} interactions`, ...problems].join(', ').concat('.'),
    evaluated_count: evaluated,
    average_score_overall: judged.overall,
    average_score_instruction_following: judged.instructionFollowing,
    average_score_truthfulness: judged.truthfulness,
  };
}

async function schedulerStatus(
  { database, settings }: EvaluationRoutesDeps,
  projectId: string,
): Promise<z.input<typeof SchedulerStatus>> {
  const facts = await readRunFacts(database, projectId);
  const { lastRun } = facts;
  return {
    enabled: settings.enabled,
    interval_minutes: settings.intervalMinutes,
    batch_size: settings.batchSize,
    judge_type: settings.judgeType,
    next_run_time: isoOrNull(facts.nextRunAt),
    last_run_time: isoOrNull(facts.lastRunAt),
    total_runs: facts.totalRuns,
    last_run_stats:
      lastRun === null
        ? null
        : {
            evaluated_count: lastRun.evaluated,
            average_score: lastRun.averageNative,
            low_quality_count: lastRun.lowQuality,
          },
  };
}

function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

function runRoutes(app: App, deps: EvaluationRoutesDeps): void {
  app.get(
    '/api/v1/evaluation/status',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: EvaluationStatus },
        tags,
        summary: 'State of automatic evaluation',
      },
    },
    ({ auth }) => evaluationStatus(deps, auth.projectId),
  );
  app.post(
    '/api/v1/evaluation/runs',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: RunRequest.nullish(),
        response: { 200: RunReply },
        tags,
        summary: 'Scores what is due now and answers when that is done',
      },
    },
    async ({ auth, body }) => {
      const limit = body?.limit ?? RunRequest.parse({}).limit;
      const { projectId } = auth;
      const result = await deps.runEvaluation({ trigger: 'manual', projectId, limit });
      const { evaluated, failed, averageScore } = result;
      return { evaluated, failed, averageScore };
    },
  );
}

async function evaluationStatus(
  { database, settings }: EvaluationRoutesDeps,
  projectId: string,
): Promise<z.input<typeof EvaluationStatus>> {
  const facts = await readRunFacts(database, projectId);
  const { lastRun } = facts;
  return {
    ...settings,
    nextRunAt: isoOrNull(facts.nextRunAt),
    lastRunAt: isoOrNull(facts.lastRunAt),
    totalRuns: facts.totalRuns,
    pending: await countPending(database, projectId),
    setAside: await countSetAside(database, projectId),
    lastRun:
      lastRun === null
        ? null
        : {
            evaluated: lastRun.evaluated,
            failed: lastRun.failed,
            averageScore: lastRun.averageScore,
            lowQuality: lastRun.lowQuality,
          },
    evaluators: LOCAL_EVALUATORS.map(({ id, title, version, kind }) => ({
      id,
      title,
      version,
      kind,
    })),
  };
}

function setAsideRoutes(app: App, { database }: EvaluationRoutesDeps): void {
  app.get(
    '/api/v1/evaluation/set-aside',
    {
      config: read,
      schema: {
        querystring: SetAsideQuery,
        response: { 200: SetAsidePage },
        tags,
        summary: 'Interactions that could not be evaluated, with the reason',
      },
    },
    async ({ auth, query }) => {
      const after = fromCursor(query.cursor);
      const rows = await listSetAside(database, auth.projectId, { limit: query.limit + 1, after });
      const page = cutPage(rows, query.limit, (row) => ({
        at: row.setAsideAt,
        id: row.interactionId,
      }));
      const items = page.items.map((row) => ({
        ...row,
        createdAt: row.createdAt.toISOString(),
        setAsideAt: row.setAsideAt.toISOString(),
      }));
      return { ...page, items };
    },
  );
  app.post(
    '/api/v1/evaluation/set-aside/retry',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: RetryRequest.nullish(),
        response: { 200: RetryReply },
        tags,
        summary: 'Puts set-aside interactions back on the queue',
      },
    },
    async ({ auth, body }) => {
      const ids = body?.interactionIds ?? null;
      return { retried: await retrySetAside(database, auth.projectId, ids) };
    },
  );
}
