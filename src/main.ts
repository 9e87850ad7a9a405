import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { z } from 'zod';
import { createProgram } from './cli/program.ts';
import { createActions } from './commands.ts';
import { systemClock } from './core/clock.ts';
import { ConfigError, parseConfig } from './core/config.ts';
import { AppError } from './core/errors.ts';
import { runGatewayProcess } from './gateway-process.ts';
import { GATEWAY_PROCESS } from './gateway-processes.ts';
import { BackupError } from './store/backup-command.ts';
import { isDatabaseUnavailable } from './store/database-error.ts';
import { FolderLockedError } from './store/folder-lock.ts';
import { MigrationError } from './store/migrate.ts';
import { NotDurableError } from './store/pglite-engine.ts';

/** The package's folder: one up from `src/` in a checkout and from `dist/` when installed. */
const root = join(import.meta.dirname, '..');

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** Aborted by the first Ctrl-C or SIGTERM, or when the launcher that started us dies. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    // A second signal means that the person no longer wants to wait.
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  process.on('disconnect', () => controller.abort());
  return controller.signal;
}

/** Signals of a terminal reach all our processes; a gateway process leaves when the main one tells it to. */
async function gatewayProcess(): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  await runGatewayProcess(systemClock);
  return 0;
}

/** Exit codes: 0 done, 1 failed, 2 used wrongly. */
async function main(): Promise<number> {
  const version = readVersion();
  const webRoot = join(root, 'dist', 'web');
  const actions = createActions({
    config: () => parseConfig(process.env),
    version,
    webRoot: existsSync(join(webRoot, 'index.html')) ? webRoot : null,
    clock: systemClock,
    signal: stopSignal(),
    print: (text) => process.stdout.write(`${text}\n`),
  });
  try {
    await createProgram(version, actions).parseAsync(process.argv);
    return 0;
  } catch (thrown) {
    return explain(thrown);
  }
}

/** Their messages say what to do; a stack would only hide it. */
const EXPECTED = [
  ConfigError,
  AppError,
  FolderLockedError,
  MigrationError,
  NotDurableError,
  BackupError,
];

function explain(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode;
  process.stderr.write(`${messageOf(thrown)}\n`);
  return thrown instanceof ConfigError ? 2 : 1;
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (isDatabaseUnavailable(thrown)) {
    return `The database does not answer (${thrown.message}). Is it running, and is DATABASE_URL right?`;
  }
  const isExpected = EXPECTED.some((kind) => thrown instanceof kind);
  return isExpected ? thrown.message : (thrown.stack ?? thrown.message);
}

process.exitCode = await (process.argv[2] === GATEWAY_PROCESS ? gatewayProcess() : main());
// Idle sockets of clients must not keep a drained program alive.
process.exit();
