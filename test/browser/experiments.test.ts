import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import {
  accessibilityProblems,
  askApi,
  hasBrowser,
  keepPicture,
  type Look,
  waitUntil,
} from './support.ts';

const NARROW: Look = { language: 'en', theme: 'light', width: 360 };
const USERS = 90;

interface Items<Item> {
  readonly items: readonly Item[];
}

const dialogOf = (page: Page) => page.getByRole('dialog');

describe.skipIf(!hasBrowser())('experiments and prompts in the dashboard', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  describe('given an empty project', () => {
    it.each([
      ['/experiments', 'No experiments yet'],
      ['/prompts', 'No prompts yet'],
    ])('teaches the next step on %s', async (path, title) => {
      const watched = await session.at(`${path}?project=default`);
      await watched.page.getByRole('heading', { name: title }).waitFor();
      await watched.page.getByRole('button', { name: 'Copy' }).first().waitFor();
      await keepPicture(watched.page, `empty${path.replace('/', '-')}`);
      await done(watched);
    });
  });

  describe('given an experiment', () => {
    it('is written, started, read, paused, decided and served, all in the page', async () => {
      const watched = await session.at('/experiments?project=default');
      const { page } = watched;
      await page.getByRole('button', { name: 'New experiment' }).click();
      const dialog = dialogOf(page);
      await dialog.getByLabel('Name', { exact: true }).first().fill('Is poor good enough?');
      await dialog.getByLabel('Model, route or prompt').fill('demo/good');
      await dialog.getByLabel('Model', { exact: true }).last().fill('demo/flaky');
      await dialog.getByLabel('Primary metric').selectOption('error_rate');
      await dialog.getByRole('button', { name: 'Remove guard' }).click();
      await dialog.getByRole('button', { name: 'Add guard' }).click();
      await dialog.getByLabel('Units before a word').fill('20');
      await dialog
        .getByLabel(/^Settings/)
        .last()
        .fill('{"temperature": 9}');
      const save = dialog.getByRole('button', { name: 'Save draft' });
      expect(await save.isDisabled()).toBe(true);
      await dialog
        .getByLabel(/^Settings/)
        .last()
        .fill('{"temperature": 0.5}');
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'experiment-form');
      await save.click();
      await page.getByRole('heading', { name: 'Is poor good enough?' }).waitFor();
      await page.getByText('The experiment has not started.').waitFor();

      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByLabel(/^Reason/).fill('agreed on Monday');
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByText('Running', { exact: true }).waitFor();
      await page.getByText('agreed on Monday').waitFor();
      await waitUntil(exposed, 'calls to get arms');
      await Promise.all(Array.from({ length: USERS }, (_, user) => session.call(`user ${user}`)));
      await page
        .getByText(/candidate is worse than control in Error rate: \+[\d.]+ pp/)
        .first()
        .waitFor({ timeout: 60_000 });
      await page.getByText(/^Always valid: /).waitFor();
      const arms = page.getByRole('region', { name: 'Arms' });
      expect(await arms.getByRole('row').count()).toBe(3);
      expect(await arms.getByText('demo/flaky · temperature 0.5').count()).toBe(1);
      await page.getByRole('img', { name: /^Difference between candidate/ }).waitFor();
      await page.getByRole('region', { name: 'Sample ratio' }).waitFor();

      await page.getByRole('button', { name: 'Pause' }).click();
      await dialog.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('Paused', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Decide' }).click();
      await dialog.getByLabel('Choose').selectOption('control');
      await dialog.getByLabel(/^Give it to every call/).check();
      await dialog.getByLabel(/^Reason/).fill('it fails too often');
      await dialog.getByRole('button', { name: 'Decide' }).click();
      await page.getByText('every call gets control').waitFor();
      await page.getByText('it fails too often').waitFor();
      await page.getByRole('button', { name: 'Stop serving the arm' }).click();
      await dialog.getByRole('button', { name: 'Stop serving the arm' }).click();
      await page.getByText('every call gets control').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
      await page.getByText('The experiment has not started.').waitFor();
      await page.getByRole('button', { name: 'Remove draft' }).click();
      await dialog.getByRole('button', { name: 'Remove draft' }).click();
      await page.waitForURL(/\/experiments\?/);
      await page.getByRole('button', { name: 'Draft', exact: true }).click();
      await page.getByText('No experiment is in this state.').waitFor();
      await done(watched);
    });

    /** Whether a call that was just made got an arm. */
    async function exposed(): Promise<boolean> {
      await session.call('user 0');
      const list = (await askApi(session.program, '/api/v1/experiments')) as Items<{ id: string }>;
      const results = (await askApi(
        session.program,
        `/api/v1/experiments/${list.items[0]?.id}/results`,
      )) as { arms: readonly { calls: number }[] };
      return results.arms.some(({ calls }) => calls > 0);
    }
  });

  describe('given a prompt', () => {
    it('is written, changed, compared, tried, labelled and used by a call', async () => {
      const watched = await session.at('/prompts?project=default');
      const { page } = watched;
      const dialog = dialogOf(page);
      await page.getByRole('button', { name: 'New prompt' }).click();
      await dialog.getByLabel('Name', { exact: true }).fill('support');
      await dialog.getByLabel('Template').fill('You help customers of {{shop}}.\nBe brief.');
      await dialog.getByText('shop', { exact: true }).waitFor();
      await keepPicture(page, 'prompt-form');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'support', level: 1 }).waitFor();

      await page.getByRole('button', { name: 'New version' }).click();
      await dialog.getByLabel('Template').fill('You help customers of {{shop}}.\nBe kind.');
      await dialog.getByLabel(/^Note/).fill('kinder');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.waitForURL(/version=2/);
      const changes = page.locator('section', { hasText: 'Changes in version 2' }).last();
      await changes.getByText('Be brief.').waitFor();
      await changes.getByText('Be kind.').waitFor();

      await page.getByLabel('shop', { exact: true }).fill('Kite & <b>Co</b>');
      await page.getByRole('button', { name: 'Fill in' }).click();
      await page.getByText('You help customers of Kite & <b>Co</b>.').waitFor();

      await page.getByRole('button', { name: 'Move', exact: true }).click();
      await dialog.getByLabel('Names').selectOption('2');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: /^Version 2 ?production/ }).waitFor();
      await page
        .locator('section', { hasText: 'Use it in a call' })
        .last()
        .getByRole('button', { name: 'Copy' })
        .click();
      const copied = String(await page.evaluate('navigator.clipboard.readText()'));
      expect(copied).toContain("-H 'x-lqo-prompt: support@production'");
      await waitUntil(async () => {
        // A label that was just moved holds within a second.
        const status = await session.call('user 1', {
          'x-lqo-prompt': 'support@production',
          'x-lqo-variables': '{"shop": "Kite"}',
        });
        if (status !== 200) return false;
        const list = (await askApi(session.program, '/api/v1/interactions?limit=5')) as Items<{
          id: string;
        }>;
        const found = await Promise.all(
          list.items.map(({ id }) => askApi(session.program, `/api/v1/interactions/${id}`)),
        );
        const text = JSON.stringify(found);
        return text.includes('You help customers of Kite.') && text.includes('"promptVersion":"2"');
      }, 'the rendered prompt on record');
      await done(watched);
    });

    it('refuses a label for a version that is none, and removes the prompt', async () => {
      await askApi(session.program, '/api/v1/prompts', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'short-lived', text: 'Title of {{text}}' }),
      });
      const watched = await session.at('/prompts/short-lived?project=default');
      const { page } = watched;
      await page.getByRole('button', { name: 'Add label' }).click();
      await dialogOf(page).getByLabel('Label', { exact: true }).fill('latest');
      await dialogOf(page).getByRole('button', { name: 'Save' }).click();
      await dialogOf(page).getByRole('alert').waitFor();
      await dialogOf(page).getByRole('button', { name: 'Close' }).click();
      await page.getByRole('button', { name: 'Remove prompt' }).click();
      await dialogOf(page).getByRole('button', { name: 'Remove prompt' }).click();
      await page.waitForURL(/\/prompts\?/);
      await page.getByRole('link', { name: 'support' }).waitFor();
      expect(await page.getByRole('link', { name: 'short-lived' }).count()).toBe(0);
      await done(watched, 400);
    });
  });

  describe('on a narrow screen', () => {
    it('reaches every page through the bar, also by keyboard', async () => {
      const watched = await session.at('/costs?project=default', NARROW);
      const { page } = watched;
      const bar = page.getByRole('navigation', { name: 'Pages' });
      const more = bar.getByRole('button', { name: 'More' });
      await more.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Models' }).waitFor();
      await keepPicture(page, 'more');
      await page.getByRole('menuitem', { name: 'Prompts' }).press('Enter');
      await page.getByRole('heading', { name: 'Prompts', level: 1 }).waitFor();
      await bar.getByRole('link', { name: 'Costs' }).click();
      await page.getByRole('heading', { name: 'Costs', level: 1 }).waitFor();
      await done(watched);
    });
  });

  describe('however it is looked at', () => {
    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      const list = (await askApi(session.program, '/api/v1/experiments')) as Items<{ id: string }>;
      await visitAll(session, look, {
        experiments: '/experiments',
        experiment: `/experiments/${list.items.at(-1)?.id}`,
        prompts: '/prompts',
        prompt: '/prompts/support?version=2',
      });
    });
  });
});
