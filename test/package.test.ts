import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'lqo-package-'));
const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The published form: compiled, packed, installed into an empty folder. */
describe('given the packed program installed in an empty folder', () => {
  beforeAll(() => {
    run(process.execPath, ['bin/lqo.mjs', 'dev', 'build'], root);
    run('npm', ['pack', '--silent', '--pack-destination', folder], root);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
    run(
      'npm',
      ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`],
      folder,
    );
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds no sources, tests or machine paths', () => {
    const files = readdirSync(join(folder, 'node_modules', 'llm-quality-observer'), {
      recursive: true,
      encoding: 'utf8',
    });
    expect(files.filter((file) => /(^|\/)(src|test|bench)\/|\.test\./.test(file))).toEqual([]);
    expect(files).toContain(join('dist', 'web', 'index.html'));
    expect(files).toContain(join('dist', 'evaluators', 'models', 'shipped', 'toxicity.bin'));
  });

  it('imports as a library', () => {
    const script = `import { createObserver } from 'llm-quality-observer'; console.log(createObserver({ baseUrl: 'http://x', apiKey: 'k' }).openAiBaseUrl)`;
    expect(run(process.execPath, ['--input-type=module', '-e', script], folder).trim()).toBe(
      'http://x/v1',
    );
  });

  it('scores an answer and counts costs without a server', () => {
    const script = `import { CostTracker, evaluate } from 'llm-quality-observer';
      const { isSafe, flags } = evaluate({ prompt: 'Who?', response: 'Ask joe.miller@firm-mail.com.' });
      const { costUsd } = new CostTracker().logInference({ model: 'gpt-4', promptTokens: 1000, completionTokens: 500 });
      console.log(JSON.stringify({ isSafe, flags, costUsd }));`;
    const printed = run(process.execPath, ['--input-type=module', '-e', script], folder);
    expect(JSON.parse(printed)).toEqual({ isSafe: false, flags: ['pii_leak'], costUsd: 0.06 });
  });

  it('starts, answers and stops with exit code 0', async () => {
    const child = spawn(join(folder, 'node_modules', '.bin', 'lqo'), ['start'], {
      cwd: folder,
      env: { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
        if (found !== null && printed.includes('curl')) resolve(found[0]);
      });
      child.on('exit', (code) => reject(new Error(`ended early with ${code}: ${printed}`)));
    });
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toMatchObject({ status: 'ok' });
    const page = await fetch(`${url}/`);
    expect(await page.text()).toContain('<div id="root"');
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
