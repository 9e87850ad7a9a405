import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { DoctorRun } from './contract/doctor.ts';
import type { Clock } from './core/clock.ts';
import { type Config, parseConfig } from './core/config.ts';
import type { NewId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { DoctorTools, Sample } from './doctor/finding.ts';
import { doctorJobs } from './doctor/jobs.ts';
import { type DoctorOrder, runDoctor } from './doctor/run-doctor.ts';
import type { Ask } from './evaluation/ask.ts';
import type { GatewayWay } from './evaluation/ask-gateway.ts';
import type { SpoolLedger } from './ingest/ledger.ts';
import type { Loader } from './ingest/loader.ts';
import type { Database } from './store/database.ts';
import type { JobDefinition } from './store/jobs.ts';
import { appliedMigrations, readMigrations } from './store/migrate.ts';
import { partitionedDays } from './store/partitions.ts';

export interface BackgroundDoctorDeps {
  readonly database: Database;
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly ask: Ask;
  readonly way: () => Promise<GatewayWay | null>;
  readonly ledger: { read(): Promise<SpoolLedger> };
  readonly loader: () => Loader;
}

/** The checks of `lqo doctor` as the background thread runs them. */
export interface BackgroundDoctor {
  readonly jobs: readonly JobDefinition[];
  readonly handlers: { doctor(order: DoctorOrder): Promise<DoctorRun> };
  stop(): void;
}

/** Opens the doctor: what is loaded, asked and scheduled here, it looks at here. */
export function openDoctor(deps: BackgroundDoctorDeps): BackgroundDoctor {
  const stopping = new AbortController();
  const tools = { ...toolsOf(deps), newId: deps.newId };
  return {
    jobs: doctorJobs({
      ...deps,
      run: (order, signal) => runDoctor(tools, order, AbortSignal.any([signal, stopping.signal])),
    }),
    handlers: { doctor: (order) => runDoctor(tools, order, stopping.signal) },
    stop: () => stopping.abort(),
  };
}

function toolsOf(deps: BackgroundDoctorDeps): DoctorTools {
  const { database, config, clock } = deps;
  return {
    database,
    clock,
    fetch,
    url: async () => (await deps.way())?.url ?? null,
    ollamaUrl: config.OLLAMA_BASE_URL,
    books: () => deps.ledger.read(),
    loadingProblem: () => deps.loader().status().problem,
    loaded: () => deps.loader().settled(),
    space: async (): Promise<{ freeBytes: number; totalBytes: number }> => {
      const { bavail, blocks, bsize } = await statfs(config.DATA_DIR);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    retentionDays: config.RETENTION_DAYS,
    partitionedDays: () => partitionedDays(database),
    settings: fingerprints(config),
    missingMigrations: async (): Promise<string[]> => {
      const applied = new Set((await appliedMigrations(database)).map(({ name }) => name));
      return (await readMigrations()).map(({ name }) => name).filter((name) => !applied.has(name));
    },
    sample: (asked) => askSample(deps, asked),
  };
}

const SAMPLE_MS = 25_000;

async function askSample(
  { ask, newId }: Pick<BackgroundDoctorDeps, 'ask' | 'newId'>,
  asked: Parameters<DoctorTools['sample']>[0],
): Promise<Sample> {
  const interactionId = newId();
  const answer = await ask({
    ...asked,
    purpose: 'run',
    messages: [{ role: 'user', content: 'Answer with one short sentence: what is 6 x 7?' }],
    tags: ['lqo-doctor'],
    interactionId,
    timeoutMs: SAMPLE_MS,
  });
  return {
    interactionId: answer.interactionId ?? interactionId,
    provider: answer.provider,
    latencyMs: answer.latencyMs,
    text: answer.text,
  };
}

/** The settings that differ from their defaults, as fingerprints: enough to compare, no value can be read from them. */
export function askedSettings(config: Config): Record<string, string> {
  const usual = fingerprints(parseConfig({}));
  return Object.fromEntries(
    Object.entries(fingerprints(config)).filter(([name, print]) => usual[name] !== print),
  );
}

function fingerprints(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      createHash('sha256')
        .update(`${name}=${JSON.stringify(value)}`)
        .digest('hex')
        .slice(0, 32),
    ]),
  );
}
