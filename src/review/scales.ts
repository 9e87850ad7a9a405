import type { ReviewScale } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';

/** The lowest and the highest point of each scale. */
const ENDS = { binary: [0, 1], three: [1, 3], five: [1, 5] } as const;

/** A point of a scale as a value from 0 to 1. Throws `invalid_request` for a point that it does not have. */
export function pointValue(scale: ReviewScale, native: number): number {
  const [low, high] = ENDS[scale];
  if (!Number.isInteger(native) || native < low || native > high) {
    throw new AppError('invalid_request', `native must be a whole number from ${low} to ${high}.`);
  }
  return (native - low) / (high - low);
}

/** A mean of points as a value from 0 to 1. */
export function meanOf(scale: ReviewScale, mean: number): number {
  const [low, high] = ENDS[scale];
  return (mean - low) / (high - low);
}
