import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Child, cpuSeconds, startChild } from './gateway/child.ts';
import { FEATURES, type Feature } from './gateway/features.ts';
import type { LoadResult } from './gateway/load.ts';
import type { Target } from './gateway/targets.ts';

/**
 * What each feature of the gateway costs a call, in CPU time and in throughput, beside a bare proxy under
 * the same load. Every target is warmed up and measured in several rounds; medians are printed.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    warm: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

interface Row {
  readonly name: string;
  readonly rps: number;
  readonly cpuUs: number;
  readonly errors: number;
}

async function measure(load: Child, target: Target, feature: Feature): Promise<Row> {
  const { port, path, headers, pid } = target;
  const order = { ...feature.load, port, path, headers };
  await load.ask<LoadResult>({ ...order, seconds: Number(values.warm) });
  const samples: Omit<Row, 'name'>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = cpuSeconds(pid ?? 0).process;
    const result = await load.ask<LoadResult>({ ...order, seconds });
    const spent = cpuSeconds(pid ?? 0).process - before;
    samples.push({
      rps: result.requests / result.seconds,
      cpuUs: (spent * 1e6) / Math.max(1, result.requests),
      errors: result.errors,
    });
  }
  const median = (pick: (sample: Omit<Row, 'name'>) => number): number =>
    samples.map(pick).sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
  return {
    name: feature.name,
    rps: median(({ rps }) => rps),
    cpuUs: median(({ cpuUs }) => cpuUs),
    errors: samples.reduce((sum, { errors }) => sum + errors, 0),
  };
}

const mock = await startChild('mock-process.ts');
const load = await startChild('load-process.ts');
const rows: Row[] = [];
for (const feature of FEATURES.filter(({ name }) => name.includes(values.only))) {
  const target = await feature.start(Number(mock.hello['port']));
  rows.push(await measure(load, target, feature));
  await target.stop();
  console.error(`${feature.name}: done`);
}

/** The bare proxy that was measured last before a row: the same load. */
function yardstick(at: number): Row | undefined {
  return rows.slice(0, at + 1).findLast(({ name }) => name.startsWith('bare proxy'));
}

console.table(
  Object.fromEntries(
    rows.map((row, at) => [
      row.name,
      {
        'requests/s': Math.round(row.rps),
        'CPU µs/request': Math.round(row.cpuUs),
        'of bare': (row.cpuUs / (yardstick(at)?.cpuUs ?? Number.NaN)).toFixed(2),
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
  rows: rows.map((row, at) => ({
    ...row,
    ofBare: row.cpuUs / (yardstick(at)?.cpuUs ?? Number.NaN),
  })),
};
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'features.json'), `${JSON.stringify(report, null, 2)}\n`);
