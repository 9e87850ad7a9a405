import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import { createIdGenerator } from '../src/core/ids.ts';
import { createLog } from '../src/core/log.ts';
import { createMetrics } from '../src/core/metrics.ts';
import { runEvaluation } from '../src/evaluation/run.ts';
import { scoreHere } from '../src/evaluation/scorer.ts';
import { SettingsDirectory } from '../src/evaluation/settings.ts';
import { createShelfScorer } from '../src/evaluation/shelf-scorer.ts';
import { ruleOverall } from '../src/evaluators/rule-overall.ts';
import { startLoader } from '../src/ingest/loader.ts';
import { parseRecord, readRecord } from '../src/ingest/read-record.ts';
import { openSpool } from '../src/ingest/spool.ts';
import type { RecordBatch } from '../src/interactions/record.ts';
import { storeRecords } from '../src/interactions/store-records.ts';
import { createPricer } from '../src/pricing/price.ts';
import { recordAll } from '../src/record.ts';
import { openStore, type Store } from '../src/store/open.ts';
import { exchangeRecord, PROJECT } from '../test/durability/exchange-record.ts';
import { postgresPrograms, startPostgres } from '../test/support/services.ts';

/**
 * Rows a second from the spool into the database, by the loader as it runs in the program (reading, parsing,
 * pricing, roll-ups, evaluation queue, offset), beside plain COPY of the same rows; then how many of them a second
 * the rules score, with nothing else to do.
 * `--rows 20000`, `--only pglite|postgres`.
 */
const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '20000' }, only: { type: 'string' } },
});
const rows = Number(options.rows);
const WARM_UP = 3_000;
const COPY_ROWS = 1_000;
/** The default of EVALUATION_BATCH_SIZE. */
const EVALUATION_BATCH = 500;
const log = createLog('warn');

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface Result {
  readonly store: string;
  readonly loaderRowsPerSecond: number;
  readonly loaderCpuMicros: number;
  readonly copyRowsPerSecond: number;
  readonly copyCpuMicros: number;
  readonly shareOfCopy: number;
  readonly scoredPerSecond: number;
  readonly scoreCpuMicros: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

async function fillSpool(folder: string, count: number): Promise<void> {
  const spool = await openSpool({
    directory: join(folder, 'spool'),
    sync: 'interval',
    maxBytes: 8 * 1024 ** 3,
    segmentBytes: 64 * 1024 ** 2,
    full: 'serve',
    loads: false,
    clock: systemClock,
    log,
  });
  for (let n = 0; n < count; n += 500) {
    const some = Array.from({ length: Math.min(500, count - n) }, (_, index) =>
      recordOf(n + index),
    );
    await Promise.all(some.map((record) => spool.append(record)));
  }
  await spool.close();
}

const MODELS = ['gpt-5-mini', 'gpt-5', 'claude-sonnet-4-5', 'gemini-2.5-flash'];

function recordOf(n: number): ReturnType<typeof exchangeRecord> {
  const record = exchangeRecord({ latencyMs: 200 + ((n * 7919) % 3000) });
  const model = MODELS[n % MODELS.length] ?? null;
  return { ...record, model, context: { ...record.context, userId: `user-${n % 500}` } };
}

async function load(store: Store, folder: string): Promise<void> {
  const loader = startLoader({
    db: store.database,
    spoolDirectory: join(folder, 'spool'),
    rejectedDirectory: join(folder, 'rejected'),
    ownSpoolId: null,
    steps: [recordAll],
    clock: systemClock,
    log,
    metrics: createMetrics({ version: '0', environment: 'bench', defaults: false }),
  });
  await loader.settled();
  await loader.stop(60_000);
  if (loader.status().problem !== null) throw new Error(loader.status().problem ?? '');
}

/** The rules alone, in this thread. */
const rules = createShelfScorer({
  evaluators: [ruleOverall],
  settings: new SettingsDirectory(),
  monotonic: systemClock.monotonic,
});

/** Scores what the loader put on the queue, at most `limit` interactions. */
async function score(store: Store, limit: number): Promise<void> {
  const result = await runEvaluation(
    {
      database: store.database,
      record: recordAll,
      clock: systemClock,
      newId: createIdGenerator(systemClock),
      log,
      metrics: createMetrics({ version: '0', environment: 'bench', defaults: false }),
      score: scoreHere([rules]),
      batchSize: EVALUATION_BATCH,
      lowQualityThreshold: 2,
    },
    { trigger: 'arrival', projectId: null, limit },
  );
  if (result.evaluated !== limit) throw new Error(`scored ${result.evaluated} of ${limit}`);
}

/** The same rows in batches, prepared beforehand, by COPY into the two tables and nothing else. */
async function copyPlain(store: Store): Promise<Measured> {
  const price = createPricer({ prices: [] });
  const batches: RecordBatch[] = [];
  for (let n = 0; n < rows; n += COPY_ROWS) {
    const read = await Promise.all(
      Array.from({ length: COPY_ROWS }, (_, index) =>
        readRecord(parseRecord(JSON.stringify(recordOf(n + index))), price),
      ),
    );
    batches.push({
      interactions: read.flatMap(({ interaction }) => interaction ?? []),
      bodies: read.flatMap(({ body }) => body ?? []),
      spans: [],
      scores: [],
      charges: [],
    });
  }
  return measured(async () => {
    for (const batch of batches) await store.database.transaction((tx) => storeRecords(tx, batch));
  });
}

async function benchmark(databaseUrl: string | null): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-bench-'));
  const store = await openStore({
    databaseUrl,
    dataDir: folder,
    poolSize: 5,
    log,
    clock: systemClock,
  });
  try {
    await store.database.query(
      `insert into projects (id, slug, name) values ($1, 'bench', 'Bench') on conflict do nothing`,
      [PROJECT],
    );
    await fillSpool(folder, WARM_UP);
    await load(store, folder);
    await fillSpool(folder, rows);
    const loaded = await measured(() => load(store, folder));
    await score(store, WARM_UP);
    const scored = await measured(() => score(store, rows));
    const copied = await copyPlain(store);
    const [found] = await store.database.query<{ n: number }>(
      'select count(*) as n from interactions',
    );
    if (Number(found?.n) !== WARM_UP + 2 * rows) throw new Error(`found ${found?.n} rows`);
    return {
      store: store.kind,
      loaderRowsPerSecond: Math.round(rows / loaded.seconds),
      loaderCpuMicros: Math.round((loaded.cpuSeconds / rows) * 1e6),
      copyRowsPerSecond: Math.round(rows / copied.seconds),
      copyCpuMicros: Math.round((copied.cpuSeconds / rows) * 1e6),
      shareOfCopy: Number((copied.seconds / loaded.seconds).toFixed(2)),
      scoredPerSecond: Math.round(rows / scored.seconds),
      scoreCpuMicros: Math.round((scored.cpuSeconds / rows) * 1e6),
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results: Result[] = [];
if (options.only !== 'postgres') results.push(await benchmark(null));
if (options.only !== 'pglite' && postgresPrograms() !== null) {
  const server = await startPostgres({ durable: true });
  try {
    results.push(await benchmark(server.url));
  } finally {
    await server.stop();
  }
}
console.table(results);
const machine = { cpus: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] };
const report = { at: new Date().toISOString(), node: process.version, machine, rows, results };
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(
  join(import.meta.dirname, 'results', 'ingest.json'),
  `${JSON.stringify(report, null, 2)}\n`,
);
