import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

const KEY = 'lqo_provisioned_for_eval';
const root = join(import.meta.dirname, '..');

let program: RunningProgram;
let folder: string;
let file: string;
beforeAll(async () => {
  const env: Record<string, string> = { LQO_API_KEY: KEY };
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') env['DATABASE_URL'] = target.url;
  }
  program = await startProgram({ env });
  folder = mkdtempSync(join(tmpdir(), 'lqo-eval-'));
  file = join(folder, 'sums.jsonl');
  const lines = Array.from({ length: 24 }, (_, at) =>
    JSON.stringify({ id: `s${at}`, input: `What is ${at} x 7?`, reference: String(at * 7) }),
  );
  writeFileSync(file, lines.join('\n'));
});
afterAll(async () => {
  await program.kill();
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

/** Runs `lqo` as a user does, beside the program; `interruptAt`: Ctrl-C once it has printed this. */
function lqo(args: readonly string[], interruptAt?: string): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'src', 'main.ts'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], DATA_DIR: program.dataDir, LOG_LEVEL: 'warn' },
  });
  let text = '';
  let interrupted = false;
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    if (interruptAt === undefined || interrupted || !text.includes(interruptAt)) return;
    interrupted = true;
    child.kill('SIGINT');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve) => child.on('exit', (code) => resolve({ code, text })));
}

const evaluate = (model: string, ...more: string[]): Promise<Ended> =>
  lqo(['eval', file, '--route', model, '--evaluators', 'contains', ...more]);

describe('lqo eval', () => {
  it('passes and fails by its gates, and writes reports', async () => {
    const gates = ['--gate', 'quality>=0.8', '--gate', 'no-regression vs baseline'];
    const first = await evaluate('demo/good', ...gates, '--baseline', 'latest');
    expect(first.text).toContain('Sent the dataset sums: version 1, 24 items.');
    expect(first.text).toContain('There is no earlier run of this dataset');
    expect(first.text).toMatch(/contains\s+1\.000 {2}0\.862 to 1\.000/);
    expect(first.code).toBe(0);
    const [junit, markdown] = [join(folder, 'out.xml'), join(folder, 'out.md')];
    const reports = ['--junit', junit, '--markdown', markdown];
    const second = await evaluate('demo/poor', ...gates, '--baseline', 'latest', ...reports);
    expect(second.text).toContain('The dataset is known: sums, version 1.');
    expect(second.text).toMatch(/FAIL {2}no-regression vs baseline: quality changed by -0\.9/);
    expect(second.text).toContain('2 of 3 gates failed.');
    expect(second.code).toBe(1);
    expect(readFileSync(junit, 'utf8')).toContain('<testsuites tests="3" failures="2" errors="0"');
    expect(readFileSync(markdown, 'utf8')).toContain('### demo/poor over sums');
  });

  it('pauses on Ctrl-C and goes on with what was answered', async () => {
    const args = ['eval', file, '--route', 'demo/slow', '--evaluators', 'contains'];
    const paused = await lqo(args, 'tokens in and');
    expect(paused.code).toBe(1);
    const id = /lqo eval --resume (\S+)/.exec(paused.text)?.[1] ?? '';
    expect(id).not.toBe('');
    const ended = await lqo(['eval', '--resume', id, '--gate', 'error_rate<=0%']);
    expect(ended.text).toContain('24 answered, 0 failed');
    expect(ended.code).toBe(0);
  });

  it('tells wrong use before anything is asked', async () => {
    for (const args of [
      ['eval', file],
      ['eval', join(folder, 'nowhere.jsonl'), '--route', 'demo/good'],
      ['eval', file, '--route', 'demo/good', '--gate', 'quality'],
      ['eval', file, '--route', 'demo/good', '--gate', 'no-regression vs baseline'],
      ['eval', file, '--route', 'demo/good', '--concurrency', 'many'],
    ]) {
      expect([args.at(-1), (await lqo(args)).code]).toEqual([args.at(-1), 2]);
    }
    const bad = join(folder, 'bad.jsonl');
    writeFileSync(bad, '{"input":"fine"}\nbroken\n');
    const refused = await lqo(['eval', bad, '--route', 'demo/good']);
    expect(refused.text).toContain('line 2');
    expect(refused.code).toBe(1);
  });
});

describe('lqo eval-retrieval', () => {
  let retriever: Server;
  let endpoint: string;
  beforeAll(async () => {
    retriever = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ hits: [{ section_path: 'x' }, { section_path: 'a' }] }));
    });
    await new Promise<void>((resolve) => retriever.listen(0, '127.0.0.1', resolve));
    const address = retriever.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/find`;
  });
  afterAll(() => retriever.close());

  it('measures an endpoint, writes the report and judges it', async () => {
    const queries = join(folder, 'queries.jsonl');
    const line = JSON.stringify({ query: 'q', relevant_section_paths: ['a'] });
    writeFileSync(queries, Array.from({ length: 12 }, () => line).join('\n'));
    const output = join(folder, 'results.json');
    const args = ['eval-retrieval', '--queries', queries, '--endpoint', endpoint];
    const passed = await lqo([...args, '--output', output, '--gate', 'recall@3>=0.9']);
    expect(passed.code).toBe(0);
    const report = JSON.parse(readFileSync(output, 'utf8'));
    expect(report).toMatchObject({
      num_queries: 12,
      k_values: [1, 3, 5, 10],
      summary: { mrr: 0.5 },
    });
    expect((await lqo([...args, '--gate', 'mrr>0.5'])).code).toBe(1);
  });
});

describe('lqo export', () => {
  it('writes examples of the running program', async () => {
    const call = await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo/good', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await call.text();
    const interactionId = call.headers.get('x-lqo-interaction-id');
    const rated = await fetch(`${program.url}/api/v1/feedback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ interactionId, rating: 1 }),
    });
    expect(rated.ok).toBe(true);
    const written = await lqo(['export', '--format', 'sft']);
    expect(written.code).toBe(0);
    expect(written.text).toContain('{"messages":[{"role":"user","content":"Hello"},');
  });
});
