import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that belongs to this process until `release`. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Another program holds the folder; the message names it. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  readonly pid: number;

  constructor(message: string, pid: number) {
    super(message);
    this.pid = pid;
  }
}

interface Owner {
  readonly id: string;
  readonly pid: number;
  /** When the process began, in the system's words: tells a pid apart from its next user. */
  readonly started: string;
  /** Machine, boot and container: only there a pid means anything. */
  readonly place: string;
}

const HEARTBEAT_MS = 5_000;
/** An owner of another machine or container that was silent for so long is gone. */
const SILENT_MS = 20_000;
const RETRY_MS = 500;

/**
 * Takes the file as a lock, or throws `FolderLockedError`. The lock of a program that was killed is
 * taken over at once, also when its pid meanwhile belongs to somebody else; one left by another
 * machine or container after 20 s without a sign of life.
 */
export async function lockFolder(file: string): Promise<FolderLock> {
  await mkdir(dirname(file), { recursive: true });
  const guard = await holdName(file);
  try {
    const owner = await takeFile(file);
    const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
    heartbeat.unref();
    return {
      release: async (): Promise<void> => {
        clearInterval(heartbeat);
        if ((await readOwner(file))?.id === owner.id) await rm(file, { force: true });
        guard?.close();
      },
    };
  } catch (error) {
    guard?.close();
    throw error;
  }
}

/**
 * On Linux the kernel itself keeps a name for us (an abstract socket) and frees it with the process,
 * so two programs that start together can never both win. Elsewhere the file has to do.
 */
async function holdName(file: string): Promise<Server | null> {
  if (process.platform !== 'linux') return null;
  const { dev, ino } = statSync(realpathSync(dirname(file)));
  const name = createHash('sha256')
    .update(`${dev}:${ino}:${file.split('/').at(-1)}`)
    .digest('hex');
  const server = createServer((socket) => socket.destroy());
  const held = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(`\0lqo-${name}`, () => resolve(true));
  });
  if (!held) throw lockedBy(file, await readOwner(file));
  server.unref();
  return server;
}

async function takeFile(file: string): Promise<Owner> {
  for (;;) {
    const mine = await createFile(file);
    if (mine !== null) return mine;
    const owner = await readOwner(file);
    if (owner !== null && owner.place === here() && isAlive(owner)) throw lockedBy(file, owner);
    if (owner === null || owner.place === here() || silentMs(file) > SILENT_MS) {
      discard(file);
      continue;
    }
    await waitForSilence(file, owner);
  }
}

/** Another container's lock: its owner still beats, or stops beating while we look. */
async function waitForSilence(file: string, owner: Owner): Promise<void> {
  const before = modifiedMs(file);
  for (let waited = 0; waited <= SILENT_MS; waited += RETRY_MS) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const now = modifiedMs(file);
    if (now === null) return;
    if (now !== before) throw lockedBy(file, owner);
  }
}

/** Written beside and linked into place, so that the lock is never seen half-written. */
async function createFile(file: string): Promise<Owner | null> {
  const owner: Owner = {
    id: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    place: here(),
  };
  const draft = `${file}.${owner.id}`;
  const handle = await open(draft, 'wx');
  try {
    await handle.writeFile(JSON.stringify(owner));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return owner;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    const owner: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isOwner(owner) ? owner : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    'place' in value &&
    'id' in value
  );
}

function isAlive(owner: Owner): boolean {
  return startOf(owner.pid) === owner.started;
}

/** When a process began; null when there is none (a dead one that waits for its parent is none). */
function startOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may contain anything; the fields follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

let place: string | null = null;

function here(): string {
  place ??= [hostname(), firstOf(bootId, noPlace), firstOf(pidNamespace, noPlace)].join('/');
  return place;
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const pidNamespace = (): string => readlinkSync('/proc/self/ns/pid');
const noPlace = (): string => '-';

function firstOf(read: () => string, otherwise: () => string): string {
  try {
    return read();
  } catch {
    return otherwise();
  }
}

function silentMs(file: string): number {
  return Date.now() - (modifiedMs(file) ?? 0);
}

function modifiedMs(file: string): number | null {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return null;
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The folder is gone or full; the lock itself stays valid on this machine.
  }
}

function discard(file: string): void {
  const stale = join(dirname(file), `.stale-${randomUUID()}`);
  try {
    renameSync(file, stale);
  } catch {
    return;
  }
  void rm(stale, { force: true });
}

function lockedBy(file: string, owner: Owner | null): FolderLockedError {
  const folder = dirname(file);
  const who =
    owner === null
      ? 'another program'
      : owner.place === here()
        ? `process ${owner.pid}`
        : `process ${owner.pid} on another machine or in another container (${owner.place.split('/')[0]})`;
  return new FolderLockedError(
    `The data folder ${folder} is in use by ${who}. Stop that program first, or choose another folder with DATA_DIR. To run several programs on one database, use a PostgreSQL server (DATABASE_URL).`,
    owner?.pid ?? 0,
  );
}
