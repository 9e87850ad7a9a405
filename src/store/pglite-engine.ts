import { closeSync, fsyncSync } from 'node:fs';
import { PGlite, types } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { leaveLoopOnExit } from './pglite-stop.ts';
import { parserTable } from './values.ts';

/**
 * PGlite starts with `-F` (no fsync) and its file system has no fsync at all: it survives a killed
 * process but not a power cut. A durable engine starts without `-F`, lets the log be synced by
 * `fsync` (the other methods never reach the file system), and gives Emscripten's view of Node's
 * file system the missing operation, before PostgreSQL starts, so that crash recovery syncs too.
 */
export interface DurableEngine {
  readonly pg: PGlite;
  /** How often PostgreSQL has asked for a sync so far. */
  fsyncs(): number;
  /** Lets go of the files of an engine that stopped by itself and must not be called any more. */
  discard(): void;
}

/** An update of PGlite took the fsync hook away: the embedded store must not be used. */
export class NotDurableError extends Error {
  override readonly name = 'NotDurableError';
}

const UNFIT =
  'This version of PGlite does not fit. Use DATABASE_URL with a PostgreSQL server, or the version of PGlite that this program was released with';

/** Emscripten's number for an input/output error, which makes PostgreSQL stop rather than go on. */
const EIO = 29;

const SETTINGS = ['-c', 'TimeZone=UTC', '-c', 'lc_messages=C'];
const DURABLE = ['-c', 'wal_sync_method=fsync', '-c', 'full_page_writes=on'];

/** Opens a database in memory, empty or from a snapshot. Parameters and rows follow `values.ts`. */
export function openMemoryEngine(snapshot?: Blob): Promise<PGlite> {
  return PGlite.create({
    startParams: [...PGlite.defaultStartParams, ...SETTINGS],
    ...valueRules(),
    ...(snapshot === undefined ? {} : { loadDataDir: snapshot }),
  });
}

/** Opens (or creates) the database in a folder, with every commit on disk before it answers. */
export async function openDurableEngine(folder: string): Promise<DurableEngine> {
  const fs = new SyncingNodeFS(folder);
  try {
    const pg = await PGlite.create({
      fs,
      startParams: [
        ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
        ...SETTINGS,
        ...DURABLE,
      ],
      ...valueRules(),
    });
    if (!leaveLoopOnExit(pg)) throw new NotDurableError(`${UNFIT} (its main loop has changed).`);
    return { pg, fsyncs: () => fs.fsyncs, discard: () => fs.discard() };
  } catch (error) {
    fs.discard();
    throw error;
  }
}

/**
 * Commits something and looks whether that reached the disk. Throws `NotDurableError` when it did
 * not, so that nobody runs on a store that only seems to keep things.
 */
export async function checkDurability(engine: DurableEngine): Promise<void> {
  const before = engine.fsyncs();
  await engine.pg.query("select pg_logical_emit_message(true, 'lqo', 'durability check')");
  const synced = engine.fsyncs() - before;
  const { rows } = await engine.pg.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'wal_sync_method')",
  );
  const wrong = rows.filter(({ setting }) => setting !== 'on' && setting !== 'fsync');
  if (synced > 0 && rows.length === 4 && wrong.length === 0) return;
  const reason =
    synced > 0 ? `settings ${JSON.stringify(wrong)}` : 'a commit did not sync its log to disk';
  throw new NotDurableError(
    `The embedded database would not survive a power cut (${reason}). ${UNFIT}.`,
  );
}

interface SyncableStream {
  readonly nfd?: number;
}

interface PostgresModule {
  readonly FS?: { readonly streams?: readonly (SyncableStream | null | undefined)[] };
  readonly NODEFS?: { stream_ops?: { fsync?: (stream: SyncableStream) => number } };
}

class SyncingNodeFS extends NodeFS {
  fsyncs = 0;
  #module: PostgresModule | null = null;

  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const addFsync = (module: PostgresModule): void => {
      this.#module = module;
      const operations = module.NODEFS?.stream_ops;
      if (operations) operations.fsync = (stream): number => this.#sync(stream);
    };
    return {
      emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] },
    };
  }

  discard(): void {
    for (const stream of this.#module?.FS?.streams ?? []) {
      if (typeof stream?.nfd !== 'number') continue;
      try {
        closeSync(stream.nfd);
      } catch {
        // Closed before.
      }
    }
    this.#module = null;
  }

  #sync(stream: SyncableStream): number {
    if (stream.nfd === undefined) return 0;
    try {
      fsyncSync(stream.nfd);
    } catch {
      return EIO;
    }
    this.fsyncs += 1;
    return 0;
  }
}

/** How values cross: everything goes in as text, the shared table reads what comes out. */
function valueRules(): {
  serializers: Record<number, (value: unknown) => string>;
  parsers: Record<number, (text: string) => unknown>;
} {
  const asIs = (value: unknown): string => String(value);
  const serializers = Object.fromEntries(Object.keys(types.serializers).map((oid) => [oid, asIs]));
  return { serializers, parsers: parserTable() };
}
