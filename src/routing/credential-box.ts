import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from './secret-key.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A credential at rest: nonce, tag and ciphertext in turn, and which key opens it. */
export interface SealedCredential {
  readonly keyId: string;
  readonly sealed: Uint8Array;
}

/**
 * Encrypts a credential (AES-256-GCM, NIST SP 800-38D). It is bound to its provider's id: copied to another
 * row it does not open.
 */
export function sealCredential(
  key: SecretKey,
  providerId: string,
  credential: string,
): SealedCredential {
  return sealFor(key, `provider:${providerId}`, credential);
}

/** Encrypts a text that belongs to `owner` (`channel:<id>`) alone; as `sealCredential`, as text. */
export function sealText(key: SecretKey, owner: string, text: string): string {
  const { keyId, sealed } = sealFor(key, owner, text);
  return `${keyId}.${Buffer.from(sealed).toString('base64url')}`;
}

/** What `sealText` sealed; null when another key did, it was changed, or it belongs to another owner. */
export function openText(key: SecretKey, owner: string, text: string): string | null {
  const [keyId = '', sealed = ''] = text.split('.');
  return openFor(key, owner, { keyId, sealed: Buffer.from(sealed, 'base64url') });
}

function sealFor(key: SecretKey, owner: string, text: string): SealedCredential {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.key, iv);
  cipher.setAAD(Buffer.from(owner));
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { keyId: key.id, sealed: Buffer.concat([iv, cipher.getAuthTag(), bytes]) };
}

/** The credential; null when another key sealed it, it was changed, or it belongs to another provider. */
export function openCredential(
  key: SecretKey,
  providerId: string,
  sealed: SealedCredential,
): string | null {
  return openFor(key, `provider:${providerId}`, sealed);
}

function openFor(
  key: SecretKey,
  owner: string,
  { keyId, sealed }: SealedCredential,
): string | null {
  if (keyId !== key.id || sealed.length <= IV_BYTES + TAG_BYTES) return null;
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv(ALGORITHM, key.key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([
      decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    return text.toString('utf8');
  } catch {
    return null;
  }
}

/** The last four characters of a credential that is long enough to give them away. */
export function credentialHint(credential: string): string | null {
  return credential.length >= 16 ? credential.slice(-4) : null;
}
