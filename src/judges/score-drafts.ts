import type { ScoreDraft } from '../evaluators/define-evaluator.ts';
import type { Answered } from './judge-answer.ts';
import { labelOf, levelsOf, nativeOf, type Rubric, valueAt } from './rubric.ts';
import { expectedLevel } from './weigh-levels.ts';

/** Below the middle of its scale a score is flagged: `overall` below 3, as in LLM-Quality-Observer. */
const FLAGGED_BELOW = 0.5;
const MAX_RAW = 8_000;

/**
 * The scores of a verdict. The first carries what the judge wrote; `overall` also the other verdicts, which the view
 * `llm_evaluations` shows beside it.
 */
export function draftsOf({ content }: Rubric, answered: Answered): ScoreDraft[] {
  const { verdict, rawReply, interactionIds, unreadable, logprobs } = answered;
  const levels = levelsOf(content.scale);
  const all = Object.fromEntries(verdict.levels);
  return content.criteria.map(({ name }, at) => {
    const level = verdict.levels.get(name) ?? 0;
    const expected = content.weighLevels ? expectedLevel(logprobs, { name, level, levels }) : null;
    const weighed = expected ?? level;
    const value = valueAt(content.scale, weighed);
    return {
      name,
      value,
      native: nativeOf(content.scale, weighed),
      label: labelOf(content.scale, level),
      flagged: value < FLAGGED_BELOW,
      reason: verdict.reasoning === '' ? null : verdict.reasoning,
      details: {
        level,
        evidence: verdict.evidence,
        asked: interactionIds,
        ...(expected !== null && { expectedLevel: expected }),
        ...(unreadable > 0 && { unreadableReplies: unreadable }),
        ...(at === 0 && { raw: rawReply.slice(0, MAX_RAW) }),
        ...(name === 'overall' && others(all)),
      },
    };
  });
}

function others({ overall: _, ...rest }: Readonly<Record<string, number>>): Record<string, number> {
  return rest;
}
