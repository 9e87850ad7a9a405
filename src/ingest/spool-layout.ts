import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOneOf } from './spool-files.ts';

/**
 * `spool/<writer>/<segment>.jsonl`: a writer's folder is named by its random id, a segment by the
 * sequence of its first record. So the name of the next segment says which sequences the one before
 * it can hold.
 */
const SEGMENT = /^(\d{16})\.jsonl$/;
const WRITER = /^[0-9a-f]{16}$/;

export function newSpoolId(): string {
  return randomBytes(8).toString('hex');
}

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(16, '0')}.jsonl`);
}

/** Segments of a writer's folder, oldest first; empty when there is no such folder. */
export async function listSegments(directory: string): Promise<number[]> {
  const names = await namesIn(directory);
  return names
    .map((name) => SEGMENT.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Ids of all writers that have a folder. */
export async function listWriters(spoolDirectory: string): Promise<string[]> {
  const names = await namesIn(spoolDirectory);
  return names.filter((name) => WRITER.test(name)).sort((a, b) => a.localeCompare(b));
}

/** A folder that is not there (any more) is empty; one that cannot be read is trouble, not emptiness. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isOneOf(error, ['ENOENT'])) return [];
    throw error;
  }
}

/** Bytes of all segments of all writers. */
export async function spoolBytes(spoolDirectory: string): Promise<number> {
  let bytes = 0;
  for (const writer of await listWriters(spoolDirectory)) {
    const directory = join(spoolDirectory, writer);
    for (const segment of await listSegments(directory)) {
      // A segment that was loaded and removed in between counts nothing.
      bytes += await stat(segmentPath(directory, segment)).then(
        ({ size }) => size,
        () => 0,
      );
    }
  }
  return bytes;
}
