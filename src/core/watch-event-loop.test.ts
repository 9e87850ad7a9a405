import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from './metrics.ts';
import { watchEventLoop } from './watch-event-loop.ts';

async function delay(metrics: Metrics): Promise<number> {
  const { values } = await metrics.operations.eventLoopDelay.get();
  return values.find(({ labels }) => labels.thread === 'main')?.value ?? Number.NaN;
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('given a watched event loop', () => {
  it('tells of a blocked one until it was told, and forgets it then', async () => {
    const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
    const stop = watchEventLoop(metrics, 'main');
    await wait(60);
    block(400);
    await wait(60);
    expect(await delay(metrics)).toBeGreaterThan(0.2);
    // A machine under load may be late, too, but not for ever.
    await vi.waitFor(async () => expect(await delay(metrics)).toBeLessThan(0.2), 20_000);
    stop();
  });
});
