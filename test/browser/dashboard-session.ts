import type { Browser, BrowserContext } from 'playwright-core';
import { expect } from 'vitest';
import { type RunningProgram, startProgram } from '../support/program.ts';
import {
  accessibilityProblems,
  ensureWebApp,
  keepPicture,
  type Look,
  openBrowser,
  openPage,
  type WatchedPage,
} from './support.ts';

export const DESK: Look = { language: 'en', theme: 'light', width: 1440 };

/** axe looks at colours and sizes, which no language changes, so it runs once for each of the rest. */
export const LOOKS: readonly (Look & { readonly axe: boolean })[] = [
  { language: 'en', theme: 'light', width: 1440, axe: true },
  { language: 'en', theme: 'dark', width: 360, axe: true },
  { language: 'ko', theme: 'dark', width: 1440, axe: true },
  { language: 'ko', theme: 'light', width: 390, axe: true },
  { language: 'ja', theme: 'light', width: 1440, axe: false },
  { language: 'ja', theme: 'dark', width: 390, axe: false },
  { language: 'zh', theme: 'dark', width: 1440, axe: false },
  { language: 'zh', theme: 'light', width: 390, axe: false },
];

/** The real program and a browser that is signed in to it. */
export interface DashboardSession {
  readonly program: RunningProgram;
  at(path: string, look?: Look): Promise<WatchedPage>;
  /** Calls the demo model as a user of an application; answers the status. */
  call(user: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  /** Ends both; safe when the start failed half way. */
  stop(): Promise<void>;
}

type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(browser: Browser, program: RunningProgram): Promise<SignedIn> {
  const { page, context } = await openPage(browser, DESK);
  await page.goto(program.signInUrl);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const signedIn = await context.storageState();
  await context.close();
  return signedIn;
}

/** Starts the program with the arguments and signs a browser in. */
export async function openDashboard(args: readonly string[] = []): Promise<DashboardSession> {
  await ensureWebApp();
  const program = await startProgram({ args });
  const browser = await openBrowser();
  const signedIn = await signIn(browser, program);
  return {
    program,
    async at(path, look = DESK) {
      const watched = await openPage(browser, look, signedIn);
      await watched.page.goto(`${program.url}${path}`);
      return watched;
    },
    async call(user, headers = {}) {
      const response = await fetch(`${program.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${program.apiKey}`,
          'content-type': 'application/json',
          'x-lqo-user': user,
          ...headers,
        },
        body: JSON.stringify({
          model: 'demo/good',
          messages: [{ role: 'user', content: 'What is 6 x 7?' }],
        }),
      });
      await response.text();
      return response.status;
    },
    async stop() {
      await browser.close();
      await program.stop();
      program.remove();
    },
  };
}

/** Nothing was complained about. The browser itself writes a line for each answer that is an error: name a wanted one. */
export async function done(
  { complaints, context }: WatchedPage,
  wantedStatus?: number,
): Promise<void> {
  const left = complaints.filter(
    (line) => wantedStatus === undefined || !line.includes(`status of ${wantedStatus}`),
  );
  expect(left).toEqual([]);
  await context.close();
}

/** Visits each page, name to address, in one look: whole, accessible, without a complaint. */
export async function visitAll(
  session: DashboardSession,
  look: (typeof LOOKS)[number],
  visits: Readonly<Record<string, string>>,
): Promise<void> {
  const watched = await session.at('/', look);
  const { page } = watched;
  for (const [name, path] of Object.entries(visits)) {
    await page.goto(`${session.program.url}${path}`);
    await page.locator('main h1').waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    const problems = look.axe ? await accessibilityProblems(page) : [];
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - window.innerWidth',
    );
    expect({ name, problems, overflow }).toEqual({ name, problems: [], overflow: 0 });
    await keepPicture(page, `${name}-${look.language}-${look.theme}-${look.width}`);
  }
  await done(watched);
}
