import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/durability/data-folder.ts';
import { testApp } from '../../test/support/app.ts';
import { testDatabase } from '../../test/support/database.ts';
import { type ImportTarget, importFiles } from './import-command.ts';
import { createLedger } from './ledger.ts';
import { ingestRoutes } from './routes.ts';

const data = dataFolder();
const spool = await data.openSpool({ loads: false });
const test = await testApp({
  database: await testDatabase(),
  routes: (app, deps) => {
    const ledger = createLedger({ database: deps.database, spoolDirectory: data.spoolDirectory });
    ingestRoutes(app, { ...deps, spool, readLedger: ledger.read });
  },
});
afterAll(async () => {
  await spool.close();
  await test.close();
  data.remove();
});

const CHAT = '7d1c0a52-8a86-4c0d-9d0c-1d2f3a4b5c6d';
const LINES = [
  {
    event: 'llm.call',
    ts: '2026-11-20T09:00:00.5Z',
    model: 'qwen2.5',
    provider: 'ollama',
    success: false,
    latency_ms: 1200,
    prompt_tokens: 12,
    completion_tokens: 0,
    error: 'Read timed out',
    interaction_id: CHAT,
  },
  {
    event: 'rag.retrieve',
    ts: '2026-11-20T09:00:01Z',
    query: 'q',
    hits: 3,
    topk: 5,
    rerank_enabled: true,
    rerank_model: 'ms-marco',
    latency_ms: 40,
    interaction_id: CHAT,
  },
  {
    event: 'ollama.usage',
    ts: '2026-11-20T09:00:02Z',
    kind: 'embedding',
    model: 'nomic',
    count: 4,
    latency_ms: 9,
    interaction_id: CHAT,
  },
  { event: 'embed.cache', ts: '2026-11-20T09:00:03Z', key: 'sha256:ab', hit: false },
  {
    kind: 'agent_chat',
    ts: '2026-11-20T09:00:04',
    interaction_id: CHAT,
    mode: 'voc',
    message: '고장',
    used_logs: false,
    tool_steps: [],
    sources: [{ source: 'a.md' }],
    answer: '재시작',
  },
];
const FEEDBACK = { interaction_id: CHAT, rating: 1, comment: '좋아요', ts: '2026-11-20T09:05:00Z' };

function fetchFromApp(): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const reply = await test.app.inject({
      method: 'POST',
      url: url.pathname + url.search,
      headers: { host: '127.0.0.1', ...(init.headers as Record<string, string>) },
      payload: Buffer.from(init.body as Uint8Array),
    });
    return new Response(reply.body, { status: reply.statusCode });
  };
}

const server = (): ImportTarget => ({
  kind: 'server',
  url: 'http://127.0.0.1:18000',
  apiKey: test.a.key,
  fetch: fetchFromApp(),
});

async function loadAll(): Promise<void> {
  const loader = data.startLoader({ db: test.database });
  await loader.settled();
  await loader.stop(5_000);
}

async function counts(): Promise<object | undefined> {
  const [row] = await test.database.query<object>(
    `select (select count(*) from interactions) as interactions, (select count(*) from spans) as spans,
            (select count(*) from scores) as scores`,
  );
  return row;
}

function write(name: string, lines: readonly unknown[]): string {
  const path = join(data.path, name);
  const text = lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('given the event files of another system', () => {
  it('imports all of them, packed or not, and again adds nothing', async () => {
    const events = write('llm_calls.jsonl.gz', LINES);
    // Named so that it would come first, although it refers to the others.
    const feedback = write('a_feedback.jsonl', [FEEDBACK]);
    const progress: number[] = [];
    const options = {
      files: [feedback, events],
      target: server(),
      maxLineBytes: 10_000,
      onProgress: ({ done, total }: { done: number; total: number }) => progress.push(done / total),
    };
    expect(await importFiles(options)).toMatchObject({ accepted: 6, rejected: 0 });
    expect(progress.at(-1)).toBe(1);
    await loadAll();
    const expected = { interactions: 2, spans: 3, scores: 1 };
    expect(await counts()).toEqual(expected);
    await importFiles(options);
    await loadAll();
    expect(await counts()).toEqual(expected);
  });

  it('maps calls, chats, retrieval, usage and cache', async () => {
    const interactions = await test.database.query<object>(
      `select origin, provider, status, error_type, input_tokens, trace_id, prompt_preview, response_preview
       from interactions order by created_at`,
    );
    expect(interactions).toMatchObject([
      {
        origin: 'import',
        provider: 'ollama',
        status: 'error',
        error_type: 'timeout_total',
        input_tokens: 12,
        trace_id: CHAT,
      },
      {
        provider: 'agent',
        status: 'success',
        trace_id: CHAT,
        prompt_preview: '고장',
        response_preview: '재시작',
      },
    ]);
    const spans = await test.database.query<object>(
      'select kind, name, duration_ms, trace_id, attributes from spans order by created_at',
    );
    expect(spans).toMatchObject([
      {
        kind: 'retrieval',
        duration_ms: 40,
        trace_id: CHAT,
        attributes: { hits: 3, topk: 5, rerank_enabled: true },
      },
      { kind: 'usage', attributes: { kind: 'embedding', count: 4 } },
      { kind: 'cache', trace_id: null, attributes: { hit: false } },
    ]);
  });
});

describe('given bad lines', () => {
  it('keeps them beside the file with line number and reason', async () => {
    const file = write('mixed.jsonl', [
      '',
      '{',
      { ...LINES[3], key: 'new' },
      'x'.repeat(400),
      { event: 'span', kind: 'tool', name: 'no time' },
    ]);
    const result = await importFiles({ files: [file], target: server(), maxLineBytes: 300 });
    expect(result).toMatchObject({
      accepted: 1,
      rejected: 3,
      rejectFiles: [`${file}.rejects.jsonl`],
    });
    const kept = readFileSync(`${file}.rejects.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual([2, 4, 5]);
  });
});

describe('given no server', () => {
  it('hands the lines to a spool that the next start loads', async () => {
    const own = await data.openSpool({ loads: false });
    const file = write('offline.jsonl', [{ ...LINES[0], model: 'offline' }, 'bad']);
    const target: ImportTarget = {
      kind: 'spool',
      spool: own,
      projectId: test.a.id,
      nowMs: Date.now(),
    };
    expect(await importFiles({ files: [file], target, maxLineBytes: 10_000 })).toMatchObject({
      accepted: 1,
      rejected: 1,
    });
    await own.close();
    await loadAll();
    expect(
      await test.database.query("select 1 from interactions where model = 'offline'"),
    ).toHaveLength(1);
  });

  it('says why a server refuses', async () => {
    const file = write('refused.jsonl', [LINES[3]]);
    const target: ImportTarget = {
      kind: 'server',
      url: 'http://127.0.0.1:18000',
      apiKey: 'lqo_wrong',
      fetch: fetchFromApp(),
    };
    await expect(importFiles({ files: [file], target, maxLineBytes: 10_000 })).rejects.toThrow(
      /401/,
    );
    expect(existsSync(`${file}.rejects.jsonl`)).toBe(false);
  });
});
