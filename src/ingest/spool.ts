import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { AppError, asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { splitRecord } from './spool-body.ts';
import { COUNTS_FILE, encodeCounts, NOTHING_COUNTED } from './spool-counts.ts';
import { machineFiles, type SpoolFiles } from './spool-files.ts';
import { type Group, GroupQueue } from './spool-groups.ts';
import { newSpoolId, spoolBytes } from './spool-layout.ts';
import { HEARTBEAT_MS, thisProcess, touchOwner, writeOwner } from './spool-owner.ts';
import type { Spool, SpoolRecord, SpoolStatus } from './spool-record.ts';
import { SegmentWriter } from './spool-segment.ts';

export interface SpoolOptions {
  /** `DATA_DIR/spool`; made when it is missing. */
  readonly directory: string;
  readonly sync: 'interval' | 'always';
  /** Limit on the segments of all writers together. */
  readonly maxBytes: number;
  readonly segmentBytes: number;
  readonly full: 'serve' | 'refuse';
  /** Whether a loader of this process loads what is written here; loaders of others leave it alone then. */
  readonly loads: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly files?: SpoolFiles;
}

/** A spool of this process in a folder of its own. */
export interface DiskSpool extends Spool {
  /** Random and never used again; names the folder and the row of `spool_offsets`. */
  readonly spoolId: string;
}

/** fdatasync follows a write within this time under `interval`. */
const SYNC_WITHIN_MS = 5;
const SURVEY_MS = 1_000;
/** Full stays full until this share of the limit is free again, so that it does not flutter. */
const RESUME_BELOW = 0.95;
/** While the disk stalls this much may wait in memory; beyond it the spool counts as full. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

type Problem = { readonly kind: 'limit' | 'disk' | 'stall'; readonly text: string };

/**
 * Claims a new folder and opens the spool. Rejects when the folder cannot be made; once open, a full or
 * failing disk never throws past the policy, and the spool recovers by itself.
 */
export async function openSpool(options: SpoolOptions): Promise<DiskSpool> {
  const files = options.files ?? machineFiles;
  const spoolId = newSpoolId();
  const directory = join(options.directory, spoolId);
  // Made under another name and renamed, so that nobody sees a folder without its owner.
  const draft = join(options.directory, `new-${spoolId}`);
  await mkdir(draft, { recursive: true });
  try {
    await writeOwner(draft, thisProcess(options.loads));
    await writeFile(join(draft, COUNTS_FILE), encodeCounts(NOTHING_COUNTED), { flush: true });
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await files.syncDirectory(options.directory);
  const writer = new SpoolWriter(spoolId, directory, { ...options, files });
  await writer.start();
  return writer;
}

class SpoolWriter implements DiskSpool {
  readonly spoolId: string;
  readonly #directory: string;
  readonly #options: SpoolOptions & { files: SpoolFiles };
  readonly #segment: SegmentWriter;
  readonly #queue = new GroupQueue();
  #sequence = 0;
  #written = 0;
  #droppedAtDoor = 0;
  #droppedAtDisk = 0;
  #savedDrops = 0;
  #savedSequence = 0;
  #surveyed = { total: 0, appended: 0 };
  #problem: Problem | null = null;
  #syncProblem: string | null = null;
  #pump: Promise<void> | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #timers: NodeJS.Timeout[] = [];
  #surveying = false;
  #closed = false;

  constructor(spoolId: string, directory: string, options: SpoolOptions & { files: SpoolFiles }) {
    this.spoolId = spoolId;
    this.#directory = directory;
    this.#options = options;
    this.#segment = new SegmentWriter(directory, options.files);
  }

  async start(): Promise<void> {
    await this.#segment.openCounts();
    await this.#survey();
    this.#timers = [
      setInterval(() => void this.#survey(), SURVEY_MS),
      setInterval(() => void touchOwner(this.#directory).catch(() => undefined), HEARTBEAT_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  append(record: SpoolRecord): Promise<'spooled' | 'dropped'> {
    if (this.#closed)
      return Promise.reject(new AppError('shutting_down', 'The program is stopping'));
    const problem = this.#problem ?? this.#stall();
    // A group that is being collected decides for all its records, so that sequences stay in order.
    if (problem !== null && (this.#queue.waiting === 0 || problem.kind === 'stall')) {
      return this.#refuse(problem);
    }
    const { json, bodies } = splitRecord(record);
    return new Promise((resolve, reject) => {
      const counts = { sequence: ++this.#sequence, droppedBefore: this.#droppedAtDoor };
      this.#queue.add(counts, { json, bodies, resolve, reject });
      this.#pump ??= this.#run();
    });
  }

  accepting(): boolean {
    return !this.#closed && (this.#options.full === 'serve' || this.#problem === null);
  }

  status(): SpoolStatus {
    return {
      bytes: this.#bytes(),
      maxBytes: this.#options.maxBytes,
      records: this.#written,
      dropped: this.#dropped(),
      degraded: this.#problem !== null || this.#syncProblem !== null,
      problem: this.#problem?.text ?? this.#syncProblem,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    while (this.#pump !== null) await this.#pump;
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    await this.#syncNow();
    await this.#saveCounts(this.#sequence, this.#dropped());
    await this.#segment.close();
    await writeOwner(this.#directory, { ...thisProcess(false), closed: true }).catch((error) =>
      this.#options.log.warn({ err: asError(error) }, 'spool folder could not be marked as closed'),
    );
  }

  #stall(): Problem | null {
    return this.#queue.bytes > MAX_WAITING_BYTES
      ? { kind: 'stall', text: 'The disk is too slow for the spool' }
      : null;
  }

  #refuse(problem: Problem): Promise<'dropped'> {
    if (this.#options.full === 'refuse') {
      return Promise.reject(refusal(problem.text));
    }
    this.#sequence++;
    this.#droppedAtDoor++;
    this.#queue.seal();
    this.#pump ??= this.#run();
    return Promise.resolve('dropped');
  }

  /** Writes group after group until none waits. What is appended meanwhile forms the next group. */
  async #run(): Promise<void> {
    // One turn of the event loop collects what arrives together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for (let group = this.#queue.take(); group !== null; group = this.#queue.take()) {
        await this.#write(group);
        this.#queue.recycle(group);
      }
      await this.#saveDropsUpTo(this.#sequence, this.#droppedAtDoor);
    } catch (error) {
      this.#options.log.error({ err: asError(error) }, 'spool writer failed');
    } finally {
      this.#pump = null;
      if (this.#queue.waiting > 0) this.#pump = this.#run();
    }
  }

  async #write(group: Group): Promise<void> {
    // Before a line follows a gap, the gap is explained: a crash in between loses no count.
    await this.#saveDropsUpTo(group.first - 1, group.droppedBefore);
    try {
      await this.#segment.ready(group.first, this.#segmentLimit());
      await this.#segment.write(group.lines.bytes);
    } catch (error) {
      await this.#failed(group, asError(error));
      return;
    }
    this.#written += group.waiters.length;
    if (this.#bytes() >= this.#options.maxBytes) this.#reachedLimit();
    if (this.#options.sync === 'interval') this.#syncSoon();
    else if (!(await this.#syncNow()) && this.#options.full === 'refuse') {
      // They may survive or not: nothing is acknowledged, and nothing is counted as dropped.
      for (const { reject } of group.waiters) reject(refusal(this.#syncProblem ?? ''));
      return;
    }
    for (const { resolve } of group.waiters) resolve('spooled');
  }

  /** The disk took a part at most: whole lines count, the rest is cut away and dropped or refused. */
  async #failed(group: Group, error: Error): Promise<void> {
    const taken = this.#segment.taken;
    const kept = group.ends.filter((end) => end <= taken).length;
    await this.#segment.cut(kept === 0 ? 0 : (group.ends[kept - 1] ?? 0));
    const text = `The spool cannot be written: ${error.message}`;
    this.#enter({ kind: 'disk', text });
    this.#written += kept;
    // Refused records were not accepted, but their sequences are used up, so they count as well.
    this.#droppedAtDisk += group.waiters.length - kept;
    for (const [index, { resolve, reject }] of group.waiters.entries()) {
      if (index < kept) resolve('spooled');
      else if (this.#options.full === 'serve') resolve('dropped');
      else reject(refusal(text));
    }
  }

  #bytes(): number {
    return Math.max(0, this.#surveyed.total + this.#segment.appended - this.#surveyed.appended);
  }

  #segmentLimit(): number {
    // The loader can only remove whole segments, so several have to fit below the limit.
    return Math.min(this.#options.segmentBytes, Math.max(64 * 1024, this.#options.maxBytes / 8));
  }

  #enter(problem: Problem): void {
    if (this.#problem === null)
      this.#options.log.error({ problem: problem.text }, 'spool degraded');
    this.#problem = problem;
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = null;
      void this.#syncNow();
    }, SYNC_WITHIN_MS);
  }

  async #syncNow(): Promise<boolean> {
    try {
      await this.#segment.sync();
      this.#syncProblem = null;
      return true;
    } catch (error) {
      this.#syncProblem = `The disk does not confirm what was written: ${asError(error).message}`;
      this.#segment.abandon();
      return false;
    }
  }

  async #saveDropsUpTo(sequence: number, droppedAtDoor: number): Promise<void> {
    const dropped = droppedAtDoor + this.#droppedAtDisk;
    if (dropped !== this.#savedDrops) await this.#saveCounts(sequence, dropped);
  }

  async #saveCounts(sequence: number, dropped: number): Promise<void> {
    if (sequence === this.#savedSequence && dropped === this.#savedDrops) return;
    try {
      await this.#segment.saveCounts(encodeCounts({ sequence, dropped }));
      this.#savedDrops = dropped;
      this.#savedSequence = sequence;
    } catch (error) {
      this.#enter({ kind: 'disk', text: `The spool cannot be counted: ${asError(error).message}` });
    }
  }

  /** Once a second: how much all writers hold, whether there is room again, and the count of this one. */
  async #survey(): Promise<void> {
    if (this.#surveying) return;
    this.#surveying = true;
    try {
      const { directory, maxBytes, files } = this.#options;
      const { appended } = this.#segment;
      this.#surveyed = { total: await spoolBytes(directory), appended };
      if (this.#problem?.kind === 'disk') await files.probe(this.#directory);
      if (this.#bytes() >= maxBytes) this.#reachedLimit();
      else if (this.#problem?.kind !== 'limit' || this.#bytes() < maxBytes * RESUME_BELOW) {
        this.#recover();
      }
      this.#whenIdle(async () => {
        await this.#finishSegment();
        await this.#saveCounts(this.#sequence, this.#dropped());
      });
    } catch {
      // Still no room: the problem stays until a later look.
    } finally {
      this.#surveying = false;
    }
  }

  #dropped(): number {
    return this.#droppedAtDoor + this.#droppedAtDisk;
  }

  #reachedLimit(): void {
    const text = `The spool is full: ${this.#bytes()} of ${this.#options.maxBytes} bytes`;
    this.#enter({ kind: 'limit', text });
  }

  /** The loader removes whole segments but never the open one, so at the limit that one is finished. */
  async #finishSegment(): Promise<void> {
    if (this.#problem?.kind !== 'limit' || this.#segment.size === 0) return;
    await this.#segment.rotate(this.#sequence + 1);
  }

  /** Runs work that must not meet a group being written. */
  #whenIdle(work: () => Promise<void>): void {
    if (this.#pump !== null) return;
    this.#pump = work()
      .catch((error) => {
        this.#enter({
          kind: 'disk',
          text: `The spool cannot be written: ${asError(error).message}`,
        });
      })
      .finally(() => {
        this.#pump = this.#queue.waiting > 0 ? this.#run() : null;
      });
  }

  #recover(): void {
    if (this.#problem === null) return;
    this.#options.log.info('spool recovered');
    this.#problem = null;
  }
}

function refusal(text: string): AppError {
  return new AppError('spool_full', text);
}
