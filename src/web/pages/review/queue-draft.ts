import type { ReviewMode, ReviewScale } from '../../../contract/reviews.ts';
import type { QueueBody } from '../../data/reviews.ts';

/** A queue as the form holds it; empty texts filter nothing. */
export interface QueueDraft {
  readonly name: string;
  readonly instructions: string;
  readonly scoreName: string;
  /** Empty: none. */
  readonly evaluator: string;
  readonly scale: ReviewScale;
  readonly mode: ReviewMode;
  readonly size: number | null;
  readonly people: number | null;
  readonly blind: boolean;
  readonly model: string;
  readonly tag: string;
  readonly maxValue: number | null;
  readonly flagged: boolean;
  readonly unclear: boolean;
  readonly unreviewed: boolean;
}

export const NEW_QUEUE: QueueDraft = {
  name: '',
  instructions: '',
  scoreName: 'overall',
  evaluator: '',
  scale: 'binary',
  mode: 'random',
  size: 50,
  people: 1,
  blind: true,
  model: '',
  tag: '',
  maxValue: null,
  flagged: false,
  unclear: false,
  unreviewed: false,
};

/** Whether the mode compares with an evaluator and cannot do without. */
export function needsEvaluator({ mode }: Pick<QueueDraft, 'mode'>): boolean {
  return mode === 'narrow' || mode === 'disagreement';
}

/** What the API is asked for; null while something is missing. */
export function queueBody(draft: QueueDraft): QueueBody | null {
  const name = draft.name.trim();
  const scoreName = draft.scoreName.trim();
  const { size, people, scale, mode, blind } = draft;
  if (name === '' || scoreName === '' || size === null || people === null) return null;
  if (needsEvaluator(draft) && draft.evaluator === '') return null;
  return {
    name,
    scoreName,
    scale,
    mode,
    size,
    people,
    blind,
    instructions: draft.instructions.trim(),
    evaluator: draft.evaluator === '' ? null : draft.evaluator,
    // Where labels narrow most is a question about everything.
    filter: mode === 'narrow' ? {} : filterOf(draft),
  };
}

function filterOf(draft: QueueDraft): NonNullable<QueueBody['filter']> {
  return {
    ...(draft.model.trim() === '' ? {} : { model: draft.model.trim() }),
    ...(draft.tag.trim() === '' ? {} : { tag: draft.tag.trim() }),
    ...(draft.maxValue === null ? {} : { maxValue: draft.maxValue }),
    ...(draft.flagged ? { flagged: true } : {}),
    ...(draft.unclear ? { unclear: true } : {}),
    ...(draft.unreviewed ? { unreviewed: true } : {}),
  };
}
