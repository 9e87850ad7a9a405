import type { ReviewItem, ReviewQueue, ReviewScale } from '../../../../contract/reviews.ts';

/** A point of a scale with the key that gives it. */
export interface Point {
  readonly native: number;
  readonly key: string;
  readonly name: 'fail' | 'pass' | 'bad' | 'soso' | 'good' | null;
}

export const POINTS: Readonly<Record<ReviewScale, readonly Point[]>> = {
  binary: [
    { native: 1, key: 'p', name: 'pass' },
    { native: 0, key: 'f', name: 'fail' },
  ],
  three: [
    { native: 1, key: '1', name: 'bad' },
    { native: 2, key: '2', name: 'soso' },
    { native: 3, key: '3', name: 'good' },
  ],
  five: [1, 2, 3, 4, 5].map((native) => ({ native, key: String(native), name: null })),
};

/** A point as a value from 0 to 1. */
export function valueOfPoint(scale: ReviewScale, native: number): number {
  const natives = POINTS[scale].map((point) => point.native);
  const low = Math.min(...natives);
  return (native - low) / (Math.max(...natives) - low);
}

const GOOD = 0.5;

/** What an evaluator said about the score that the queue is about; null where it said nothing or is hidden. */
export function judgeOf(queue: ReviewQueue, item: ReviewItem) {
  const scores = item.others?.scores ?? [];
  const found = scores.findLast(
    ({ name, source, evaluator }) =>
      name === queue.scoreName &&
      source !== 'human' &&
      (queue.evaluator === null || evaluator === queue.evaluator),
  );
  return found ?? null;
}

/** Whether person and evaluator are on the same side; null where one of them said nothing. */
export function agrees(queue: ReviewQueue, item: ReviewItem): boolean | null {
  const judge = judgeOf(queue, item);
  const native = item.label?.native ?? null;
  if (judge === null || native === null) return null;
  return valueOfPoint(queue.scale, native) >= GOOD === judge.value >= GOOD;
}
