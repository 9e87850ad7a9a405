import { ASSESSMENT, assess, assessmentScores } from '../evaluators/assessment.ts';
import type { ItemScores, Scorer } from './scorer.ts';

/**
 * Sums up what was said before it as the scores `quality` and `safety`. Says nothing when it is not asked, or when only
 * some evaluators were: half of an assessment would replace a whole one.
 */
export const assessmentScorer: Scorer = {
  score({ subject, only }, before): ItemScores {
    if (only !== undefined && only !== null) return [];
    if (before.every(({ drafts }) => drafts.length === 0)) return [];
    const drafts = assessmentScores(assess(subject, before));
    return [
      {
        evaluator: ASSESSMENT.id,
        version: ASSESSMENT.version,
        kind: 'detector',
        drafts,
        error: null,
        seconds: 0,
      },
    ];
  },
};
