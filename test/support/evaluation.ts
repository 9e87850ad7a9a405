import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import { recordDeed } from '../../src/access/audit.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import { enqueueEvaluations } from '../../src/evaluation/enqueue.ts';
import { reuseKnown } from '../../src/evaluation/known-results.ts';
import { evaluationRoutes } from '../../src/evaluation/routes.ts';
import { type EvaluationDeps, type RunResult, runEvaluation } from '../../src/evaluation/run.ts';
import { type ScoreItems, scoreHere } from '../../src/evaluation/scorer.ts';
import { SettingsDirectory } from '../../src/evaluation/settings.ts';
import { createShelfScorer } from '../../src/evaluation/shelf-scorer.ts';
import { defineEvaluator, type Evaluator, passed } from '../../src/evaluators/define-evaluator.ts';
import { ruleOverall } from '../../src/evaluators/rule-overall.ts';
import type { BodyRow, InteractionRow } from '../../src/interactions/record.ts';
import { storeRecords } from '../../src/interactions/store-records.ts';
import type { Database } from '../../src/store/database.ts';
import { type TestApp, testApp } from './app.ts';
import { batchOf, bodyRow, interactionRow, record } from './records.ts';

export interface GivenInteraction {
  readonly row?: Partial<InteractionRow>;
  readonly body?: Partial<BodyRow> | null;
}

/** An interaction with these texts. */
export function answered(promptText: string, responseText: string): GivenInteraction {
  return { body: { promptText, responseText } };
}

export interface StoredScore {
  readonly interactionId: string;
  readonly name: string;
  readonly value: number;
  readonly native: number | null;
  readonly label: string;
  readonly flagged: boolean;
}

/** Dependencies of a run; `evaluators` (default: the rules) score in this thread, by `settings`. */
export type GivenDeps = Partial<EvaluationDeps> & {
  readonly evaluators?: readonly Evaluator[];
  readonly settings?: SettingsDirectory;
};

function depsWith(all: Omit<EvaluationDeps, 'score'> & GivenDeps): EvaluationDeps {
  const { evaluators = [ruleOverall], settings = new SettingsDirectory() } = all;
  const monotonic = all.clock.monotonic;
  const here = scoreHere([createShelfScorer({ evaluators, settings, monotonic })]);
  const score: ScoreItems = reuseKnown({ ...all, evaluators, settings }, here);
  return { score, ...all };
}

/** Evaluation over a test database, in a project of its own. */
export interface EvaluationBench {
  readonly projectId: string;
  store(...given: readonly GivenInteraction[]): Promise<InteractionRow[]>;
  depsOf(given?: GivenDeps): EvaluationDeps;
  run(deps?: EvaluationDeps, limit?: number | null): Promise<RunResult>;
  scores(name?: string): Promise<StoredScore[]>;
  /** Lets retries and leases be due, as time would. */
  waitLong(): Promise<void>;
}

/** An empty queue and history, and a new project. */
export async function evaluationBench(database: Database): Promise<EvaluationBench> {
  await database.exec(
    'truncate evaluation_queue, evaluation_runs, evaluation_totals, evaluation_schedule',
  );
  const projectId = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    `p-${projectId}`,
  ]);
  const newId = createIdGenerator(systemClock);
  const depsOf = (given: GivenDeps = {}): EvaluationDeps =>
    depsWith({
      database,
      record: storeRecords,
      clock: systemClock,
      newId,
      log: createLog('silent'),
      metrics: createMetrics({ version: '0', environment: 'test', defaults: false }),
      batchSize: 10,
      lowQualityThreshold: 3,
      ...given,
    });
  return {
    projectId,
    depsOf,
    store: async (...given): Promise<InteractionRow[]> => {
      const interactions = given.map(({ row }) => interactionRow({ projectId, ...row }));
      const bodies = interactions.flatMap((row, at) => {
        const body = given[at]?.body;
        return body === null ? [] : [bodyRow(row, body)];
      });
      const steps = [storeRecords, enqueueEvaluations];
      await record(database, batchOf({ interactions, bodies }), steps);
      return interactions;
    },
    run: (deps = depsOf(), limit = null) =>
      runEvaluation(deps, { trigger: 'manual', projectId, limit }),
    scores: (name = 'overall') =>
      database.query<StoredScore>(
        `select interaction_id as "interactionId", name, value, native_value as native, label, flagged
         from scores where project_id = $1 and name = $2
         order by interaction_created_at, interaction_id`,
        [projectId, name],
      ),
    waitLong: () =>
      database.exec(
        `update evaluation_queue set next_attempt_at = now() - interval '1 hour',
           claimed_until = claimed_until - interval '1 hour'`,
      ),
  };
}

