import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

interface Items<Item> {
  readonly items: readonly Item[];
}
interface Score {
  readonly interactionId: string;
  readonly value: number;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const ANSWERS = 14;
const dialogOf = (page: Page) => page.getByRole('dialog');

describe.skipIf(!hasBrowser())('review and calibration in the dashboard', () => {
  let session: DashboardSession;

  const post = (path: string, body: object) =>
    askApi(session.program, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const labels = async () =>
    ((await askApi(session.program, '/api/v1/scores?source=human&limit=100')) as Items<Score>)
      .items;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  it.each([
    ['/review', 'Nothing to review yet'],
    ['/evaluations/calibration', 'No labels yet'],
  ])('teaches the next step on %s', async (path, title) => {
    const watched = await session.at(`${path}?project=default`);
    await watched.page.getByRole('heading', { name: title }).waitFor();
    await watched.page.getByRole('button', { name: 'Copy' }).first().waitFor();
    await keepPicture(watched.page, `empty${path.replaceAll('/', '-')}`);
    await done(watched);
  });

  it('makes a queue in the page and reviews all of it by keyboard alone', async () => {
    for (let user = 0; user < ANSWERS; user += 1) await session.call(`user ${user}`);
    await waitUntil(async () => {
      await post('/evaluate-once?limit=100', {});
      const scored = (await askApi(
        session.program,
        '/api/v1/scores?name=overall&limit=100',
      )) as Items<Score>;
      return scored.items.length >= ANSWERS;
    }, 'every answer to be scored');

    const watched = await session.at('/review?project=default');
    const { page } = watched;
    await page.getByRole('button', { name: 'New queue' }).click();
    const dialog = dialogOf(page);
    await dialog.getByLabel('Name').fill('Is the answer right?');
    await dialog.getByLabel('Which answers').selectOption('narrow');
    await dialog.getByText('Choose whom to compare with.').waitFor();
    await dialog.getByLabel('Compare with').selectOption({ index: 1 });
    await dialog.getByText(/^Expected half width/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'review-form');
    await dialog.getByLabel('Which answers').selectOption('random');
    await dialog.getByLabel('Instructions').fill('Right means: the number is 42.');
    await dialog.getByRole('button', { name: 'Make the queue and begin' }).click();
    await page.getByRole('heading', { name: 'Is the answer right?' }).waitFor();
    await page.getByText('0 of 14').waitFor();
    await page.getByText('What is 6 x 7?').waitFor();
    // Blind: nothing of what the rules said is on the page.
    expect(await page.getByText('rule-basic').count()).toBe(0);
    await keepPicture(page, 'review-item');

    await press(page, 'n');
    await page.keyboard.type('does not say why');
    await page.keyboard.press('Escape');
    await press(page, 'f', '1 of 14');
    await page.getByText('You: Fail').waitFor();
    await page.getByText('other side than the evaluator').waitFor();
    await press(page, 'p', '2 of 14');
    await press(page, 's', '3 of 14');
    await press(page, '0', '4 of 14');
    await press(page, 'u', '3 of 14');
    await press(page, 'p', '4 of 14');
    await press(page, 'k');
    await page.getByRole('heading', { name: 'What is said of this item' }).waitFor();
    await keepPicture(page, 'review-judged');
    await press(page, 'j');
    await page
      .getByRole('heading', { name: 'What is said of this item' })
      .waitFor({ state: 'detached' });
    for (let at = 5; at <= ANSWERS; at += 1) await press(page, 'p', `${at} of 14`);
    await page.getByRole('heading', { name: 'Nothing is left for you' }).waitFor();
    await page.getByText(/^Agreement with rule-basic/).waitFor();
    await keepPicture(page, 'review-finished');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Review', level: 1 }).waitFor();

    const given = await labels();
    expect(given).toHaveLength(ANSWERS - 1);
    expect(given.filter(({ value }) => value === 0)).toMatchObject([
      { reason: 'does not say why', details: { samplingProbability: 1 } },
    ]);
    await done(watched);
  });

  it('shows the evaluator against people, and how the threshold trades errors', async () => {
    const watched = await session.at('/evaluations/calibration?project=default');
    const { page } = watched;
    await page.getByText('not enough labels (13 of 50)').first().waitFor();
    const matrix = page.getByRole('table', { name: 'Labels of people against the evaluator' });
    await matrix.waitFor();
    expect(await matrix.getByRole('cell', { name: '12', exact: true }).count()).toBe(1);
    const slider = page.getByRole('slider', { name: 'Good from this score on' });
    await slider.focus();
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight');
    await page.locator('label', { hasText: 'Good from this score on' }).getByText('1.00').waitFor();
    await page.getByRole('button', { name: 'Change bar' }).click();
    await dialogOf(page).getByLabel('Labels, at least').fill('10');
    await dialogOf(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('below the bar').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'calibration');
    await done(watched);
  });

  it('marks who is below the bar where its scores are listed', async () => {
    const watched = await session.at('/evaluations?project=default');
    await watched.page.getByRole('link', { name: 'below the bar' }).click();
    await watched.page.waitForURL(/evaluations\/calibration/);
    await done(watched);
  });

  it('shows quality as people see it on the Overview', async () => {
    const watched = await session.at('/?project=default');
    await watched.page.getByText(/^Corrected by 13 labels: /).waitFor();
    await keepPicture(watched.page, 'overview-corrected');
    await done(watched);
  });

  it('takes feedback from a page of another origin by a public key, and tells it nothing', async () => {
    const shop = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<h1>Shop</h1>');
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    const { key } = (await post('/api/v1/keys', {
      name: 'shop',
      publicUse: { origins: [origin] },
    })) as { key: string };
    const list = (await askApi(session.program, '/api/v1/interactions?limit=1')) as Items<{
      id: string;
    }>;
    const watched = await session.at('/settings?project=default');
    const { page } = watched;
    await page.goto(origin);
    const send = (path: string, method: string) =>
      page.evaluate(
        ([url, verb, token, id]) =>
          fetch(String(url), {
            method: String(verb),
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            ...(verb === 'POST' && { body: JSON.stringify({ interactionId: id, rating: 1 }) }),
          }).then(
            async (reply) => `${reply.status} ${await reply.text()}`,
            () => 'refused by the browser',
          ),
        [`${session.program.url}${path}`, method, key, list.items[0]?.id],
      );
    expect(await send('/api/v1/feedback', 'POST')).toBe('202 {"accepted":true}');
    expect(await send('/api/v1/interactions', 'GET')).toBe('refused by the browser');
    shop.close();
    await watched.context.close();
  });

  it('makes a public key for web pages and shows how it is used', async () => {
    const watched = await session.at('/settings?project=default');
    const { page } = watched;
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = dialogOf(page);
    await dialog.getByLabel('Name').fill('shop');
    await dialog.getByLabel(/^Public key for web pages/).check();
    await dialog.getByLabel('Allowed origins').fill('https://shop.example');
    await keepPicture(page, 'public-key-form');
    await dialog.getByRole('button', { name: 'New key' }).click();
    await page.getByText(/^Give the page the x-lqo-interaction-id/).waitFor();
    expect(await page.getByText(/lqo_pub_/).count()).toBeGreaterThan(1);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'public-key');
    await done(watched);
  });

  describe('however it is looked at', () => {
    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      const open = (await post('/api/v1/reviews', {
        name: 'Is the answer right?',
        scoreName: 'overall',
        scale: look.width === 1440 ? 'five' : 'binary',
        instructions: 'Right means: the number is 42.',
      })) as { id: string };
      await visitAll(session, look, {
        review: '/review',
        'review-session': `/review/${open.id}`,
        calibration: '/evaluations/calibration',
      });
    });
  });
});

/** Presses a key and waits for what it moves the progress to. */
async function press(page: Page, key: string, progress?: string): Promise<void> {
  await page.keyboard.press(key);
  if (progress !== undefined) await page.getByText(progress, { exact: true }).waitFor();
  // A key pressed while an answer is on its way is not heard.
  await page.locator('[data-busy="false"]').waitFor();
}
