import { createSecretKey } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { ConfigError } from '../core/config.ts';
import { credentialHint, openCredential, sealCredential } from './credential-box.ts';
import { openSecretKey, SECRET_KEY_FILE, type SecretKey } from './secret-key.ts';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lqo-secret-'));
  file = join(dataDir, SECRET_KEY_FILE);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const HEX = '0123456789abcdef'.repeat(4);
const open = (given: { configured?: string; keyIdsInUse?: string[] } = {}): Promise<SecretKey> =>
  openSecretKey({ configured: null, keyIdsInUse: [], dataDir, ...given });

describe('the secret key', () => {
  it('is made once, for its owner alone, and is the same at the next start', async () => {
    const made = await open();
    expect(made.key.symmetricKeySize).toBe(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await open({ keyIdsInUse: [made.id] })).key.equals(made.key)).toBe(true);
  });

  it('is one and the same for processes that start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => open()));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  });

  it('is taken from the environment as hex or base64, and no file is written', async () => {
    const hex = await open({ configured: HEX });
    const base64 = await open({ configured: Buffer.from(HEX, 'hex').toString('base64') });
    expect([hex.id, hex.key.equals(base64.key)]).toEqual([base64.id, true]);
    expect(() => statSync(file)).toThrow();
  });

  it('has an id that tells nothing of it', async () => {
    const { id, key } = await open();
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(key.export().toString('hex')).not.toContain(id);
    expect(inspect(key, { depth: 9 })).not.toContain(key.export().toString('hex').slice(0, 8));
  });
});

describe('the secret key: refusals', () => {
  it.each(['short', 'x'.repeat(64), HEX.slice(2), `${HEX}00`, Buffer.alloc(31).toString('base64')])(
    'names the wrong size of %j',
    async (configured) => {
      await expect(open({ configured })).rejects.toThrow(/LQO_SECRET_KEY must be 32 random bytes/);
    },
  );

  it('does not use a file that others may read', async () => {
    await open();
    chmodSync(file, 0o644);
    await expect(open()).rejects.toThrow(/mode 644\).*chmod 600/);
  });

  it('does not use a damaged file', async () => {
    writeFileSync(file, 'damaged', { mode: 0o600 });
    await expect(open()).rejects.toThrow(ConfigError);
    expect(readFileSync(file, 'utf8')).toBe('damaged');
  });

  it('is not made anew while credentials need the lost one', async () => {
    await expect(open({ keyIdsInUse: ['abcdef012345'] })).rejects.toThrow(
      /is missing.*abcdef012345.*Put the file back/,
    );
    expect(() => statSync(file)).toThrow();
  });

  it('says when credentials were encrypted with another one', async () => {
    await expect(open({ configured: HEX, keyIdsInUse: ['abcdef012345'] })).rejects.toThrow(
      /encrypted with the secret key abcdef012345/,
    );
  });
});

describe('a sealed credential', () => {
  const key: SecretKey = { id: 'a', key: createSecretKey(HEX, 'hex') };

  it('opens again, and looks different each time', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.uuid(), (credential, id) => {
        fc.pre(credential.isWellFormed());
        const sealed = sealCredential(key, id, credential);
        expect(openCredential(key, id, sealed)).toBe(credential);
        expect(sealCredential(key, id, credential).sealed).not.toEqual(sealed.sealed);
      }),
    );
  });

  it('does not open for another provider, with another key, or after any change', () => {
    const sealed = sealCredential(key, 'one', 'sk-secret-value');
    expect(openCredential(key, 'two', sealed)).toBeNull();
    expect(
      openCredential({ id: 'a', key: createSecretKey(Buffer.alloc(32)) }, 'one', sealed),
    ).toBeNull();
    expect(openCredential({ ...key, id: 'b' }, 'one', sealed)).toBeNull();
    for (let at = 0; at < sealed.sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed.sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openCredential(key, 'one', { ...sealed, sealed: changed })).toBeNull();
    }
    expect(openCredential(key, 'one', { ...sealed, sealed: new Uint8Array(5) })).toBeNull();
  });

  it('is hinted at by four characters only when it is long', () => {
    expect(credentialHint('sk-1234567890abcd')).toBe('abcd');
    expect(credentialHint('short')).toBeNull();
  });
});
