import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_KEY, type TestGateway } from '../../test/support/gateway-server.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { type DiskSpool, openSpool } from '../ingest/spool.ts';
import { decodeLines } from '../ingest/spool-line.ts';
import type { ExchangeRecord } from '../ingest/spool-record.ts';

let upstream: MockUpstream;
let gateway: TestGateway;
let spool: DiskSpool;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lqo-gateway-'));
  upstream = await startMockUpstream();
  spool = await openSpool({
    directory,
    sync: 'interval',
    maxBytes: 100 * 1024 * 1024,
    segmentBytes: 1024 * 1024,
    full: 'refuse',
    loads: false,
    clock: systemClock,
    log: createLog('silent'),
  });
  gateway = await startTestGateway({ LLM_API_BASE_URL: upstream.baseUrl }, spool);
});

afterAll(async () => {
  await gateway.close();
  await spool.close();
  await upstream.close();
  await rm(directory, { recursive: true });
});

/** Every record that is in the files of the spool at this moment. */
async function spooled(): Promise<ExchangeRecord[]> {
  const names = await readdir(directory, { recursive: true });
  const records: ExchangeRecord[] = [];
  for (const name of names) {
    const bytes = await readFile(join(directory, name)).catch(() => Buffer.alloc(0));
    for (const piece of decodeLines(bytes, { records: 10_000 }).pieces) {
      if (piece.intact) records.push(JSON.parse(piece.json));
    }
  }
  return records;
}

async function call(at: number): Promise<{ id: string | null; whole: boolean }> {
  const models = ['gpt-mock', 'mock/fail', 'mock/cut-3', 'mock/rate-limit', 'mock/split-7'];
  const body = {
    model: models[at % models.length],
    messages: [],
    stream: at % 2 === 0,
    user: `u${at}`,
  };
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const whole = await response.text().then(
    () => true,
    () => false,
  );
  return { id: response.headers.get('x-lqo-interaction-id'), whole };
}

describe('given a spool on disk', () => {
  it('has every call in a file before its caller has the end of the answer', async () => {
    for (let at = 0; at < 5; at += 1) {
      const { id } = await call(at);
      expect((await spooled()).map((record) => record.id)).toContain(id);
    }
  });

  it('has every one of many calls at once exactly once, however they ended', async () => {
    const before = (await spooled()).length;
    const calls = await Promise.all(Array.from({ length: 100 }, (_, at) => call(at)));
    const records = (await spooled()).slice(before);
    const ids = records.map((record) => record.id);
    expect(ids).toHaveLength(100);
    expect(new Set(ids)).toEqual(new Set(calls.map(({ id }) => id)));
    const failed = records.filter((record) => record.status === 'error');
    expect(failed).toHaveLength(60);
    expect(new Set(records.map((record) => record.context.userId)).size).toBe(100);
  });
});
