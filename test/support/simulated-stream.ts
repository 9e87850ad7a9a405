import type { Bucket, SessionSum } from '../../src/statistics/change-detector.ts';
import { addValue, noSums, type Random } from './seeded-random.ts';

/** Values that come in sessions, one after the other; `level` is the mean of all, which may change with `at`. */
export interface Stream {
  /** Values of a session; 1: independent. */
  readonly sessionSize: number;
  /** Share of the answers of a session that are copies of its first: their correlation. */
  readonly likeness: number;
  readonly draw: (random: Random, at: number) => number;
}

/** Sessions without end, each as its values. */
export function* sessionsOf(stream: Stream, random: Random): Generator<number[]> {
  for (let at = 0; ; at += stream.sessionSize) {
    const shared = stream.draw(random, at);
    // Two answers are alike when both are copies, so each is one with the root of the likeness.
    const copied = Math.sqrt(stream.likeness);
    yield Array.from({ length: stream.sessionSize }, (_, place) =>
      random() < copied ? shared : stream.draw(random, at + place),
    );
  }
}

/** Buckets of so many whole sessions; `at` counts the values before them. */
export function* bucketsOf(stream: Stream, random: Random, sessions = 1): Generator<Bucket> {
  const source = sessionsOf(stream, random);
  for (let at = 0; ; ) {
    const sums = noSums();
    for (let session = 0; session < sessions; session++) {
      for (const value of source.next().value ?? []) addValue(sums, value);
    }
    yield { ...sums, at };
    at += sums.n;
  }
}

/** The first values of a stream: what a baseline is estimated from. */
export function observed(
  stream: Stream,
  random: Random,
  n: number,
): { moments: Bucket; sessions: SessionSum[] } {
  const sums = noSums();
  const sessions: SessionSum[] = [];
  for (const values of sessionsOf(stream, random)) {
    for (const value of values) addValue(sums, value);
    sessions.push({ n: values.length, sum: values.reduce((sum, value) => sum + value, 0) });
    if (sums.n >= n) break;
  }
  return { moments: { ...sums, at: 0 }, sessions };
}
