import { appendFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Spool } from './spool-record.ts';
import { takeEvents } from './take-events.ts';
import {
  type FilePlace,
  readAt,
  readPlaces,
  resumeAt,
  withHead,
  writePlaces,
} from './trace-state.ts';

export interface TraceDirOptions {
  /** `TRACE_DIR`; made when it is missing. */
  readonly directory: string;
  /** Where the places are kept: a file in DATA_DIR. */
  readonly stateFile: string;
  readonly spool: Pick<Spool, 'append' | 'status'>;
  readonly projectId: string;
  readonly maxLineBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds between two looks; one second by default. */
  readonly pollMs?: number;
}

export interface TraceDir {
  /** Looks once, now; resolves when everything that was there is with the spool. */
  look(): Promise<void>;
  /** Ends after the look under way. */
  stop(): Promise<void>;
}

const POLL_MS = 1_000;
const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** Also rotated ones: `llm_calls.jsonl.1`, `llm_calls.jsonl-20261120`. */
const TRACE_FILE = /\.jsonl(?:[.-]\d+)?$/;
const MAX_REJECT_TEXT = 10_000;

/**
 * Watches a folder of JSONL event files. Files may grow, rotate, be cut or replaced; a line without its newline
 * waits. Bad lines go to `rejects/<file>.rejects.jsonl` beside the files and stop nothing. Places are kept after the
 * spool has the lines: after a crash some are read again, and add nothing.
 */
export function watchTraceDir(options: TraceDirOptions): TraceDir {
  const watcher = new TraceWatcher(options);
  watcher.schedule();
  return watcher;
}

class TraceWatcher implements TraceDir {
  readonly #options: TraceDirOptions;
  #places: Map<string, FilePlace> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  constructor(options: TraceDirOptions) {
    this.#options = options;
  }

  schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.look().then(() => this.schedule());
    }, this.#options.pollMs ?? POLL_MS);
    this.#timer.unref();
  }

  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { directory, stateFile, log } = this.#options;
    try {
      await mkdir(directory, { recursive: true });
      this.#places ??= await readPlaces(stateFile);
      const names = (await readdir(directory)).filter((name) => TRACE_FILE.test(name));
      // Feedback refers to chats, so their files are read before.
      for (const name of names.sort(feedbackLast)) await this.#readFile(name, this.#places);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log.error({ err: asError(error) }, 'event files cannot be read');
      this.#failing = true;
    }
  }

  async #readFile(name: string, places: Map<string, FilePlace>): Promise<void> {
    const path = join(this.#options.directory, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return;
    const key = `${found.dev}:${found.ino}`;
    let place = await resumeAt(path, found.size, places.get(key));
    while (place.offset < found.size && !this.#stopped && !this.#mustWait()) {
      const next = await this.#readPart({ name, path }, place);
      if (next === null) break;
      place = await withHead(path, next);
      places.set(key, place);
      await writePlaces(this.#options.stateFile, places);
    }
  }

  /** A file keeps what the spool has no room for now. */
  #mustWait(): boolean {
    return this.#options.spool.status().degraded;
  }

  /** Takes the whole lines of the next stretch; null when there is none yet. */
  async #readPart(
    { name, path }: { name: string; path: string },
    place: FilePlace,
  ): Promise<FilePlace | null> {
    const { maxLineBytes } = this.#options;
    const file = await open(path, 'r');
    let bytes: Buffer;
    try {
      bytes = await readAt(file, place.offset, Math.max(READ_BYTES, maxLineBytes + 1));
    } finally {
      await file.close();
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      if (bytes.length <= maxLineBytes) return null;
      // The line is too long already: its rest is passed over until its newline comes.
      if (!place.skipping) await this.#reject(name, [tooLong(place.line + 1, maxLineBytes)]);
      return { ...place, offset: place.offset + bytes.length, skipping: true };
    }
    const lines = bytes.toString('utf8', 0, end - 1).split('\n');
    const first = place.skipping ? 1 : 0;
    const events = lines
      .slice(first)
      .map((text, index) => ({ line: place.line + 1 + first + index, text }));
    await this.#take(name, events);
    return {
      ...place,
      offset: place.offset + end,
      line: place.line + lines.length,
      skipping: false,
    };
  }

  async #take(name: string, events: { line: number; text: string }[]): Promise<void> {
    const { spool, projectId, maxLineBytes, clock } = this.#options;
    const source = { projectId, origin: 'event', nowMs: clock.now(), timeRequired: true } as const;
    const { rejected } = await takeEvents({ spool, source, maxLineBytes }, events);
    const texts = new Map(events.map(({ line, text }) => [line, text]));
    await this.#reject(
      name,
      rejected.map((rejection) => ({ ...rejection, text: texts.get(rejection.line) ?? '' })),
    );
  }

  async #reject(
    name: string,
    rejections: readonly { line: number; reason: string; text: string }[],
  ): Promise<void> {
    if (rejections.length === 0) return;
    const { directory, log, metrics, clock } = this.#options;
    const folder = join(directory, 'rejects');
    await mkdir(folder, { recursive: true });
    const at = new Date(clock.now()).toISOString();
    const lines = rejections.map(({ line, reason, text }) =>
      JSON.stringify({ at, file: name, line, reason, text: text.slice(0, MAX_REJECT_TEXT) }),
    );
    await appendFile(join(folder, `${name}.rejects.jsonl`), `${lines.join('\n')}\n`);
    metrics.program.rejected.inc({ reason: 'event' }, rejections.length);
    log.warn({ file: name, lines: rejections.length }, 'lines of an event file were refused');
  }
}

function tooLong(
  line: number,
  maxLineBytes: number,
): { line: number; reason: string; text: string } {
  return { line, reason: `the line is longer than ${maxLineBytes} bytes`, text: '' };
}

/** Order of files in which what others refer to comes first. */
export function feedbackLast(a: string, b: string): number {
  const rank = (name: string): number => (/feedback|score/i.test(name) ? 1 : 0);
  return rank(a) - rank(b) || a.localeCompare(b);
}
