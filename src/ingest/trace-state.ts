import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** How far one file was read. */
export const FilePlace = z.object({
  /** Bytes behind the last line that was taken. */
  offset: z.number().int().nonnegative(),
  line: z.number().int().nonnegative(),
  /** The beginning of the file when it was last read: another beginning is another file. */
  headBytes: z.number().int().nonnegative(),
  headHash: z.string(),
  /** True in the middle of a line that is too long to be taken. */
  skipping: z.boolean(),
});
export type FilePlace = z.infer<typeof FilePlace>;

const State = z.object({ files: z.record(z.string(), FilePlace) });

export const FILE_START: FilePlace = {
  offset: 0,
  line: 0,
  headBytes: 0,
  headHash: '',
  skipping: false,
};

/** Places by file (device and inode, so that a renamed file goes on), kept in one small file. */
export async function readPlaces(path: string): Promise<Map<string, FilePlace>> {
  try {
    const state = State.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(state.files));
  } catch {
    // Missing or damaged: everything is read again, and what is known adds nothing.
    return new Map();
  }
}

export async function writePlaces(path: string, places: Map<string, FilePlace>): Promise<void> {
  const draft = `${path}.new`;
  const text = JSON.stringify({ files: Object.fromEntries(places) });
  await writeFile(draft, text, { flush: true });
  await rename(draft, path);
}

const HEAD_BYTES = 256;

/** The place where reading goes on: the start when the file was truncated or is another one. */
export async function resumeAt(
  path: string,
  size: number,
  known: FilePlace | undefined,
): Promise<FilePlace> {
  if (known === undefined || size < known.offset) return FILE_START;
  const head = await headOf(path, known.headBytes);
  return head.hash === known.headHash ? known : FILE_START;
}

/** The place with the beginning of the file as it is now. */
export async function withHead(path: string, place: FilePlace): Promise<FilePlace> {
  const { bytes, hash } = await headOf(path, Math.min(HEAD_BYTES, place.offset));
  return { ...place, headBytes: bytes, headHash: hash };
}

async function headOf(path: string, length: number): Promise<{ bytes: number; hash: string }> {
  const file = await open(path, 'r');
  try {
    const bytes = await readAt(file, 0, length);
    return { bytes: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await file.close();
  }
}

/** Up to `length` bytes from `start`; fewer at the end of the file. */
export async function readAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
