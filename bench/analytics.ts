import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import Fastify from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { ragRoutes } from '../src/analytics/rag-routes.ts';
import { takeBack } from '../src/analytics/roll-up.ts';
import { analyticsRoutes } from '../src/analytics/routes.ts';
import type { App, Auth } from '../src/core/http.ts';
import { redactText, redactWithPlaces } from '../src/evaluators/pii/redact.ts';
import { interactionRoutes } from '../src/interactions/routes.ts';
import { patternRoutes } from '../src/patterns/routes.ts';
import { connectDatabase } from '../src/store/connect.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import {
  COMMON_TEXT,
  DAYS,
  fillWithTraffic,
  NOW_MS,
  PROJECT_ID,
  RARE_TEXT,
} from './analytics-rows.ts';
import { fillWithPatterns } from './pattern-rows.ts';

/**
 * Times every dashboard question over HTTP (without the network) at several numbers of rows.
 * `--rows 200000,2000000` (2 million rows take some minutes and 3 GB), `--runs 20`,
 * `--url postgresql://…` for a server (an empty database of its own) instead of the embedded store.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000,2000000' },
    runs: { type: 'string', default: '20' },
    url: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});

const ago = (hours: number): string => new Date(NOW_MS - hours * 3_600_000).toISOString();
const month = `from=${ago(24 * 29)}`;
const week = `from=${ago(24 * 7)}`;
const text = encodeURIComponent;

/** Name → address. Searches for text that is hardly there end after a fixed time, with a cursor. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'summary, 24 h': '/api/v1/analytics/summary',
  'summary, 30 d': `/api/v1/analytics/summary?${month}`,
  'summary of a model, 30 d': `/api/v1/analytics/summary?model=model-3&${month}`,
  'trends, 24 h by hour': '/api/v1/analytics/trends',
  'trends, 7 d by hour': `/api/v1/analytics/trends?${week}`,
  'trends, 30 d by hour': `/api/v1/analytics/trends?${month}`,
  'trends, 30 d by day': `/api/v1/analytics/trends?interval=day&${month}`,
  'trends of a model, 7 d by hour': `/api/v1/analytics/trends?model=model-3&${week}`,
  'compare, 24 h': '/api/v1/analytics/compare',
  'compare, 30 d': `/api/v1/analytics/compare?${month}`,
  'errors, 30 d': `/api/v1/analytics/errors?${month}`,
  'scores, 24 h': '/api/v1/analytics/scores',
  'scores, 30 d': `/api/v1/analytics/scores?${month}`,
  'facets, 24 h': '/api/v1/interactions/facets',
  'facets, 30 d': `/api/v1/interactions/facets?${month}`,
  'interactions, 24 h': '/api/v1/interactions',
  'interactions, 30 d': `/api/v1/interactions?${month}`,
  'interactions with errors': `/api/v1/interactions?status=error&${month}`,
  'interactions of a user': `/api/v1/interactions?user=user-7&${month}`,
  'interactions scored below 0.25': `/api/v1/interactions?score=${text('overall<0.25')}&${month}`,
  'flagged interactions': `/api/v1/interactions?flagged=true&${month}`,
  'search, frequent text': `/api/v1/interactions?q=dolor&${month}`,
  'patterns, 24 h': '/api/v1/analytics/patterns',
  'patterns, 7 d': `/api/v1/analytics/patterns?${week}`,
  'patterns, 30 d': `/api/v1/analytics/patterns?${month}`,
  'retrieval under a cut-off, 24 h': '/api/v1/analytics/rag?cutoff=0.5',
  'retrieval under a cut-off, 7 d by hour': `/api/v1/analytics/rag?cutoff=0.5&${week}`,
  'retrieval under a cut-off, 30 d by day': `/api/v1/analytics/rag?cutoff=0.5&interval=day&${month}`,
  '/api/dashboard/summary': '/api/dashboard/summary',
  '/api/dashboard/logs, first page': '/api/dashboard/logs',
  '/api/dashboard/logs, far page': '/api/dashboard/logs?page=5000',
  '/api/dashboard/evaluations': '/api/dashboard/evaluations',
  '/api/dashboard/evaluations, far page': '/api/dashboard/evaluations?page=400',
  '/api/dashboard/models/stats': '/api/dashboard/models/stats',
  '/api/dashboard/timeseries': '/api/dashboard/timeseries?days=30',
  '/analytics/trends': '/analytics/trends?hours=168',
  '/analytics/compare-models': '/analytics/compare-models?days=30',
  '/metrics/summary': '/metrics/summary',
  '/metrics/by_model': '/metrics/by_model',
  '/api/logs of a model': '/api/logs?model_version=model-3&offset=1000',
  '/api/evaluations, low': '/api/evaluations?max_score=2',
  '/api/stats': '/api/stats',
  '/api/time-series': `/api/time-series?metric=score&interval=hour&start_date=${text(ago(168))}`,
};

/** Bounded by a time budget instead of an index; reported apart. */
const SEARCHES: Readonly<Record<string, string>> = {
  'search, one in 997': `/api/v1/interactions?q=${text(COMMON_TEXT)}&${month}`,
  'search, nowhere': `/api/v1/interactions?q=${text(RARE_TEXT)}&${month}`,
};

/** Milliseconds: as waited for, and the processor time of all threads, which a busy machine does not change much. */
interface Timing {
  readonly p50: number;
  readonly p95: number;
  readonly cpuP50: number;
}

interface Outcome {
  readonly rows: number;
  readonly seedSeconds: number;
  readonly diskMiB: number | null;
  readonly timings: Record<string, Timing>;
  readonly searches: Record<string, Timing>;
}

