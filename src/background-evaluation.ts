import type { RuleTrial, RuleTrialReply } from './contract/rules.ts';
import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import type { Metrics } from './core/metrics.ts';
import type { AskEmbeddings } from './evaluation/ask-embeddings.ts';
import { embedFirst } from './evaluation/embed-items.ts';
import { reuseKnown } from './evaluation/known-results.ts';
import { readDetectorFolder } from './evaluation/onnx/detector-file.ts';
import type { ItemScores, ScoreItem } from './evaluation/scorer.ts';
import {
  readSettingsSnapshot,
  readSettingsVersion,
  SettingsDirectory,
  type SettingsSnapshot,
} from './evaluation/settings.ts';
import { type EvaluatorThread, openEvaluator } from './evaluator.ts';
import { LOCAL_EVALUATORS } from './evaluators/index.ts';
import { type RulesSnapshot, readRulesSnapshot } from './rules/rule-directory.ts';
import { CUSTOM_RULES } from './rules/rule-scorer.ts';
import { tryRule } from './rules/try-rule.ts';
import type { Database } from './store/database.ts';
import { keepFresh } from './store/keep-fresh.ts';

/** The evaluators as the background thread uses them: by the settings of each project, as they are now. */
export interface BackgroundEvaluation {
  /** Rejects when the evaluator thread breaks, or when settings were never read because the database is away. */
  score(items: readonly ScoreItem[]): Promise<readonly ItemScores[]>;
  /** What a rule comes to about stored interactions; stores nothing. */
  tryRule(projectId: string, trial: RuleTrial): Promise<RuleTrialReply>;
  close(): Promise<void>;
}

/** Whether the evaluator thread answers for it. */
export function isLocalEvaluator(id: string): boolean {
  return id === CUSTOM_RULES || LOCAL_EVALUATORS.some((evaluator) => evaluator.id === id);
}

/** A folder that cannot be read is told at once, and again by every score that is missing. */
function tellOnnx(thread: EvaluatorThread, folder: string, log: Log): void {
  try {
    const { detector, version } = readDetectorFolder(folder);
    log.info({ detector: detector.name, version }, 'an ONNX model of your own judges texts too');
  } catch (thrown) {
    log.error({ err: thrown }, 'the ONNX model of your own cannot be used');
  }
  thread.tell('onnx', { folder });
}

/** Opens the evaluator thread, which starts with the first text to judge, and keeps its settings fresh. */
export function openEvaluation(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A model of the operator's; null for none. */
  readonly onnxFolder: string | null;
  /** Null: similarity goes by words. */
  readonly embeddingModel: string | null;
  readonly askEmbeddings: AskEmbeddings;
}): BackgroundEvaluation {
  const { database, log } = deps;
  const thread = openEvaluator({ log });
  if (deps.onnxFolder !== null) tellOnnx(thread, deps.onnxFolder, log);
  const settings = new SettingsDirectory();
  const fresh = keepFresh({
    holder: {
      get version(): number | null {
        return settings.version;
      },
      replace([snapshot, rules]: [SettingsSnapshot, RulesSnapshot]): void {
        settings.replace(snapshot);
        thread.tell('settings', snapshot);
        thread.tell('rules', rules);
      },
    },
    readVersion: () => readSettingsVersion(database),
    // Both read the version before anything else; the settings' is the one that counts, and it is the older.
    read: async (): Promise<[SettingsSnapshot, RulesSnapshot]> => [
      await readSettingsSnapshot(database),
      await readRulesSnapshot(database),
    ],
    log,
    name: 'settings of evaluators',
  });
  const { embeddingModel: model } = deps;
  const judge = reuseKnown({ ...deps, evaluators: LOCAL_EVALUATORS, settings }, thread.score);
  const score = model === null ? judge : embedFirst({ ...deps, model, settings }, judge);
  return {
    async score(items): Promise<readonly ItemScores[]> {
      if (settings.version === null) await fresh.refresh();
      return await score(items);
    },
    tryRule: (projectId, trial) =>
      tryRule({ ...deps, tryItems: (request) => thread.tryRule(request) }, projectId, trial),
    async close(): Promise<void> {
      await fresh.close();
      await thread.close();
    },
  };
}
