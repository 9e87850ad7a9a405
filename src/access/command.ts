import { AppError } from '../core/errors.ts';
import type { KeyScope } from '../core/http.ts';
import type { Administration, NamedKey } from './administration.ts';

/** `lqo keys create`: makes a key and answers the lines to print. Throws `not_found` for an unknown project. */
export async function createKeyCommand(
  administration: Administration,
  wish: { name: string; project: string; scopes: readonly KeyScope[] },
): Promise<string> {
  const { key, id, scopes } = await administration.createKey(wish);
  return [
    key,
    `id ${id}, project ${wish.project}, scopes ${scopes.join(' ')}`,
    'This is shown once; only a hash is kept.',
  ].join('\n');
}

/** `lqo keys list`: a table of the keys of a project, without the keys themselves. */
export async function listKeysCommand(
  administration: Administration,
  project: string,
): Promise<string> {
  const keys = await administration.listKeys(project);
  if (keys.length === 0) return `Project ${project} has no keys.`;
  const rows = keys.map((key) => [
    key.prefix,
    key.name,
    key.scopes.join(' '),
    key.revokedAt === null ? (key.expiresAt ?? 'never') : 'revoked',
    key.lastUsedAt ?? 'never',
    key.id,
  ]);
  return table([['PREFIX', 'NAME', 'SCOPES', 'ENDS', 'LAST USED', 'ID'], ...rows]);
}

/** `lqo keys revoke`: ends the key with this id or prefix, in whichever project. Throws `not_found` and `conflict` (several fit). */
export async function revokeKeyCommand(
  administration: Administration,
  idOrPrefix: string,
): Promise<string> {
  const key = chooseKey(await administration.listAllKeys(), idOrPrefix);
  await administration.revokeKey(key);
  return `Revoked ${key.prefix}… (${key.name}) of project ${key.project}.`;
}

/** `lqo sign-in`: a new one-time link below `baseUrl`. */
export async function signInCommand(
  administration: Administration,
  baseUrl: string,
): Promise<string> {
  const path = await administration.signInPath();
  return `${new URL(path, baseUrl).href}\nIt works once, within 15 minutes.`;
}

function chooseKey(keys: readonly NamedKey[], idOrPrefix: string): NamedKey {
  const given = idOrPrefix.replace(/…$/, '');
  const fitting = keys.filter(
    ({ id, prefix, revokedAt }) => revokedAt === null && (id === given || prefix === given),
  );
  const [key, another] = fitting;
  if (key === undefined) throw new AppError('not_found', `No usable key is called ${given}.`);
  if (another !== undefined) {
    throw new AppError('conflict', `Several keys begin with ${given}; name one by its id.`);
  }
  return key;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
