import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Queryable } from '../store/database.ts';
import { hashToken, makeToken } from './key-format.ts';
import type { UserRole } from './scopes.ts';

export const SESSION_COOKIE = 'lqo_session';
const HOUR_MS = 3_600_000;
/** A session ends this long after sign-in, whatever happens. */
export const SESSION_MAX_MS = 30 * 24 * HOUR_MS;
/** A session that nobody used for this long has ended. */
export const SESSION_IDLE_MS = 7 * 24 * HOUR_MS;
/** "Seen" is written at most this often. */
const SEEN_STEP_MS = 5 * 60_000;

export interface SessionUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

export interface Session {
  readonly user: SessionUser;
  readonly csrfToken: string;
}

export interface Sessions {
  /** Opens a session and answers the token for the cookie; only its hash is stored. */
  open(userId: string): Promise<string>;
  /** The session of a cookie, or null when it is unknown, over, idle for too long or its user disabled. */
  read(token: string): Promise<Session | null>;
  end(token: string): Promise<void>;
}

interface SessionRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly csrf_token: string;
  readonly last_seen_at: Date;
}

export function createSessions(deps: { database: Queryable; clock: Clock }): Sessions {
  const { database, clock } = deps;
  return {
    async open(userId): Promise<string> {
      const token = makeToken();
      const now = new Date(clock.now());
      await database.query(
        `insert into sessions (token_hash, user_id, csrf_token, created_at, expires_at, last_seen_at)
         values (decode($1, 'hex'), $2, $3, $4, $5, $4)`,
        [hashToken(token), userId, makeToken(), now, new Date(now.getTime() + SESSION_MAX_MS)],
      );
      await database.query('delete from sessions where expires_at <= $1 or last_seen_at <= $2', [
        now,
        new Date(now.getTime() - SESSION_IDLE_MS),
      ]);
      return token;
    },
    async read(token): Promise<Session | null> {
      const now = clock.now();
      const [row] = await database.query<SessionRow>(
        `select s.user_id, u.email, u.name, u.role, s.csrf_token, s.last_seen_at
         from sessions s join users u on u.id = s.user_id
         where s.token_hash = decode($1, 'hex') and s.expires_at > $2 and s.last_seen_at > $3
           and u.disabled_at is null`,
        [hashToken(token), new Date(now), new Date(now - SESSION_IDLE_MS)],
      );
      if (row === undefined) return null;
      if (now - row.last_seen_at.getTime() > SEEN_STEP_MS) {
        await database.query(
          `update sessions set last_seen_at = $2 where token_hash = decode($1, 'hex')`,
          [hashToken(token), new Date(now)],
        );
      }
      const { user_id: id, email, name, role, csrf_token: csrfToken } = row;
      return { user: { id, email, name, role }, csrfToken };
    },
    async end(token): Promise<void> {
      await database.query(`delete from sessions where token_hash = decode($1, 'hex')`, [
        hashToken(token),
      ]);
    },
  };
}

/** Whether two secrets are equal, in a time that depends on neither. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(
    Buffer.from(hashToken(given), 'hex'),
    Buffer.from(hashToken(expected), 'hex'),
  );
}
