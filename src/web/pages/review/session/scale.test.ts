import { describe, expect, it } from 'vitest';
import type { ReviewItem, ReviewQueue } from '../../../../contract/reviews.ts';
import { agrees, judgeOf, POINTS, valueOfPoint } from './scale.ts';

const queue = { scoreName: 'overall', evaluator: null, scale: 'five' } as ReviewQueue;

function itemWith(native: number | null, value: number | null, source = 'judge'): ReviewItem {
  const scores = value === null ? [] : [{ name: 'overall', source, evaluator: 'judge:q', value }];
  return {
    label: native === null ? null : { native },
    others: { scores, labels: [] },
  } as unknown as ReviewItem;
}

describe('scales', () => {
  it('go from 0 to 1 and have a key of their own for each point', () => {
    for (const scale of ['binary', 'three', 'five'] as const) {
      const values = POINTS[scale].map(({ native }) => valueOfPoint(scale, native));
      expect([Math.min(...values), Math.max(...values)]).toEqual([0, 1]);
      expect(new Set(POINTS[scale].map(({ key }) => key)).size).toBe(values.length);
    }
  });

  it('tell whether person and evaluator are on the same side', () => {
    expect(agrees(queue, itemWith(4, 0.9))).toBe(true);
    expect(agrees(queue, itemWith(2, 0.9))).toBe(false);
    expect(agrees(queue, itemWith(3, 0.5))).toBe(true);
    expect(agrees(queue, itemWith(null, 0.9))).toBeNull();
    expect(agrees(queue, itemWith(4, null))).toBeNull();
    expect(agrees(queue, itemWith(4, 0.9, 'human'))).toBeNull();
    const other = { ...queue, evaluator: 'judge:other' };
    expect(judgeOf(other, itemWith(4, 0.9))).toBeNull();
  });
});
