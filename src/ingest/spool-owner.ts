import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Who writes into a writer's folder. A folder belongs to one process for its whole life and is never
 * written by another: when the owner is dead, loaders finish what it left and remove it. So nobody has
 * to take a lock over, and a wrong guess about life can delay loading but never mix two writers.
 */
const Owner = z.object({
  pid: z.number().int(),
  /** Start of the process in clock ticks since boot, so that a reused pid is not mistaken for it. */
  startTicks: z.string().nullable(),
  bootId: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  host: z.string(),
  /** Whether this process loads its records itself; if not, any loader does while it lives. */
  loads: z.boolean(),
  closed: z.boolean(),
});
type Owner = z.infer<typeof Owner>;

const OWNER_FILE = 'owner.json';
/** How often a writer shows that it lives, for processes that cannot see its pid (other containers). */
export const HEARTBEAT_MS = 5_000;
const HEARTBEAT_STALE_MS = 30_000;

function firstOf(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null; // No /proc on this system: the heartbeat decides.
  }
}

function startTicks(pid: number | 'self'): string | null {
  return firstOf(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces; field 22 counts from the pid.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });
}

/** This process as the owner of a new folder. */
export function thisProcess(loads: boolean): Owner {
  return {
    pid: process.pid,
    startTicks: startTicks('self'),
    bootId: firstOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    pidNamespace: firstOf(() => readlinkSync('/proc/self/ns/pid')),
    host: hostname(),
    loads,
    closed: false,
  };
}

export async function writeOwner(directory: string, owner: Owner): Promise<void> {
  await writeFile(join(directory, OWNER_FILE), JSON.stringify(owner), { flush: true });
}

export async function touchOwner(directory: string): Promise<void> {
  const now = new Date();
  await utimes(join(directory, OWNER_FILE), now, now);
}

/** What a loader has to know about the writer of a folder. */
export interface Writer {
  readonly alive: boolean;
  /** False when only its heartbeat tells, which a step of the clock can make look old. */
  readonly certain: boolean;
  /** Whether the writer's own process loads the folder while it lives. */
  readonly loads: boolean;
}

/** A folder without a readable owner is being made or removed, unless it stays like that. */
const NO_OWNER_MS = 60_000;

/** The writer of a folder; null when that cannot be told yet. */
export async function readWriter(directory: string, nowMs: number): Promise<Writer | null> {
  try {
    const path = join(directory, OWNER_FILE);
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const owner = Owner.parse(JSON.parse(text));
    return { ...judge(owner, nowMs - mtimeMs), loads: owner.loads };
  } catch {
    const ageMs = await stat(directory).then(
      ({ mtimeMs }) => nowMs - mtimeMs,
      () => 0,
    );
    return ageMs > NO_OWNER_MS ? { alive: false, certain: false, loads: false } : null;
  }
}

function judge(owner: Owner, heartbeatAgeMs: number): Pick<Writer, 'alive' | 'certain'> {
  if (owner.closed) return { alive: false, certain: true };
  const here = thisProcess(false);
  const sameHost = owner.host === here.host;
  if (sameHost && owner.bootId !== here.bootId) return { alive: false, certain: true };
  if (sameHost && owner.pidNamespace !== null && owner.pidNamespace === here.pidNamespace) {
    const alive = owner.startTicks !== null && startTicks(owner.pid) === owner.startTicks;
    return { alive, certain: true };
  }
  // A heartbeat from the future is one of a clock that was set back: it lives until proven otherwise.
  return { alive: heartbeatAgeMs < HEARTBEAT_STALE_MS, certain: false };
}
