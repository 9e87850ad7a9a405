import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveInsideKey,
  isInsideCredential,
  openInside,
  signInside,
} from './inside-credential.ts';

const key = deriveInsideKey(createSecretKey(Buffer.alloc(32, 1)));
const claim = {
  projectId: '01890000-0000-7000-8000-000000000001',
  purpose: 'judge',
  expiresAtMs: 2_000,
} as const;

describe('the credential of the program itself', () => {
  it('opens what it was signed for, in every process with the same secret key', () => {
    const elsewhere = deriveInsideKey(createSecretKey(Buffer.alloc(32, 1)));
    const token = signInside(key, claim);
    expect(isInsideCredential(token)).toBe(true);
    expect(openInside(elsewhere, token, 1_000)).toEqual(claim);
  });

  it('ends with its time', () => {
    expect(openInside(key, signInside(key, claim), 2_000)).toBeNull();
  });

  it('opens nothing with another secret key', () => {
    const other = deriveInsideKey(createSecretKey(Buffer.alloc(32, 2)));
    expect(openInside(other, signInside(key, claim), 1_000)).toBeNull();
  });

  it('opens nothing when a character of it was changed', () => {
    const token = signInside(key, claim);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('0', 'a', '.', '-'), (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        // The last character of base64url carries unused bits; what decodes to the same bytes is the same.
        fc.pre(changed !== token && at < token.length - 1);
        expect(openInside(key, changed, 1_000)).toBeNull();
      }),
    );
  });

  it('opens nothing for any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => openInside(key, text, 0) === null));
  });
});
