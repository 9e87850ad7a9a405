import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { RunningProgram } from '../support/program.ts';

const CHROMIUM = '/usr/bin/chromium';
const ROOT = join(import.meta.dirname, '../..');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Without a browser the suite is skipped and says so; in continuous integration that is a failure. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env['CI'] === 'true') throw new Error(`There is no browser at ${CHROMIUM}.`);
  console.log(`skipped: the dashboard in a browser (no Chromium at ${CHROMIUM})`);
  return false;
}

/** Builds the web app when the launcher has not done so. */
export async function ensureWebApp(): Promise<void> {
  if (existsSync(join(ROOT, 'dist/web/index.html'))) return;
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
}

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** How a page is looked at. */
export interface Look {
  readonly language: 'en' | 'ko' | 'ja' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly width: 1440 | 390 | 360;
}

const TAGS = { en: 'en-US', ko: 'ko-KR', ja: 'ja-JP', zh: 'zh-CN' } as const;

/** A page whose complaints (errors, refused styles or scripts) are collected. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
  readonly context: BrowserContext;
}

type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>;

export async function openPage(
  browser: Browser,
  look: Look,
  signedIn?: SignedIn,
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.width === 1440 ? 900 : 844 },
    colorScheme: look.theme,
    locale: TAGS[look.language],
    timezoneId: 'Asia/Seoul',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...(signedIn === undefined ? {} : { storageState: signedIn }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints, context };
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, as short lines: impact, rule and the first element. Minor findings are left out. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

/** Keeps a picture of the page where `SCREENSHOT_DIR` says. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOT_DIR'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Calls the gateway as an application does. */
export async function callGateway(
  program: RunningProgram,
  body: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const response = await fetch(`${program.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${program.apiKey}`,
      'content-type': 'application/json',
      'x-lqo-user': 'ada',
      'x-lqo-tags': 'checkout',
    },
    body: JSON.stringify(body),
  });
  await response.text();
  return response;
}

const PROMPTS = [
  'What is 6 x 7?',
  '환불 정책을 알려 주세요',
  '返金の方法を教えてください',
  '请告诉我退款政策',
];
const MODELS = ['demo/good', 'demo/poor', 'demo/toxic', 'demo/flaky'];

/** Calls of every kind: good, bad and failing, streamed and not, with tools and a picture. */
export async function fillWithTraffic(program: RunningProgram, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const content = PROMPTS[round % PROMPTS.length];
    await Promise.all(
      MODELS.map((model, at) =>
        callGateway(program, {
          model,
          stream: (round + at) % 2 === 0,
          messages: [
            { role: 'system', content: 'Answer **briefly**.' },
            { role: 'user', content },
          ],
        }),
      ),
    );
  }
  await callGateway(program, { model: 'demo/good', messages: TOOL_CONVERSATION });
}

const TOOL_CONVERSATION = [
  { role: 'user', content: 'Look at the weather' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Seoul"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'c1', content: '{"celsius":21}' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'And this picture <script>alert(1)</script>?' },
      { type: 'image_url', image_url: { url: 'https://pictures.example/cat.png' } },
    ],
  },
];

/** Asks our API with the program's key. */
export async function askApi(program: RunningProgram, path: string, init: RequestInit = {}) {
  const response = await fetch(`${program.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${program.apiKey}`, ...init.headers },
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const json: unknown = await response.json();
  return json;
}

/** Waits until the question has the wanted answer. */
export async function waitUntil(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
