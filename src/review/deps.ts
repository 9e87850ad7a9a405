import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';
import type { RecordStep } from '../interactions/record.ts';
import type { Database } from '../store/database.ts';

export interface ReviewDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Writes a label as a score and counts it. */
  readonly record: RecordStep;
  /** Takes a score out of everything that counts it. */
  readonly takeBack: RecordStep;
}

/** Who judges, and in which project. */
export interface Reviewer {
  readonly projectId: string;
  readonly name: string;
}
