import type { ApiKey } from '../contract/access.ts';
import { AppError } from '../core/errors.ts';
import type { KeyScope, PublicUse } from '../core/http.ts';
import type { Queryable } from '../store/database.ts';
import type { AccessDeps } from './access.ts';
import { recordDeed } from './audit.ts';
import { publicUseOf } from './key-directory.ts';
import { hashToken, makeApiKey, makePublicKey, shownPrefix } from './key-format.ts';

/** More keys than this in one project are a mistake in somebody's loop. */
const MAX_KEYS = 1000;
const COLUMNS =
  'id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at, allowed_origins, per_minute';

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: KeyScope[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
  readonly allowed_origins: string[];
  readonly per_minute: number | null;
}

export interface KeyWish {
  readonly projectId: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly expiresAt: Date | null;
  /** The user who makes it; null when a program does. */
  readonly createdBy: string | null;
  /** Makes it a public key. */
  readonly publicUse?: PublicUse | null;
}

/** Who changes something, for the audit log. */
export interface Actor {
  readonly actor: string;
  readonly userId: string | null;
}

/** Stores a key by its hash and answers its row. */
export async function insertKey(
  tx: Queryable,
  deps: Pick<AccessDeps, 'clock' | 'newId'>,
  { key, wish }: { key: string; wish: KeyWish },
): Promise<KeyRow> {
  const [row] = await tx.query<KeyRow>(
    `insert into api_keys (id, project_id, name, prefix, key_hash, scopes, created_by, created_at, expires_at,
       allowed_origins, per_minute)
     values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11) returning ${COLUMNS}`,
    [
      deps.newId(),
      wish.projectId,
      wish.name,
      shownPrefix(key),
      hashToken(key),
      [...wish.scopes],
      wish.createdBy,
      new Date(deps.clock.now()),
      wish.expiresAt,
      [...(wish.publicUse?.origins ?? [])],
      wish.publicUse?.perMinute ?? null,
    ],
  );
  if (row === undefined) throw new Error('The new API key was not returned.');
  return row;
}

/**
 * A new key for a project; the reply is the only place that ever holds it. Throws `invalid_request` for
 * an expiry in the past and `conflict` when the project holds too many keys.
 */
export async function createKey(
  deps: AccessDeps,
  wish: KeyWish,
  actor: Actor,
): Promise<ApiKey & { key: string }> {
  if (wish.expiresAt !== null && wish.expiresAt.getTime() <= deps.clock.now()) {
    throw new AppError('invalid_request', 'expiresAt lies in the past.');
  }
  const key = wish.publicUse ? makePublicKey() : makeApiKey();
  const row = await deps.database.transaction(async (tx) => {
    await assertRoomForKey(tx, wish.projectId);
    const inserted = await insertKey(tx, deps, { key, wish });
    await recordDeed(tx, deps, {
      projectId: wish.projectId,
      actor: actor.actor,
      action: 'key.create',
      target: inserted.id,
      details: {
        name: wish.name,
        prefix: inserted.prefix,
        scopes: wish.scopes,
        ...(wish.publicUse ? { publicUse: wish.publicUse } : {}),
      },
    });
    return inserted;
  });
  await deps.refresh();
  return { ...toApiKey(row), key };
}

/**
 * What a public key is allowed, checked: origins as browsers write them. Throws `invalid_request` for other scopes
 * than feedback and for an origin that no browser would send.
 */
export function checkedPublicUse(
  asked: PublicUse | undefined,
  scopes: readonly KeyScope[] | undefined,
): PublicUse | null {
  if (asked === undefined) return null;
  if (scopes?.some((scope) => scope !== 'feedback')) {
    throw new AppError('invalid_request', 'A public key has the scope "feedback" and no other.');
  }
  const origins = asked.origins.map((given) => {
    const origin = given === '*' ? '*' : originOf(given);
    if (origin !== null) return origin;
    throw new AppError(
      'invalid_request',
      `"${given}" is no web origin; write it like https://shop.example or http://localhost:3000.`,
    );
  });
  return { origins: [...new Set(origins)], perMinute: asked.perMinute };
}

