/** How long faults last and how patient the routes are, in milliseconds. */
export interface Timing {
  readonly retryAfterMs: number;
  readonly slowFirstTokenMs: number;
  readonly stallMs: number;
  readonly silenceMs: number;
  readonly outageMs: number;
  readonly betweenTokensMs: number;
  /** Time-outs of every target: to the first byte, and between two. */
  readonly patienceMs: number;
  /** Calls across the outage and the time between them. */
  readonly flapCalls: number;
  readonly flapEveryMs: number;
  readonly breakerOpenSeconds: number;
}

/** The lengths that Failover Bench publishes its scorecard with. */
const FULL: Timing = {
  retryAfterMs: 2000,
  slowFirstTokenMs: 20_000,
  stallMs: 30_000,
  silenceMs: 120_000,
  outageMs: 60_000,
  betweenTokensMs: 15,
  patienceMs: 10_000,
  flapCalls: 20,
  flapEveryMs: 4000,
  breakerOpenSeconds: 2,
};

/** The same faults, short enough for every test run. */
const FAST: Timing = {
  retryAfterMs: 2000,
  slowFirstTokenMs: 6000,
  stallMs: 6000,
  silenceMs: 15_000,
  outageMs: 6000,
  betweenTokensMs: 3,
  patienceMs: 2000,
  flapCalls: 12,
  flapEveryMs: 1200,
  breakerOpenSeconds: 1,
};

/** `FAULT_PROFILE=full` takes about two minutes. */
export const TIMING: Timing = process.env['FAULT_PROFILE'] === 'full' ? FULL : FAST;
