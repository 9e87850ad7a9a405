import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './services.ts';

/** A real Redis server of a test, on a port and in a folder of its own. */
export interface TestRedis {
  readonly url: string;
  /** Ends the server at once; nothing is kept. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Lets it stand still: connections stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Every key, for looking inside. */
  keys(): string[];
  /** As after a failover: scripts that were sent are no longer known. */
  forgetScripts(): void;
  stop(): Promise<void>;
}

const SERVER = 'redis-server';
const CLIENT = 'redis-cli';

/** Whether `redis-server` is installed here. */
export function redisInstalled(): boolean {
  try {
    execFileSync(SERVER, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const READY_TIMEOUT_MS = 20_000;

/** Starts a server that keeps nothing on disk. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'lqo-redis-'));
  let child = launch();
  const onExit = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  await ready();

  function launch(): ReturnType<typeof spawn> {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    return spawn(SERVER, [...settings, '--appendonly', 'no'], { stdio: 'ignore' });
  }
  function ask(...command: string[]): string {
    return execFileSync(CLIENT, ['-p', String(port), ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
  async function ready(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      try {
        if (ask('ping').startsWith('PONG')) return;
      } catch {
        // Not yet.
      }
      if (Date.now() > deadline) throw new Error('Redis does not start');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill();
      child = launch();
      await ready();
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    keys: () => ask('keys', '*').split('\n').filter(Boolean).sort(),
    forgetScripts: () => void ask('script', 'flush'),
    async stop() {
      process.off('exit', onExit);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until something holds, looking every few milliseconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
