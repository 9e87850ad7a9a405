import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Child, cpuSeconds, startChild } from './gateway/child.ts';
import { chatBody, type LoadResult } from './gateway/load.ts';
import { type Growth, growthOf, watchMemory } from './gateway/memory.ts';
import { startTargets, type Target } from './gateway/targets.ts';

/**
 * What a call costs in our gateway with full durable recording, beside a bare proxy and Portkey. All
 * targets are measured in turns, in several rounds and in changing order, so that whatever else the
 * machine does falls on all of them.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '300' },
    minutes: { type: 'string', default: '0.5' },
    concurrency: { type: 'string', default: '128' },
    warm: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const rate = Number(values.rate);
const minutes = Number(values.minutes);
const concurrency = Number(values.concurrency);

interface Sample {
  readonly rps: number;
  readonly cpuUs: number | null;
  readonly mainUs: number | null;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly streamsPerSecond: number;
  readonly streamCpuUs: number | null;
  readonly firstP50Ms: number;
  readonly firstP99Ms: number;
}

/** A run of load with the CPU it cost the target, in microseconds a request. */
async function run(
  load: Child,
  target: Target,
  order: { stream: boolean; seconds: number; concurrency?: number; rate?: number },
): Promise<{ result: LoadResult; cpuUs: number | null; mainUs: number | null }> {
  const before = target.pid === null ? null : cpuSeconds(target.pid);
  const { port, path, headers } = target;
  const body = chatBody(order.stream);
  const result = await load.ask<LoadResult>({ port, path, headers, body, ...order });
  if (target.pid === null || before === null) return { result, cpuUs: null, mainUs: null };
  const after = cpuSeconds(target.pid);
  const each = (spent: number): number => (spent * 1e6) / Math.max(1, result.requests);
  return {
    result,
    cpuUs: each(after.process - before.process),
    mainUs: each(after.main - before.main),
  };
}

async function measure(load: Child, target: Target): Promise<Sample> {
  const flat = await run(load, target, { stream: false, seconds, concurrency });
  // What was put off (loading, for example) must not disturb the next part.
  await settled(target);
  const flatStreams = await run(load, target, { stream: true, seconds, concurrency });
  await settled(target);
  const open = await run(load, target, { stream: false, seconds, rate });
  const streams = await run(load, target, { stream: true, seconds, rate: rate / 3 });
  await settled(target);
  // What an error costs is no figure of a stream.
  const streamed = flatStreams.result.errors + streams.result.errors === 0;
  return {
    rps: flat.result.requests / flat.result.seconds,
    cpuUs: flat.cpuUs,
    mainUs: flat.mainUs,
    errors: [flat, flatStreams, open, streams].reduce((sum, { result }) => sum + result.errors, 0),
    p50Ms: open.result.p50Ms,
    p99Ms: open.result.p99Ms,
    streamsPerSecond: streamed
      ? flatStreams.result.requests / flatStreams.result.seconds
      : Number.NaN,
    streamCpuUs: streamed ? flatStreams.cpuUs : null,
    firstP50Ms: streamed ? streams.result.firstP50Ms : Number.NaN,
    firstP99Ms: streamed ? streams.result.firstP99Ms : Number.NaN,
  };
}

/** Waits until the process is idle, for at most 20 seconds. */
async function settled(target: Target): Promise<void> {
  if (target.pid === null) return;
  for (let tries = 0; tries < 40; tries += 1) {
    const before = cpuSeconds(target.pid).process;
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (cpuSeconds(target.pid).process - before < 0.1) return;
  }
}

/** Resident memory under steady load. */
async function memory(load: Child, target: Target): Promise<Growth> {
  if (target.pid === null) throw new Error('the provider has no memory to watch');
  const watch = watchMemory(target.pid);
  for (let part = 0; part < minutes * 6; part += 1) {
    await run(load, target, { stream: part % 2 === 1, seconds: 10, rate });
  }
  return growthOf(watch.stop());
}

function median(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? Number.NaN;
}

function shuffled<Item>(items: readonly Item[], by: number): Item[] {
  return [...items.slice(by % items.length), ...items.slice(0, by % items.length)];
}

const mock = await startChild('mock-process.ts');
const load = await startChild('load-process.ts');
const targets = await startTargets(Number(mock.hello['port']));
const samples = new Map<string, Sample[]>(targets.map(({ name }) => [name, []]));
// Until the compiler has seen enough, its own work would be measured.
for (const target of targets) {
  for (const stream of [false, true]) {
    await run(load, target, { stream, seconds: Number(values.warm), concurrency });
  }
}
for (let round = 0; round < rounds; round += 1) {
  for (const target of shuffled(targets, round)) {
    await settled(target);
    samples.get(target.name)?.push(await measure(load, target));
  }
}

function summary(name: string): Sample {
  const own = samples.get(name) ?? [];
  const of = (pick: (sample: Sample) => number | null): number => median(own.map(pick));
  return {
    rps: of((sample) => sample.rps),
    cpuUs: of((sample) => sample.cpuUs),
    mainUs: of((sample) => sample.mainUs),
    errors: own.reduce((sum, { errors }) => sum + errors, 0),
    p50Ms: of((sample) => sample.p50Ms),
    p99Ms: of((sample) => sample.p99Ms),
    streamsPerSecond: of((sample) => sample.streamsPerSecond),
    streamCpuUs: of((sample) => sample.streamCpuUs),
    firstP50Ms: of((sample) => sample.firstP50Ms),
    firstP99Ms: of((sample) => sample.firstP99Ms),
  };
}

const direct = summary('direct');
const rows = targets.map(({ name }) => {
  const own = summary(name);
  return {
    name,
    ...own,
    addedP50Ms: own.p50Ms - direct.p50Ms,
    addedP99Ms: own.p99Ms - direct.p99Ms,
    addedFirstP50Ms: own.firstP50Ms - direct.firstP50Ms,
    addedFirstP99Ms: own.firstP99Ms - direct.firstP99Ms,
  };
});
console.table(
  Object.fromEntries(
    rows.map(({ name, ...row }) => [
      name,
      {
        'requests/s': Math.round(row.rps),
        'CPU µs/request': Math.round(row.cpuUs ?? Number.NaN),
        'of it main thread': Math.round(row.mainUs ?? Number.NaN),
        'streams/s': Math.round(row.streamsPerSecond),
        'CPU µs/stream': Math.round(row.streamCpuUs ?? Number.NaN),
        'added p50 ms': row.addedP50Ms.toFixed(2),
        'added p99 ms': row.addedP99Ms.toFixed(2),
        'added TTFT p50 ms': row.addedFirstP50Ms.toFixed(2),
        'added TTFT p99 ms': row.addedFirstP99Ms.toFixed(2),
        errors: row.errors,
      },
    ]),
  ),
);

const growth: Record<string, Growth> = {};
if (minutes > 0) {
  for (const target of targets.filter(({ name }) => name.startsWith('ours'))) {
    growth[target.name] = await memory(load, target);
  }
  console.log(`Resident memory over ${minutes} minutes at ${rate} requests/s:`);
  console.table(growth);
}

for (const target of targets) await target.stop();
await load.stop();
await mock.stop();
const report = {
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  settings: { rounds, seconds, rate, minutes, streamRate: rate / 3, concurrency },
  rows,
  growth,
};
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'gateway.json'), `${JSON.stringify(report, null, 2)}\n`);
