import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferredLanguage } from './sign-in-page.ts';

describe('the language of the page before the dashboard', () => {
  it.each([
    ['', 'en'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['fr-FR, ja;q=0.8, en;q=0.5', 'ja'],
    ['ZH-Hans-CN', 'zh'],
    ['de', 'en'],
    ['__proto__', 'en'],
  ])('for %j is %s', (header, expected) => {
    expect(preferredLanguage(header)).toBe(expected);
  });

  it('is one of ours whatever was sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(['en', 'ko', 'ja', 'zh']).toContain(preferredLanguage(header));
      }),
    );
  });
});
