import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { SpoolLedger } from '../../src/ingest/ledger.ts';

/** What is stored at the end, as the process that loaded the rest saw it. */
export interface Stored {
  readonly ids: readonly string[];
  readonly bodies: number;
  /** Interactions as the roll-ups counted them. */
  readonly counted: number;
  readonly ledger: SpoolLedger;
}

export interface ProcessOptions {
  readonly dataDir: string;
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
}

type Message = Partial<Stored> & { readonly ready?: boolean; readonly acknowledged?: string };

const PROGRAM = join(import.meta.dirname, 'recording-process.ts');

function start(mode: 'load' | 'write' | 'check', options: ProcessOptions): ChildProcess {
  return fork(PROGRAM, {
    env: {
      PATH: process.env['PATH'],
      RECORD_MODE: mode,
      DATA_DIR: options.dataDir,
      DATABASE_URL: options.databaseUrl ?? '',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** A process that records under load. */
export interface Recorder {
  kill(): Promise<void>;
  /** Lets it finish in an orderly way. */
  stop(): Promise<void>;
}

/** Starts one, waits until it records, and collects the ids it acknowledged in `acknowledged`. */
export async function startRecorder(
  mode: 'load' | 'write',
  options: ProcessOptions & { readonly acknowledged: Set<string> },
): Promise<Recorder> {
  const child = start(mode, options);
  const exited = exitOf(child);
  const isReady = new Promise<void>((resolve) => {
    child.on('message', (message: Message) => {
      if (message.ready) resolve();
      if (message.acknowledged) options.acknowledged.add(message.acknowledged);
    });
  });
  await Promise.race([isReady, exited.then(({ error }) => Promise.reject(new Error(error)))]);
  return {
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await exited;
    },
    async stop(): Promise<void> {
      child.send('stop');
      const { code, error } = await exited;
      if (code !== 0) throw new Error(error);
    },
  };
}

/** Loads what is left and answers what is stored. */
export async function loadRest(options: ProcessOptions): Promise<Stored> {
  const child = start('check', options);
  const answered = new Promise<Stored>((resolve) => child.once('message', resolve));
  const { error } = await exitOf(child);
  // The last message may arrive after the process has ended.
  const tooLate = pause(10_000).then(() => Promise.reject(new Error(`No answer: ${error}`)));
  return await Promise.race([answered, tooLate]);
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; error: string }> {
  let error = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    error += chunk.toString();
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve({ code, error })));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
