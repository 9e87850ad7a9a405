const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** A channel that is away is tried at least this often, so that what waits goes out soon after it is back. */
const LONGEST_CHANNEL_PAUSE_MS = 60_000;
/** Receivers that ask for more patience are asked again all the same. */
const LONGEST_ASKED_MS = 15 * 60_000;
/** A message is given up after so many tries or so long a time, whichever comes first. */
const MAX_TRIES = 1_000;
const MAX_AGE_MS = 48 * 60 * 60_000;

/** What happened to a message at its last try. */
export interface FailedTry {
  /** Tries so far, with this one. */
  readonly tries: number;
  readonly ageMs: number;
  /** Failures of the channel in a row, with this one. */
  readonly channelFailures: number;
  readonly retryable: boolean;
  /** What the receiver asked for; null when it did not. */
  readonly retryAfterMs: number | null;
}

/** When to try again: the message, and the channel at all. */
export interface NextTry {
  readonly messageMs: number;
  readonly channelMs: number;
}

/**
 * Exponential pauses with jitter (half to all of the pause), never shorter than what the receiver asked for; null when
 * the message is given up.
 */
export function nextTry(failed: FailedTry, random: () => number): NextTry | null {
  if (!failed.retryable || failed.tries >= MAX_TRIES || failed.ageMs >= MAX_AGE_MS) return null;
  const askedMs = Math.min(failed.retryAfterMs ?? 0, LONGEST_ASKED_MS);
  const jittered = (pauseMs: number): number => Math.round(pauseMs * (0.5 + random() / 2));
  const messageMs = jittered(doubled(failed.tries, LONGEST_PAUSE_MS));
  const channelMs = jittered(doubled(failed.channelFailures, LONGEST_CHANNEL_PAUSE_MS));
  return { messageMs: Math.max(askedMs, messageMs), channelMs: Math.max(askedMs, channelMs) };
}

function doubled(times: number, longestMs: number): number {
  return Math.min(longestMs, FIRST_PAUSE_MS * 2 ** Math.min(30, Math.max(0, times - 1)));
}

/** The moment before which messages that still wait have been given up. */
export function oldestWaiting(nowMs: number): Date {
  return new Date(nowMs - MAX_AGE_MS);
}
