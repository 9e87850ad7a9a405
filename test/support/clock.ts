import type { Clock } from '../../src/core/clock.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  pass(ms: number): void;
}

export function testClock(startIso = '2026-11-21T12:00:00.000Z'): TestClock {
  let nowMs = Date.parse(startIso);
  const startMs = nowMs;
  return {
    now: () => nowMs,
    monotonic: () => nowMs - startMs,
    pass(ms): void {
      nowMs += ms;
    },
  };
}
