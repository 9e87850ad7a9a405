import { describe, expect, it } from 'vitest';
import { createAttemptLimit } from './attempt-limit.ts';

function limited() {
  let nowMs = 0;
  const clock = { now: () => nowMs, monotonic: () => nowMs };
  return {
    limit: createAttemptLimit({ clock, max: 3, windowMs: 60_000 }),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

describe('attempts', () => {
  it('are free up to the limit, then cost the rest of the window', () => {
    const { limit, pass } = limited();
    expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 0]);
    expect(limit.take('a')).toBe(60);
    pass(45_500);
    expect(limit.take('a')).toBe(15);
    pass(14_500);
    expect(limit.take('a')).toBe(0);
  });

  it('of one name do not count for another', () => {
    const { limit } = limited();
    for (let n = 0; n < 5; n++) limit.take('a');
    expect(limit.take('b')).toBe(0);
  });

  it('are forgiven after one that was right', () => {
    const { limit } = limited();
    for (let n = 0; n < 3; n++) limit.take('a');
    limit.forgive('a');
    expect(limit.take('a')).toBe(0);
  });

  it('of ever new names are kept in bounded memory', () => {
    const { limit } = limited();
    for (let n = 0; n < 4; n++) limit.take('first');
    for (let n = 0; n < 20_000; n++) limit.take(`name-${n}`);
    expect(limit.take('first')).toBe(0);
  });
});
