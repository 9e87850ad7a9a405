import type { z } from 'zod';
import type { NewSilence, Silence, SilenceQuery } from '../../contract/alerts.ts';
import { AppError } from '../../core/errors.ts';
import { cutPageById } from '../../core/keyset.ts';
import type { Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { ManageDeps, Person } from '../manage-deps.ts';
import { lockAlerts } from './lock-alerts.ts';
import { matchLabels } from './match-labels.ts';
import { isTimeZone } from './recurring-window.ts';
import { MAX_SILENCES, SILENCE_COLUMNS, type SilenceRow, silenceState } from './silence-row.ts';
import { tellDue } from './tell-due.ts';

const LONGEST_MS = 400 * 24 * 60 * 60_000;

type CountedSilence = SilenceRow & { readonly alerts: number };

const COUNTED = `select ${SILENCE_COLUMNS}, (
    select count(*) from alerts a where a.silence_id = silences.id and a.ended_at is null and a.state = 'silenced'
  ) as alerts from silences`;

function toSilence(row: CountedSilence, nowMs: number): Silence {
  return {
    id: row.id,
    matchers: row.matchers,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    recurrence: row.recurrence,
    comment: row.comment,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    state: silenceState(row, nowMs),
    alerts: row.alerts,
  };
}

/** Silences of a project, newest first. */
export async function listSilences(
  db: Queryable,
  projectId: string,
  { query, nowMs }: { readonly query: z.infer<typeof SilenceQuery>; readonly nowMs: number },
): Promise<{ items: Silence[]; nextCursor: string | null; estimate: null }> {
  const rows = await db.query<CountedSilence>(
    `${COUNTED} where project_id = $1 and ($2::uuid is null or id < $2)
       and ($3::text is null or (ends_at > $4) = ($3 = 'current'))
     order by id desc limit $5`,
    [projectId, query.cursor ?? null, query.state ?? null, new Date(nowMs), query.limit + 1],
  );
  return cutPageById(
    rows.map((row) => toSilence(row, nowMs)),
    query.limit,
  );
}

/** One silence. Throws `not_found`, also for one of another project. */
export async function readSilence(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
  nowMs: number,
): Promise<Silence> {
  const [row] = await db.query<CountedSilence>(`${COUNTED} where project_id = $1 and id = $2`, [
    of.projectId,
    of.id,
  ]);
  if (row === undefined) throw new AppError('not_found', 'There is no such silence.');
  return toSilence(row, nowMs);
}

/**
 * Keeps alerts quiet that match, from now on or later; those that are open are silenced at once. Throws
 * `invalid_request` for times and matchers that cannot be, `conflict` when there are too many.
 */
export async function createSilence(
  deps: ManageDeps,
  by: Person,
  given: NewSilence,
): Promise<Silence> {
  const now = new Date(deps.clock.now());
  const startsAt = given.startsAt === undefined ? now : new Date(given.startsAt);
  const endsAt = new Date(given.endsAt);
  check(given, { startsAt, endsAt, now });
  const id = deps.newId();
  const { projectId, actor } = by;
  return await deps.database.transaction(async (tx) => {
    await lockAlerts(tx, [projectId]);
    const [count] = await tx.query<{ n: number }>(
      'select count(*) as n from silences where project_id = $1 and ends_at > $2',
      [projectId, now],
    );
    if ((count?.n ?? 0) >= MAX_SILENCES) {
      throw new AppError('conflict', `A project has at most ${MAX_SILENCES} silences at a time.`);
    }
    await tx.query(
      `insert into silences (id, project_id, matchers, starts_at, ends_at, recurrence, comment, created_by, created_at)
       values ($1, $2, $3::text::jsonb, $4, $5, $6::text::jsonb, $7, $8, $9)`,
      [
        id,
        projectId,
        jsonText(given.matchers),
        startsAt,
        endsAt,
        given.recurrence === null ? null : jsonText(given.recurrence),
        given.comment,
        actor,
        now,
      ],
    );
    const details = { matchers: given.matchers, endsAt: given.endsAt, comment: given.comment };
    await deps.recordDeed(tx, { ...by, action: 'silence.created', target: id, details });
    await tellDue(tx, deps, projectId);
    return await readSilence(tx, { projectId, id }, now.getTime());
  });
}

function check(
  { matchers, recurrence }: NewSilence,
  { startsAt, endsAt, now }: Record<'startsAt' | 'endsAt' | 'now', Date>,
): void {
  const refuse = (message: string): never => {
    throw new AppError('invalid_request', message);
  };
  if (endsAt <= startsAt) refuse('endsAt must be after startsAt.');
  if (endsAt <= now) refuse('endsAt is over already.');
  if (endsAt.getTime() - startsAt.getTime() > LONGEST_MS) {
    refuse('A silence lasts 400 days at most.');
  }
  if (recurrence !== null && !isTimeZone(recurrence.timeZone)) {
    refuse(`There is no time zone ${recurrence.timeZone}.`);
  }
  const matches = matchLabels(matchers);
  if (typeof matches !== 'function') refuse(matches.problem);
  else if (matches({})) {
    refuse('One matcher at least must ask for a label; severity =~ .+ keeps everything quiet.');
  }
}

/** Ends a silence now; it stays in the list. Alerts that still fire are told. Throws `not_found`, `conflict` when it is over. */
export async function expireSilence(deps: ManageDeps, by: Person, id: string): Promise<Silence> {
  const now = new Date(deps.clock.now());
  const { projectId } = by;
  return await deps.database.transaction(async (tx) => {
    await lockAlerts(tx, [projectId]);
    const silence = await readSilence(tx, { projectId, id }, now.getTime());
    if (silence.state === 'expired') throw new AppError('conflict', 'The silence is over already.');
    await tx.query(
      'update silences set ends_at = $2, starts_at = least(starts_at, $2) where id = $1',
      [id, now],
    );
    await deps.recordDeed(tx, { ...by, action: 'silence.expired', target: id, details: {} });
    await tellDue(tx, deps, projectId);
    return await readSilence(tx, { projectId, id }, now.getTime());
  });
}

/** Removes a silence, also from the list. Alerts that still fire are told. Throws `not_found`. */
export async function removeSilence(deps: ManageDeps, by: Person, id: string): Promise<void> {
  const { projectId } = by;
  await deps.database.transaction(async (tx) => {
    await lockAlerts(tx, [projectId]);
    const gone = await tx.query<{ comment: string }>(
      'delete from silences where project_id = $1 and id = $2 returning comment',
      [projectId, id],
    );
    const [silence] = gone;
    if (silence === undefined) throw new AppError('not_found', 'There is no such silence.');
    await deps.recordDeed(tx, { ...by, action: 'silence.removed', target: id, details: silence });
    await tellDue(tx, deps, projectId);
  });
}
