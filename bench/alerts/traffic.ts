import type { SessionSum } from '../../src/statistics/change-detector.ts';

/** What is judged: passes and failures, in sessions whose answers are alike. */
export interface Traffic {
  readonly samplesPerDay: number;
  readonly sessionSize: number;
  /** Correlation of two answers of one session. */
  readonly likeness: number;
}

/** The program looks every ten minutes. */
export const LOOKS_A_DAY = 144;

/** What was judged since the look before. */
export interface Look {
  readonly at: number;
  readonly n: number;
  readonly sum: number;
}

/** Ten minutes of judged answers at this pass rate; sessions begin and end within them. */
export function drawLook(
  { samplesPerDay, sessionSize, likeness }: Traffic,
  { at, rate }: { readonly at: number; readonly rate: number },
  random: () => number,
): Look & { readonly sessions: readonly SessionSum[] } {
  const sessions: SessionSum[] = [];
  const copied = Math.sqrt(likeness);
  const count = samplesPerDay / LOOKS_A_DAY / sessionSize;
  // Fractions of a session become one now and then.
  const whole = Math.floor(count) + (random() < count % 1 ? 1 : 0);
  for (let session = 0; session < whole; session++) {
    const shared = random() < rate;
    let sum = 0;
    for (let one = 0; one < sessionSize; one++) {
      if (random() < copied ? shared : random() < rate) sum += 1;
    }
    sessions.push({ n: sessionSize, sum });
  }
  return {
    at,
    n: whole * sessionSize,
    sum: sessions.reduce((total, { sum }) => total + sum, 0),
    sessions,
  };
}
