import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

const REQUESTS_OF_WEEK = `(async () => {
  const reply = await fetch('/api/v1/analytics/costs?project=demo');
  return reply.ok ? (await reply.json()).totals.requests : 0;
})()`;

const dialogOf = (page: Page) => page.getByRole('dialog');

describe.skipIf(!hasBrowser())('costs in the dashboard', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard(['--demo']);
    const { page, context } = await session.at('/');
    // Sums follow the records a little later; they are whole when they no longer grow.
    let before = -1;
    await waitUntil(async () => {
      const now = Number(await page.evaluate(REQUESTS_OF_WEEK));
      const isWhole = now > 1000 && now === before;
      before = now;
      return isWhole && session.program.output().includes('generated records');
    }, 'the demo project');
    await context.close();
  });
  afterAll(() => session?.stop());

  describe('given a week of traffic', () => {
    it('shows what was spent as the API says, by what, and keeps the choice in the address', async () => {
      const watched = await session.at('/costs?project=demo&range=7d');
      const { page } = watched;
      const spent = page.locator('dl > div', { hasText: 'Spent' }).locator('dd');
      await spent.first().waitFor();
      const answered = page.waitForResponse(/analytics\/costs\?/);
      await page.reload();
      const { totals }: { totals: { costUsd: number; requests: number } } = await (
        await answered
      ).json();
      expect(totals.requests).toBeGreaterThan(1000);
      await page
        .getByText(`${totals.requests.toLocaleString('en-US')} calls · all priced`)
        .waitFor();
      const shown = Number((await spent.first().textContent())?.replace('$', ''));
      expect(shown).toBeCloseTo(totals.costUsd, 3);
      await page.getByRole('region', { name: 'By model' }).getByRole('link').first().waitFor();
      await page.getByRole('button', { name: 'User', exact: true }).click();
      await page.waitForURL(/groupBy=user/);
      await page.getByRole('button', { name: 'Week', exact: true }).click();
      await page.waitForURL(/interval=week/);
      await page.reload();
      const users = page.getByRole('region', { name: 'By user' });
      await users.getByRole('link').first().click();
      await page.waitForURL(/interactions\?.*filter=user/);
      await done(watched);
    });

    it('projects the month with its interval, and computes each suggestion', async () => {
      const watched = await session.at('/costs?project=demo&range=7d');
      const { page } = watched;
      const tile = page.locator('dl > div', { hasText: 'Projected for the month' });
      await tile.waitFor();
      expect(await tile.textContent()).toMatch(/from \d+ days · \$.+ to \$|not enough data/);
      const suggestion = page.locator('li', { hasText: 'Try gpt-4o-mini' }).first();
      expect(await suggestion.textContent()).toMatch(/\$[\d.]+ lessn = [\d,]+/);
      await suggestion.getByRole('link', { name: 'Try it in an experiment' }).click();
      await dialogOf(page).getByLabel('Model, route or prompt').waitFor();
      expect(await dialogOf(page).getByLabel('Model, route or prompt').inputValue()).toMatch(/gpt/);
      expect(await dialogOf(page).getByLabel('Model', { exact: true }).last().inputValue()).toBe(
        'gpt-4o-mini',
      );
      await dialogOf(page).getByRole('button', { name: 'Close' }).click();
      await page.waitForURL((url) => !url.search.includes('against'));
      await done(watched);
    });

    it('sets the range by a drag over the chart', async () => {
      const watched = await session.at('/costs?project=demo&range=7d');
      const { page } = watched;
      const chart = page.getByRole('img', { name: /^Cost over time/ });
      await chart.locator('canvas').waitFor();
      const box = await chart.boundingBox();
      if (box === null) throw new Error('the chart has no place');
      await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=.+to=|to=.+from=/);
      await done(watched);
    });
  });

  describe('given an empty project', () => {
    it('teaches the first call', async () => {
      const watched = await session.at('/costs?project=default');
      await watched.page
        .getByRole('heading', { name: 'Nothing was spent in this range' })
        .waitFor();
      await watched.page.getByRole('button', { name: 'Copy' }).first().waitFor();
      await keepPicture(watched.page, 'empty-costs');
      await done(watched);
    });
  });

  describe('given a budget', () => {
    it('refuses calls beyond it, tells the level, and lets them through when it is off', async () => {
      expect(await session.call('before')).toBe(200);
      const watched = await session.at('/costs?project=default');
      const { page } = watched;
      await page.getByRole('button', { name: 'New budget' }).click();
      await dialogOf(page).getByLabel('Name').fill('Nearly nothing');
      await dialogOf(page).getByLabel('Limit in US dollars').fill('0.000001');
      await dialogOf(page).getByRole('button', { name: 'Save' }).click();
      const row = page.getByRole('row', { name: /Nearly nothing/ });
      await row.getByText('exceeded').waitFor();
      await waitUntil(
        async () => (await session.call('over')) === 402,
        'the budget to refuse a call',
      );
      await row.getByRole('button', { name: 'Change Nearly nothing' }).click();
      await dialogOf(page).getByLabel('On', { exact: true }).uncheck();
      await dialogOf(page).getByRole('button', { name: 'Save' }).click();
      await row.getByText('Off', { exact: true }).waitFor();
      await waitUntil(async () => (await session.call('after')) === 200, 'calls to go on');
      await row.getByRole('button', { name: 'Remove Nearly nothing' }).click();
      await dialogOf(page).getByRole('button', { name: 'Remove budget' }).click();
      await row.waitFor({ state: 'detached' });
      await done(watched);
    });

    it('shows the account of each user', async () => {
      expect(await session.call('ada')).toBe(200);
      await waitUntil(async () => {
        const list = await askApi(session.program, '/api/v1/interactions?limit=200');
        return JSON.stringify(list).includes('"ada"');
      }, 'the call to be stored');
      const watched = await session.at('/costs?project=default');
      const { page } = watched;
      await page.getByRole('button', { name: 'New budget' }).click();
      await dialogOf(page).getByLabel('Name').fill('Everybody');
      await dialogOf(page).getByLabel('Counts').selectOption('user');
      await dialogOf(page).getByLabel('Period').selectOption('day');
      await dialogOf(page).getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Accounts of Everybody' }).click();
      await dialogOf(page).getByRole('cell', { name: 'ada' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'budget-accounts');
      await done(watched);
    });

    it('tells an amount that is none, with code and request', async () => {
      const watched = await session.at('/costs?project=default');
      const { page } = watched;
      await page.getByRole('button', { name: 'New budget' }).click();
      await dialogOf(page).getByLabel('Name').fill('Too much');
      await dialogOf(page).getByLabel('Limit in US dollars').fill('1e15');
      await dialogOf(page).getByRole('button', { name: 'Save' }).click();
      const alert = dialogOf(page).getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(/invalid_request · request /);
      await done(watched, 400);
    });
  });

  describe('given calls to a model without a price', () => {
    /** Two events that are alike are one. */
    const event = (id: string) => ({
      event: 'llm.call',
      interaction_id: id,
      ts: new Date().toISOString(),
      model: 'our-gpt-5-mini',
      provider: 'openai',
      success: true,
      prompt_tokens: 1_000_000,
      completion_tokens: 0,
    });

    it('is told, takes a price from one like it, and prices its past', async () => {
      await askApi(session.program, '/api/v1/events', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([event('first'), event('second')]),
      });
      await waitUntil(async () => {
        const reply = (await askApi(session.program, '/api/v1/prices/unpriced')) as {
          models: readonly { calls: number }[];
        };
        return reply.models[0]?.calls === 2;
      }, 'the calls to be counted');
      const watched = await session.at('/costs?project=default&range=24h');
      const { page } = watched;
      const unpriced = page.getByRole('region', { name: 'Models without a price' });
      await unpriced.getByRole('cell', { name: 'our-gpt-5-mini' }).waitFor();
      await page
        .getByRole('region', { name: 'By model' })
        .getByRole('row', { name: /our-gpt-5-mini openai – –/ })
        .waitFor();
      await unpriced.getByRole('button', { name: 'Add price' }).click();
      const dialog = dialogOf(page);
      expect(await dialog.getByLabel('Model').inputValue()).toBe('our-gpt-5-mini');
      expect(await dialog.getByLabel(/^Input/).inputValue()).toBe('0.25');
      await dialog.getByLabel(/^Input/).fill('0.5');
      await dialog.getByRole('button', { name: 'Add price' }).click();
      await page.getByRole('region', { name: 'Your own prices' }).getByText('$0.50').waitFor();
      await page.getByRole('button', { name: 'Price the range again' }).click();
      await dialog.getByRole('button', { name: 'Price the range again' }).click();
      await page.getByText('2 changed: $0.00 → $1.00').waitFor();
      await page.getByText('Every model of the last 30 days has a price.').waitFor();
      await done(watched);
    });
  });

  describe('given a price of its own', () => {
    it('asks back for a price for one token, and prices the past again', async () => {
      expect(await session.call('ada')).toBe(200);
      await waitUntil(async () => {
        const found = await askApi(session.program, '/api/v1/interactions?limit=1&user=ada');
        return (found as { items: readonly unknown[] }).items.length > 0;
      }, 'the call to be stored');
      const watched = await session.at('/costs?project=default&range=24h');
      const { page } = watched;
      await page.getByRole('button', { name: 'Add price' }).click();
      const dialog = dialogOf(page);
      await dialog.getByLabel('Model').fill('demo/good');
      await dialog.getByLabel(/^Input/).fill('0.00001');
      await dialog.getByText('$0.00000000001 per token').waitFor();
      const add = dialog.getByRole('button', { name: 'Add price' });
      expect(await add.isDisabled()).toBe(true);
      await dialog.getByLabel(/^Input/).fill('500');
      await dialog.getByLabel(/^Output/).fill('900');
      await dialog.getByLabel('Holds for calls').selectOption('always');
      expect(await add.isDisabled()).toBe(false);
      await keepPicture(page, 'price');
      await add.click();
      const prices = page.getByRole('region', { name: 'Your own prices' });
      await prices.getByText('$500.00').waitFor();
      await page.getByRole('button', { name: 'Price the range again' }).click();
      await dialog.getByRole('button', { name: 'Price the range again' }).click();
      const repricing = page.locator('li', { hasText: /\d+ changed: / }).first();
      await repricing.getByText('done').waitFor();
      expect(await repricing.textContent()).toMatch(/[1-9]\d* changed: \$0\.0+\d+ → \$[\d.]+/);
      await prices.getByRole('button', { name: 'Change the price of demo/good' }).click();
      await dialog.getByLabel(/^Output/).fill('800');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await prices.getByText('$800.00').waitFor();
      await prices.getByRole('button', { name: 'Remove the price of demo/good' }).click();
      await dialog.getByRole('button', { name: 'Remove price' }).click();
      await prices.getByText('$800.00').waitFor({ state: 'detached' });
      await done(watched);
    });
  });

  describe('however it is looked at', () => {
    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      await visitAll(session, look, {
        costs: '/costs?project=demo&range=7d',
        budgets: '/costs?project=default',
      });
    });
  });
});
