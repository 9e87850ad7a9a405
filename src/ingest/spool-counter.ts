import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { nullWhenMissing } from './spool-files.ts';
import { listSegments, segmentPath } from './spool-layout.ts';
import { readHeader } from './spool-line.ts';
import type { SpoolPosition } from './spool-reader.ts';

/** Whole lines behind a place in a writer's folder. */
export interface WaitingLines {
  readonly lines: number;
  /** The largest sequence among them; 0 when there are none. */
  readonly lastSequence: number;
  readonly bytes: number;
}

interface Counted {
  readonly from: number;
  upTo: number;
  lines: number;
  lastSequence: number;
}

const CHUNK_BYTES = 1024 * 1024;
const HEADER_BYTES = 32;
const NEWLINE = 0x0a;

/**
 * Counts what waits in the files themselves, so that the ledger does not have to believe anybody. What was counted
 * is remembered, so that a spool of gigabytes is read once.
 */
export class SpoolCounter {
  readonly #counted = new Map<string, Counted>();

  async count(directory: string, offset: SpoolPosition): Promise<WaitingLines> {
    const segments = await listSegments(directory);
    let lines = 0;
    let lastSequence = 0;
    let bytes = 0;
    for (const segment of segments) {
      if (segment < offset.segment) continue;
      const from = segment === offset.segment ? offset.position : 0;
      const counted = await this.#countSegment(segmentPath(directory, segment), from);
      lines += counted?.lines ?? 0;
      bytes += counted === null ? 0 : counted.upTo - counted.from;
      lastSequence = Math.max(lastSequence, counted?.lastSequence ?? 0);
    }
    return { lines, lastSequence, bytes };
  }

  /** Forgets folders that are gone. */
  keepOnly(directories: readonly string[]): void {
    const prefixes = directories.map((directory) => join(directory, '/'));
    for (const path of this.#counted.keys()) {
      if (!prefixes.some((prefix) => path.startsWith(prefix))) this.#counted.delete(path);
    }
  }

  async #countSegment(path: string, from: number): Promise<Counted | null> {
    const known = this.#counted.get(path);
    const counted = known?.from === from ? known : { from, upTo: from, lines: 0, lastSequence: 0 };
    const file = await open(path, 'r').catch(nullWhenMissing);
    if (file === null) {
      this.#counted.delete(path);
      return null;
    }
    try {
      let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, counted.upTo);
        const taken = countLines(buffer.subarray(0, bytesRead), counted);
        if (bytesRead < buffer.length) break;
        // A line longer than the buffer: look further for its end.
        if (taken === 0) buffer = Buffer.allocUnsafe(buffer.length * 2);
      }
    } finally {
      await file.close();
    }
    this.#counted.set(path, counted);
    return counted;
  }
}

/** Adds the whole lines of `bytes`; answers how many bytes they were. */
function countLines(bytes: Buffer, counted: Counted): number {
  let at = 0;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) break;
    counted.lines += 1;
    const header = readHeader(bytes, at, Math.min(newline, at + HEADER_BYTES));
    if (header !== null) counted.lastSequence = Math.max(counted.lastSequence, header.sequence);
    at = newline + 1;
  }
  counted.upTo += at;
  return at;
}
