import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from './gateway/child.ts';
import { chatBody, type LoadResult } from './gateway/load.ts';
import { growthOf, watchMemory } from './gateway/memory.ts';
import { startProgram, type Target } from './gateway/targets.ts';

/**
 * The whole program under steady load for a long time, a third of it streams: does memory stay flat, does
 * every answered call become a row, and what does the gateway add to the provider's own time? The provider
 * is asked directly at a low rate all the while, so both are measured under the same conditions.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000' },
    workers: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const STEP_SECONDS = 10;
const DIRECT_RATE = 20;

interface Step {
  readonly plain: LoadResult;
  readonly streams: LoadResult;
  readonly direct: LoadResult;
}

const mock = await startChild('mock-process.ts');
const mockPort = Number(mock.hello['port']);
const loads = await Promise.all([0, 1, 2].map(() => startChild('load-process.ts')));
const [plainLoad, streamLoad, directLoad] = loads;
if (plainLoad === undefined || streamLoad === undefined || directLoad === undefined) {
  throw new Error('the load generators did not start');
}
const target = await startProgram(mockPort, Number(values.workers));
const direct = { port: mockPort, path: target.path, headers: {} };
const memory = watchMemory(target.pid ?? 0);

async function step(): Promise<Step> {
  const { port, path, headers } = target;
  const order = { port, path, headers, seconds: STEP_SECONDS };
  const [plain, streams, alone] = await Promise.all([
    plainLoad?.ask<LoadResult>({ ...order, body: chatBody(false), rate: (rate * 2) / 3 }),
    streamLoad?.ask<LoadResult>({ ...order, body: chatBody(true), rate: rate / 3 }),
    directLoad?.ask<LoadResult>({
      ...direct,
      seconds: STEP_SECONDS,
      body: chatBody(false),
      rate: DIRECT_RATE,
    }),
  ]);
  if (plain === undefined || streams === undefined || alone === undefined) {
    throw new Error('a load generator ended');
  }
  return { plain, streams, direct: alone };
}

async function ledgerOf({ port, headers }: Target): Promise<Record<string, number>> {
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/ledger`, { headers });
  return (await reply.json()) as Record<string, number>;
}

const steps: Step[] = [];
const total = Math.max(1, Math.round((minutes * 60) / STEP_SECONDS));
for (let at = 0; at < total; at += 1) {
  const done = await step();
  steps.push(done);
  const answered = done.plain.requests + done.streams.requests;
  process.stderr.write(
    `${at + 1}/${total}  ${Math.round(answered / STEP_SECONDS)}/s  p99 ${done.plain.p99Ms.toFixed(1)} ms  direct p99 ${done.direct.p99Ms.toFixed(1)} ms  ${memory.latest().toFixed(0)} MiB\n`,
  );
}
const growth = growthOf(memory.stop());

/** Waits for the loader to catch up, then compares. */
async function parity(): Promise<{ answered: number; stored: number; dropped: number }> {
  const answered = steps.reduce(
    (sum, { plain, streams }) =>
      sum + plain.requests + streams.requests - plain.errors - streams.errors,
    0,
  );
  for (let tries = 0; tries < 600; tries += 1) {
    const { stored = 0, spooled = 0, dropped = 0 } = await ledgerOf(target);
    if (spooled === 0) return { answered, stored, dropped };
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error('the loader did not catch up within ten minutes');
}

const books = await parity();
const worst = (pick: (step: Step) => number): number => Math.max(...steps.map(pick));
const middle = (pick: (step: Step) => number): number => {
  const sorted = steps.map(pick).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
const report = {
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  settings: { minutes, rate, streams: 1 / 3, workers: Number(values.workers) },
  errors: steps.reduce((sum, { plain, streams }) => sum + plain.errors + streams.errors, 0),
  ...books,
  mismatch: books.answered - books.stored,
  addedP50Ms: middle(({ plain, direct: alone }) => plain.p50Ms - alone.p50Ms),
  addedP99Ms: middle(({ plain, direct: alone }) => plain.p99Ms - alone.p99Ms),
  worstAddedP99Ms: worst(({ plain, direct: alone }) => plain.p99Ms - alone.p99Ms),
  addedFirstP99Ms: middle(({ streams, direct: alone }) => streams.firstP99Ms - alone.firstP99Ms),
  growth,
};
console.table({ soak: { ...report.settings, ...report.growth } });
console.log(JSON.stringify({ ...report, machine: undefined, settings: undefined }, null, 2));

await target.stop();
await Promise.all([...loads, mock].map((child) => child.stop()));
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'soak.json'), `${JSON.stringify(report, null, 2)}\n`);
