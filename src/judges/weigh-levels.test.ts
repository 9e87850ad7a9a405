import { describe, expect, it } from 'vitest';
import { expectedLevel } from './weigh-levels.ts';

const levels = [1, 2, 3, 4, 5];
const token = (text: string, top: Record<string, number> = {}): object => ({
  token: text,
  logprob: 0,
  top_logprobs: Object.entries(top).map(([name, p]) => ({ token: name, logprob: Math.log(p) })),
});
const sure = { '4': 0.6, ' 5': 0.2, '3': 0.1, '9': 0.05, four: 0.05 };
const logprobs = {
  content: [token('{"verdicts":{"'), token('quality'), token('":'), token(' 4', sure), token('}}')],
};

describe('levels weighed by the probability of their tokens', () => {
  it('are the mean over the levels of the scale', () => {
    const expected = (4 * 0.6 + 5 * 0.2 + 3 * 0.1) / 0.9;
    expect(expectedLevel(logprobs, { name: 'quality', level: 4, levels })).toBeCloseTo(
      expected,
      12,
    );
  });

  it('are nothing where the token is not the verdict that was read', () => {
    expect(expectedLevel(logprobs, { name: 'quality', level: 3, levels })).toBeNull();
    expect(expectedLevel(logprobs, { name: 'other', level: 4, levels })).toBeNull();
    expect(expectedLevel(null, { name: 'quality', level: 4, levels })).toBeNull();
    expect(expectedLevel({ content: [{}] }, { name: 'quality', level: 4, levels })).toBeNull();
  });
});
