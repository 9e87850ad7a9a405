import { describe, expect, it } from 'vitest';
import { checkDurability, openMemoryEngine } from './pglite-engine.ts';

describe('given a database whose commits do not reach the disk', () => {
  it('refuses to run on it', async () => {
    const pg = await openMemoryEngine();
    const discard = (): void => undefined;
    await expect(checkDurability({ pg, fsyncs: () => 0, discard })).rejects.toMatchObject({
      name: 'NotDurableError',
      message: expect.stringContaining('a commit did not sync'),
    });
    let calls = 0;
    await expect(checkDurability({ pg, fsyncs: () => ++calls, discard })).rejects.toThrow(
      '"fsync"',
    );
    await pg.close();
  });
});
