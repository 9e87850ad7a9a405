import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptBody } from './kept-body.ts';

describe('KeptBody', () => {
  it('keeps text up to the limit without splitting a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), fc.nat(5), (text, limit, size) => {
        const well = text.toWellFormed();
        const bytes = Buffer.from(well);
        const kept = new KeptBody(limit);
        for (let at = 0; at < bytes.length; at += size + 1) {
          kept.add(bytes.subarray(at, at + size + 1));
        }
        const body = kept.toRawBody('text/plain', null);
        if (bytes.length === 0) {
          expect(body).toBeNull();
          return;
        }
        expect(body).toMatchObject({ encoding: 'utf8', bytes: bytes.length });
        expect(well.startsWith(body?.text ?? '?')).toBe(true);
        expect(Buffer.byteLength(body?.text ?? '')).toBeGreaterThan(
          Math.min(limit, bytes.length) - 4,
        );
        expect(body?.truncated).toBe(bytes.length > limit);
      }),
    );
  });

  it('keeps bytes that are no text, and compressed ones, as base64', () => {
    const kept = new KeptBody(100);
    kept.add(Buffer.from([0xff, 0xfe, 0]));
    expect(kept.toRawBody('audio/mpeg', null)).toMatchObject({ text: '//4A', encoding: 'base64' });
    const compressed = new KeptBody(100);
    compressed.add(Buffer.from('abc'));
    expect(compressed.toRawBody(null, 'gzip')).toMatchObject({
      encoding: 'base64',
      contentEncoding: 'gzip',
    });
  });
});
