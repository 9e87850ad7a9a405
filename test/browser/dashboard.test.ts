import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from '../support/program.ts';
import {
  accessibilityProblems,
  askApi,
  callGateway,
  ensureWebApp,
  fillWithTraffic,
  hasBrowser,
  keepPicture,
  type Look,
  openBrowser,
  openPage,
  type WatchedPage,
  waitUntil,
} from './support.ts';

const DESK: Look = { language: 'en', theme: 'light', width: 1440 };
const ROUNDS = 12;
const CALLS = ROUNDS * 4 + 1;

describe.skipIf(!hasBrowser())('the dashboard', () => {
  let program: RunningProgram;
  let browser: Browser;
  let signedIn: Awaited<ReturnType<WatchedPage['context']['storageState']>>;

  beforeAll(async () => {
    await ensureWebApp();
    program = await startProgram();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    program?.remove();
  });

  async function at(path: string, look: Look = DESK): Promise<WatchedPage> {
    const watched = await openPage(browser, look, signedIn);
    await watched.page.goto(`${program.url}${path}`);
    return watched;
  }

  async function done({ complaints, context }: WatchedPage): Promise<void> {
    expect(complaints).toEqual([]);
    await context.close();
  }

  describe('given a stranger', () => {
    it('explains the one-time link, refuses a wrong password and lets the link in', async () => {
      const watched = await openPage(browser, DESK);
      const { page, complaints, context } = watched;
      await page.goto(program.url);
      await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'sign-in');
      await page.getByLabel('E-mail').fill('nobody@example.com');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('unauthorized');
      // The browser itself writes a line for every refused request.
      expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
      await page.goto(program.signInUrl);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      signedIn = await context.storageState();
      await context.close();
    });
  });

  describe('given an empty project', () => {
    it('teaches the first call and comes to life when it arrives', async () => {
      const watched = await at('/');
      const { page } = watched;
      await page.getByText('Nothing recorded yet').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'empty');
      await page.getByRole('button', { name: 'Copy' }).first().click();
      const copied = await page.evaluate('navigator.clipboard.readText()');
      expect(copied).toContain(`curl ${program.url}/v1/chat/completions`);
      // The page listens before the call is made.
      await page.getByRole('button', { name: /Live$/ }).waitFor();
      const answer = await callGateway(program, {
        model: 'demo/good',
        messages: [{ role: 'user', content: 'Hello' }],
      });
      expect(answer.status).toBe(200);
      await page.getByText('Latency p95').waitFor();
      await done(watched);
    });
  });

  describe('given traffic', () => {
    beforeAll(async () => {
      await fillWithTraffic(program, ROUNDS);
      await waitUntil(async () => {
        const page = await askApi(program, '/api/v1/interactions?limit=200');
        return (page as { items: unknown[] }).items.length === CALLS + 1;
      }, 'the calls to be stored');
      await askApi(program, '/api/v1/evaluation/runs', { method: 'POST' });
    });

    it('shows the numbers of the range with what they stand on', async () => {
      const watched = await at('/');
      const { page } = watched;
      const calls = page.locator('dl > div', { hasText: 'Calls' });
      expect(await calls.locator('dd').first().textContent()).toBe(String(CALLS + 1));
      expect(
        await page
          .locator('dl > div', { hasText: 'Error rate' })
          .locator('dd')
          .last()
          .textContent(),
      ).toMatch(/n = 50 · 95% interval .+–.+/);
      await page.getByText('Adds up').waitFor();
      await page.locator('canvas').first().waitFor();
      await done(watched);
    });

    it('sends a page with charts, and all the code for it, in less than 400 kB', async () => {
      const watched = await at('/');
      const { page } = watched;
      await page.locator('canvas').first().waitFor();
      const sent = (await page.evaluate(
        "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ transferSize }) => transferSize)",
      )) as number[];
      expect(sent.length).toBeGreaterThan(5);
      expect(Math.min(...sent)).toBeGreaterThan(0);
      expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(400_000);
      await done(watched);
    });

    it('sets the range by a drag over a chart, and keeps it in the address', async () => {
      const watched = await at('/?range=7d');
      const { page } = watched;
      const chart = page.getByRole('img', { name: /^Calls/ });
      await chart.locator('canvas').waitFor();
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      if (box === null) throw new Error('the chart has no place');
      await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=.+to=|to=.+from=/);
      await page.reload();
      await page.getByRole('button', { name: / – / }).waitFor();
      await done(watched);
    });

    it('filters the list by a line, a view and a facet, and walks it by keys', async () => {
      const watched = await at('/interactions');
      const { page } = watched;
      const rows = page.locator('[role="row"][aria-rowindex]:not([aria-rowindex="1"])');
      await rows.first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('model:demo/flaky status:error');
      await page.keyboard.press('Enter');
      await page.waitForURL(/filter=model/);
      await page.getByText(/^\d+ interactions?$/).waitFor();
      // The list before stays until the new one is there.
      await expect
        .poll(async () => {
          const texts = await rows.allTextContents();
          return texts.length > 0 && texts.every((text) => text.includes('demo/flaky'));
        })
        .toBe(true);

      await page.getByRole('button', { name: 'Low quality' }).click();
      await page.waitForURL(/filter=score.overall/);
      await page.getByRole('button', { name: 'All', exact: true }).click();
      await page.getByRole('button', { name: /^demo\/poor/ }).click();
      await page.waitForURL(/filter=model%3Ademo%2Fpoor|filter=model:demo/);
      await page.getByRole('textbox', { name: 'Filter' }).fill('colour:red');
      await page.keyboard.press('Enter');
      await page.getByText('“colour:red”: no such field').waitFor();

      await page.getByRole('button', { name: 'All', exact: true }).click();
      await rows.nth(2).waitFor();
      await rows.nth(0).click();
      const panel = page.getByRole('complementary', { name: 'Interaction', exact: true });
      await panel.getByRole('tab', { name: 'Conversation' }).waitFor();
      const first = new URL(page.url()).searchParams.get('peek');
      await page.keyboard.press('j');
      await page.waitForFunction(`!location.search.includes('${first}')`);
      await page.keyboard.press('k');
      await page.waitForFunction(`location.search.includes('${first}')`);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      await done(watched);
    });

    it('keeps searching while the pieces of a text search have no match', async () => {
      const watched = await openPage(browser, DESK, signedIn);
      const { page } = watched;
      let goOn = (): void => undefined;
      const looked = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const piece = { nextCursor: 'older', estimate: null, items: [] };
      await page.route(/api\/v1\/interactions\?.*q=picture/, async (route) => {
        const url = new URL(route.request().url());
        if (!url.searchParams.has('cursor')) return await route.fulfill({ json: piece });
        await looked;
        url.searchParams.delete('cursor');
        return await route.continue({ url: url.href });
      });
      await page.goto(`${program.url}/interactions?filter="picture"`);
      await page.getByText('searching older interactions').waitFor();
      expect(await page.getByText('Nothing matches').count()).toBe(0);
      goOn();
      await page.getByText('And this picture').first().waitFor();
      await done(watched);
    });

    it('shows a conversation with tools and pictures, and runs nothing of it', async () => {
      const watched = await at('/interactions?filter="And this picture"');
      const { page } = watched;
      await page.getByText('And this picture').first().click();
      await page.getByRole('link', { name: 'Open as a page' }).click();
      await page.getByRole('heading', { name: 'Interaction', level: 1, exact: true }).waitFor();
      await page.getByText('Calls tool weather').waitFor();
      await page.getByText('Image pictures.example').waitFor();
      await page.getByText('<script>alert(1)</script>').first().waitFor();
      await page.getByRole('tab', { name: 'Scores' }).click();
      await page.getByText('overall', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'Raw' }).click();
      await page.getByText('"tool_calls"').first().waitFor();
      await page.getByRole('button', { name: 'Good' }).click();
      await page.getByText('Saved').waitFor();
      await page.getByRole('tab', { name: 'Scores' }).click();
      await page.getByText(/^Person ·/).waitFor();
      await done(watched);
    });

    it('runs the evaluation and shows scores by evaluator', async () => {
      const watched = await at('/evaluations');
      const { page } = watched;
      await page.getByRole('button', { name: 'Run now' }).click();
      await page
        .getByText(/\d+ evaluated, 0 failed/)
        .first()
        .waitFor();
      await page.getByRole('link', { name: 'overall' }).waitFor();
      await done(watched);
    });

    it('compares the models', async () => {
      const watched = await at('/models');
      const { page } = watched;
      await page.getByRole('link', { name: 'demo/good' }).waitFor();
      const comparison = page.getByRole('region', { name: 'Comparison' });
      expect(await comparison.getByRole('row').count()).toBe(5);
      await page.locator('canvas').first().waitFor();
      await done(watched);
    });

    it('makes a key that is shown once and works, rotates it and ends it', async () => {
      const watched = await at('/settings');
      const { page } = watched;
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Name').fill('checkout service');
      await page.getByRole('dialog').getByRole('button', { name: 'New key' }).click();
      const shown = page.getByRole('dialog', { name: 'Your new key' });
      const key = await shown.locator('pre').textContent();
      expect(key).toMatch(/^lqo_/);
      const answer = await callGateway(
        { ...program, apiKey: key ?? '' },
        { model: 'demo/good', messages: [{ role: 'user', content: 'Hello' }] },
      );
      expect(answer.status).toBe(200);
      await shown.getByRole('button', { name: 'Close' }).click();
      expect(await page.content()).not.toContain(key ?? 'lqo_');

      await page.getByRole('button', { name: 'Rotate checkout service' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
      const next = await shown.locator('pre').textContent();
      expect(next).toMatch(/^lqo_/);
      expect(next).not.toBe(key);
      await shown.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('button', { name: 'Revoke checkout service' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
      await page.getByText('Revoked', { exact: true }).first().waitFor();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      for (const ended of [key, next]) {
        const refused = await callGateway(
          { ...program, apiKey: ended ?? '' },
          { model: 'demo/good', messages: [{ role: 'user', content: 'Hello' }] },
        );
        expect(refused.status).toBe(401);
      }
      await done(watched);
    });

    it('does everything from the palette', async () => {
      const watched = await at('/');
      const { page } = watched;
      await page.getByText('Latency p95').waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('models');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('한국어');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: '모델', level: 1 }).waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('ko');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: '키보드' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('g');
      await page.keyboard.press('e');
      await page.getByRole('heading', { name: '평가', level: 1 }).waitFor();
      await done(watched);
    });

    it('says how many calls are new, and brings them in when asked', async () => {
      const watched = await at('/interactions');
      const { page } = watched;
      await page.getByRole('button', { name: /Live$/ }).waitFor();
      await callGateway(program, {
        model: 'demo/good',
        messages: [{ role: 'user', content: 'a call that just happened' }],
      });
      await page.getByRole('button', { name: '1 new' }).click();
      await page.getByText('a call that just happened').first().waitFor();
      await done(watched);
    });

    it('tells an error with its code and request, and offers another try', async () => {
      const watched = await at('/interactions/00000000-0000-7000-8000-000000000000');
      const { page } = watched;
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toMatch(/not_found · request /);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      await watched.context.close();
    });
  });

  describe('given the address of a project that is gone', () => {
    it('shows one that exists', async () => {
      const watched = await at('/?project=demo');
      await watched.page.getByRole('button', { name: 'Project: Default' }).waitFor();
      expect(await watched.page.getByText('Demo data').count()).toBe(0);
      await done(watched);
    });
  });

  describe('however it is looked at', () => {
    /** axe looks at colours and sizes, which no language changes, so it runs once for each of the rest. */
    const LOOKS: readonly (Look & { readonly axe: boolean })[] = [
      { language: 'en', theme: 'light', width: 1440, axe: true },
      { language: 'en', theme: 'dark', width: 360, axe: true },
      { language: 'ko', theme: 'dark', width: 1440, axe: true },
      { language: 'ko', theme: 'light', width: 390, axe: true },
      { language: 'ja', theme: 'light', width: 1440, axe: false },
      { language: 'ja', theme: 'dark', width: 390, axe: false },
      { language: 'zh', theme: 'dark', width: 1440, axe: false },
      { language: 'zh', theme: 'light', width: 390, axe: false },
    ];
    const PAGES = ['overview', 'interactions', 'evaluations', 'models', 'settings'] as const;

    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      const watched = await at('/', look);
      const { page } = watched;
      const visit = async (name: string, path: string): Promise<void> => {
        await page.goto(`${program.url}${path}`);
        await page.locator('main h1').waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        const problems = look.axe ? await accessibilityProblems(page) : [];
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - window.innerWidth',
        );
        expect({ name, problems, overflow }).toEqual({ name, problems: [], overflow: 0 });
        await keepPicture(page, `${name}-${look.language}-${look.theme}-${look.width}`);
      };
      for (const name of PAGES) await visit(name, name === 'overview' ? '/' : `/${name}`);
      const list = (await askApi(program, '/api/v1/interactions?limit=1')) as {
        items: { id: string }[];
      };
      const id = list.items[0]?.id ?? '';
      await visit('interaction', `/interactions/${id}`);
      await visit('peek', `/interactions?peek=${id}`);
      expect(await page.evaluate('document.documentElement.lang')).toBe(look.language);
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(look.theme);
      await done(watched);
    });
  });
});
