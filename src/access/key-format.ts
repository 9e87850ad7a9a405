import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'lqo_';
/** Follows the prefix of a key that stands readable in web pages. */
const PUBLIC = 'pub_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const SECRET_BYTES = 32;
/** 62^43 is the first power above 2^256. */
const SECRET_LENGTH = 43;
/** 62^6 is the first power above 2^32. */
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(
  `^${PREFIX}(?:${PUBLIC})?[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`,
);
const SHOWN_LENGTH = PREFIX.length + 6;
/** A key an operator chose may be short, so less of it is shown. */
const SHOWN_LENGTH_OF_OTHERS = 6;

/**
 * A new API key: `lqo_`, 256 random bits and a checksum, letters and digits only, so that a double
 * click selects all of it. `random` answers that many bytes.
 */
export function makeApiKey(random: (bytes: number) => Uint8Array = randomBytes): string {
  return makeKey(PREFIX, random);
}

/** A new key for web pages, `lqo_pub_…`, so that nobody takes it for a secret, and the other way round. */
export function makePublicKey(random: (bytes: number) => Uint8Array = randomBytes): string {
  return makeKey(PREFIX + PUBLIC, random);
}

function makeKey(prefix: string, random: (bytes: number) => Uint8Array): string {
  const body = prefix + toBase62(Buffer.from(random(SECRET_BYTES)), SECRET_LENGTH);
  return body + checksum(body);
}

/**
 * What a token looks like, without a look-up: `valid` has our shape and the right checksum,
 * `mistyped` begins like a key of ours and is not whole, `foreign` is something else.
 */
export function inspectApiKey(token: string): 'valid' | 'mistyped' | 'foreign' {
  if (!token.startsWith(PREFIX)) return 'foreign';
  if (!SHAPE.test(token)) return 'mistyped';
  const body = token.slice(0, -CHECKSUM_LENGTH);
  return token.endsWith(checksum(body)) ? 'valid' : 'mistyped';
}

/** The first characters of a key, enough to recognise it and far too few to use it. */
export function shownPrefix(token: string): string {
  if (inspectApiKey(token) !== 'valid') return token.slice(0, SHOWN_LENGTH_OF_OTHERS);
  const kind = token.startsWith(PREFIX + PUBLIC) ? PUBLIC.length : 0;
  return token.slice(0, SHOWN_LENGTH + kind);
}

/** What is stored in place of a random token: SHA-256, lower-case hexadecimal. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** A random secret for sessions, links and CSRF: 256 bits, base64url. */
export function makeToken(random: (bytes: number) => Uint8Array = randomBytes): string {
  return Buffer.from(random(SECRET_BYTES)).toString('base64url');
}

function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return toBase62(bytes, CHECKSUM_LENGTH);
}

function toBase62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = (ALPHABET[Number(rest % BASE)] ?? '') + text;
    rest /= BASE;
  }
  return text;
}
