import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real PostgreSQL server of a test run, on a port and in a folder of its own. */
export interface TestPostgres {
  /** Of the maintenance database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Pulls the plug (SIGKILL of all its processes); the data stays for `restart`. */
  kill(): Promise<void>;
  /** Shuts down in an orderly way; the data stays for `restart`. */
  pause(): Promise<void>;
  /** Starts the server again on the same port and data. */
  restart(): Promise<void>;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Where the server's programs are; null when no PostgreSQL 15 or newer is installed. */
export function postgresPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((n) => n >= 15)
    : [];
  const folders = versions.sort((a, b) => b - a).map((version) => `${root}/${version}/bin`);
  return (
    [...folders, '/usr/local/bin', '/opt/homebrew/bin'].find((folder) =>
      existsSync(join(folder, 'initdb')),
    ) ?? null
  );
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root, so root hands it to the user `postgres`. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : {};
}

const READY_TIMEOUT_MS = 30_000;

/**
 * Starts a server. `durable` keeps fsync and synchronous commits on, for tests that kill it;
 * otherwise it is as fast as can be.
 */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<TestPostgres> {
  const programs = postgresPrograms();
  if (programs === null) throw new Error('PostgreSQL is not installed');
  const identity = serverIdentity();
  const folder = mkdtempSync(join(tmpdir(), 'lqo-pg-'));
  if (identity.uid !== undefined && identity.gid !== undefined) {
    chownSync(folder, identity.uid, identity.gid);
  }
  const data = join(folder, 'data');
  const env = { ...process.env, HOME: folder };
  const initdb = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(join(programs, 'initdb'), [...initdb, '--no-sync'], {
    stdio: 'ignore',
    cwd: folder,
    env,
    ...identity,
  });
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  if (options.durable !== true) {
    settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  }
  const log = join(folder, 'server.log');
  appendFileSync(log, '');
  let child = launch();

  function launch(): ReturnType<typeof spawn> {
    const output = openSync(log, 'a');
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    return spawn(join(programs ?? '', 'postgres'), args, {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', output, output],
      ...identity,
    });
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    signalGroup(child.pid, signal);
    await gone;
  }
  async function ready(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!isReady(programs ?? '', port)) {
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error(`PostgreSQL does not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  const onExit = (): void => {
    signalGroup(child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  await ready();

  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    port,
    kill: () => end('SIGKILL'),
    pause: () => end('SIGINT'),
    async restart() {
      await end('SIGINT');
      child = launch();
      await ready();
    },
    async stop() {
      process.off('exit', onExit);
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

function isReady(programs: string, port: number): boolean {
  try {
    execFileSync(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]);
    return true;
  } catch {
    return false;
  }
}
