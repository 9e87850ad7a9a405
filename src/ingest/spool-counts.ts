import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * The writer's own count, kept in a small file of fixed size that is written in place, so that it can be
 * kept when the disk is full: every sequence up to `sequence` was written or dropped, and `dropped`
 * says how many were dropped.
 */
export interface SpoolCounts {
  readonly sequence: number;
  readonly dropped: number;
}

export const COUNTS_FILE = 'counts';
const COUNTS_BYTES = 64;

export function encodeCounts({ sequence, dropped }: SpoolCounts): Buffer {
  const body = `${sequence} ${dropped}`;
  const line = `${crc32(body).toString(16).padStart(8, '0')} ${body}`;
  return Buffer.from(`${line.padEnd(COUNTS_BYTES - 1)}\n`, 'latin1');
}

/** What the writer of a folder counted; nothing when the file is missing or damaged. */
export async function readCounts(directory: string): Promise<SpoolCounts> {
  const text = await readFile(join(directory, COUNTS_FILE), 'latin1').catch(() => '');
  const [crc = '', sequence = '', dropped = ''] = text.trim().split(' ');
  const sound = crc32(`${sequence} ${dropped}`).toString(16).padStart(8, '0') === crc;
  return sound ? { sequence: Number(sequence), dropped: Number(dropped) } : NOTHING_COUNTED;
}

export const NOTHING_COUNTED: SpoolCounts = { sequence: 0, dropped: 0 };
