import type { AlertRow, Notify } from './alert-row.ts';

const MINUTE_MS = 60_000;
/** Rest between two tellings of one alert whose monitor never tells again while it stays open. */
const DEFAULT_QUIET_MINUTES = 60;
/** What fires again later than this after its end is a new alert in any case. */
const LONGEST_REOPEN_MINUTES = 6 * 60;

/** What a look at a monitor says. `unknown`: no data, or still learning; an open alert stays as it is. */
export type VerdictState = 'ok' | 'pending' | 'firing' | 'unknown';

/** What a verdict does to the alert of its name and subject. */
export type Step =
  | 'nothing'
  /** A new alert, which waits for its `for` time. */
  | 'open_pending'
  | 'open_firing'
  /** The pending one fires. */
  | 'fire'
  /** The one that ended a moment ago goes on. */
  | 'reopen'
  /** It stays open, with newer figures. */
  | 'renew'
  | 'resolve';

/** Milliseconds in which one channel is not told twice of one alert. */
export function quietMs(notify: Pick<Notify, 'renotifyMinutes'>): number {
  return (notify.renotifyMinutes ?? DEFAULT_QUIET_MINUTES) * MINUTE_MS;
}

/** How long after its end an alert that fires again is the same alert, in milliseconds. */
export function reopenMs(notify: Pick<Notify, 'renotifyMinutes'>): number {
  return Math.min(quietMs(notify), LONGEST_REOPEN_MINUTES * MINUTE_MS);
}

/** What to do, from the open alert (null: none) and whether one of the same name and subject ended a moment ago. */
export function stepOf(
  open: Pick<AlertRow, 'state'> | null,
  endedJustNow: boolean,
  state: VerdictState,
): Step {
  if (state === 'unknown') return 'nothing';
  if (open === null) return firstStep(endedJustNow, state);
  if (state === 'ok') return 'resolve';
  if (state === 'firing') return open.state === 'pending' ? 'fire' : 'renew';
  return open.state === 'pending' ? 'renew' : 'nothing';
}

function firstStep(endedJustNow: boolean, state: 'ok' | 'pending' | 'firing'): Step {
  if (state === 'ok') return 'nothing';
  // One that flaps is no second alert: what is pending again waits until it fires again.
  if (state === 'pending') return endedJustNow ? 'nothing' : 'open_pending';
  return endedJustNow ? 'reopen' : 'open_firing';
}
