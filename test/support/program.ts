import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The real program in a process of its own, as a user starts it. */
export interface RunningProgram {
  readonly url: string;
  readonly signInUrl: string;
  /** The first key, as printed on the first start; the one given in the environment otherwise. */
  readonly apiKey: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  /** Removes the data folder. */
  remove(): void;
}

const root = join(import.meta.dirname, '../..');

/** Starts `lqo start` on a free port and waits until it says that it is ready. */
export async function startProgram(
  options: { env?: Record<string, string>; dataDir?: string; args?: readonly string[] } = {},
): Promise<RunningProgram> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'lqo-program-'));
  const child = spawn(
    process.execPath,
    [join(root, 'src', 'main.ts'), 'start', ...(options.args ?? [])],
    {
      cwd: dataDir,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: dataDir,
        TRACE_DIR: join(dataDir, 'traces'),
        LOG_LEVEL: 'warn',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('/v1/chat/completions')) resolve();
    });
    void exited.then((code) => reject(new Error(`The program ended with ${code}:\n${printed}`)));
  });
  return {
    url: find(printed, /Dashboard\s+(http:\/\/\S+)/),
    signInUrl: find(printed, /Sign in\s+(http:\/\/\S+)/),
    apiKey: /API key\s+(lqo_\S+)/.exec(printed)?.[1] ?? options.env?.['LQO_API_KEY'] ?? '',
    dataDir,
    process: child,
    output: () => printed,
    async stop() {
      child.kill('SIGTERM');
      return await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

function find(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`The program did not print ${pattern}:\n${text}`);
  return found;
}
