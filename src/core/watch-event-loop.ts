import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** Measures how late the event loop of this thread comes to its timers; answers how to stop. */
export function watchEventLoop(
  metrics: Metrics,
  thread: 'main' | 'background' | 'gateway',
): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  metrics.operations.onScrape(() => {
    // Each sample holds the timer's own pace, too.
    const seconds = delays.percentile(99) / NANOSECONDS - RESOLUTION_MS / 1000;
    metrics.operations.eventLoopDelay.set({ thread }, Math.max(0, seconds));
    delays.reset();
  });
  return () => delays.disable();
}
