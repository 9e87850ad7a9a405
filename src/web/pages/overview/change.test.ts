import { describe, expect, it } from 'vitest';
import type { TestedDifference } from '../../../contract/analytics.ts';
import { plainChange, testedChange } from './change.ts';

const difference = (verdict: TestedDifference['verdict']): TestedDifference => ({
  value: 0.1,
  n: 100,
  low: 0.05,
  high: 0.15,
  needed: 10,
  pValue: 0.001,
  verdict,
});

describe('the change against the period before', () => {
  it('is judged only where a test found a difference, by the direction that is better', () => {
    const verdict = (found: TestedDifference['verdict'], good: 'up' | 'down'): string =>
      testedChange(0.9, 0.8, { difference: difference(found), unit: 'score', good }).verdict;
    expect(verdict('higher', 'up')).toBe('better');
    expect(verdict('lower', 'up')).toBe('worse');
    expect(verdict('higher', 'down')).toBe('worse');
    expect(verdict('unclear', 'up')).toBe('unclear');
    expect(verdict('not_enough', 'up')).toBe('unclear');
  });

  it('is not known against nothing', () => {
    expect(plainChange(5, 0).ratio).toBeNull();
    expect(plainChange(null, 3).ratio).toBeNull();
    expect(plainChange(3, 2)).toEqual({ ratio: 0.5, verdict: 'unclear', tested: null });
  });
});
