import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { segmentPath } from './spool-layout.ts';
import { encodeLine } from './spool-line.ts';
import { readSpool, type SpoolEntry } from './spool-reader.ts';

const directory = mkdtempSync(join(tmpdir(), 'lqo-reader-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const START = { segment: 0, position: 0 };

/** Segments of the given sizes (in records), sequences running on. */
function writeSegments(sizes: readonly number[]): string[] {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  let sequence = 1;
  return sizes.map((size) => {
    const path = segmentPath(directory, sequence);
    const lines = Array.from({ length: size }, () => {
      const json = JSON.stringify({ kind: 'event', n: sequence, text: 'é\n"' });
      return encodeLine(sequence++, json);
    });
    writeFileSync(path, Buffer.concat(lines));
    return path;
  });
}

/** Everything a loader gets, in steps of a few records. */
async function readAll(abandoned: boolean): Promise<{ entries: SpoolEntry[]; last: number }> {
  const entries: SpoolEntry[] = [];
  let from = START;
  let last = 0;
  for (;;) {
    const request = { from, lastSequence: last, maxRecords: 3, maxBytes: 64, abandoned };
    const chunk = await readSpool(directory, request);
    if (chunk === null) return { entries, last };
    entries.push(...chunk.entries);
    from = chunk.to;
    last = chunk.lastSequence;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });

describe('given sound segments', () => {
  it('reads all records in order, whatever the size of the steps', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (given) => {
        writeSegments(given);
        const { entries } = await readAll(true);
        const total = given.reduce((sum, size) => sum + size, 0);
        expect(entries.map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: total }, (_, n) => n + 1),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('given any flipped byte', () => {
  it('accounts for every record: read, or lost with its place', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (...wild) => {
          const [given, which, at, bits] = wild;
          const paths = writeSegments(given);
          const path = paths[which % paths.length] ?? '';
          const bytes = readFileSync(path);
          const place = at % bytes.length;
          const lastLine = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
          bytes[place] = (bytes[place] ?? 0) ^ bits;
          writeFileSync(path, bytes);
          const { entries } = await readAll(true);
          const total = given.reduce((sum, size) => sum + size, 0);
          const read = entries.filter(({ sequence }) => sequence !== null);
          const lost = entries.reduce((sum, entry) => sum + entry.lost, 0);
          // The last line of all, when it is hit, cannot be told from a torn one.
          const isTorn =
            path === paths.at(-1) && place >= lastLine && read.length + lost === total - 1;
          expect(read.length + lost + (isTorn ? 1 : 0)).toBe(total);
          expect(read.length).toBeGreaterThanOrEqual(total - 1);
        },
      ),
      { numRuns: 100, examples: [[[1, 2, 3, 4], 452_829_027, 193_965_422, 100]] },
    );
  });
});

describe('given damage at the end of a segment that still grows', () => {
  it('waits until it is known what follows', async () => {
    const [path = ''] = writeSegments([2]);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('rubbish\n')]));
    expect((await readAll(false)).entries).toHaveLength(2);
    writeFileSync(path, Buffer.concat([readFileSync(path), encodeLine(3, '{"kind":"event"}')]));
    const { entries } = await readAll(false);
    expect(entries.map(({ sequence, lost }) => [sequence, lost])).toEqual([
      [1, 0],
      [2, 0],
      [null, 0],
      [3, 0],
    ]);
  });
});
