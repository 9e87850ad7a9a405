import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUIDES = join(ROOT, 'docs/clients');
/** The address that guides show; the program under test has another. */
const SHOWN_URL = 'http://127.0.0.1:18000';
const SNIPPET = /^```js\n(.*?)^```$/gms;
const TIMEOUT_MS = 60_000;

interface Snippet {
  readonly name: string;
  readonly code: string;
}

function snippets(): Snippet[] {
  return readdirSync(GUIDES)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .flatMap((file) =>
      [...readFileSync(join(GUIDES, file), 'utf8').matchAll(SNIPPET)].map(
        ([, code = ''], index) => ({ name: `${file} ${index + 1}`, code }),
      ),
    );
}

let program: RunningProgram;
let folder: string;

beforeAll(async () => {
  program = await startProgram();
  folder = mkdtempSync(join(tmpdir(), 'lqo-guides-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(async () => {
  await program.stop();
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly exitCode: number | null;
  readonly printed: string;
  readonly complaints: string;
}

/** Runs a snippet as its reader would, in a process of its own. */
function run({ name, code }: Snippet): Promise<Outcome> {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`);
  writeFileSync(file, code.replaceAll(SHOWN_URL, program.url));
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], LQO_KEY: program.apiKey, AI_SDK_LOG_WARNINGS: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, printed, complaints }));
  });
}

interface Row {
  readonly id: string;
  readonly sessionId: string | null;
  readonly tags: readonly string[];
}

async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${program.url}/api/v1/interactions${path}`, {
    headers: { authorization: `Bearer ${program.apiKey}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** The newest interaction of a user, as soon as the loader has it. */
async function latestOf(user: string): Promise<Row> {
  const rows = async (): Promise<readonly Row[]> =>
    (await ask<{ items: readonly Row[] }>(`?limit=1&user=${user}`)).items;
  await expect.poll(rows, { timeout: 20_000, interval: 200 }).toHaveLength(1);
  const [row] = await rows();
  if (row === undefined) throw new Error('The row is gone again.');
  return row;
}

describe('given the guides for client libraries', () => {
  const all = snippets();

  it('has three snippets or more in each', () => {
    const files = all.map(({ name }) => name.split(' ')[0]);
    for (const file of new Set(files)) {
      expect(files.filter((one) => one === file).length).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(all)('$name does what it says', async (snippet) => {
    const user = `reader-of-${snippet.name.replaceAll(/\W+/g, '-')}`;
    const code = snippet.code.replaceAll('user-42', user);
    const { exitCode, printed, complaints } = await run({ ...snippet, code });
    expect({ exitCode, complaints }).toMatchObject({ exitCode: 0 });
    // The error snippets print a status and a code, all others the answer.
    if (code.includes('catch (error)')) expect(printed).toMatch(/^4\d\d .*\w/);
    else expect(printed).toContain('42');
    expect(printed).not.toMatch(/undefined|null/);
    if (!code.includes('x-lqo-user')) return;
    const row = await latestOf(user);
    expect(row).toMatchObject({ sessionId: 'session-7', tags: ['shop', 'web'] });
    expect(await ask(`/${row.id}`)).toMatchObject({
      promptName: 'greeting',
      promptVersion: '3',
    });
  });
});
