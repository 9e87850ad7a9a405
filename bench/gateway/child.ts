import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process of the bench that answers messages. */
export interface Child {
  readonly pid: number;
  /** The first message it sent. */
  readonly hello: Readonly<Record<string, unknown>>;
  ask<Answer>(message: object | string): Promise<Answer>;
  stop(): Promise<void>;
}

const CLOCK_TICKS = 100;

/** Starts a file of this folder (or a command) and waits for its first message. */
export async function startChild(
  file: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Child> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...environment },
  });
  const hello = await nextMessage<Record<string, unknown>>(child);
  return {
    pid: child.pid ?? 0,
    hello,
    ask<Answer>(message: object | string) {
      const answer = nextMessage<Answer>(child);
      child.send(message);
      return answer;
    },
    stop: () => stopChild(child),
  };
}

export function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function nextMessage<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a bench process ended (${code})`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Answer);
    });
  });
}

/** CPU seconds so far: of a process with the processes it started, and of its main thread alone. */
export function cpuSeconds(pid: number): { process: number; main: number } {
  const all = [pid, ...childrenOf(pid)].map((one) => ticksOf(`/proc/${one}/stat`));
  return {
    process: all.reduce((sum, ticks) => sum + ticks, 0) / CLOCK_TICKS,
    main: ticksOf(`/proc/${pid}/task/${pid}/stat`) / CLOCK_TICKS,
  };
}

/** The processes that a process started. */
export function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

function ticksOf(file: string): number {
  // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Resident memory in MiB. */
export function residentMib(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? Number.NaN) / 1024;
}
