import type { ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';

/** An interaction that local evaluators have just scored. */
export interface Evaluated {
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly projectId: string;
  /** Empty when nothing could be said of it. */
  readonly scores: readonly ScoreRow[];
}

/**
 * What follows on scoring: which judges are asked about which of these. Runs in the transaction that writes the
 * scores, so nothing is planned twice and nothing is forgotten.
 */
export type AfterEvaluated = (tx: Queryable, evaluated: readonly Evaluated[]) => Promise<void>;