function originOf(given: string): string | null {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  // Anything behind the port would never match what a browser sends.
  return isWeb && url.pathname === '/' && url.search === '' && url.hash === '' ? url.origin : null;
}

/** The keys of a project, newest first, revoked ones included. */
export async function listKeys(database: Queryable, projectId: string): Promise<ApiKey[]> {
  const rows = await database.query<KeyRow>(
    `select ${COLUMNS} from api_keys where project_id = $1 order by created_at desc, id desc limit $2`,
    [projectId, MAX_KEYS],
  );
  return rows.map(toApiKey);
}

/** Ends a key at once; ending it again changes nothing. Throws `not_found` for a key of another project. */
export async function revokeKey(
  deps: AccessDeps,
  { id, projectId }: { id: string; projectId: string },
  actor: Actor,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const row = await lockKey(tx, { id, projectId });
    if (row.revoked_at !== null) return;
    await tx.query('update api_keys set revoked_at = $2 where id = $1', [
      id,
      new Date(deps.clock.now()),
    ]);
    await recordDeed(tx, deps, {
      projectId,
      actor: actor.actor,
      action: 'key.revoke',
      target: id,
      details: { name: row.name, prefix: row.prefix },
    });
  });
  await deps.refresh();
}

/**
 * A new key with the name, scopes and expiry of an old one, which ends now or, with `overlapMs`, that
 * much later. Throws `not_found` for a key of another project, `conflict` for one that is revoked.
 */
export async function rotateKey(
  deps: AccessDeps,
  { id, projectId, overlapMs }: { id: string; projectId: string; overlapMs: number },
  actor: Actor,
): Promise<ApiKey & { key: string }> {
  const now = deps.clock.now();
  const created = await deps.database.transaction(async (tx) => {
    const old = await lockKey(tx, { id, projectId });
    const publicUse = publicUseOf(old);
    const key = publicUse === null ? makeApiKey() : makePublicKey();
    if (old.revoked_at !== null) throw new AppError('conflict', 'This key was revoked already.');
    await endKey(tx, { id, atMs: now + overlapMs, now });
    const { name, scopes, expires_at: expiresAt } = old;
    const wish = { projectId, name, scopes, expiresAt, createdBy: actor.userId, publicUse };
    const row = await insertKey(tx, deps, { key, wish });
    await recordDeed(tx, deps, {
      projectId,
      actor: actor.actor,
      action: 'key.rotate',
      target: id,
      details: { name, prefix: old.prefix, newId: row.id, newPrefix: row.prefix, overlapMs },
    });
    return { row, key };
  });
  await deps.refresh();
  return { ...toApiKey(created.row), key: created.key };
}

async function endKey(
  tx: Queryable,
  { id, atMs, now }: { id: string; atMs: number; now: number },
): Promise<void> {
  if (atMs <= now) {
    await tx.query('update api_keys set revoked_at = $2 where id = $1', [id, new Date(now)]);
    return;
  }
  // Never later than the end it had.
  await tx.query(
    `update api_keys set expires_at = least(coalesce(expires_at, 'infinity'), $2) where id = $1`,
    [id, new Date(atMs)],
  );
}

async function lockKey(
  tx: Queryable,
  { id, projectId }: { id: string; projectId: string },
): Promise<KeyRow> {
  const [row] = await tx.query<KeyRow>(
    `select ${COLUMNS} from api_keys where id = $1 and project_id = $2 for update`,
    [id, projectId],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such key.');
  return row;
}

async function assertRoomForKey(tx: Queryable, projectId: string): Promise<void> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*) as count from api_keys where project_id = $1 and revoked_at is null',
    [projectId],
  );
  if (Number(row?.count ?? 0) >= MAX_KEYS) {
    throw new AppError('conflict', `A project holds at most ${MAX_KEYS} keys; revoke some first.`);
  }
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    publicUse: publicUseForShow(row),
  };
}

function publicUseForShow(row: KeyRow): ApiKey['publicUse'] {
  const use = publicUseOf(row);
  return use === null ? null : { ...use, origins: [...use.origins] };
}
