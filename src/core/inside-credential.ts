import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { isUuid } from './ids.ts';

/** Why the program asks a model itself: to judge an answer, or to run a dataset. */
export const PURPOSES = ['judge', 'run'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a credential of the program itself opens: the gateway, for one project and purpose, for a while. */
export interface InsideClaim {
  readonly projectId: string;
  readonly purpose: Purpose;
  readonly expiresAtMs: number;
}

const PREFIX = 'lqoin.';
const KEY_BYTES = 32;
const INFO = 'lqo calls of the program itself 1';

/** The key that signs such credentials: the same for every process with the same secret key (HKDF, RFC 5869). */
export function deriveInsideKey(secret: KeyObject): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', INFO, KEY_BYTES));
}

/** Whether a token claims to be one of these. */
export function isInsideCredential(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** A bearer token for a claim. */
export function signInside(key: Uint8Array, claim: InsideClaim): string {
  const body = `${PREFIX}${claim.purpose}.${claim.projectId}.${claim.expiresAtMs}`;
  return `${body}.${mac(key, body).toString('base64url')}`;
}

/** The claim of a token; null when it was not signed with this key, was changed, or is over. */
export function openInside(key: Uint8Array, token: string, nowMs: number): InsideClaim | null {
  const end = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  const expected = mac(key, token.slice(0, Math.max(0, end)));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [, purpose, projectId = '', expires = ''] = token.split('.');
  const known = PURPOSES.find((name) => name === purpose);
  const expiresAtMs = Number(expires);
  if (known === undefined || !isUuid(projectId) || !(expiresAtMs > nowMs)) return null;
  return { projectId, purpose: known, expiresAtMs };
}

function mac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
