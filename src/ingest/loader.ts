import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { RecordStep } from '../interactions/record.ts';
import type { Database } from '../store/database.ts';
import { type LoadBatch, type LoadItem, loadBatch } from './load-batch.ts';
import { createPriceSource } from './price-source.ts';
import { parseRecord, readRecord } from './read-record.ts';
import { createSetAside } from './set-aside.ts';
import { OffsetMovedError } from './spool-offsets.ts';
import type { SpoolEntry } from './spool-reader.ts';
import { isFinished, type SpoolSource, SpoolSources } from './spool-sources.ts';

export interface LoaderOptions {
  readonly db: Database;
  /** `DATA_DIR/spool`. */
  readonly spoolDirectory: string;
  /** `DATA_DIR/rejected`: what can never be stored is kept there. */
  readonly rejectedDirectory: string;
  /** The spool that this process writes; null when it writes none. */
  readonly ownSpoolId: string | null;
  /** Run in this order in the transaction of a batch. */
  readonly steps: readonly RecordStep[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** For tests and benchmarks. */
  readonly batch?: { readonly records?: number; readonly bytes?: number; readonly fillMs?: number };
}

export interface LoaderStatus {
  readonly stored: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly batches: number;
  /** Why nothing is loaded at the moment; null when all is well. */
  readonly problem: string | null;
  /** When the oldest record that is read but not stored came in, milliseconds since the epoch; null: none waits. */
  readonly oldestWaitingMs: number | null;
}

export interface Loader {
  status(): LoaderStatus;
  /**
   * Loads what is there (the own spool has to be closed before) and ends; gives up after `timeoutMs` or when the
   * database is away: the rest stays in the spool.
   */
  stop(timeoutMs: number): Promise<void>;
  /** Resolves when everything that was in the spool at the call is in the database. */
  settled(): Promise<void>;
}

const BATCH_RECORDS = 1_000;
const BATCH_BYTES = 8 * 1024 * 1024;
const FILL_MS = 200;
const POLL_MS = 40;
/** Records read between two breaths of the event loop, in which the batch before gets its next statement sent. */
const UNINTERRUPTED = 20;
/** Failures in a row after which a record of the batch is suspected. */
const DOUBT_AFTER = 5;
const BACKOFF_MS = [100, 200, 500, 1_000, 2_000, 5_000] as const;

/** Starts loading spools into the database until it is stopped. */
export function startLoader(options: LoaderOptions): Loader {
  const loader = new SpoolLoader(options);
  loader.start();
  return loader;
}

interface Collected {
  readonly source: SpoolSource;
  readonly batch: LoadBatch;
  readonly oldestMs: number | null;
}

class SpoolLoader implements Loader {
  readonly #options: LoaderOptions;
  readonly #sources: SpoolSources;
  readonly #setAside: ReturnType<typeof createSetAside>;
  readonly #pricer: ReturnType<typeof createPriceSource>;
  #counts = { stored: 0, rejected: 0, duplicates: 0, batches: 0 };
  #problem: string | null = null;
  #oldestMs: number | null = null;
  #stopping = false;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #failures = 0;
  #idleWaiters: (() => void)[] = [];
  #wake: (() => void) | null = null;
  #done: Promise<void> = Promise.resolve();

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#sources = new SpoolSources(options);
    this.#setAside = createSetAside(options.rejectedDirectory, options.clock);
    this.#pricer = createPriceSource(options.db);
  }

  start(): void {
    this.#done = this.#run();
  }

  status(): LoaderStatus {
    return { ...this.#counts, problem: this.#problem, oldestWaitingMs: this.#oldestMs };
  }

  settled(): Promise<void> {
    // A new list: a look that is under way holds the old one, and may have passed what this caller waits for.
    return new Promise((resolve) => {
      this.#idleWaiters = [...this.#idleWaiters, resolve];
    });
  }

  stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    this.#deadlineMs = this.#options.clock.monotonic() + timeoutMs;
    this.#wake?.();
    return this.#done;
  }

  /** Reads and prepares the next batch while the one before is being stored. */
  async #run(): Promise<void> {
    let storing: Promise<boolean> = Promise.resolve(true);
    for (;;) {
      const waiters = this.#idleWaiters;
      const collected = await this.#collect();
      const stored = await storing;
      storing = Promise.resolve(true);
      if (!stored || collected === 'failed') {
        // What was read ahead follows on what failed: it is read again.
        if (typeof collected === 'object') this.#sources.rewind(collected.source);
        if (this.#mustEnd()) return;
        await this.#backOff();
      } else if (collected !== 'nothing') storing = this.#store(collected);
      else if (await this.#idle(waiters)) return;
    }
  }

  #mustEnd(): boolean {
    // With the database away a stop does not wait: the spool keeps what is left.
    return this.#stopping && (this.#problem !== null || this.#isLate());
  }

