import { idTimeMs, isUuid } from '../core/ids.ts';
import type { InteractionRow, ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import type { PendingScore } from './read-event.ts';

/** What a score takes over from its interaction. */
interface Target {
  readonly id: string;
  readonly createdAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
}

/** Around a score its interaction is looked for in this span of time, so that few partitions are read. */
const BEFORE_MS = 31 * 86_400_000;
const AFTER_MS = 86_400_000;
/** An id made at a known time lies in the second it names, give or take the clocks. */
const NEAR_MS = 60_000;

/** The score with its interaction, found in the batch that is being stored or in the database; null when unknown. */
export async function attachScore(
  tx: Queryable,
  { link, row }: PendingScore,
  batch: readonly InteractionRow[],
): Promise<ScoreRow | null> {
  const target = inBatch(row.projectId, link, batch) ?? (await inDatabase(tx, { link, row }));
  if (target === null) return null;
  const { id, createdAt, model, userId } = target;
  return { ...row, interactionId: id, interactionCreatedAt: createdAt, model, userId };
}

function inBatch(projectId: string, link: string, batch: readonly InteractionRow[]): Target | null {
  const own = batch.filter((row) => row.projectId === projectId);
  return (
    own.find((row) => row.id === link.toLowerCase()) ??
    own.find((row) => row.traceId === link) ??
    null
  );
}

async function inDatabase(tx: Queryable, { link, row }: PendingScore): Promise<Target | null> {
  const byId = isUuid(link) ? await findById(tx, { link, row }) : null;
  return byId ?? (await findByTrace(tx, { link, row }));
}

const COLUMNS = 'id, created_at as "createdAt", model, user_id as "userId"';

async function findById(tx: Queryable, { link, row }: PendingScore): Promise<Target | null> {
  const atMs = row.createdAt.getTime();
  const named = /^.{14}[78]/.test(link) ? idTimeMs(link) : null;
  const from = named === null ? atMs - BEFORE_MS : named - NEAR_MS;
  const to = named === null ? atMs + AFTER_MS : named + NEAR_MS;
  const [found] = await tx.query<Target>(
    `select ${COLUMNS} from interactions
     where created_at between $1 and $2 and id = $3 and project_id = $4 limit 1`,
    [new Date(from), new Date(to), link, row.projectId],
  );
  return found ?? null;
}

async function findByTrace(tx: Queryable, { link, row }: PendingScore): Promise<Target | null> {
  const atMs = row.createdAt.getTime();
  const [found] = await tx.query<Target>(
    `select ${COLUMNS} from interactions
     where project_id = $1 and created_at between $2 and $3 and trace_id = $4
     order by created_at desc, id desc limit 1`,
    [row.projectId, new Date(atMs - BEFORE_MS), new Date(atMs + AFTER_MS), link],
  );
  return found ?? null;
}
