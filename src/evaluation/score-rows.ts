import { contentId } from '../core/ids.ts';
import type { ScoreDraft } from '../evaluators/define-evaluator.ts';
import type { ScoreRow } from '../interactions/record.ts';
import type { EvaluatorScores } from './scorer.ts';

const MAX_REASON = 2000;

/** What a score carries along of its interaction. */
export interface ScoredInteraction {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
}

/**
 * Scores as rows. Ids are made from interaction, evaluator, version and name, so evaluating again adds nothing.
 */
export function toScoreRows(
  interaction: ScoredInteraction,
  said: Pick<EvaluatorScores, 'evaluator' | 'version' | 'kind' | 'drafts'>,
  at: Date,
): ScoreRow[] {
  return said.drafts.map((draft) => toRow(interaction, said, { draft, at }));
}

function toRow(
  interaction: ScoredInteraction,
  { evaluator, version, kind }: Pick<EvaluatorScores, 'evaluator' | 'version' | 'kind'>,
  { draft, at }: { readonly draft: ScoreDraft; readonly at: Date },
): ScoreRow {
  const { id, projectId, createdAt, model, userId } = interaction;
  return {
    id: contentId(createdAt.getTime(), id, evaluator, version, draft.name),
    projectId,
    createdAt: at,
    interactionId: id,
    interactionCreatedAt: createdAt,
    model,
    userId,
    name: draft.name,
    value: draft.value,
    nativeValue: draft.native,
    label: draft.label,
    reason: draft.reason === null ? null : storable(draft.reason),
    source: kind,
    evaluator,
    evaluatorVersion: version,
    flagged: draft.flagged,
    details: draft.details,
  };
}

/** Reasons may quote what was judged, of which anything may be expected. */
function storable(reason: string): string {
  return reason.slice(0, MAX_REASON).replaceAll('\0', '\uFFFD').toWellFormed();
}
