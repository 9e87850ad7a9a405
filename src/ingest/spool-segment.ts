import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { COUNTS_FILE } from './spool-counts.ts';
import type { SpoolFiles } from './spool-files.ts';
import { segmentPath } from './spool-layout.ts';

/** The segment that is written, and the file with the writer's count. Calls come one at a time, `sync` apart. */
export class SegmentWriter {
  readonly #directory: string;
  readonly #files: SpoolFiles;
  #fd: number | null = null;
  #counts: FileHandle | null = null;
  #size = 0;
  #groupStart = 0;
  #appended = 0;
  #dirty = false;
  /** One sync at a time, and none on a descriptor that was closed. */
  #syncs: Promise<void> = Promise.resolve();

  constructor(directory: string, files: SpoolFiles) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Bytes written by this process since it started. */
  get appended(): number {
    return this.#appended;
  }

  /** Bytes of the group being written that the disk took. */
  get taken(): number {
    return this.#size - this.#groupStart;
  }

  get size(): number {
    return this.#fd === null ? 0 : this.#size;
  }

  async openCounts(): Promise<void> {
    this.#counts = await open(join(this.#directory, COUNTS_FILE), 'r+');
  }

  /** Overwrites the count in place, which needs no space. */
  async saveCounts(bytes: Buffer): Promise<void> {
    await this.#counts?.write(bytes, 0, bytes.length, 0);
  }

  /** Makes sure that a segment below `limit` is open; a new one is named by `first`. */
  async ready(first: number, limit: number): Promise<void> {
    if (this.#fd !== null && this.#size < limit) return;
    await this.rotate(first);
  }

  /** Finishes the open segment and begins one named by the sequence of its first record. */
  async rotate(first: number): Promise<void> {
    if (this.#fd !== null) await this.sync();
    await this.#release();
    this.#size = 0;
    this.#groupStart = 0;
    this.#fd = await this.#files.create(segmentPath(this.#directory, first));
    await this.#files.syncDirectory(this.#directory);
  }

  /** Writes a group at the end; rejects when the disk refuses, with `taken` saying how far it came. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#fd === null) throw new Error('No segment is open');
    this.#groupStart = this.#size;
    let at = 0;
    while (at < bytes.length) {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const written = await this.#files.write(this.#fd, rest, this.#size);
      if (written === 0) throw new Error('The disk took no bytes');
      at += written;
      this.#size += written;
      this.#appended += written;
      this.#dirty = true;
    }
  }

  /**
   * Cuts the group being written to `length` bytes, which end behind a newline: a reader never takes a
   * line without its newline, so it cannot have taken what is cut away.
   */
  async cut(length: number): Promise<void> {
    if (this.#fd === null) return;
    const size = this.#groupStart + length;
    if (size === this.#size) return;
    try {
      await this.#files.truncate(this.#fd, size);
      this.#appended -= this.#size - size;
      this.#size = size;
    } catch {
      // The torn rest stays at the end of a segment that nobody continues.
      this.abandon();
    }
  }

  /** fdatasync, when anything was written since the last one. */
  sync(): Promise<void> {
    const next = this.#syncs.then(async () => {
      if (!this.#dirty || this.#fd === null) return;
      this.#dirty = false;
      await this.#files.dataSync(this.#fd);
    });
    this.#syncs = next.catch(() => undefined);
    return next;
  }

  /** Leaves the open segment as it is; the next group begins a new one. */
  abandon(): void {
    void this.#release().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#release();
    await this.#counts?.close();
    this.#counts = null;
  }

  async #release(): Promise<void> {
    const fd = this.#fd;
    this.#fd = null;
    if (fd === null) return;
    await this.#syncs;
    await this.#files.close(fd);
  }
}
