import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyDomain, DOMAINS } from './domains.ts';

describe('the domain of a question', () => {
  it.each([
    ['What is the capital of France?', 'general'],
    ['How much capital do I need to invest in bonds?', 'finance'],
    ['Which ML algorithm fits my DATASET?', 'data_science'],
    ['Why does my API return 500 from the SQL database?', 'software_engineering'],
    ['Solve the equation and give a proof', 'mathematics'],
    ['What is SEO?', 'marketing'],
    ['I aim to maintain my detail', 'general'],
    ['파이썬 함수에서 데이터베이스 오류가 나요', 'software_engineering'],
    ['주식 투자와 세금', 'finance'],
    ['機械学習のデータセットとは', 'data_science'],
    ['量子物理是什么', 'science'],
    ['红烧肉怎么做，步骤是什么', 'instructional'],
    ['', 'general'],
  ])('of %j is %s', (prompt, domain) => {
    expect(classifyDomain(prompt)).toBe(domain);
  });

  it('is always one of the known ones', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(DOMAINS).toContain(classifyDomain(text));
      }),
    );
  });
});
