import type { Channel, ChannelKind, NewChannel } from '../../contract/channels.ts';
import { AppError } from '../../core/errors.ts';
import type { Queryable } from '../../store/database.ts';

/** What a channel is told, and how. */
export type ChannelSettings = Pick<
  NewChannel,
  'language' | 'texts' | 'lowQuality' | 'batchSummary' | 'digest' | 'perMinute'
>;

/** A row of `channels`. */
export interface ChannelRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly settings: ChannelSettings;
  /** Without secrets. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Sealed. */
  readonly secrets: string | null;
  readonly enabled: boolean;
  readonly managed_by: 'api' | 'environment';
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A channel as the deliverer takes it up; null when it is gone. */
export async function loadChannel(db: Queryable, id: string): Promise<ChannelRow | null> {
  const [row] = await db.query<ChannelRow>('select * from channels where id = $1', [id]);
  return row ?? null;
}

/** A channel of the project. Throws `not_found`. */
export async function findChannel(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<ChannelRow> {
  const [row] = await db.query<ChannelRow>(
    'select * from channels where project_id = $1 and id = $2',
    [of.projectId, of.id],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such channel.');
  return row;
}

/** Enabled channels of a project that are told of something. */
export async function channelsFor(
  db: Queryable,
  projectIds: readonly string[],
  what: 'lowQuality' | 'batchSummary',
): Promise<ChannelRow[]> {
  return await db.query<ChannelRow>(
    `select * from channels
     where project_id = any($1::uuid[]) and enabled and settings -> $2 = 'true'::jsonb
     order by id limit 1000`,
    [[...projectIds], what],
  );
}

/** What the outbox tells of a channel. */
export type DeliveryFigures = Pick<
  Channel,
  'delivered' | 'waiting' | 'dead' | 'lastDeliveredAt' | 'problem'
>;

interface FigureRow {
  readonly id: string;
  readonly delivered: number;
  readonly waiting: number;
  readonly dead: number;
  readonly lastDeliveredAt: Date | null;
  readonly problem: string | null;
}

/** Deliveries of each channel since `since` (24 hours ago), and its last failure unless it delivered after it. */
export async function readFigures(
  db: Queryable,
  channelIds: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, DeliveryFigures>> {
  const rows = await db.query<FigureRow>(
    `select c.id, coalesce(f.delivered, 0)::int as delivered, coalesce(f.dead, 0)::int as dead,
       coalesce(w.waiting, 0)::int as waiting, d.at as "lastDeliveredAt", p.problem
     from channels c
     left join lateral (
       select count(o.delivered_at) as delivered, count(o.dead_at) as dead from outbox o
       where o.channel_id = c.id and o.created_at >= $2
     ) f on true
     left join lateral (
       select count(*) as waiting from outbox o
       where o.channel_id = c.id and o.delivered_at is null and o.dead_at is null
     ) w on true
     left join lateral (
       select o.delivered_at as at from outbox o
       where o.channel_id = c.id and o.delivered_at is not null order by o.created_at desc limit 1
     ) d on true
     left join lateral (
       select o.last_error as problem from outbox o
       where o.channel_id = c.id and o.last_error is not null and o.delivered_at is null
         and (d.at is null or coalesce(o.dead_at, o.created_at) > d.at)
       order by o.created_at desc limit 1
     ) p on true
     where c.id = any($1::uuid[])`,
    [[...channelIds], since],
  );
  return new Map(
    rows.map(({ id, lastDeliveredAt, ...row }) => [
      id,
      { ...row, lastDeliveredAt: lastDeliveredAt?.toISOString() ?? null },
    ]),
  );
}
