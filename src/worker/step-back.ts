import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** As `nice` counts: 0 is usual, 19 is last. */
const BEHIND_OTHERS = 10;

/**
 * Lets the threads of the gateway and of the database go before the calling one where cores are few. On Linux alone,
 * where a thread has a priority of its own; elsewhere, and where it is not allowed, nothing changes.
 */
export function stepBack(): void {
  try {
    // Names the thread that reads it.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (Number.isSafeInteger(thread) && thread > 0) setPriority(thread, BEHIND_OTHERS);
  } catch {
    // Not Linux, or not allowed.
  }
}
