import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../support/program.ts';
import {
  askApi,
  ensureWebApp,
  hasBrowser,
  keepPicture,
  type Look,
  openBrowser,
  openPage,
  type WatchedPage,
  waitUntil,
} from './support.ts';

const DESK: Look = { language: 'en', theme: 'light', width: 1440 };
const CURL_PROMPT = 'What is 6 x 7?';
const SDK_PROMPT = 'How should I wash a rain jacket?';
const run = promisify(execFile);

/** Runs the command that the program printed, as it is, in a shell. */
async function runPrintedCurl(program: RunningProgram): Promise<string> {
  const command = /^\s*(curl .+)$/m.exec(program.output())?.[1] ?? '';
  const { stdout } = await run('sh', ['-c', command]);
  return stdout;
}

function sdk(program: RunningProgram, apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${program.url}/v1`, apiKey, maxRetries: 0 });
}

/** What an application does that shows an answer while it is written. */
async function streamWithSdk(program: RunningProgram): Promise<string> {
  const stream = await sdk(program, program.apiKey).chat.completions.create({
    model: 'demo/good',
    stream: true,
    messages: [{ role: 'user', content: SDK_PROMPT }],
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

function rowsOf(page: Page) {
  return page.locator('[role="row"][aria-rowindex]:not([aria-rowindex="1"])');
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly scores: readonly unknown[] }[];
}

async function listed(program: RunningProgram): Promise<Listed['items']> {
  return ((await askApi(program, '/api/v1/interactions?limit=50')) as Listed).items;
}

async function countOf(page: Page, name: string): Promise<string | null> {
  return await page
    .locator('dl > div', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .first()
    .textContent();
}

/** The steps stand on each other: each begins where the one before ended. */
describe.skipIf(!hasBrowser())('the path of a new user', () => {
  let program: RunningProgram;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let key: string;

  async function signIn(): Promise<void> {
    watched = await openPage(browser, DESK);
    ({ page } = watched);
    await page.goto(program.signInUrl);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  }

  beforeAll(async () => {
    await ensureWebApp();
    browser = await openBrowser();
    program = await startProgram();
    key = program.apiKey;
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    program?.remove();
  });

  it('opens the printed link and is told what to do first', async () => {
    await signIn();
    await page.getByText('Nothing recorded yet').waitFor();
    await page.getByText(`curl ${program.url}/v1/chat/completions`).waitFor();
    // The token is spent and no longer in the address.
    expect(page.url()).not.toContain('token');
  });

  it('runs the printed command and sees the call without a reload', async () => {
    await page.getByRole('button', { name: /Live$/ }).waitFor();
    await page.evaluate('window.sameDocument = true');
    const answer: unknown = JSON.parse(await runPrintedCurl(program));
    expect(answer).toMatchObject({ choices: [{ message: { role: 'assistant' } }] });
    await page.getByText('Latency p95').waitFor();
    await waitUntil(async () => (await countOf(page, 'Calls')) === '1', 'the call to be counted');
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  });

  it('streams a call with the SDK and finds it in the list', async () => {
    await page.getByRole('link', { name: 'Interactions' }).click();
    await page.getByText(CURL_PROMPT).first().waitFor();
    expect(await streamWithSdk(program)).not.toBe('');
    await page.getByRole('button', { name: '1 new' }).click();
    await rowsOf(page).filter({ hasText: SDK_PROMPT }).waitFor();
    expect(await rowsOf(page).count()).toBe(2);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  });

  it('has both calls judged', async () => {
    await page.getByRole('link', { name: 'Evaluations' }).click();
    await page.getByRole('button', { name: 'Run now' }).click();
    await page
      .getByText(/\d+ evaluated, 0 failed/)
      .first()
      .waitFor();
    await waitUntil(
      async () => (await listed(program)).every(({ scores }) => scores.length > 0),
      'scores of both calls',
    );
  });

  it('opens the call: text, cost and who says so, time, score and why', async () => {
    await page.getByRole('link', { name: 'Interactions' }).click();
    await page.getByRole('button', { name: /^Refresh|new$/ }).click();
    await rowsOf(page).filter({ hasText: SDK_PROMPT }).click();
    await page.getByRole('link', { name: 'Open as a page' }).click();
    await page.getByRole('heading', { name: 'Interaction', level: 1, exact: true }).waitFor();
    const conversation = page.getByRole('tabpanel', { name: 'Conversation' });
    await conversation.getByText(SDK_PROMPT).waitFor();
    await page.getByText('streamed', { exact: true }).waitFor();
    const usage = page.getByRole('region', { name: 'Usage and cost' });
    expect(await countOf(page, 'Cost')).toMatch(/^<?\$\d/);
    await usage.getByText(/price: .*(?:reported|counted|estimated)/).waitFor();
    const timing = page.getByRole('region', { name: 'Timing' });
    expect(await timing.textContent()).toMatch(/Total[\d.]+m?s/);
    await keepPicture(page, 'new-user-interaction');
    await page.getByRole('tab', { name: /^Scores/ }).click();
    const score = page.getByRole('tabpanel').getByRole('listitem').filter({ hasText: 'overall' });
    await score.first().waitFor();
    const lines = await score.first().locator('p').allTextContents();
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]?.trim()).not.toBe('');
  });

  it('loses nothing and doubles nothing when the program is killed', async () => {
    const before = (await listed(program)).map(({ id }) => id);
    expect(watched.complaints).toEqual([]);
    await watched.context.close();
    await program.kill();
    program = await startProgram({ dataDir: program.dataDir });
    await signIn();
    await page.getByText('Adds up').waitFor();
    expect(await countOf(page, 'Accepted')).toBe('2');
    expect(await countOf(page, 'Stored')).toBe('2');
    expect(await countOf(page, 'Dropped')).toBe('0');
    await page.getByRole('link', { name: 'Interactions' }).click();
    await page.getByText('2 interactions', { exact: true }).waitFor();
    expect(await rowsOf(page).filter({ hasText: SDK_PROMPT }).count()).toBe(1);
    expect(await rowsOf(page).filter({ hasText: CURL_PROMPT }).count()).toBe(1);
    const after = await listed({ ...program, apiKey: key });
    expect(after.map(({ id }) => id).toSorted()).toEqual(before.toSorted());
  });

  it('revokes the key, and the SDK is refused', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: /^Revoke / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Revoked', { exact: true }).waitFor();
    const refused = sdk(program, key).chat.completions.create({
      model: 'demo/good',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    await expect(refused).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect(watched.complaints).toEqual([]);
    await watched.context.close();
  });
});

describe.skipIf(!hasBrowser())('a new user who looks at the demo first', () => {
  let program: RunningProgram;
  let browser: Browser;

  beforeAll(async () => {
    await ensureWebApp();
    browser = await openBrowser();
    program = await startProgram({ args: ['--demo'] });
    await waitUntil(
      async () => program.output().includes('generated records'),
      'the demo project to be filled',
    );
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    program?.remove();
  });

  it('deletes it with one click and is back in an empty project', async () => {
    const { page, context, complaints } = await openPage(browser, DESK);
    await page.goto(program.signInUrl);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(`${program.url}/settings?project=demo`);
    await page.getByTitle('Everything in this project').waitFor();
    await page.getByRole('button', { name: 'Delete the demo project' }).click();
    // Thousands of records go; how long that takes is not what is asked here.
    await page.getByText('Nothing recorded yet').waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Project: Default' }).waitFor();
    expect(await page.getByText('Demo data').count()).toBe(0);
    const projects = await page.evaluate("fetch('/api/v1/projects').then((r) => r.text())");
    expect(projects).toContain('default');
    expect(projects).not.toContain('"demo"');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
