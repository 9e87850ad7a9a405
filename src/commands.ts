import { z } from 'zod';
import type { Administration } from './access/administration.ts';
import {
  createKeyCommand,
  listKeysCommand,
  revokeKeyCommand,
  signInCommand,
} from './access/command.ts';
import { administer, withDatabase } from './administer.ts';
import type { RunningApp } from './app.ts';
import { startApp } from './app.ts';
import type { CommandActions } from './cli/program.ts';
import { createProgressBar, type Progress } from './cli/progress.ts';
import { Scope } from './contract/access.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import { createLog, type Log } from './core/log.ts';
import { datasetActions } from './dataset-commands.ts';
import { fillDemoProject } from './demo-project.ts';
import { doctorActions } from './doctor-command.ts';
import { importEvents } from './import-events.ts';
import { monitorActions } from './monitor-commands.ts';
import { type BackupProgress, backup, restore } from './store/backup-command.ts';
import type { Database } from './store/database.ts';

export interface ActionDeps {
  /** The checked configuration; throws ConfigError. */
  config(): Config;
  readonly version: string;
  readonly webRoot: string | null;
  readonly clock: Clock;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  print(text: string): void;
}

/** What each command of `lqo` does. */
export function createActions(deps: ActionDeps): CommandActions {
  const printing = async (
    command: (administration: Administration, baseUrl: string) => Promise<string>,
  ): Promise<void> =>
    deps.print(await administer({ config: deps.config(), clock: deps.clock }, command));
  return {
    ...datasetActions(deps),
    ...doctorActions(deps),
    ...monitorActions(deps),
    start: (options) => start(deps, options),
    backup: (file) => backupTo(deps, file),
    restore: (file) => restoreFrom(deps, file),
    importFiles: (files, options) => importEvents(deps, files, options),
    createKey: ({ scopes, ...wish }) =>
      printing((administration) =>
        createKeyCommand(administration, { ...wish, scopes: z.array(Scope).parse(scopes) }),
      ),
    listKeys: ({ project }) =>
      printing((administration) => listKeysCommand(administration, project)),
    revokeKey: (id) => printing((administration) => revokeKeyCommand(administration, id)),
    signIn: () => printing(signInCommand),
  };
}

async function start(deps: ActionDeps, { demo }: { demo: boolean }): Promise<void> {
  const config = deps.config();
  const log = createLog(config.LOG_LEVEL);
  const app = await startApp({ ...deps, config, log });
  deps.print(welcome(app, deps.version));
  const filling = demo ? addDemo(deps, app, log) : Promise.resolve();
  const crash = await Promise.race([untilAborted(deps.signal), app.crashed]);
  if (crash !== null) log.fatal({ err: crash }, 'a part of the program ended');
  else log.info('stopping');
  await filling;
  await app.stop();
  if (crash !== null) throw crash;
}

async function backupTo(deps: ActionDeps, file: string): Promise<void> {
  const { rows, tables, bytes } = await withBar(deps, 'backup', (database, onProgress) =>
    backup({ database, file, signal: deps.signal, onProgress }),
  );
  deps.print(`Wrote ${rows} rows of ${tables} tables to ${file} (${bytes} bytes).`);
}

async function restoreFrom(deps: ActionDeps, file: string): Promise<void> {
  await withBar(deps, 'restore', (database, onProgress) =>
    restore({ database, file, signal: deps.signal, onProgress }),
  );
  deps.print(`Restored ${file}.`);
}

async function withBar<Result>(
  { config, clock }: ActionDeps,
  title: string,
  work: (database: Database, onProgress: (progress: BackupProgress) => void) => Promise<Result>,
): Promise<Result> {
  const bar = createProgressBar(title, () => clock.monotonic());
  try {
    return await withDatabase({ config: config(), clock }, (database) =>
      work(database, (progress) => bar.update(rowsOf(progress))),
    );
  } finally {
    bar.stop();
  }
}

function rowsOf({ rows, totalRows }: BackupProgress): Progress {
  return { done: rows, total: totalRows, unit: 'rows' };
}

/** Beside the running program: it answers meanwhile, and a stop leaves the rest for the next `--demo`. */
async function addDemo(
  { print, signal }: ActionDeps,
  { parts }: RunningApp,
  log: Log,
): Promise<void> {
  try {
    const added = await fillDemoProject(parts, signal);
    print(
      added === 0
        ? 'The project demo is there already.'
        : `Added ${added} generated records to the project demo; delete it in Settings when you have seen enough.`,
    );
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'the demo project could not be filled');
  }
}

function untilAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function welcome({ url, provisioned }: RunningApp, version: string): string {
  const { apiKey, signInPath } = provisioned;
  const keyLine =
    apiKey === null ? [] : [`  API key    ${apiKey}   (shown once; make more in Settings)`];
  const key = apiKey ?? '$LQO_KEY';
  const body = '{"model":"demo/good","messages":[{"role":"user","content":"What is 6 x 7?"}]}';
  return [
    '',
    `LLM Quality Observer ${version} is ready`,
    '',
    `  Dashboard  ${url}`,
    `  Sign in    ${new URL(signInPath, url).href}   (works once, for 15 minutes)`,
    ...keyLine,
    '',
    'Try it:',
    '',
    `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H "content-type: application/json" -d '${body}'`,
    '',
  ].join('\n');
}
