import { readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const CODE = `
  import { readlinkSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  const { stepBack } = await import(${JSON.stringify(new URL('./step-back.ts', import.meta.url).href)});
  stepBack();
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  parentPort.postMessage(getPriority(thread));
`;

function ownPriority(): number {
  return getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
}

describe.skipIf(process.platform !== 'linux')('a thread that steps back', () => {
  it('goes behind the others of its process, and leaves theirs as they were', async () => {
    const before = ownPriority();
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CODE)}`));
    const priority = await new Promise<unknown>((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
    });
    expect(priority).toBe(10);
    expect(ownPriority()).toBe(before);
    await worker.terminate();
  });
});
