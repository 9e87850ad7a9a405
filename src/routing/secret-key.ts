import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../core/config.ts';

/** The key that encrypts credentials at rest, with a short name that tells keys apart and tells nothing else. */
export interface SecretKey {
  readonly id: string;
  /** An object that never shows the key itself, wherever it is printed. */
  readonly key: KeyObject;
}

export const SECRET_KEY_FILE = 'secret.key';
const KEY_BYTES = 32;
/** Nobody but the owner may read or write the file. */
const OTHERS = 0o077;

export interface SecretKeySource {
  /** LQO_SECRET_KEY. */
  readonly configured: string | null;
  readonly dataDir: string;
  /** Ids of the keys that stored credentials were encrypted with. */
  readonly keyIdsInUse: readonly string[];
}

/**
 * The secret key: LQO_SECRET_KEY, else `secret.key` in DATA_DIR, which the first start makes. Throws
 * ConfigError when the key has the wrong size, its file may be read by others, it is missing while
 * credentials exist, or it is not the one they were encrypted with.
 */
export async function openSecretKey(source: SecretKeySource): Promise<SecretKey> {
  const { configured, dataDir, keyIdsInUse } = source;
  const file = join(dataDir, SECRET_KEY_FILE);
  const key =
    configured === null ? await keyOfFile(file, keyIdsInUse) : toKey(configured, 'LQO_SECRET_KEY');
  const foreign = keyIdsInUse.find((id) => id !== key.id);
  if (foreign !== undefined) {
    throw new ConfigError(
      `Credentials of providers or channels in the database were encrypted with the secret key ${foreign}, but this program has ${key.id} (${configured === null ? file : 'LQO_SECRET_KEY'}). Give every process the same LQO_SECRET_KEY, the one they were stored with.`,
    );
  }
  return key;
}

async function keyOfFile(file: string, keyIdsInUse: readonly string[]): Promise<SecretKey> {
  const stored = await readKeyFile(file);
  if (stored !== null) return stored;
  if (keyIdsInUse.length > 0) {
    throw new ConfigError(
      `${file} is missing, and the database holds credentials that only its key ${keyIdsInUse.join(', ')} opens. Put the file back, or set LQO_SECRET_KEY to that key.`,
    );
  }
  const text = randomBytes(KEY_BYTES).toString('base64');
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process of this machine made it in the meantime: its key counts.
    const made = isCode(error, 'EEXIST') ? await readKeyFile(file) : null;
    if (made === null) throw error;
    return made;
  }
  return toKey(text, file);
}

async function readKeyFile(file: string): Promise<SecretKey | null> {
  try {
    const { mode } = await stat(file);
    // Windows has no such bits and reports every file as readable by all.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new ConfigError(
        `${file} may be read by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${file}`,
      );
    }
    return toKey(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function toKey(text: string, from: string): SecretKey {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : base64Bytes(trimmed);
  if (bytes?.length !== KEY_BYTES) {
    throw new ConfigError(
      `${from} must be ${KEY_BYTES} random bytes as base64 (44 characters) or hex (64 characters). Make one with: openssl rand -base64 32`,
    );
  }
  return { id: keyId(bytes), key: createSecretKey(bytes) };
}

function base64Bytes(text: string): Buffer | null {
  return /^[A-Za-z0-9+/_-]{42,44}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

function keyId(bytes: Buffer): string {
  return createHash('sha256')
    .update('lqo secret key id\n')
    .update(bytes)
    .digest('hex')
    .slice(0, 12);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
