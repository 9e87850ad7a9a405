import type { Matcher } from '../../contract/alerts.ts';
import type { Queryable } from '../../store/database.ts';
import { matchLabels } from './match-labels.ts';
import type { TellingSituation } from './plan-tellings.ts';
import { inWindow, type Window } from './recurring-window.ts';

/** A row of `silences`. */
export interface SilenceRow {
  readonly id: string;
  readonly project_id: string;
  readonly matchers: Matcher[];
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly recurrence: Window | null;
  readonly comment: string;
  readonly created_by: string;
  readonly created_at: Date;
}

export const SILENCE_COLUMNS = `id, project_id, matchers, starts_at, ends_at, recurrence, comment, created_by, created_at`;

/** A project has no more silences than this that are not over. */
export const MAX_SILENCES = 500;

/** Whether a silence keeps anything quiet at this moment: within its time and, if it recurs, its window. */
export function silenceState(
  row: Pick<SilenceRow, 'starts_at' | 'ends_at' | 'recurrence'>,
  nowMs: number,
): 'pending' | 'active' | 'expired' {
  if (nowMs >= row.ends_at.getTime()) return 'expired';
  if (nowMs < row.starts_at.getTime()) return 'pending';
  return row.recurrence === null || inWindow(row.recurrence, nowMs) ? 'active' : 'pending';
}

/** What keeps alerts of a project quiet at this moment; of several silences the one that was made first. */
export async function readSilencing(
  tx: Queryable,
  projectId: string,
  nowMs: number,
): Promise<TellingSituation['silencing']> {
  const rows = await tx.query<SilenceRow>(
    `select ${SILENCE_COLUMNS} from silences where project_id = $1 and ends_at > $2
     order by created_at, id limit $3`,
    [projectId, new Date(nowMs), MAX_SILENCES],
  );
  const active = rows
    .filter((row) => silenceState(row, nowMs) === 'active')
    .flatMap(({ id, matchers }) => {
      const matches = matchLabels(matchers);
      return typeof matches === 'function' ? [{ id, matches }] : [];
    });
  return (labels) => active.find(({ matches }) => matches(labels))?.id ?? null;
}
