import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Child, cpuSeconds, startChild } from './gateway/child.ts';
import { FEATURES, type Feature } from './gateway/features.ts';
import type { LoadResult } from './gateway/load.ts';
import { startBare, type Target } from './gateway/targets.ts';

/**
 * What each feature of the gateway costs a call, in CPU time and in throughput, beside a bare proxy under
 * the same load. Both are warmed up and measured in turn, in several rounds; medians are printed. `--only`
 * takes a regular expression of names.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    warm: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

interface Row {
  readonly name: string;
  readonly rps: number;
  readonly cpuUs: number;
  /** Its CPU in that of a bare proxy under the same load, measured in turn with it. */
  readonly ofBare: number;
  readonly errors: number;
}

type Sample = Omit<Row, 'name' | 'ofBare'>;

async function sample(load: Child, target: Target, feature: Feature): Promise<Sample> {
  const { port, path, headers, pid } = target;
  const before = cpuSeconds(pid ?? 0).process;
  const order = { ...feature.load, port, path, headers, seconds };
  const result = await load.ask<LoadResult>(order);
  const spent = cpuSeconds(pid ?? 0).process - before;
  return {
    rps: result.requests / result.seconds,
    cpuUs: (spent * 1e6) / Math.max(1, result.requests),
    errors: result.errors,
  };
}

/** Rounds of feature and bare proxy in turn: what else the machine does at the time befalls both. */
async function measure(load: Child, feature: Feature, mockPort: number): Promise<Row> {
  const target = await feature.start(mockPort);
  const bare = await startBare(mockPort);
  for (const { port, path, headers } of [target, bare]) {
    const order = { ...feature.load, port, path, headers, seconds: Number(values.warm) };
    await load.ask<LoadResult>(order);
  }
  const pairs: (Sample & { ofBare: number })[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const yardstick = await sample(load, bare, feature);
    const own = await sample(load, target, feature);
    pairs.push({ ...own, ofBare: own.cpuUs / yardstick.cpuUs });
  }
  await target.stop();
  await bare.stop();
  const median = (pick: (pair: Sample & { ofBare: number }) => number): number =>
    pairs.map(pick).sort((a, b) => a - b)[Math.floor(pairs.length / 2)] ?? Number.NaN;
  return {
    name: feature.name,
    rps: median(({ rps }) => rps),
    cpuUs: median(({ cpuUs }) => cpuUs),
    ofBare: median(({ ofBare }) => ofBare),
    errors: pairs.reduce((sum, { errors }) => sum + errors, 0),
  };
}

const mock = await startChild('mock-process.ts');
const load = await startChild('load-process.ts');
const rows: Row[] = [];
for (const feature of FEATURES.filter(({ name }) => new RegExp(values.only).test(name))) {
  rows.push(await measure(load, feature, Number(mock.hello['port'])));
  console.error(`${feature.name}: done`);
}

console.table(
  Object.fromEntries(
    rows.map((row) => [
      row.name,
      {
        'requests/s': Math.round(row.rps),
        'CPU µs/request': Math.round(row.cpuUs),
        'of bare': row.ofBare.toFixed(2),
        errors: row.errors,
      },
    ]),
  ),
);
await load.stop();
await mock.stop();
const report = {
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  settings: { rounds, seconds },
  rows,
};
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'features.json'), `${JSON.stringify(report, null, 2)}\n`);
