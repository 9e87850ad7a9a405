import type { Clock } from '../core/clock.ts';
import type { Queryable } from '../store/database.ts';
import { hashToken, makeToken } from './key-format.ts';

const LINK_MS = 15 * 60_000;

/** A path that signs its user in once within 15 minutes; the token is stored as a hash. */
export async function createSignInLink(
  database: Queryable,
  deps: { clock: Clock },
  userId: string,
): Promise<string> {
  const token = makeToken();
  const now = deps.clock.now();
  await database.query('delete from sign_in_links where expires_at <= $1', [new Date(now)]);
  await database.query(
    `insert into sign_in_links (token_hash, user_id, expires_at) values (decode($1, 'hex'), $2, $3)`,
    [hashToken(token), userId, new Date(now + LINK_MS)],
  );
  return `/sign-in?token=${token}`;
}

/** The user of a link, which is used up by this; null when it is unknown, old or was used. */
export async function redeemSignInLink(
  database: Queryable,
  deps: { clock: Clock },
  token: string,
): Promise<{ id: string; email: string } | null> {
  // One statement, so that two requests at once cannot both win.
  const [user] = await database.query<{ id: string; email: string }>(
    `update sign_in_links l set used_at = $2 from users u
     where l.token_hash = decode($1, 'hex') and l.used_at is null and l.expires_at > $2
       and u.id = l.user_id and u.disabled_at is null
     returning u.id, u.email`,
    [hashToken(token), new Date(deps.clock.now())],
  );
  return user ?? null;
}
