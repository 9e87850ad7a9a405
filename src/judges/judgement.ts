import type { ScoreDraft } from '../evaluators/define-evaluator.ts';

/** What came of judging one answer. */
export interface Judgement {
  /** Empty when nothing can be said. */
  readonly drafts: readonly ScoreDraft[];
  /** Why no judge was asked; null when one was. */
  readonly byRule: string | null;
  /** Null when a part of it has no known price. */
  readonly costMicroUsd: number | null;
  /** Calls that were made. */
  readonly asked: number;
  /** Replies that could not be read as they came. */
  readonly unreadable: number;
  readonly rawReply: string | null;
}
