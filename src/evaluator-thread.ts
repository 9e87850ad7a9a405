import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { systemClock } from './core/clock.ts';
import { asError } from './core/errors.ts';
import { assessmentScorer } from './evaluation/assessment-scorer.ts';
import {
  brokenDetector,
  type OnnxDetector,
  openOnnxDetector,
} from './evaluation/onnx/onnx-detector.ts';
import { type ItemScores, type ScoreItem, scoreItem } from './evaluation/scorer.ts';
import { SettingsDirectory, type SettingsSnapshot } from './evaluation/settings.ts';
import { createShelfScorer } from './evaluation/shelf-scorer.ts';
import { LOCAL_EVALUATORS } from './evaluators/index.ts';
import { RuleDirectory, type RulesSnapshot } from './rules/rule-directory.ts';
import { createRuleScorer } from './rules/rule-scorer.ts';
import { type Trial, type TrialRequest, tryItems } from './rules/try-rule.ts';
import { serveCalls } from './worker/calls.ts';
import { lineOfPort } from './worker/lines.ts';
import { stepBack } from './worker/step-back.ts';

/** The evaluator thread: judges texts, away from the gateway's event loop and from the loader's. */
const port = parentPort;
if (port === null) throw new Error('evaluator-thread.ts runs as a worker thread');

stepBack();

/** Items between two breaths, in which a single item that somebody waits for gets its turn. */
const UNINTERRUPTED = 10;

const { monotonic } = systemClock;
const settings = new SettingsDirectory();
const rules = new RuleDirectory();
const shelf = createShelfScorer({ evaluators: LOCAL_EVALUATORS, settings, monotonic });
const evaluators = [shelf, assessmentScorer];
/** Rules come last: they may ask about what the others said. */
const scorers = [...evaluators, createRuleScorer({ rules, monotonic })];

let onnx: Promise<OnnxDetector> | null = null;

/** What the operator's own model says goes behind everything else. */
async function withOnnx(item: ScoreItem, said: ItemScores): Promise<ItemScores> {
  const own = await (await onnx)?.score(item);
  return own === undefined || own === null ? said : [...said, own];
}

serveCalls(lineOfPort(port), {
  onnx: ({ folder }: { readonly folder: string }): void => {
    onnx = openOnnxDetector(folder, { settings, monotonic: systemClock.monotonic }).catch(
      (thrown: unknown) => brokenDetector(asError(thrown).message),
    );
  },
  settings: (snapshot: SettingsSnapshot): void => settings.replace(snapshot),
  rules: (snapshot: RulesSnapshot): void => rules.replace(snapshot),
  tryRule: (request: TrialRequest): Trial[] =>
    tryItems(request, { scorers: evaluators, monotonic }),
  score: async (items: readonly ScoreItem[]): Promise<readonly ItemScores[]> => {
    const said: ItemScores[] = [];
    for (const [at, item] of items.entries()) {
      if (at > 0 && at % UNINTERRUPTED === 0) await setImmediate();
      said.push(await withOnnx(item, scoreItem(scorers, item)));
    }
    return said;
  },
});
