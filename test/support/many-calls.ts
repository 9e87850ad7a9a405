import type { InteractionRow, ScoreRow } from '../../src/interactions/record.ts';
import type { Database } from '../../src/store/database.ts';
import { insertRaw } from './raw-rows.ts';
import { batchOf, interactionRow, record, scoreRow } from './records.ts';

/** Calls spread evenly over a stretch of time. */
export interface ManyCalls {
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** What the call with this number is like. */
  readonly given: (at: number) => Partial<InteractionRow>;
  readonly score?: (at: number) => Partial<ScoreRow>;
}

/** Stores many calls of a project at once, without roll-ups. */
export async function storeCalls(
  database: Database,
  projectId: string,
  { count, from, to, given, score }: ManyCalls,
): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) =>
    interactionRow({
      projectId,
      createdAt: new Date(from + ((to - from) * (at + 0.5)) / count),
      ...given(at),
    }),
  );
  const scores =
    score === undefined
      ? []
      : rows.map((row, at) => scoreRow(row, { createdAt: row.createdAt, ...score(at) }));
  await record(database, batchOf({ interactions: rows, scores }), [insertRaw]);
}
