import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashToken,
  inspectApiKey,
  makeApiKey,
  makePublicKey,
  makeToken,
  shownPrefix,
} from './key-format.ts';

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const keys = seed.map((bytes) => makeApiKey(() => bytes));
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('API keys', () => {
  it('are made of a prefix and letters and digits, all of one length, whatever the random bytes', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(key).toMatch(/^lqo_[0-9A-Za-z]{49}$/);
        expect(inspectApiKey(key)).toBe('valid');
      }),
    );
    for (const byte of [0, 255]) {
      expect(inspectApiKey(makeApiKey(() => new Uint8Array(32).fill(byte)))).toBe('valid');
    }
  });

  it('tell public ones apart by their beginning, which is shown', () => {
    fc.assert(
      fc.property(seed, (bytes) => {
        const key = makePublicKey(() => bytes);
        expect(key).toMatch(/^lqo_pub_[0-9A-Za-z]{49}$/);
        expect(inspectApiKey(key)).toBe('valid');
        expect(inspectApiKey(key.slice(0, -1))).toBe('mistyped');
        expect(inspectApiKey(key.replace('pub_', ''))).toBe('mistyped');
        expect(shownPrefix(key)).toBe(key.slice(0, 14));
      }),
    );
  });

  it('differ when the random bytes differ', () => {
    fc.assert(
      fc.property(seed, seed, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        expect(makeApiKey(() => a)).not.toBe(makeApiKey(() => b));
      }),
    );
  });

  it('take 256 bits from the source', () => {
    const asked: number[] = [];
    makeApiKey((bytes) => {
      asked.push(bytes);
      return new Uint8Array(bytes);
    });
    expect(asked).toEqual([32]);
    expect(makeApiKey()).not.toBe(makeApiKey());
    expect(makeToken()).not.toBe(makeToken());
    expect(Buffer.from(makeToken(), 'base64url')).toHaveLength(32);
  });

  it('are told apart from mistyped ones: one wrong letter, two swapped, some missing, some too many', () => {
    const place = fc.integer({ min: 4, max: 51 });
    fc.assert(
      fc.property(keys, place, fc.constantFrom(...letters), (key, at, letter) => {
        fc.pre(key[at] !== letter);
        const wrong = key.slice(0, at) + letter + key.slice(at + 1);
        expect(inspectApiKey(wrong)).toBe('mistyped');
        const swapped = `${key.slice(0, at)}${key[at + 1]}${key[at]}${key.slice(at + 2)}`;
        if (swapped !== key) expect(inspectApiKey(swapped)).toBe('mistyped');
        expect(inspectApiKey(key.slice(0, at))).toBe('mistyped');
        expect(inspectApiKey(key + letter)).toBe('mistyped');
      }),
    );
  });

  it('of others are foreign', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.startsWith('lqo_'));
        expect(inspectApiKey(text)).toBe('foreign');
      }),
    );
  });

  it('show enough to be recognised and too little to be used', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(shownPrefix(key)).toHaveLength(10);
        expect(key.startsWith(shownPrefix(key))).toBe(true);
      }),
    );
    expect(shownPrefix('operators-own-choice')).toBe('operat');
  });

  it('are stored as SHA-256', () => {
    // FIPS 180-2, appendix B.1
    expect(hashToken('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