  #isLate(): boolean {
    return this.#options.clock.monotonic() >= this.#deadlineMs;
  }

  /** Nothing is left to load: true when the loader has to end. */
  async #idle(waiters: readonly (() => void)[]): Promise<boolean> {
    this.#oldestMs = null;
    this.#showOldest();
    await this.#retireFinished();
    if (this.#stopping) {
      this.#resolveWaiters(this.#idleWaiters);
      return true;
    }
    this.#resolveWaiters(waiters);
    await this.#sleep(POLL_MS);
    return false;
  }

  #resolveWaiters(waiters: readonly (() => void)[]): void {
    this.#idleWaiters = this.#idleWaiters.filter((waiter) => !waiters.includes(waiter));
    for (const resolve of waiters) resolve();
  }

  async #backOff(): Promise<void> {
    const ms = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length) - 1] ?? 0;
    if (ms > 0) await this.#sleep(ms);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A batch of one source, filled for a moment. */
  async #collect(): Promise<Collected | 'nothing' | 'failed'> {
    if (this.#isLate()) return 'nothing';
    try {
      for (const source of await this.#sources.list(this.#stopping)) {
        const collected = await this.#fill(source);
        if (collected === null) continue;
        this.#sources.putLast(source);
        return collected;
      }
      return 'nothing';
    } catch (error) {
      this.#failed(asError(error));
      return 'failed';
    }
  }

  async #fill(source: SpoolSource): Promise<Collected | null> {
    try {
      return await this.#fillFrom(source);
    } catch (error) {
      this.#sources.rewind(source);
      throw error;
    }
  }

  async #fillFrom(source: SpoolSource): Promise<Collected | null> {
    const {
      records = BATCH_RECORDS,
      bytes = BATCH_BYTES,
      fillMs = FILL_MS,
    } = this.#options.batch ?? {};
    const limits = { maxRecords: records, maxBytes: bytes };
    const first = await this.#sources.read(source, limits);
    if (first === null) return null;
    const entries: SpoolEntry[] = [...first.entries];
    let { to, lastSequence } = first;
    let size = first.bytes;
    const untilMs = this.#options.clock.monotonic() + fillMs;
    while (entries.length < records && size < bytes) {
      const maxRecords = records - entries.length;
      const more = await this.#sources.read(source, { maxRecords, maxBytes: bytes });
      if (more !== null) {
        entries.push(...more.entries);
        ({ to, lastSequence } = more);
        size += more.bytes;
      } else {
        if (this.#stopping || this.#options.clock.monotonic() >= untilMs) break;
        await this.#sleep(POLL_MS / 2);
      }
    }
    const { spoolId } = source;
    const { items, oldestMs } = await this.#prepare(entries);
    this.#oldestMs ??= oldestMs;
    return { source, oldestMs, batch: { spoolId, from: first.from, to, lastSequence, items } };
  }

  async #prepare(
    entries: readonly SpoolEntry[],
  ): Promise<{ items: LoadItem[]; oldestMs: number | null }> {
    const price = await this.#pricer();
    const items: LoadItem[] = [];
    let oldestMs: number | null = null;
    for (const [index, entry] of entries.entries()) {
      if (index % UNINTERRUPTED === 0) await setImmediate();
      if (entry.sequence === null) {
        items.push({ entry, rows: null, reason: 'damaged: the checksum does not fit' });
        continue;
      }
      try {
        const record = parseRecord(entry.text, entry.bodies);
        oldestMs = Math.min(oldestMs ?? Number.POSITIVE_INFINITY, record.receivedAtMs);
        items.push({ entry, rows: await readRecord(record, price), reason: null });
      } catch (error) {
        items.push({ entry, rows: null, reason: `cannot be read: ${asError(error).message}` });
      }
    }
    return { items, oldestMs };
  }

  /** True when the batch is stored; false when it has to be read and tried again. */
  async #store({ source, batch, oldestMs }: Collected): Promise<boolean> {
    this.#oldestMs = oldestMs;
    this.#showOldest();
    const doubtful = this.#failures >= DOUBT_AFTER;
    try {
      const counts = await loadBatch(
        { ...this.#options, setAside: this.#setAside, doubtful },
        batch,
      );
      this.#counts = {
        stored: this.#counts.stored + counts.stored,
        rejected: this.#counts.rejected + counts.rejected,
        duplicates: this.#counts.duplicates + counts.duplicates,
        batches: this.#counts.batches + 1,
      };
      this.#failures = 0;
      this.#problem = null;
      await this.#sources.removeLoaded(source, batch.to);
      return true;
    } catch (error) {
      if (error instanceof OffsetMovedError) {
        this.#sources.rest(source);
        return false;
      }
      this.#sources.rewind(source);
      this.#failed(asError(error));
      return false;
    }
  }

  #showOldest(): void {
    const { metrics, clock } = this.#options;
    const waitedMs = this.#oldestMs === null ? 0 : clock.now() - this.#oldestMs;
    metrics.program.spoolOldestSeconds.set(Math.max(0, waitedMs / 1000));
  }

  #failed(error: Error): void {
    const { log, metrics } = this.#options;
    this.#failures += 1;
    this.#problem = `Loading waits: ${error.message}`;
    metrics.program.loadErrors.inc();
    this.#showOldest();
    // Once at the start of a trouble, then seldom: minutes without a database are not minutes of log lines.
    if (this.#failures === 1 || this.#failures % 20 === 0) {
      log.error({ err: error, failures: this.#failures }, 'loading failed, will be tried again');
    }
  }

  /** Folders of dead writers end once they are loaded. */
  async #retireFinished(): Promise<void> {
    try {
      for (const source of await this.#sources.list(this.#stopping)) {
        if (isFinished(source)) await this.#sources.retire(source);
      }
      if (this.#failures > 0) {
        this.#failures = 0;
        this.#problem = null;
      }
    } catch (error) {
      this.#failed(asError(error));
    }
  }
}
