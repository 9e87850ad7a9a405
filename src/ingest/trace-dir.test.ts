import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DataFolder,
  dataFolder,
  silent,
  testMetrics,
} from '../../test/durability/data-folder.ts';
import { PROJECT } from '../../test/durability/exchange-record.ts';
import { systemClock } from '../core/clock.ts';
import type { SpoolRecord, SpoolStatus } from './spool-record.ts';
import { type TraceDir, watchTraceDir } from './trace-dir.ts';

let data: DataFolder;
let traces: string;
let taken: SpoolRecord[];
let degraded: boolean;

beforeEach(() => {
  data = dataFolder();
  traces = join(data.path, 'traces');
  mkdirSync(traces);
  taken = [];
  degraded = false;
});
afterEach(() => data.remove());

function watch(): TraceDir {
  return watchTraceDir({
    directory: traces,
    stateFile: join(data.path, 'trace-places.json'),
    spool: {
      append: (record) => {
        taken.push(record);
        return Promise.resolve('spooled');
      },
      status: () => ({ degraded }) as SpoolStatus,
    },
    projectId: PROJECT,
    maxLineBytes: 1_000,
    clock: systemClock,
    log: silent,
    metrics: testMetrics(),
    pollMs: 3_600_000,
  });
}

function line(n: number): string {
  return `${JSON.stringify({ event: 'embed.cache', ts: '2026-11-20T10:00:00Z', key: `k${n}`, hit: true })}\n`;
}

function keys(): unknown[] {
  return taken.map((record) => (record.kind === 'event' ? record.event['key'] : null));
}

const file = () => join(traces, 'cache.jsonl');

describe('given files that grow', () => {
  it('takes each line once, also after a restart', async () => {
    writeFileSync(file(), line(1) + line(2));
    const first = watch();
    await first.look();
    await first.look();
    appendFileSync(file(), line(3));
    await first.look();
    await first.stop();
    const second = watch();
    appendFileSync(file(), line(4));
    await second.look();
    await second.stop();
    expect(keys()).toEqual(['k1', 'k2', 'k3', 'k4']);
  });

  it('waits for the end of a half-written line', async () => {
    const text = line(1);
    writeFileSync(file(), text.slice(0, 20));
    const dir = watch();
    await dir.look();
    expect(taken).toEqual([]);
    appendFileSync(file(), text.slice(20));
    await dir.look();
    expect(keys()).toEqual(['k1']);
    await dir.stop();
  });

  it('waits while the spool has no room', async () => {
    writeFileSync(file(), line(1));
    degraded = true;
    const dir = watch();
    await dir.look();
    expect(taken).toEqual([]);
    degraded = false;
    await dir.look();
    expect(keys()).toEqual(['k1']);
    await dir.stop();
  });
});

describe('given files that rotate, are cut or replaced', () => {
  it('goes on in a renamed file and begins a new one', async () => {
    writeFileSync(file(), line(1));
    const dir = watch();
    await dir.look();
    appendFileSync(file(), line(2));
    renameSync(file(), `${file()}.1`);
    writeFileSync(file(), line(3));
    await dir.look();
    expect(new Set(keys())).toEqual(new Set(['k1', 'k2', 'k3']));
    expect(taken).toHaveLength(3);
    await dir.stop();
  });

  it('begins again in a file that was cut', async () => {
    writeFileSync(file(), line(1) + line(2));
    const dir = watch();
    await dir.look();
    writeFileSync(file(), line(7));
    await dir.look();
    expect(keys()).toEqual(['k1', 'k2', 'k7']);
    await dir.stop();
  });

  it('begins again in a file that was overwritten with a longer one', async () => {
    writeFileSync(file(), line(1));
    const dir = watch();
    await dir.look();
    writeFileSync(file(), line(8) + line(9));
    await dir.look();
    expect(keys()).toEqual(['k1', 'k8', 'k9']);
    await dir.stop();
  });
});

describe('given bad lines', () => {
  it('keeps them with their number and reason, and takes the good ones', async () => {
    writeFileSync(file(), `${line(1)}{"event":"embed.cache"}\nnonsense\n${line(2)}`);
    const dir = watch();
    await dir.look();
    await dir.stop();
    expect(keys()).toEqual(['k1', 'k2']);
    const rejects = readFileSync(join(traces, 'rejects', 'cache.jsonl.rejects.jsonl'), 'utf8');
    const lines = rejects
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(lines.map(({ line: number, file: name }) => [name, number])).toEqual([
      ['cache.jsonl', 2],
      ['cache.jsonl', 3],
    ]);
    expect(lines[0].reason).toMatch(/ts/);
    expect(lines[1]).toMatchObject({ reason: 'not JSON', text: 'nonsense' });
  });

  it('passes over a line that is too long, finished or not', async () => {
    writeFileSync(file(), line(1) + 'x'.repeat(3_000_000));
    const dir = watch();
    await dir.look();
    appendFileSync(file(), `yyy\n${line(2)}`);
    await dir.look();
    await dir.stop();
    expect(keys()).toEqual(['k1', 'k2']);
    expect(existsSync(join(traces, 'rejects', 'cache.jsonl.rejects.jsonl'))).toBe(true);
  });
});
