import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { systemClock } from './core/clock.ts';
import { assessmentScorer } from './evaluation/assessment-scorer.ts';
import { type ItemScores, type ScoreItem, scoreItem } from './evaluation/scorer.ts';
import { SettingsDirectory, type SettingsSnapshot } from './evaluation/settings.ts';
import { createShelfScorer } from './evaluation/shelf-scorer.ts';
import { LOCAL_EVALUATORS } from './evaluators/index.ts';
import { serveCalls } from './worker/calls.ts';
import { lineOfPort } from './worker/lines.ts';

/** The evaluator thread: judges texts, away from the gateway's event loop and from the loader's. */
const port = parentPort;
if (port === null) throw new Error('evaluator-thread.ts runs as a worker thread');

/** Items between two breaths, in which a single item that somebody waits for gets its turn. */
const UNINTERRUPTED = 10;

const settings = new SettingsDirectory();
const scorers = [
  createShelfScorer({
    evaluators: LOCAL_EVALUATORS,
    settings,
    monotonic: systemClock.monotonic,
  }),
  assessmentScorer,
];

serveCalls(lineOfPort(port), {
  settings: (snapshot: SettingsSnapshot): void => settings.replace(snapshot),
  score: async (items: readonly ScoreItem[]): Promise<readonly ItemScores[]> => {
    const said: ItemScores[] = [];
    for (const [at, item] of items.entries()) {
      if (at > 0 && at % UNINTERRUPTED === 0) await setImmediate();
      said.push(scoreItem(scorers, item));
    }
    return said;
  },
});
