import type { Marker, MarkerKind, NewMarker } from '../contract/changes.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Place } from '../core/keyset.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Database, Queryable } from '../store/database.ts';

/** Deeds of the audit log that may explain what one sees in charts, by the first word of their action. */
const DEEDS: Readonly<Record<string, MarkerKind>> = {
  prompt: 'prompt',
  model: 'model',
  route: 'route',
  routes: 'route',
  provider: 'provider',
  judges: 'judge',
  calibration: 'judge',
  rubric: 'rubric',
  evaluator: 'evaluator',
  rule: 'rule',
  rules: 'rule',
  experiment: 'experiment',
  price: 'price',
  prices: 'price',
  cache: 'cache',
};

export interface MarkerQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  /** Null: all. */
  readonly kinds: readonly MarkerKind[] | null;
  readonly after: Place | null;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly title: string | null;
  readonly details: Record<string, unknown>;
  readonly url: string | null;
  readonly actor: string | null;
}

/** What happened in a range, newest first: at most `limit`. */
export async function listMarkers(
  db: Queryable,
  { projectId, range, kinds, after, limit }: MarkerQuestion,
): Promise<Marker[]> {
  const rows = await db.query<Row>(
    `select id, at, action, title, details, url, actor from (
       select id, at, 'deploy' as action, title, '{}'::jsonb as details, url, created_by as actor
       from markers where project_id = $1 and at >= $2 and at < $3 and 'deploy' = any($4::text[])
       union all
       select id, at, action, target, details, null, actor
       from audit_log where project_id = $1 and at >= $2 and at < $3
         and split_part(action, '.', 1) = any($5::text[])
       union all
       select id, fired_at, 'alert.fired', name, jsonb_build_object('severity', severity, 'subject', subject), null, null
       from alerts where project_id = $1 and fired_at >= $2 and fired_at < $3 and 'alert' = any($4::text[])
         and started_at >= $2::timestamptz - interval '30 days' and started_at < $3
       union all
       select id, started_at, 'evaluator.version', evaluator,
         jsonb_build_object('version', evaluator_version, 'before', version_before), null, null
       from (select id, started_at, evaluator, evaluator_version,
               lag(evaluator_version) over (partition by evaluator order by started_at, id) as version_before
             from evaluation_runs
             where project_id = $1 and finished_at >= $2::timestamptz - interval '7 days' and finished_at < $3) r
       where version_before <> evaluator_version and started_at >= $2 and 'evaluator' = any($4::text[])
     ) m
     where $6::timestamptz is null or at < $6 or (at = $6 and id < $7::uuid)
     order by at desc, id desc limit $8`,
    [
      projectId,
      range.from,
      range.to,
      [...(kinds ?? ALL_KINDS)],
      deedsOf(kinds),
      after?.at ?? null,
      after?.id ?? null,
      limit,
    ],
  );
  return rows.map(toMarker);
}

const ALL_KINDS: readonly MarkerKind[] = ['deploy', 'alert', 'evaluator'];

function deedsOf(kinds: readonly MarkerKind[] | null): string[] {
  return Object.entries(DEEDS)
    .filter(([, kind]) => kinds === null || kinds.includes(kind))
    .map(([word]) => word);
}

function toMarker({ at, title, ...row }: Row): Marker {
  return { ...row, at: at.toISOString(), kind: kindOf(row.action), title: nameOf(title, row) };
}

function kindOf(action: string): MarkerKind {
  const [word = ''] = action.split('.');
  if (word === 'deploy' || word === 'alert') return word;
  return DEEDS[word] ?? 'evaluator';
}

/** Routes, models and rules are targets by id; their deeds say the name. */
function nameOf(target: string | null, { details }: Pick<Row, 'details'>): string {
  const { name } = details;
  return typeof name === 'string' ? name : (target ?? '');
}

export interface MarkerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  recordDeed(
    tx: Queryable,
    deed: { projectId: string; actor: string; action: string; target: string; details: object },
  ): Promise<void>;
}

export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

/** A clock may run a little ahead of ours. */
const LATEST_MS = 86_400_000;

/** Keeps a marker. Throws `invalid_request` for one more than a day ahead. */
export async function addMarker(
  { database, clock, newId, recordDeed }: MarkerDeps,
  asker: Asker,
  { title, at, url, kind }: NewMarker,
): Promise<Marker> {
  const now = clock.now();
  const when = at === undefined ? new Date(now) : new Date(at);
  if (when.getTime() > now + LATEST_MS) {
    throw new AppError('invalid_request', 'A marker may not lie more than a day in the future.');
  }
  const id = newId();
  await database.transaction(async (tx) => {
    await tx.query(
      `insert into markers (id, project_id, kind, title, at, url, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, asker.projectId, kind, title, when, url ?? null, asker.actor, new Date(now)],
    );
    const details = { title, at: when.toISOString() };
    await recordDeed(tx, { ...asker, action: 'marker.created', target: id, details });
  });
  return {
    id,
    at: when.toISOString(),
    kind,
    action: kind,
    title,
    details: {},
    url: url ?? null,
    actor: asker.actor,
  };
}

/** Removes a marker that was told. Throws `not_found`. */
export async function removeMarker(
  { database, recordDeed }: MarkerDeps,
  asker: Asker,
  id: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx.query<{ title: string }>(
      'delete from markers where id = $1 and project_id = $2 returning title',
      [id, asker.projectId],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such marker.');
    await recordDeed(tx, {
      ...asker,
      action: 'marker.deleted',
      target: id,
      details: { title: row.title },
    });
  });
}
