import { channelOf } from '../../channels/index.ts';
import type { Channel, ChannelChange, NewChannel } from '../../contract/channels.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { NewId } from '../../core/ids.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import {
  changedOptions,
  type Options,
  type RefuseHost,
  readOptions,
  type SplitOptions,
  shownOptions,
} from './channel-options.ts';
import {
  type ChannelRow,
  type ChannelSettings,
  type DeliveryFigures,
  findChannel,
  readFigures,
} from './channel-row.ts';
import { openSecrets, SEALED_ELSEWHERE, type SecretBox, sealSecrets } from './secret-box.ts';

/** What changes of channels need. */
export interface ChannelDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly box: SecretBox;
  readonly refuseHost: RefuseHost;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
}

/** Who changes something, and in which project. */
export interface Actor {
  readonly projectId: string;
  readonly actor: string;
}

const DAY_MS = 86_400_000;
const MAX_CHANNELS_OF_PROJECT = 100;

/** A project's channels by their id, with what became of their messages; `after` is the id of the last one before. */
export async function listChannels(
  deps: Pick<ChannelDeps, 'database' | 'clock' | 'box'>,
  of: { readonly projectId: string; readonly after: string | null; readonly limit: number },
): Promise<Channel[]> {
  const rows = await deps.database.query<ChannelRow>(
    `select * from channels where project_id = $1 and ($2::uuid is null or id > $2::uuid)
     order by id limit $3`,
    [of.projectId, of.after, of.limit],
  );
  return await toChannels(deps, rows);
}

/** One channel. Throws `not_found`. */
export async function readChannel(
  deps: Pick<ChannelDeps, 'database' | 'clock' | 'box'>,
  of: { readonly projectId: string; readonly id: string },
): Promise<Channel> {
  return await toChannel(deps, await findChannel(deps.database, of));
}

/**
 * Adds a channel. Throws `invalid_request` for options that the kind does not take, `forbidden_address`, and
 * `conflict` when the name is taken or there are too many.
 */
export async function addChannel(
  deps: ChannelDeps,
  by: Actor,
  asked: NewChannel,
): Promise<Channel> {
  const { name, kind, enabled, options, ...settings } = asked;
  assertTells(kind, settings);
  const id = deps.newId();
  const taken = readOptions(kind, options, deps.refuseHost);
  const sealed = await sealSecrets(deps.box, id, taken.secret);
  const row = await deps.database.transaction(async (tx) => {
    await assertNameFree(tx, { projectId: by.projectId, name, id });
    const [count] = await tx.query<{ all: number }>(
      'select count(*)::int as all from channels where project_id = $1',
      [by.projectId],
    );
    if ((count?.all ?? 0) >= MAX_CHANNELS_OF_PROJECT) {
      throw new AppError('conflict', `A project can have ${MAX_CHANNELS_OF_PROJECT} channels.`);
    }
    const [added] = await tx.query<ChannelRow>(
      `insert into channels (id, project_id, name, kind, settings, options, secrets, enabled, managed_by,
         created_at, updated_at)
       values ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7, $8, 'api', $9, $9) returning *`,
      [
        id,
        by.projectId,
        name,
        kind,
        jsonText(settings),
        jsonText(taken.open),
        sealed,
        enabled,
        new Date(deps.clock.now()),
      ],
    );
    if (added === undefined) throw new Error('A channel was inserted and not returned.');
    const details = { name, kind, ...settings };
    await deps.recordDeed(tx, { ...actorOf(by), action: 'channel.created', target: id, details });
    return added;
  });
  return await toChannel(deps, row);
}

/**
 * Changes a channel. Throws `not_found`, `invalid_request`, `forbidden_address`, and `conflict` when the name is
 * taken, monitors go by the old one, or the environment makes the channel.
 */
export async function changeChannel(
  deps: ChannelDeps,
  by: Actor & { readonly id: string },
  change: ChannelChange,
): Promise<Channel> {
  const before = await findChannel(deps.database, by);
  assertOurs(before);
  const name = change.name ?? before.name;
  const settings = mergedSettings(before.settings, change);
  assertTells(before.kind, settings);
  const options = await optionsAfter(deps, before, change.options);
  const row = await deps.database.transaction(async (tx) => {
    await assertNameFree(tx, { ...by, name });
    if (name !== before.name) await assertUnused(tx, before);
    const [changed] = await tx.query<ChannelRow>(
      `update channels set name = $3, settings = $4::text::jsonb, options = $5::text::jsonb, secrets = $6,
         enabled = $7, updated_at = $8
       where project_id = $1 and id = $2 and updated_at = $9 returning *`,
      [
        by.projectId,
        by.id,
        name,
        jsonText(settings),
        jsonText(options.open),
        options.secrets,
        change.enabled ?? before.enabled,
        new Date(deps.clock.now()),
        before.updated_at,
      ],
    );
    if (changed === undefined) {
      throw new AppError('conflict', 'Somebody changed the channel at the same time. Try again.');
    }
    const details = { ...change, name, options: Object.keys(change.options ?? {}) };
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'channel.changed',
      target: by.id,
      details,
    });
    return changed;
  });
  return await toChannel(deps, row);
}

