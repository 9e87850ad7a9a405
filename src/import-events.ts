import { join } from 'node:path';
import { listProjects } from './access/projects.ts';
import { findLocalProgram, withDatabase } from './administer.ts';
import { createProgressBar } from './cli/progress.ts';
import type { Clock } from './core/clock.ts';
import { type Config, ConfigError } from './core/config.ts';
import { AppError } from './core/errors.ts';
import { createLog } from './core/log.ts';
import { type ImportOptions, type ImportResult, importFiles } from './ingest/import-command.ts';
import { openSpool } from './ingest/spool.ts';

export interface ImportWish {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly project: string;
}

interface ImportDeps {
  config(): Config;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  print(text: string): void;
}

/**
 * `lqo import`: sends to the program at `--url`, else to the one that runs here, else into the spool, from
 * which the next start loads. Throws AppError when lines were refused or lost, after everything else was taken.
 */
export async function importEvents(
  deps: ImportDeps,
  files: readonly string[],
  wish: ImportWish,
): Promise<void> {
  const config = deps.config();
  const bar = createProgressBar('import', () => deps.clock.monotonic());
  try {
    const result = await importTo(deps, config, {
      wish,
      options: {
        files,
        maxLineBytes: config.EVENT_MAX_LINE_BYTES,
        onProgress: (progress) => bar.update(progress),
        signal: deps.signal,
      },
    });
    bar.stop();
    report(deps, result);
  } finally {
    bar.stop();
  }
}

interface ImportJob {
  readonly wish: ImportWish;
  readonly options: Omit<ImportOptions, 'target'>;
}

async function importTo(deps: ImportDeps, config: Config, job: ImportJob): Promise<ImportResult> {
  const { wish, options } = job;
  if (wish.url !== undefined) {
    if (wish.key === undefined)
      throw new ConfigError('--url needs --key: an API key with the scope ingest.');
    const target = { kind: 'server', url: wish.url, apiKey: wish.key } as const;
    return await importFiles({ ...options, target });
  }
  const program = await findLocalProgram(config);
  if (program === null) return await importIntoSpool(deps, config, job);
  const ofProject: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-lqo-project', wish.project);
    return fetch(input, { ...init, headers });
  };
  const target = {
    kind: 'server',
    url: program.url,
    apiKey: program.token,
    fetch: ofProject,
  } as const;
  return await importFiles({ ...options, target });
}

async function importIntoSpool(
  { clock }: ImportDeps,
  config: Config,
  { wish, options }: ImportJob,
): Promise<ImportResult> {
  const projects = await withDatabase({ config, clock }, (database) => listProjects(database));
  const project = projects.find(({ slug }) => slug === wish.project);
  if (project === undefined)
    throw new AppError('not_found', `There is no project ${wish.project}.`);
  const spool = await openSpool({
    directory: join(config.DATA_DIR, 'spool'),
    sync: config.SPOOL_SYNC,
    maxBytes: config.SPOOL_MAX_BYTES,
    segmentBytes: config.SPOOL_SEGMENT_BYTES,
    full: 'refuse',
    loads: false,
    clock,
    log: createLog('warn'),
  });
  try {
    const target = { kind: 'spool', spool, projectId: project.id, nowMs: clock.now() } as const;
    return await importFiles({ ...options, target });
  } finally {
    await spool.close();
  }
}

function report(
  deps: ImportDeps,
  { accepted, rejected, dropped, rejectFiles }: ImportResult,
): void {
  deps.print(`Took ${accepted} events.`);
  if (rejected === 0 && dropped === 0) return;
  const kept =
    rejectFiles.length === 0
      ? ''
      : ` They are kept with their reasons in ${rejectFiles.join(', ')}.`;
  throw new AppError(
    'invalid_request',
    `${rejected} lines were refused and ${dropped} could not be stored.${kept}`,
  );
}
