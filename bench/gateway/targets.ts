import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, stopChild } from './child.ts';

/** Something that is measured. */
export interface Target {
  readonly name: string;
  /** Null for the mock itself, whose CPU is nobody's. */
  readonly pid: number | null;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'lqo_bench_key_of_the_load_generator';
const PORTKEY = '1.15.2';
const PATH = '/v1/chat/completions';

/** Everything that is compared, in front of one provider. Portkey is left out when it cannot be installed. */
export async function startTargets(mockPort: number): Promise<Target[]> {
  const starts = [startBare, startOurs, (port: number) => startProgram(port), startPortkey];
  const targets: Target[] = [
    { name: 'direct', pid: null, port: mockPort, path: PATH, headers: {}, stop: async () => {} },
  ];
  for (const start of starts) {
    const target = await start(mockPort);
    if (target !== null) targets.push(target);
  }
  return targets;
}

export async function startBare(mockPort: number): Promise<Target> {
  const child = await startChild('bare-process.ts', [`http://127.0.0.1:${mockPort}`]);
  return {
    name: 'bare node:http + undici',
    pid: child.pid,
    port: Number(child.hello['port']),
    path: PATH,
    headers: {},
    stop: () => child.stop(),
  };
}

function environment(mockPort: number, dataDir: string): Record<string, string> {
  return {
    LLM_API_BASE_URL: `http://127.0.0.1:${mockPort}/v1`,
    LLM_API_KEY: 'sk-provider',
    LQO_API_KEY: KEY,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'ERROR',
    TRACE_DIR: join(dataDir, 'traces'),
  };
}

export async function startOurs(mockPort: number): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lqo-bench-'));
  const child = await startChild('ours-process.ts', [], environment(mockPort, dataDir));
  return {
    name: 'ours: gateway + durable spool',
    pid: child.pid,
    port: Number(child.hello['port']),
    path: PATH,
    headers: { authorization: `Bearer ${KEY}` },
    async stop() {
      await child.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * The whole program: gateway, loader, embedded database and evaluation in one process; with `workers`
 * above 1, gateway processes beside it.
 */
export async function startProgram(mockPort: number, workers = 1): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lqo-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'start'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...environment(mockPort, dataDir),
      PORT: String(port),
      LQO_WORKERS: String(workers),
    },
  });
  await answering(child, `http://127.0.0.1:${port}/health`);
  return {
    name: 'ours: whole program (loader, database)',
    pid: child.pid ?? 0,
    port,
    path: PATH,
    headers: { authorization: `Bearer ${KEY}` },
    async stop() {
      await stopChild(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startPortkey(mockPort: number): Promise<Target | null> {
  const folder = join(ROOT, '.tools/portkey');
  const file = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(file) && !installPortkey(folder)) return null;
  const port = await freePort();
  const child = spawn(process.execPath, [file, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
  });
  await answering(child, `http://127.0.0.1:${port}/`);
  return {
    name: `@portkey-ai/gateway ${PORTKEY}`,
    pid: child.pid ?? 0,
    port,
    path: PATH,
    headers: {
      authorization: 'Bearer sk-provider',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${mockPort}/v1`,
    },
    stop: () => stopChild(child),
  };
}

function installPortkey(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel', 'error'];
    execFileSync('npm', [...args, `@portkey-ai/gateway@${PORTKEY}`], {
      cwd: folder,
      stdio: 'inherit',
    });
    return true;
  } catch (error) {
    console.error('Portkey could not be installed and is left out:', error);
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the process behind ${url} ended`);
    const answered = await fetch(url).then(
      (response) => response.status < 500,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`nothing answers at ${url}`);
}