/** Removes a channel with its messages. Throws `not_found`, and `conflict` while monitors go by its name. */
export async function removeChannel(
  deps: ChannelDeps,
  by: Actor & { readonly id: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const row = await findChannel(tx, by);
    assertOurs(row);
    await assertUnused(tx, row);
    await tx.query('delete from channels where project_id = $1 and id = $2', [by.projectId, by.id]);
    const details = { name: row.name, kind: row.kind };
    await deps.recordDeed(tx, {
      ...actorOf(by),
      action: 'channel.deleted',
      target: by.id,
      details,
    });
  });
}

function mergedSettings(before: ChannelSettings, change: ChannelChange): ChannelSettings {
  return {
    language: change.language ?? before.language,
    texts: change.texts ?? before.texts,
    lowQuality: change.lowQuality ?? before.lowQuality,
    batchSummary: change.batchSummary ?? before.batchSummary,
    digest: change.digest ?? before.digest,
    perMinute: change.perMinute ?? before.perMinute,
  };
}

async function optionsAfter(
  deps: ChannelDeps,
  before: ChannelRow,
  change: Options | undefined,
): Promise<{ readonly open: Options; readonly secrets: string | null }> {
  if (change === undefined) return { open: before.options, secrets: before.secrets };
  // Secrets that do not open are as good as none: they have to be entered again.
  const secret = (await openSecrets(deps.box, before)) ?? {};
  const known: SplitOptions = { open: before.options, secret };
  const after = readOptions(
    before.kind,
    changedOptions(before.kind, known, change),
    deps.refuseHost,
  );
  return { open: after.open, secrets: await sealSecrets(deps.box, before.id, after.secret) };
}

/** Reports wake nobody: receivers that do take none. */
function assertTells(
  kind: NewChannel['kind'],
  settings: Pick<ChannelSettings, 'lowQuality' | 'batchSummary' | 'digest'>,
): void {
  const { tells, title } = channelOf(kind);
  const reports = settings.lowQuality || settings.batchSummary || settings.digest !== 'none';
  if (tells === 'everything' || !reports) return;
  throw new AppError(
    'invalid_request',
    `${title} takes alerts only: switch off low quality, batch summaries and the digest.`,
    { details: { field: 'kind' } },
  );
}

function assertOurs({ managed_by, name }: ChannelRow): void {
  if (managed_by === 'api') return;
  throw new AppError(
    'conflict',
    `The channel ${name} is made from environment variables: change those, and start anew.`,
  );
}

async function assertNameFree(
  tx: Queryable,
  of: { readonly projectId: string; readonly name: string; readonly id: string },
): Promise<void> {
  const rows = await tx.query(
    'select 1 from channels where project_id = $1 and name = $2 and id <> $3',
    [of.projectId, of.name, of.id],
  );
  if (rows.length === 0) return;
  throw new AppError('conflict', `The name ${of.name} is taken by another channel.`, {
    details: { field: 'name' },
  });
}

async function assertUnused(tx: Queryable, { project_id, name }: ChannelRow): Promise<void> {
  const rows = await tx.query<{ name: string }>(
    `select name from monitors where project_id = $1
       and (definition -> 'channels' @> jsonb_build_array($2::text)
         or definition #> '{escalation,channels}' @> jsonb_build_array($2::text))
     order by name limit 5`,
    [project_id, name],
  );
  if (rows.length === 0) return;
  const names = rows.map((row) => row.name).join(', ');
  throw new AppError('conflict', `Monitors tell this channel: ${names}. Change them first.`);
}

/** Without the id, which is no part of a deed. */
function actorOf({ projectId, actor }: Actor): Actor {
  return { projectId, actor };
}

const NOTHING_YET: DeliveryFigures = {
  delivered: 0,
  waiting: 0,
  dead: 0,
  lastDeliveredAt: null,
  problem: null,
};

async function toChannels(
  { database, clock, box }: Pick<ChannelDeps, 'database' | 'clock' | 'box'>,
  rows: readonly ChannelRow[],
): Promise<Channel[]> {
  const ids = rows.map(({ id }) => id);
  const figures = await readFigures(database, ids, new Date(clock.now() - DAY_MS));
  return await Promise.all(
    rows.map(async (row) => {
      const secrets = await openSecrets(box, row);
      const known = figures.get(row.id) ?? NOTHING_YET;
      return {
        id: row.id,
        name: row.name,
        kind: row.kind,
        ...row.settings,
        enabled: row.enabled,
        options: shownOptions(row.kind, row.options, (name) => secrets?.[name] !== undefined),
        managedBy: row.managed_by,
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
        ...known,
        problem: secrets === null ? SEALED_ELSEWHERE : known.problem,
      };
    }),
  );
}

async function toChannel(
  deps: Pick<ChannelDeps, 'database' | 'clock' | 'box'>,
  row: ChannelRow,
): Promise<Channel> {
  const [channel] = await toChannels(deps, [row]);
  if (channel === undefined) throw new Error('A channel was read and not answered.');
  return channel;
}
