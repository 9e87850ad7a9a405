import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP Password Storage Cheat Sheet, scrypt, N = 2^15, r = 8, p = 3 (read 2026-11). 32 MiB a hash. */
const LOG2_N = 15;
const BLOCK = 8;
const PARALLEL = 3;
const HASH_BYTES = 32;
const MAX_MEMORY = 128 * 1024 * 1024;

export const MIN_PASSWORD_LENGTH = 12;

/** `scrypt$log2N$r$p$salt$hash`, base64url: parameters travel with the hash, so they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const cost = { logN: LOG2_N, r: BLOCK, p: PARALLEL };
  const hash = await derive(password, salt, cost);
  return ['scrypt', LOG2_N, BLOCK, PARALLEL, encode(salt), encode(hash)].join('$');
}

/**
 * Whether a password belongs to a stored hash. A user without one (null) costs the same time as any
 * other, so that answers do not tell who exists.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parts = (stored ?? (await placeholder())).split('$');
  const [scheme, logN, r, p, salt = '', hash = ''] = parts;
  if (scheme !== 'scrypt') return false;
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return expected.length === given.length && timingSafeEqual(given, expected) && stored !== null;
}

let placeholderHash: Promise<string> | undefined;

function placeholder(): Promise<string> {
  placeholderHash ??= hashPassword(encode(randomBytes(16)));
  return placeholderHash;
}

let line: Promise<unknown> = Promise.resolve();

/** One after the other: guesses must not take the threads with which the spool writes its files. */
function derive(
  password: string,
  salt: Uint8Array,
  cost: { logN: number; r: number; p: number },
): Promise<Buffer> {
  const derived = line.then(() => runScrypt(password, salt, cost));
  line = derived.catch(() => undefined);
  return derived;
}

function runScrypt(
  password: string,
  salt: Uint8Array,
  { logN, r, p }: { logN: number; r: number; p: number },
): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: MAX_MEMORY };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Unicode has several spellings of one letter; keyboards differ in which they send.
  scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return promise;
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