const results: Outcome[] = [];
for (const rows of options.rows.split(',').map(Number)) results.push(await measure(rows));
report(results);

async function measure(rows: number): Promise<Outcome> {
  const folder = mkdtempSync(join(options.folder, 'lqo-bench-analytics-'));
  const { database, close } = options.url
    ? openServer(options.url)
    : await openEmbedded(join(folder, 'db'));
  try {
    await migrate(database);
    console.log(`${rows} rows: filling …`);
    const started = performance.now();
    await fillWithTraffic(database, rows);
    await fillWithPatterns(database, { projectId: PROJECT_ID, nowMs: NOW_MS, days: DAYS, rows });
    await database.exec('vacuum analyze');
    await database.exec('checkpoint');
    const seedSeconds = Math.round((performance.now() - started) / 1000);
    console.log(`${rows} rows: filled in ${seedSeconds} s, asking …`);
    const app = await openApp(database);
    const outcome: Outcome = {
      rows,
      seedSeconds,
      diskMiB: options.url ? null : Math.round(sizeOf(folder) / 1024 ** 2),
      timings: await timeAll(app, QUESTIONS),
      searches: await timeAll(app, SEARCHES),
    };
    await app.close();
    return outcome;
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Opened {
  readonly database: Database;
  close(): Promise<void>;
}

function openServer(url: string): Opened {
  const database = connectDatabase({ kind: 'postgres', url, poolSize: 4 });
  return { database, close: () => database.close() };
}

/** The embedded store in its thread, as the program runs it. */
async function openEmbedded(folder: string): Promise<Opened> {
  mkdirSync(folder, { recursive: true });
  const thread = new Worker(new URL('../src/store/pglite-thread.ts', import.meta.url), {
    workerData: { folder },
  });
  await new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  const { port1, port2 } = new MessageChannel();
  thread.postMessage({ kind: 'serve', port: port1 }, [port1]);
  const database = connectDatabase({ kind: 'pglite', port: port2 });
  return {
    database,
    async close() {
      await database.close();
      await thread.terminate();
    },
  };
}

async function openApp(database: Database): Promise<App> {
  const app: App = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const auth: Auth = {
    kind: 'key',
    projectId: PROJECT_ID,
    projectSlug: 'bench',
    keyId: null,
    userId: null,
    actor: 'bench',
    scopes: new Set(['read'] as const),
  };
  app.decorateRequest('auth', { getter: () => auth });
  const clock = { now: () => NOW_MS, monotonic: () => performance.now() };
  analyticsRoutes(app, { database, clock });
  ragRoutes(app, { database, clock, hidePrivate: redactText });
  patternRoutes(app, { database, clock, hidePrivate: redactText });
  interactionRoutes(app, {
    database,
    clock,
    takeBack,
    redact: (text) => text,
    hide: redactWithPlaces,
    recordDeed: () => Promise.resolve(),
  });
  await app.ready();
  return app;
}

async function timeAll(
  app: App,
  questions: Readonly<Record<string, string>>,
): Promise<Record<string, Timing>> {
  const timings: Record<string, Timing> = {};
  for (const [name, url] of Object.entries(questions)) timings[name] = await timeOne(app, url);
  return timings;
}

async function timeOne(app: App, url: string): Promise<Timing> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (let run = -2; run < Number(options.runs); run++) {
    const started = performance.now();
    const cpuStarted = process.cpuUsage();
    const reply = await app.inject({ url });
    if (reply.statusCode !== 200) throw new Error(`${url}: ${reply.statusCode} ${reply.body}`);
    if (run < 0) continue;
    const { user, system } = process.cpuUsage(cpuStarted);
    times.push(performance.now() - started);
    cpuTimes.push((user + system) / 1000);
  }
  return {
    p50: quantileOf(times, 0.5),
    p95: quantileOf(times, 0.95),
    cpuP50: quantileOf(cpuTimes, 0.5),
  };
}

function quantileOf(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(10 * (sorted[Math.round(q * (sorted.length - 1))] ?? 0)) / 10;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function report(outcomes: readonly Outcome[]): void {
  const [first] = outcomes;
  const last = outcomes.at(-1);
  if (first === undefined || last === undefined) return;
  const table = (of: (outcome: Outcome) => Record<string, Timing>): object =>
    Object.fromEntries(
      Object.keys(of(first)).map((name) => [
        name,
        Object.fromEntries([
          ...outcomes.flatMap((outcome) => [
            [`p50 ms, ${outcome.rows}`, of(outcome)[name]?.p50],
            [`p95 ms, ${outcome.rows}`, of(outcome)[name]?.p95],
            [`CPU ms, ${outcome.rows}`, of(outcome)[name]?.cpuP50],
          ]),
          ['ratio', ratio(of(first)[name]?.p50, of(last)[name]?.p50)],
          ['CPU ratio', ratio(of(first)[name]?.cpuP50, of(last)[name]?.cpuP50)],
        ]),
      ]),
    );
  console.table(table((outcome) => outcome.timings));
  console.table(table((outcome) => outcome.searches));
  const result = {
    bench: 'analytics',
    at: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    database: options.url ? 'postgres' : 'pglite',
    days: DAYS,
    runs: Number(options.runs),
    outcomes,
  };
  const file = join(import.meta.dirname, 'results', 'analytics.json');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  for (const { rows, seedSeconds, diskMiB } of outcomes) {
    console.log(`${rows} rows: filled in ${seedSeconds} s, ${diskMiB ?? '?'} MiB on disk`);
  }
  console.log(`Written to ${file}`);
}

function ratio(first: number | undefined, last: number | undefined): number {
  return first && last ? Math.round((100 * last) / first) / 100 : Number.NaN;
}
