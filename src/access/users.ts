import type { Queryable } from '../store/database.ts';
import type { AccessDeps } from './access.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import type { UserRole } from './scopes.ts';

/** The user whom one-time links sign in; has no password until somebody gives one. */
export const LOCAL_ADMINISTRATOR = 'admin@localhost';

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly password_hash: string | null;
}

/** E-mail addresses are compared without regard to case and surrounding blanks. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The user who signs in with these, or null; the time does not tell whether the user exists. */
export async function userByPassword(
  database: Queryable,
  given: { email: string; password: string },
): Promise<UserRow | null> {
  const user = await userByEmail(database, given.email);
  const right = await verifyPassword(given.password, user?.password_hash ?? null);
  return right ? user : null;
}

export async function userByEmail(database: Queryable, email: string): Promise<UserRow | null> {
  const [user] = await database.query<UserRow>(
    `select id, email, name, role, password_hash from users
     where email = $1 and disabled_at is null`,
    [normalEmail(email)],
  );
  return user ?? null;
}

/** The administrator of this machine, made if missing; answers its id. */
export async function ensureLocalAdministrator(
  tx: Queryable,
  deps: Pick<AccessDeps, 'clock' | 'newId'>,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into users (id, email, name, role, created_at) values ($1, $2, 'Administrator', 'admin', $3)
     on conflict (email) do update set email = excluded.email returning id`,
    [deps.newId(), LOCAL_ADMINISTRATOR, new Date(deps.clock.now())],
  );
  if (row === undefined) throw new Error('The local administrator was not returned.');
  return row.id;
}

/** Makes this user an administrator with this password, or changes nothing; answers whether it changed. */
export async function ensureAdministrator(
  tx: Queryable,
  deps: Pick<AccessDeps, 'clock' | 'newId'>,
  { email, password }: { email: string; password: string },
): Promise<boolean> {
  const existing = await userByEmail(tx, email);
  const isRight =
    existing?.role === 'admin' && (await verifyPassword(password, existing.password_hash));
  if (isRight) return false;
  await tx.query(
    `insert into users (id, email, name, role, password_hash, created_at)
     values ($1, $2, $3, 'admin', $4, $5)
     on conflict (email) do update
     set role = 'admin', password_hash = excluded.password_hash, disabled_at = null`,
    [
      deps.newId(),
      normalEmail(email),
      normalEmail(email).split('@')[0] ?? 'Administrator',
      await hashPassword(password),
      new Date(deps.clock.now()),
    ],
  );
  // Whoever knew the old password is out.
  if (existing !== null) await tx.query('delete from sessions where user_id = $1', [existing.id]);
  return true;
}

/** Whether somebody can administrate from outside this machine: an administrator with a password. */
export async function hasAdministrator(database: Queryable): Promise<boolean> {
  const rows = await database.query(
    `select 1 from users where role = 'admin' and password_hash is not null and disabled_at is null limit 1`,
  );
  return rows.length > 0;
}
