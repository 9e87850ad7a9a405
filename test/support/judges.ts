import { randomUUID } from 'node:crypto';
import type { RubricPlan } from '../../src/contract/judges.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import type { Ask, AskRequest } from '../../src/evaluation/ask.ts';
import type { BodyRow, InteractionRow, ScoreRow } from '../../src/interactions/record.ts';
import { storeRecords } from '../../src/interactions/store-records.ts';
import { Pace } from '../../src/judges/pace.ts';
import type { JudgeDeps } from '../../src/judges/run-task.ts';
import { createJudgeWorker, type JudgeWorker } from '../../src/judges/worker.ts';
import { createPricer } from '../../src/pricing/price.ts';
import { answerDemo } from '../../src/providers/demo/answer.ts';
import type { Database } from '../../src/store/database.ts';
import { batchOf, bodyRow, interactionRow, record } from './records.ts';

const newId = createIdGenerator(systemClock);

/** Asks the built-in judge directly, without a gateway; remembers what was asked. */
export function demoAsk(asked: AskRequest[] = [], change?: (text: string) => string): Ask {
  return (request) => {
    asked.push(request);
    const { model, messages, parameters } = request;
    const body = JSON.stringify({ ...parameters, model, messages });
    const answer = answerDemo({ method: 'POST', path: '/v1/chat/completions', body });
    const parsed = JSON.parse(answer.chunks.map(({ text }) => text).join(''));
    const text: string = parsed.choices[0].message.content;
    return Promise.resolve({
      interactionId: request.interactionId ?? null,
      text: change === undefined ? text : change(text),
      finishReason: 'stop',
      model,
      provider: 'demo',
      inputTokens: parsed.usage.prompt_tokens,
      outputTokens: parsed.usage.completion_tokens,
      logprobs: null,
      latencyMs: 1,
    });
  };
}

/** Judging over a test database, in a project of its own, with the built-in judge. */
export interface JudgeBench {
  readonly projectId: string;
  readonly asked: AskRequest[];
  depsOf(given?: Partial<JudgeDeps>): JudgeDeps;
  worker(given?: Partial<JudgeDeps>): JudgeWorker;
  store(texts: Partial<BodyRow>, row?: Partial<InteractionRow>): Promise<InteractionRow>;
  plan(rubric: string, plan: Partial<RubricPlan>): Promise<void>;
  settings(settings: object): Promise<void>;
  scores(): Promise<ScoreRow[]>;
  tasks(): Promise<
    { rubric: string; stratum: string; probability: number; aside: boolean; error: string | null }[]
  >;
}

export async function judgeBench(database: Database): Promise<JudgeBench> {
  const projectId = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    `p-${projectId}`,
  ]);
  const asked: AskRequest[] = [];
  const depsOf = (given: Partial<JudgeDeps> = {}): JudgeDeps => ({
    database,
    record: storeRecords,
    ask: demoAsk(asked),
    price: async () => createPricer({ prices: [] }),
    clock: systemClock,
    newId,
    log: createLog('silent'),
    metrics: createMetrics({ version: '0', environment: 'test', defaults: false }),
    defaults: { model: 'demo/judge', judgeType: 'rule' },
    pace: new Pace(systemClock),
    quirks: new Map(),
    lowQualityThreshold: 3,
    loaded: () => Promise.resolve(),
    worker: newId(),
    ...given,
  });
  return {
    projectId,
    asked,
    depsOf,
    worker: (given) => createJudgeWorker(depsOf(given), false),
    store: async (texts, given = {}): Promise<InteractionRow> => {
      const row = interactionRow({ projectId, createdAt: new Date(), ...given });
      const batch = batchOf({ interactions: [row], bodies: [bodyRow(row, texts)] });
      await record(database, batch, [storeRecords]);
      return row;
    },
    plan: async (rubric, plan) => {
      await database.query(
        `insert into rubric_plans (project_id, rubric, plan, updated_at)
         values ($1, $2, $3::text::jsonb, now())
         on conflict (project_id, rubric) do update set plan = excluded.plan`,
        [projectId, rubric, JSON.stringify({ enabled: true, model: null, sampling: {}, ...plan })],
      );
    },
    settings: async (settings) => {
      await database.query(
        `insert into judge_settings (project_id, settings, updated_at) values ($1, $2::text::jsonb, now())
         on conflict (project_id) do update set settings = excluded.settings`,
        [
          projectId,
          JSON.stringify({
            ...{ dailyBudgetMicroUsd: 10_000_000, concurrency: 4, perMinute: 100_000, model: null },
            ...settings,
          }),
        ],
      );
    },
    scores: () =>
      database.query<ScoreRow>(
        `select name, value, native_value as "nativeValue", label, flagged, reason, source, evaluator,
           evaluator_version as "evaluatorVersion", details, interaction_id as "interactionId"
         from scores where project_id = $1 order by name`,
        [projectId],
      ),
    tasks: () =>
      database.query(
        `select rubric, stratum, probability, set_aside_at is not null as aside, last_error as error
         from judge_tasks where project_id = $1 order by rubric, created_at, id`,
        [projectId],
      ),
  };
}

/** Tasks of the bench's project about these interactions. */
export function tasksFor(
  rubric: string,
  rows: readonly Pick<InteractionRow, 'id' | 'projectId' | 'createdAt'>[],
): Parameters<JudgeWorker['runNow']>[1] {
  return rows.map(({ id, projectId, createdAt }) => ({
    id: newId(),
    projectId,
    rubric,
    version: 1,
    interactionId: id,
    interactionCreatedAt: createdAt,
    stratum: 'manual',
    probability: 1,
  }));
}
