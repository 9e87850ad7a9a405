import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricWindow } from '../contract/windows.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Database } from '../store/database.ts';
import { type FolderLock, FolderLockedError, lockFolder } from '../store/folder-lock.ts';
import { WINDOW_MS, windowOf } from './metric-windows.ts';

export interface MetricsFilesOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** `DATA_DIR/metrics`; made when it is missing. */
  readonly directory: string;
}

/** Writes closed windows as files, for whoever reads tcVocLLM's `data/metrics`. */
export interface MetricsFiles {
  /** Writes what is due, unless a look is under way. Resolves when that look is over; never rejects. */
  look(): Promise<void>;
  /** Ends after the look under way and gives the folder back. */
  stop(): Promise<void>;
}

const WINDOWS: readonly MetricWindow[] = ['1m', '5m', '1h'];
/** Files kept of each project and window: two hours, a day, a week. */
const KEPT: Readonly<Record<MetricWindow, number>> = { '1m': 120, '5m': 288, '1h': 168 };
/** What belongs to a window may come a little late. */
const SETTLE_MS = 10_000;
const MOST_PROJECTS = 20;
/** After a pause the rest follows at the next look. */
const MOST_AT_ONCE = 60;
const NAME = /^(.+)\.(1m|5m|1h)\.(\d{8}T\d{6}Z)\.json$/;

/**
 * One file for each project, window and end of a window: `default.5m.20261120T101500Z.json`. One process writes a
 * folder; each file appears whole; after a restart writing goes on where the newest file ends.
 */
export function createMetricsFiles(options: MetricsFilesOptions): MetricsFiles {
  let lock: FolderLock | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;
  const work = async (): Promise<void> => {
    try {
      lock ??= await lockFolder(join(options.directory, '.lock'));
      await writeDue(options, () => stopped);
    } catch (thrown) {
      // Another process writes this folder, and this one is here when it ends.
      if (thrown instanceof FolderLockedError) return;
      options.log.warn({ err: asError(thrown) }, 'metrics files could not be written');
    }
  };
  return {
    look(): Promise<void> {
      if (stopped) return Promise.resolve();
      running ??= work().finally(() => {
        running = null;
      });
      return running;
    },
    async stop(): Promise<void> {
      stopped = true;
      await running;
      await lock?.release();
    },
  };
}

async function writeDue(
  { database, clock, directory }: MetricsFilesOptions,
  isStopped: () => boolean,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  const projects = await database.query<{ id: string; slug: string }>(
    `select id, slug from projects order by created_at, id limit ${MOST_PROJECTS}`,
  );
  for (const { id, slug } of projects) {
    for (const window of WINDOWS) {
      const own = endsOf(names, slug, window);
      for (const end of dueEnds(own.at(-1) ?? null, window, clock.now() - SETTLE_MS)) {
        if (isStopped()) return;
        const to = new Date(end);
        const figures = await windowOf(database, { projectId: id, project: slug, window, to });
        await writeWhole(directory, nameOf(slug, window, end), JSON.stringify(figures));
        own.push(end);
      }
      for (const end of own.slice(0, Math.max(0, own.length - KEPT[window]))) {
        await rm(join(directory, nameOf(slug, window, end)), { force: true });
      }
    }
  }
  await removeOthers(directory, names, new Set(projects.map(({ slug }) => slug)));
}

/** The ends of windows that are over and have no file, oldest first; the last one alone where there is none at all. */
function dueEnds(newest: number | null, window: MetricWindow, nowMs: number): number[] {
  const length = WINDOW_MS[window];
  const last = Math.floor(nowMs / length) * length;
  const first =
    newest === null ? last : Math.max(newest + length, last - (KEPT[window] - 1) * length);
  const count = Math.max(0, Math.floor((last - first) / length) + 1);
  return Array.from({ length: Math.min(count, MOST_AT_ONCE) }, (_, at) => first + at * length);
}

function nameOf(slug: string, window: MetricWindow, end: number): string {
  const text = new Date(end).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${slug}.${window}.${text}.json`;
}

/** The ends of a project's files of a window, oldest first. */
function endsOf(names: readonly string[], slug: string, window: MetricWindow): number[] {
  return names
    .flatMap((name) => {
      const [, project, own, text = ''] = NAME.exec(name) ?? [];
      if (project !== slug || own !== window) return [];
      return [Date.parse(text.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))];
    })
    .toSorted((a, b) => a - b);
}

async function writeWhole(directory: string, name: string, text: string): Promise<void> {
  const part = join(directory, `${name}.part`);
  await writeFile(part, text);
  await rename(part, join(directory, name));
}

/** Parts that a crash left, and files of projects that are gone. */
async function removeOthers(
  directory: string,
  names: readonly string[],
  slugs: ReadonlySet<string>,
): Promise<void> {
  for (const name of names) {
    const project = NAME.exec(name)?.[1];
    const isGone = project !== undefined && !slugs.has(project);
    if (isGone || name.endsWith('.part')) await rm(join(directory, name), { force: true });
  }
}
