import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import type { RuleTrialReply } from './contract/rules.ts';
import type { App } from './core/http.ts';
import { EVALUATORS } from './evaluators/index.ts';
import { ruleRoutes } from './rules/routes.ts';
import { CUSTOM_RULES } from './rules/rule-scorer.ts';

/** Scores of people and judges; rules may not be mistaken for them. */
const OTHER_SCORES = [
  'overall',
  'instruction_following',
  'truthfulness',
  'faithfulness',
  'harmlessness',
  'quality',
  'safety',
  'user_feedback',
];

/** The routes of custom rules, which are tried where texts are judged. */
export function ruleFeature(app: App, parts: Parts): void {
  const { store, clock, newId, background } = parts;
  const { database } = store;
  const own = EVALUATORS.flatMap(({ id }) => [id, id.replaceAll('-', '_')]);
  ruleRoutes(app, {
    database,
    clock,
    newId,
    takenScores: new Set([CUSTOM_RULES, ...own, ...OTHER_SCORES]),
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    // The other side is our own background-thread.ts, which answers with this.
    tryRule: (projectId, trial) =>
      background.call('tryRule', { projectId, trial }) as Promise<RuleTrialReply>,
  });
}