/** Throws for answers that hold "poison". */
export const fussy = defineEvaluator({
  id: 'fussy',
  version: 'v1',
  title: 'Fussy',
  description: 'Throws at poison.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate: ({ answer }) => {
    if (answer.includes('poison')) throw new Error('cannot swallow this');
    return [passed('overall')];
  },
});

/** The server with the routes of evaluation, and requests to it with the key of project `a`. */
export interface EvaluationApp {
  readonly server: TestApp;
  /** The run that a route began last. */
  lastRun(): Promise<RunResult> | null;
  store(
    projectId: string,
    responseText: string,
    given?: Partial<InteractionRow>,
  ): Promise<InteractionRow>;
  post(url: string, payload?: object, key?: string): Promise<LightMyRequestResponse>;
  get(url: string, key?: string): Promise<LightMyRequestResponse>;
  /** Empties queue, history and scores. */
  clear(): Promise<void>;
  /** Sets everything aside that waits. */
  spoil(): Promise<void>;
}

export async function evaluationApp(database: Database): Promise<EvaluationApp> {
  let lastRun: Promise<RunResult> | null = null;
  const server = await testApp({
    database,
    routes: (app, { clock, newId, log, metrics }) => {
      const settings = {
        enabled: true,
        judgeType: 'rule' as const,
        intervalMinutes: 1.5,
        batchSize: 10,
      };
      const deps = { database, record: storeRecords, clock, newId };
      evaluationRoutes(app, {
        ...deps,
        recordDeed: (tx, deed) => recordDeed(tx, deps, deed),
        askable: () => Promise.resolve(new Set(['rule-basic', 'strict'])),
        backfillChanged: () => undefined,
        settings,
        judgeOnce: async ({ limit }) => ({
          evaluated: limit - 1,
          failed: 1,
          overBudget: 2,
          model: 'demo/judge',
          overall: 3.5,
          instructionFollowing: 4,
          truthfulness: null,
        }),
        runEvaluation: (options) => {
          const rest = { log, metrics, batchSize: 10, lowQualityThreshold: 3 };
          const run = depsWith({ ...deps, ...rest });
          lastRun = runEvaluation(run, options);
          return lastRun;
        },
      });
    },
  });
  const inject = (
    method: 'GET' | 'POST',
    url: string,
    rest: { payload?: object; key?: string },
  ): Promise<LightMyRequestResponse> => server.inject({ method, url, ...rest });
  return {
    server,
    lastRun: () => lastRun,
    store: async (projectId, responseText, given = {}) => {
      const row = interactionRow({ projectId, createdAt: new Date(), ...given });
      const bodies = [bodyRow(row, { promptText: 'Hello', responseText })];
      const steps = [storeRecords, enqueueEvaluations];
      await record(database, batchOf({ interactions: [row], bodies }), steps);
      return row;
    },
    post: (url, payload, key) =>
      inject('POST', url, { ...(payload ? { payload } : {}), ...(key ? { key } : {}) }),
    get: (url, key) => inject('GET', url, key ? { key } : {}),
    clear: () =>
      database.exec('truncate evaluation_queue, evaluation_runs, evaluation_totals, scores'),
    spoil: () =>
      database.exec(
        `update evaluation_queue
         set set_aside_at = now(), attempts = 3, last_error = 'it was poisoned'`,
      ),
  };
}
