import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './services.ts';

/** A real server of a test, on a port of its own. */
export interface TestServer {
  readonly url: string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;

/** Starts Prometheus with a configuration that is there already. */
export function startPrometheus(configFile: string): Promise<TestServer> {
  return start('prometheus', (folder, address) => [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=${address}`,
    `--web.external-url=http://${address}`,
  ]);
}

/** Starts Alertmanager, alone. */
export function startAlertmanager(configFile: string): Promise<TestServer> {
  return start('prometheus-alertmanager', (folder, address) => [
    `--config.file=${configFile}`,
    `--storage.path=${folder}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]);
}

async function start(
  program: string,
  argsOf: (folder: string, address: string) => string[],
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), `lqo-${program}-`));
  mkdirSync(join(folder, 'data'));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, argsOf(join(folder, 'data'), address), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const url = `http://${address}`;
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady(url))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`${program} does not start:\n${printed.slice(-2000)}`);
    }
    await wait(50);
  }
  return { url, output: () => printed, stop };
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
