import { close, constants, fdatasync, fsync, ftruncate, open, write } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What the spool's writer asks of the file system. Handed in, so that tests can let a disk fill up,
 * fail or lose power, and count what was synced.
 */
export interface SpoolFiles {
  /** Opens a new file for appending; fails with EEXIST when it is there. */
  create(path: string): Promise<number>;
  /** Writes at `position`; answers how many bytes were taken, which may be fewer than given. */
  write(fd: number, bytes: Buffer, position: number): Promise<number>;
  dataSync(fd: number): Promise<void>;
  truncate(fd: number, length: number): Promise<void>;
  close(fd: number): Promise<void>;
  /** Makes the entries of a folder durable. */
  syncDirectory(path: string): Promise<void>;
  /** Resolves when there is room again for new records in `directory`. */
  probe(directory: string): Promise<void>;
}

const openFile = promisify(open);
const closeFile = promisify(close);
const syncFile = promisify(fsync);
const syncData = promisify(fdatasync);
const truncateFile = promisify(ftruncate);
const PROBE_BYTES = 256 * 1024;

/** The file system of the machine. */
export const machineFiles: SpoolFiles = {
  create: (path) => openFile(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600),
  write: (fd, bytes, position) =>
    new Promise((resolve, reject) => {
      write(fd, bytes, 0, bytes.length, position, (error, written) => {
        if (error) reject(error);
        else resolve(written);
      });
    }),
  dataSync: (fd) => syncData(fd),
  truncate: (fd, length) => truncateFile(fd, length),
  close: (fd) => closeFile(fd),
  syncDirectory,
  async probe(directory): Promise<void> {
    const path = join(directory, 'probe');
    try {
      await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
    } finally {
      await rm(path, { force: true });
    }
  },
};

/** Makes the names in a folder durable; file systems that cannot are left alone. */
async function syncDirectory(path: string): Promise<void> {
  const fd = await openFile(path, constants.O_RDONLY);
  try {
    await syncFile(fd);
  } catch (error) {
    if (!isOneOf(error, ['EINVAL', 'ENOTSUP', 'EPERM'])) throw error;
  } finally {
    await closeFile(fd);
  }
}

/** Whether a file system call failed with one of these codes. */
export function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** For `open(…).catch`: null for a file that is not there (any more); any other trouble is thrown on. */
export function nullWhenMissing(error: unknown): null {
  if (isOneOf(error, ['ENOENT'])) return null;
  throw error;
}
