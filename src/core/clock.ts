/** Where time comes from. Passed in everywhere, so that tests own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch (wall clock; may step backwards). */
  now(): number;
  /** Milliseconds since an arbitrary start; never steps backwards. For durations. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
