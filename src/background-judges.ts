import type { z } from 'zod';
import type {
  CompareReply,
  CompareRequest,
  PreviewReply,
  PreviewRequest,
} from './contract/judges.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import { asError } from './core/errors.ts';
import type { NewId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Metrics } from './core/metrics.ts';
import type { JudgingDeps } from './datasets/judge-evaluators.ts';
import type { AfterEvaluated } from './evaluation/after-evaluated.ts';
import type { Ask } from './evaluation/ask.ts';
import type { JudgedOnce } from './evaluation/routes.ts';
import { createPriceSource } from './ingest/price-source.ts';
import type { RecordStep } from './interactions/record.ts';
import { enumerateBackfills } from './judges/backfill.ts';
import { BUILT_IN_RUBRICS } from './judges/built-in-rubrics.ts';
import { judgeOnce } from './judges/evaluate-once.ts';
import { Pace } from './judges/pace.ts';
import { planJudging, planOnFeedback } from './judges/plan.ts';
import { comparePair, previewRubric } from './judges/preview.ts';
import { type JudgeDefaults, judgeModelOf, readJudging } from './judges/settings.ts';
import { createJudgeWorker } from './judges/worker.ts';
import type { Database } from './store/database.ts';

/** The judges as the background thread runs them. */
export interface BackgroundJudges {
  /** What runs over datasets ask judges with, at the same pace and from the same budget. */
  readonly judging: JudgingDeps;
  readonly afterEvaluated: AfterEvaluated;
  /** A step of recording: what users liked little is judged by the rate for that. */
  readonly onFeedback: RecordStep;
  /** Answers calls of the main thread. */
  readonly handlers: {
    judgesNudge(): void;
    judgesPreview(asked: {
      projectId: string;
      request: z.infer<typeof PreviewRequest>;
    }): Promise<PreviewReply>;
    judgesCompare(asked: {
      projectId: string;
      request: z.infer<typeof CompareRequest>;
    }): Promise<CompareReply>;
    judgesOnce(asked: { projectId: string; limit: number }): Promise<JudgedOnce>;
  };
  stop(): Promise<void>;
}

export interface BackgroundJudgesDeps {
  readonly database: Database;
  readonly record: RecordStep;
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly ask: Ask;
  /** Whether this program judges by itself. */
  readonly works: boolean;
  /** Resolves when what was spooled before is in the database. */
  readonly loaded: () => Promise<void>;
}

/** What the installation says about judges. */
export function judgeDefaults(config: Config): JudgeDefaults {
  return { model: config.OPENAI_MODEL_JUDGE, judgeType: config.EVALUATION_JUDGE_TYPE };
}

const BACKFILLS_EVERY_MS = 10_000;

/** Opens the worker, which judges what waits. */
export function openJudges(deps: BackgroundJudgesDeps): BackgroundJudges {
  const { database, clock, newId, config, log } = deps;
  const defaults = judgeDefaults(config);
  const judgeDeps = {
    ...deps,
    defaults,
    price: createPriceSource(database),
    pace: new Pace(clock),
    quirks: new Map(),
    lowQualityThreshold: config.NOTIFICATION_SCORE_THRESHOLD,
    worker: newId(),
  };
  const worker = createJudgeWorker(judgeDeps, deps.works);
  const stopping = new AbortController();
  let enumerating: Promise<void> = Promise.resolve();
  const enumerate = (): void => {
    enumerating = enumerating
      .then(() => enumerateBackfills({ database, newId }, stopping.signal))
      .then(() => worker.nudge())
      .catch((thrown: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: asError(thrown) }, 'backfills wait');
      });
  };
  const timer = deps.works ? setInterval(enumerate, BACKFILLS_EVERY_MS).unref() : null;
  const plan = planJudging({ newId, defaults });
  return {
    judging: judgeDeps,
    afterEvaluated: async (tx, evaluated): Promise<void> => {
      await plan(tx, evaluated);
      worker.nudge();
    },
    onFeedback: planOnFeedback({ newId, defaults }),
    handlers: {
      judgesNudge: enumerate,
      judgesPreview: ({ projectId, request }) => previewRubric(judgeDeps, { projectId }, request),
      judgesCompare: ({ projectId, request }) => comparePair(judgeDeps, { projectId }, request),
      judgesOnce: (asked) =>
        judgeOnce({ ...judgeDeps, worker, now: () => clock.now(), modelOf: qualityModel }, asked),
    },
    async stop(): Promise<void> {
      stopping.abort();
      if (timer !== null) clearInterval(timer);
      await enumerating;
      await worker.stop();
    },
  };

  async function qualityModel(projectId: string): Promise<string> {
    const judging = (await readJudging(database, [projectId], defaults)).get(projectId);
    const rubric = BUILT_IN_RUBRICS.find(({ name }) => name === 'quality');
    return judging === undefined || rubric === undefined
      ? defaults.model
      : judgeModelOf(judging, rubric, defaults);
  }
}
