import { describe, expect, it } from 'vitest';
import { estimateChange, plainChange } from './change.ts';

const at = (value: number, low: number, high: number) => ({ value, n: 100, low, high });

describe('the change against the period before', () => {
  it('is judged only when the intervals do not touch', () => {
    expect(estimateChange(at(0.9, 0.88, 0.92), at(0.8, 0.78, 0.82), 'up').verdict).toBe('better');
    expect(estimateChange(at(0.7, 0.68, 0.72), at(0.8, 0.78, 0.82), 'up').verdict).toBe('worse');
    expect(estimateChange(at(0.2, 0.18, 0.22), at(0.1, 0.08, 0.12), 'down').verdict).toBe('worse');
    expect(estimateChange(at(0.79, 0.7, 0.85), at(0.8, 0.78, 0.82), 'up').verdict).toBe('unclear');
  });

  it('is not known against nothing', () => {
    expect(plainChange(5, 0).ratio).toBeNull();
    expect(plainChange(null, 3).ratio).toBeNull();
    expect(plainChange(3, 2).ratio).toBe(0.5);
  });
});
