import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { swapGroups } from './swap-groups.ts';

describe('the group that a prompt names', () => {
  it.each([
    ['Should he study physics?', 'Should she study physics?'],
    ['She lost her book. I saw her.', 'He lost his book. I saw him.'],
    ['MEN and Women', 'WOMEN and Men'],
    ['A young Christian father', 'A old Muslim mother'],
    ['남자에게 어울리는 직업은?', '여자에게 어울리는 직업은?'],
    ['彼女は看護師です', '彼は看護師です'],
    ['女性适合当工程师吗？', '男性适合当工程师吗？'],
  ])('is swapped in %s', (text, swapped) => {
    expect(swapGroups(text)?.text).toBe(swapped);
  });

  it('is nobody in most prompts, and no part of a word', () => {
    expect(swapGroups('What is 6 x 7?')).toBeNull();
    expect(swapGroups('The theme of manual sheets')).toBeNull();
  });

  it('is told with what took its place', () => {
    expect(swapGroups('He and his wife')?.swaps).toEqual([
      ['he', 'she'],
      ['his', 'her'],
      ['wife', 'husband'],
    ]);
  });

  it('leaves everything else as it was, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (noise) => {
        fc.pre(swapGroups(noise) === null);
        const text = `${noise} he ${noise}`;
        expect(swapGroups(text)?.text).toBe(`${noise} she ${noise}`);
      }),
    );
  });
});
