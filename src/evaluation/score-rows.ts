import { contentId } from '../core/ids.ts';
import type { Evaluator, ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';
import type { ScoreRow, ScoreSource } from '../interactions/record.ts';
import type { LoadedInteraction } from './load-subjects.ts';

const MAX_REASON = 2000;

/** Runs one evaluator with its default options; throws what it throws. */
export function evaluateSubject(evaluator: Evaluator, subject: Subject): readonly ScoreDraft[] {
  const options = evaluator.options.parse({});
  return evaluator.evaluate(subject, options, { read: createTextReader() });
}

/**
 * Scores as rows. Ids are made from interaction, evaluator, version and name, so evaluating again adds nothing.
 * Throws when an evaluator breaks its promise of values in [0, 1].
 */
export function toScoreRows(
  interaction: LoadedInteraction,
  evaluator: Evaluator,
  made: { readonly drafts: readonly ScoreDraft[]; readonly at: Date },
): ScoreRow[] {
  return made.drafts.map((draft) => {
    if (!(draft.value >= 0 && draft.value <= 1)) {
      throw new RangeError(
        `${evaluator.id}: "${draft.name}" is ${draft.value}, not within 0 and 1`,
      );
    }
    return toRow(interaction, evaluator, { draft, at: made.at });
  });
}

function toRow(
  interaction: LoadedInteraction,
  evaluator: Evaluator,
  { draft, at }: { readonly draft: ScoreDraft; readonly at: Date },
): ScoreRow {
  const { id, projectId, createdAt, model, userId } = interaction;
  const source: ScoreSource = evaluator.kind;
  return {
    id: contentId(createdAt.getTime(), id, evaluator.id, evaluator.version, draft.name),
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
    source,
    evaluator: evaluator.id,
    evaluatorVersion: evaluator.version,
    flagged: draft.flagged,
    details: draft.details,
  };
}

/** Reasons may quote what was judged, of which anything may be expected. */
function storable(reason: string): string {
  return reason.slice(0, MAX_REASON).replaceAll('\0', '\uFFFD').toWellFormed();
}
