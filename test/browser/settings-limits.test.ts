import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDialog, openSettingsStage, type SettingsStage } from './settings-stage.ts';
import { accessibilityProblems, hasBrowser, keepPicture, type Look, waitUntil } from './support.ts';

describe.skipIf(!hasBrowser())('the settings of limits and the cache', () => {
  let stage: SettingsStage;
  beforeAll(async () => {
    stage = await openSettingsStage();
    const { id } = await stage.send<{ id: string }>('/api/v1/providers', {
      kind: 'openai-compatible',
      title: 'Test server',
      baseUrl: stage.provider.baseUrl,
      credential: 'sk-secret-of-the-test-wxyz',
    });
    await stage.send('/api/v1/models', { providerId: id, name: 'gpt-mock', alias: 'fast' });
    await stage.send('/api/v1/routes', {
      name: 'chat',
      targets: [
        { providerId: id, model: 'mock/status-500' },
        { providerId: id, model: 'gpt-mock', priority: 1 },
      ],
      retries: { max: 0 },
      breaker: { consecutiveFailures: 2 },
    });
  });
  afterAll(async () => {
    await stage?.close();
  });

  describe('limits', () => {
    it('makes one, which refuses what is beyond it, and shows who is near it', async () => {
      const watched = await stage.at('/settings/limits');
      const { page } = watched;
      const dialog = await openDialog(page, 'New limit');
      await dialog.getByLabel('Counts together').selectOption('user');
      await dialog.getByLabel('Limit').fill('2');
      await dialog.getByRole('button', { name: 'New limit' }).click();
      await page.getByText('each one separately').waitFor();
      const statuses: number[] = [];
      for (const question of ['a', 'b', 'c'])
        statuses.push((await stage.ask('demo/good', question)).status);
      expect(statuses).toEqual([200, 200, 429]);
      const use = page.getByRole('region', { name: 'Nearest to a limit now' });
      await use.getByRole('row', { name: /ada.*2 \/ 2/ }).waitFor();
      await waitUntil(
        async () => (await stage.list('errorType=rate_limited')).length === 1,
        'the refused call',
      );
      await page.goto(`${stage.program.url}/interactions?filter=error:rate_limited`);
      await page.getByText('1 interaction', { exact: true }).waitFor();
      await stage.done(watched);
    });

    it('changes the number and switches it off', async () => {
      const watched = await stage.at('/settings/limits');
      const { page } = watched;
      const dialog = await openDialog(page, 'Change limit');
      await dialog.getByLabel('Limit').fill('500');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('cell', { name: '500' }).waitFor();
      expect((await stage.ask('demo/good', 'd')).status).toBe(200);
      await page.getByRole('button', { name: 'Switch off' }).click();
      await page.getByRole('cell', { name: 'Off', exact: true }).waitFor();
      await stage.done(watched);
    });
  });

  describe('the cache', () => {
    it('gives an answer again, tells what that saved, and marks it in the list', async () => {
      const watched = await stage.at('/settings/cache');
      const { page } = watched;
      await page.getByLabel('Give stored answers to identical requests').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').getByText('Saved').waitFor();
      const given: (string | null)[] = [];
      for (const _ of [1, 2])
        given.push((await stage.ask('demo/good', 'Twice the same')).headers.get('x-lqo-cache'));
      expect(given).toEqual(['miss', 'hit']);
      await page.getByText('1 / 2').waitFor();
      const { id } = await stage.stored(({ cache }) => cache === 'hit');
      await page.goto(`${stage.program.url}/interactions?filter=cache:hit`);
      await page.getByText('1 interaction', { exact: true }).waitFor();
      await page
        .getByRole('row')
        .getByText('cache', { exact: true })
        .filter({ visible: true })
        .waitFor();
      await page.goto(`${stage.program.url}/interactions/${id}`);
      await page.getByText(/answered from the cache, \$0\.\d+ saved/).waitFor();
      await stage.done(watched);
    });
  });

  describe('an interaction in an experiment', () => {
    it('leads to the experiment, and to its shadow and back', async () => {
      const { id } = await stage.send<{ id: string }>('/api/v1/experiments', {
        name: 'Shadowed',
        target: { kind: 'model', name: 'demo/poor' },
        control: 'now',
        primaryMetric: 'latency',
        arms: [
          { name: 'now' },
          { name: 'other', model: 'demo/good' },
          { name: 'beside', model: 'fast', shadow: true, budgetMicroUsd: 1_000_000 },
        ],
      });
      await stage.send(`/api/v1/experiments/${id}/start`, {});
      await waitUntil(async () => {
        await stage.ask('demo/poor', `Who is beside me? ${Math.random()}`);
        const items = await stage.list(`experiment=${id}`);
        return items.some(({ shadowOf }) => shadowOf !== null);
      }, 'a shadow call');
      const shadow = await stage.stored(({ shadowOf }) => shadowOf !== null);
      const watched = await stage.at(`/interactions/${shadow.id}`);
      const { page } = watched;
      await page.getByText('shadow call', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'the call that was answered' }).click();
      await page.waitForURL(new RegExp(`/interactions/${shadow.shadowOf}`));
      await page.getByText('Shadow call', { exact: true }).waitFor();
      expect(await page.getByRole('link', { name: /^arm / }).getAttribute('href')).toContain(
        `/experiments/${id}`,
      );
      await page.getByRole('link', { name: 'beside', exact: true }).click();
      await page.waitForURL(new RegExp(`/interactions/${shadow.id}`));
      await page.goto(`${stage.program.url}/interactions?filter=experiment:${id}`);
      await page
        .getByRole('row')
        .getByText('shadow', { exact: true })
        .filter({ visible: true })
        .first()
        .waitFor();
      await stage.done(watched);
    });
  });

  describe('however they are looked at', () => {
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

    beforeAll(async () => {
      for (const question of ['one', 'two', 'three']) await stage.ask('chat', question);
      await waitUntil(async () => (await stage.list('route=chat')).length === 3, 'the calls');
    });

    it.each(LOOKS)('are whole and accessible in $language, $theme, $width px', async (look) => {
      const items = await stage.list('route=chat');
      const watched = await stage.at('/', look);
      const { page } = watched;
      const check = async (name: string): Promise<void> => {
        const problems = look.axe ? await accessibilityProblems(page) : [];
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - window.innerWidth',
        );
        expect({ name, problems, overflow }).toEqual({ name, problems: [], overflow: 0 });
        await keepPicture(page, `${name}-${look.language}-${look.theme}-${look.width}`);
      };
      const visit = async (name: string, path: string): Promise<void> => {
        await page.goto(`${stage.program.url}${path}`);
        await page.locator('main h1').waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await check(name);
      };
      await visit('settings-limits', '/settings/limits');
      await visit('settings-cache', '/settings/cache');
      await visit('interaction-tries', `/interactions/${items.at(-1)?.id}`);
      await page.getByRole('tab').nth(2).click();
      await check('interaction-tries');
      await visit('interactions-marks', '/interactions');
      await visit('settings-routes', '/settings/routes');
      await page.locator('main section header button').last().click();
      await page.getByRole('dialog').locator('select').first().waitFor();
      await check('settings-route-dialog');
      await visit('settings-providers', '/settings/providers');
      await page.locator('main section header button').first().click();
      await page.getByRole('dialog').locator('select').first().waitFor();
      await check('settings-provider-dialog');
      await stage.done(watched);
    });
  });
});
