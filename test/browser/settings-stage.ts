import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type MockUpstream, startMockUpstream } from '../support/mock-upstream/mock-upstream.ts';
import { type RunningProgram, startProgram } from '../support/program.ts';
import {
  askApi,
  callGateway,
  ensureWebApp,
  type Look,
  openBrowser,
  openPage,
  type WatchedPage,
  waitUntil,
} from './support.ts';

const DESK: Look = { language: 'en', theme: 'light', width: 1440 };

/** What tests ask of an interaction. */
export interface Item {
  readonly id: string;
  readonly dialect: string;
  readonly model: string | null;
  readonly route: string | null;
  readonly cache: string | null;
  readonly shadowOf: string | null;
}

/** The real program, a provider on loopback and a signed-in browser. */
export interface SettingsStage {
  readonly program: RunningProgram;
  readonly provider: MockUpstream;
  /** Opens a page of the dashboard. */
  at(path: string, look?: Look): Promise<WatchedPage>;
  /** Closes a page that had nothing to complain about. */
  done(watched: WatchedPage): Promise<void>;
  /** Calls a model as an application does. */
  ask(model: string, content: string): Promise<Response>;
  /** The interactions of a query of the list, newest first. */
  list(query: string): Promise<Item[]>;
  /** The stored interaction that fits; waits until it is there. */
  stored(fits: (item: Item) => boolean): Promise<Item>;
  /** Sends something to our API. */
  send<Reply>(path: string, body: object, method?: 'POST' | 'PUT'): Promise<Reply>;
  close(): Promise<void>;
}

/** Starts everything that tests of the settings need. */
export async function openSettingsStage(): Promise<SettingsStage> {
  await ensureWebApp();
  const provider = await startMockUpstream();
  const program = await startProgram();
  const browser = await openBrowser();
  const first = await openPage(browser, DESK);
  await first.page.goto(program.signInUrl);
  await first.page.getByRole('heading', { name: 'Overview' }).waitFor();
  const signedIn = await first.context.storageState();
  await first.context.close();

  async function list(query: string): Promise<Item[]> {
    const page = await askApi(program, `/api/v1/interactions?limit=200&${query}`);
    return (page as { items: Item[] }).items;
  }
  return {
    program,
    provider,
    list,
    async at(path, look = DESK) {
      const watched = await openPage(browser, look, signedIn);
      await watched.page.goto(`${program.url}${path}`);
      return watched;
    },
    async done({ complaints, context }) {
      // The browser itself writes a line for every refused request.
      expect(complaints.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
      await context.close();
    },
    ask: (model, content) => callGateway(program, { model, messages: [{ role: 'user', content }] }),
    async stored(fits) {
      let found: Item | undefined;
      await waitUntil(async () => {
        found = (await list('')).find(fits);
        return found !== undefined;
      }, 'the interaction to be stored');
      if (found === undefined) throw new Error('There is no such interaction.');
      return found;
    },
    async send<Reply>(path: string, body: object, method: 'POST' | 'PUT' = 'POST') {
      const reply = await askApi(program, path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return reply as Reply;
    },
    async close() {
      await browser.close();
      await program.stop();
      program.remove();
      await provider.close();
    },
  };
}

/** Opens the dialog behind a button. */
export async function openDialog(page: Page, button: string): Promise<Locator> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  return page.getByRole('dialog');
}
