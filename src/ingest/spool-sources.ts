import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Database } from '../store/database.ts';
import { COUNTS_FILE, readCounts } from './spool-counts.ts';
import { listSegments, listWriters, segmentPath } from './spool-layout.ts';
import { closeOffset, readOffset, retireOffset } from './spool-offsets.ts';
import { HEARTBEAT_MS, readWriter, type Writer } from './spool-owner.ts';
import { readSpool, type SpoolChunk, type SpoolPosition } from './spool-reader.ts';

/** One writer's folder as a loader sees it: how far it has read, ahead of what is committed. */
export interface SpoolSource {
  readonly spoolId: string;
  readonly directory: string;
  /** True when its writer is gone and nothing will be added. */
  abandoned: boolean;
  /** Since when, on the monotonic clock, its writer looked dead without pause; null while it lives. */
  deadSinceMs: number | null;
  position: SpoolPosition | null;
  lastSequence: number;
  /** True when the last read found nothing, and nothing can come any more. */
  exhausted: boolean;
  /** Up to here the database has it. */
  committed: SpoolPosition | null;
  /** Not looked at before this moment of the monotonic clock: another loader is at it. */
  restUntilMs: number;
}

export interface SourcesOptions {
  readonly db: Database;
  readonly spoolDirectory: string;
  /** The spool this process writes, if it does. */
  readonly ownSpoolId: string | null;
  readonly clock: Clock;
}

const DISCOVER_MS = 1_000;
const REST_MS = 2_000;

/**
 * The folders this loader is in charge of: that of its own process, those whose writer is dead or closed,
 * and those of living writers that have no loader. Several loaders may meet at one of the latter two: the
 * offset, moved only from where a batch began, lets one of them win, and the other one rests.
 */
export class SpoolSources {
  readonly #options: SourcesOptions;
  readonly #sources = new Map<string, SpoolSource>();
  #discoveredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  /** Sources that may have something, looked up at most once a second unless `now` asks for it. */
  async list(now = false): Promise<SpoolSource[]> {
    const at = this.#options.clock.monotonic();
    if (now || at - this.#discoveredAtMs >= DISCOVER_MS) {
      this.#discoveredAtMs = at;
      await this.#discover();
    }
    return [...this.#sources.values()].filter(({ restUntilMs }) => restUntilMs <= at);
  }

  async #discover(): Promise<void> {
    const { spoolDirectory, ownSpoolId, clock } = this.#options;
    const writers = await listWriters(spoolDirectory);
    for (const spoolId of writers) {
      const directory = join(spoolDirectory, spoolId);
      const writer = await readWriter(directory, clock.now());
      if (writer === null) continue;
      const mine = spoolId === ownSpoolId || !writer.alive || !writer.loads;
      const source = this.#sources.get(spoolId);
      if (!mine) this.#sources.delete(spoolId);
      else {
        const known = source ?? newSource(spoolId, directory);
        if (source === undefined) this.#sources.set(spoolId, known);
        judgeLife(known, writer, clock.monotonic());
      }
    }
    for (const spoolId of this.#sources.keys()) {
      if (!writers.includes(spoolId)) this.#sources.delete(spoolId);
    }
  }

  /** The next records of a source; null when there are none now. Moves its reading position. */
  async read(
    source: SpoolSource,
    limits: { maxRecords: number; maxBytes: number },
  ): Promise<SpoolChunk | null> {
    if (source.position === null) await this.#begin(source);
    if (source.position === null) return null;
    const { position: from, lastSequence, abandoned, directory } = source;
    const chunk = await readSpool(directory, { from, lastSequence, abandoned, ...limits });
    source.exhausted = chunk === null && abandoned;
    if (chunk === null) return null;
    source.position = chunk.to;
    source.lastSequence = chunk.lastSequence;
    return { ...chunk, from };
  }

  async #begin(source: SpoolSource): Promise<void> {
    const offset = await readOffset(this.#options.db, source.spoolId);
    source.position = { segment: offset.segment, position: offset.position };
    source.committed = source.position;
    source.lastSequence = offset.lastSequence;
  }

  /** Puts a source that was just read behind the others, so that a busy one holds none of them up. */
  putLast(source: SpoolSource): void {
    if (!this.#sources.delete(source.spoolId)) return;
    this.#sources.set(source.spoolId, source);
  }

  /** Forgets what was read ahead: the next read begins where the database says. */
  rewind(source: SpoolSource): void {
    source.position = null;
    source.exhausted = false;
  }

  /** Another loader is at this source: leave it alone for a while, by chance not as long as the other. */
  rest(source: SpoolSource): void {
    this.rewind(source);
    const { clock } = this.#options;
    source.restUntilMs = clock.monotonic() + REST_MS * (0.5 + Math.random());
  }

  /** Removes segments whose records are all in the database. */
  async removeLoaded(source: SpoolSource, committed: SpoolPosition): Promise<void> {
    const earlier = source.committed;
    source.committed = committed;
    if (earlier !== null && earlier.segment === committed.segment) return;
    for (const segment of await listSegments(source.directory)) {
      if (segment < committed.segment) {
        await rm(segmentPath(source.directory, segment), { force: true });
      }
    }
  }

  /**
   * Ends a folder that was loaded to its end and that nobody writes: its count goes to the database, then its
   * files go, then its row is added to the retired ones. Each step may be repeated after a crash.
   */
  async retire(source: SpoolSource): Promise<void> {
    const { db } = this.#options;
    const { spoolId, directory } = source;
    const counts = await readCounts(directory);
    const segments = await listSegments(directory);
    // A folder without segments and counts was emptied before; its row may be retired already.
    if (counts.sequence > 0 || segments.length > 0) await closeOffset(db, spoolId, counts);
    for (const segment of segments) await rm(segmentPath(directory, segment), { force: true });
    await rm(join(directory, COUNTS_FILE), { force: true });
    await retireOffset(db, spoolId);
    await rm(directory, { recursive: true, force: true });
    this.#sources.delete(spoolId);
  }
}

/** Whether a source was read to its end, all of it is stored, and nobody adds to it. */
export function isFinished({ exhausted, position, committed }: SpoolSource): boolean {
  return (
    exhausted &&
    position !== null &&
    position.segment === committed?.segment &&
    position.position === committed.position
  );
}

/** A writer that only its heartbeat tells about has to look dead for several of them on end. */
function judgeLife(source: SpoolSource, { alive, certain }: Writer, nowMs: number): void {
  source.deadSinceMs = alive ? null : (source.deadSinceMs ?? nowMs);
  const deadForMs = source.deadSinceMs === null ? 0 : nowMs - source.deadSinceMs;
  source.abandoned = !alive && (certain || deadForMs >= 3 * HEARTBEAT_MS);
}

function newSource(spoolId: string, directory: string): SpoolSource {
  return {
    spoolId,
    directory,
    abandoned: false,
    deadSinceMs: null,
    position: null,
    lastSequence: 0,
    exhausted: false,
    committed: null,
    restUntilMs: Number.NEGATIVE_INFINITY,
  };
}
