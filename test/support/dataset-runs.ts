import { createLog } from '../../src/core/log.ts';
import {
  createEvaluatorCatalogue,
  type EvaluatorCatalogue,
} from '../../src/datasets/run-evaluator.ts';
import { runRoutes } from '../../src/datasets/run-routes.ts';
import { type Runner, startRunner } from '../../src/datasets/runner.ts';
import type { Ask, Asked, AskRequest } from '../../src/evaluation/ask.ts';
import type { TestApp } from './app.ts';
import { datasetApp, datasetDeps } from './datasets.ts';
import { ensurePartitions, insertRaw } from './raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from './records.ts';

export interface RunStage {
  readonly test: TestApp;
  /** Every call that was made, in order. */
  readonly calls: AskRequest[];
  /** What calls answer; tests replace it. */
  answer: (request: AskRequest) => Promise<string> | string;
  /** Another program that works on runs, over the same database. */
  startRunner(): Runner;
  close(): Promise<void>;
}

export const COST_MICRO_USD = 30;

/** Routes of datasets and runs with a runner that asks a made-up gateway, which records what it answers. */
export async function runStage(
  evaluators: EvaluatorCatalogue = createEvaluatorCatalogue(),
): Promise<RunStage> {
  const runners: Runner[] = [];
  const calls: AskRequest[] = [];
  const test = await datasetApp({
    routes: (app, deps) =>
      runRoutes(app, {
        ...datasetDeps(deps),
        evaluators,
        nudge: () => {
          for (const runner of runners) runner.nudge();
        },
        prices: {
          tokens: async (_, texts) => texts.join(' ').split(' ').length,
          price: async ({ model, inputTokens, outputTokens }) =>
            model === 'unpriced' ? null : inputTokens * 2 + outputTokens * 3,
        },
      }),
  });
  await ensurePartitions(test.database);
  const stage: RunStage = {
    test,
    calls,
    answer: ({ messages }) => `answer to ${messages.at(-1)?.content}`,
    startRunner: () => {
      const { database, clock, newId } = test.deps;
      const log = createLog('silent');
      const loaded = (): Promise<void> => Promise.resolve();
      const ask = recordingAsk(stage);
      const runner = startRunner({ database, clock, newId, log, ask, evaluators, loaded });
      runners.push(runner);
      return runner;
    },
    close: async () => {
      await Promise.all(runners.map((runner) => runner.stop()));
      await test.close();
    },
  };
  return stage;
}

function recordingAsk(stage: RunStage): Ask {
  return async (request): Promise<Asked> => {
    stage.calls.push(request);
    const text = await stage.answer(request);
    await recordCall(stage, request, text);
    return {
      interactionId: request.interactionId ?? null,
      text,
      finishReason: 'stop',
      model: request.model,
      provider: 'demo',
      inputTokens: 10,
      outputTokens: 20,
      logprobs: null,
      latencyMs: 12,
    };
  };
}

/** Writes the record of a call, as gateway and loader do. */
export async function recordCall(
  stage: RunStage,
  { projectId, interactionId, model }: AskRequest,
  text: string,
): Promise<void> {
  const interaction = interactionRow({
    projectId,
    createdAt: new Date(),
    model,
    origin: 'run',
    costMicroUsd: COST_MICRO_USD,
    responsePreview: text,
    ...(interactionId === undefined ? {} : { id: interactionId }),
  });
  const batch = batchOf({ interactions: [interaction], bodies: [bodyRow(interaction)] });
  await record(stage.test.database, batch, [insertRaw]);
}
