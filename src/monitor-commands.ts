import { readFile, writeFile } from 'node:fs/promises';
import { readMonitorsFile, writeMonitorsFile } from './alerting/monitors/file-text.ts';
import type { MonitorActions } from './cli/monitor-commands.ts';
import { MonitorsApplied, MonitorsFile } from './contract/monitors.ts';
import { type Config, ConfigError } from './core/config.ts';
import { AppError } from './core/errors.ts';
import { findWay } from './dataset-commands.ts';
import { createProgramApi } from './datasets/program-api.ts';

interface MonitorCommandDeps {
  config(): Config;
  print(text: string): void;
}

/** The commands about monitors. Wrong use and files that cannot be read throw ConfigError (exit code 2). */
export function monitorActions(deps: MonitorCommandDeps): MonitorActions {
  return {
    async applyMonitors(path, options): Promise<void> {
      const file = await readFileOf(path);
      const applied = await apply(deps, options, { file, dryRun: false });
      deps.print(summaryOf(applied));
    },
    async diffMonitors(path, options): Promise<void> {
      const file = await readFileOf(path);
      const applied = await apply(deps, options, { file, dryRun: true });
      deps.print(summaryOf(applied));
      const differences = applied.created.length + applied.changed.length + applied.removed.length;
      if (differences > 0) throw new AppError('conflict', `${differences} monitors differ.`);
    },
    async exportMonitors(path, options): Promise<void> {
      const api = createProgramApi({ ...(await findWay(deps, options)), fetch });
      const request = { method: 'GET', path: '/api/v1/monitors/export' } as const;
      const file = await api.call(MonitorsFile, request);
      const isJson = (options.format ?? (path?.endsWith('.json') ? 'json' : 'yaml')) === 'json';
      const text = writeMonitorsFile(file, isJson ? 'json' : 'yaml');
      if (path === undefined) return deps.print(text.trimEnd());
      await writeFile(path, text);
      deps.print(`Wrote ${file.monitors.length} monitors to ${path}.`);
    },
  };
}

async function apply(
  deps: MonitorCommandDeps,
  options: Parameters<MonitorActions['applyMonitors']>[1],
  { file, dryRun }: { readonly file: MonitorsFile; readonly dryRun: boolean },
): Promise<MonitorsApplied> {
  const api = createProgramApi({ ...(await findWay(deps, options)), fetch });
  return await api.call(MonitorsApplied, {
    method: 'POST',
    path: '/api/v1/monitors/apply',
    query: { dryRun: String(dryRun) },
    body: file,
  });
}

/** The monitors of a file. Throws ConfigError that names the file and the place. */
export async function readFileOf(path: string): Promise<MonitorsFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${path} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    return readMonitorsFile(text);
  } catch (error) {
    if (error instanceof AppError) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}

function summaryOf({ created, changed, removed, unchanged }: MonitorsApplied): string {
  const lines = [
    ...created.map((name) => `+ ${name}`),
    ...changed.map((name) => `~ ${name}`),
    ...removed.map((name) => `- ${name}`),
  ];
  return [...lines, `${unchanged.length} unchanged.`].join('\n');
}
