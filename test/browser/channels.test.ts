import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slackProblems } from '../support/receiver-shapes.ts';
import { openDialog, openSettingsStage, type SettingsStage } from './settings-stage.ts';
import {
  accessibilityProblems,
  askApi,
  hasBrowser,
  keepPicture,
  type Look,
  waitUntil,
} from './support.ts';

describe.skipIf(!hasBrowser())('the settings of channels', () => {
  let stage: SettingsStage;
  let receiver: Server;
  let url = '';
  let status = 200;
  const got: unknown[] = [];
  beforeAll(async () => {
    receiver = createServer((request, reply) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        if (status === 200) got.push(JSON.parse(body));
        reply.writeHead(status).end(status === 200 ? 'ok' : 'invalid_token');
      });
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/services/T0/B0/not-to-be-shown`;
    stage = await openSettingsStage();
  });
  afterAll(async () => {
    await stage?.close();
    receiver?.close();
  });

  it('adds one, whose secret is shown to nobody, and sends a test', async () => {
    const watched = await stage.at('/settings/channels');
    const { page } = watched;
    await page.getByText('No channel yet.').waitFor();
    const dialog = await openDialog(page, 'Add channel');
    await dialog.getByLabel('Name').fill('Team');
    await dialog.getByLabel('Webhook URL').fill(url);
    await dialog.getByLabel('Low quality').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    const item = page.getByRole('listitem', { name: 'Team' });
    await item.getByRole('button', { name: 'Send test to Team' }).click();
    await item.getByText('The receiver took it.').waitFor();
    expect(got.flatMap(slackProblems)).toEqual([]);
    expect(got).toHaveLength(1);
    expect(await page.content()).not.toContain('not-to-be-shown');
    await stage.done(watched);
  });

  it('says what the receiver said when it takes nothing', async () => {
    status = 403;
    const watched = await stage.at('/settings/channels');
    const { page } = watched;
    const item = page.getByRole('listitem', { name: 'Team' });
    await item.getByRole('button', { name: 'Send test to Team' }).click();
    await item.getByText('Slack answered 403: invalid_token').waitFor();
    status = 200;
    await stage.done(watched);
  });

  it('shows messages, and sends again what was given up', async () => {
    status = 404;
    got.length = 0;
    const given = async (): Promise<number> => {
      const { items } = (await askApi(stage.program, '/api/v1/deliveries?state=dead')) as {
        items: unknown[];
      };
      return items.length;
    };
    await waitUntil(async () => {
      // Poor answers are poor in different ways; one of the first few is at the threshold.
      await stage.ask('demo/poor', `How do I return order ${Math.random()}?`);
      return (await given()) > 0;
    }, 'a message that was given up');
    const watched = await stage.at('/settings/channels');
    const { page } = watched;
    const item = page.getByRole('listitem', { name: 'Team' });
    await item
      .getByText(/given up/)
      .first()
      .waitFor();
    await item.getByRole('button', { name: 'Messages of Team' }).click();
    await item.getByText('Slack answered 404: invalid_token').first().waitFor();
    status = 200;
    await item.getByRole('button', { name: 'Send again' }).first().click();
    await item.getByText('delivered', { exact: true }).first().waitFor({ timeout: 60_000 });
    expect(JSON.stringify(got)).toContain('Low quality alert');
    await stage.done(watched);
  });

  it('keeps the secret when something else is changed, and removes the channel', async () => {
    status = 200;
    const watched = await stage.at('/settings/channels');
    const { page } = watched;
    await page.getByRole('button', { name: 'Change Team' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('One is kept.').waitFor();
    await dialog.getByLabel('Digest').selectOption('daily');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Daily digest').waitFor();
    got.length = 0;
    await page.getByRole('button', { name: 'Send test to Team' }).click();
    await page.getByText('The receiver took it.').waitFor();
    await waitUntil(async () => got.length === 1, 'the test message');
    await page.getByRole('button', { name: 'Remove Team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove channel' }).click();
    await page.getByText('No channel yet.').waitFor();
    await stage.done(watched);
  });

  describe('however they are looked at', () => {
    const LOOKS: readonly (Look & { readonly axe: boolean })[] = [
      { language: 'en', theme: 'light', width: 1440, axe: true },
      { language: 'ko', theme: 'dark', width: 390, axe: true },
      { language: 'ja', theme: 'dark', width: 1440, axe: false },
      { language: 'zh', theme: 'light', width: 390, axe: false },
    ];

    beforeAll(async () => {
      const slack = { kind: 'slack', options: { url } };
      await stage.send('/api/v1/channels', { ...slack, name: 'on-call', lowQuality: true });
      await stage.send('/api/v1/channels', {
        ...{ name: '품질 보고 채널', kind: 'email', digest: 'weekly', batchSummary: true },
        options: { host: 'smtp.example.com', from: 'lqo@example.com', to: ['team@example.com'] },
      });
      await stage.send('/api/v1/channels', {
        ...{ name: 'pager', kind: 'pagerduty', enabled: false },
        options: { routingKey: 'R0123456789ABCDEF0123456789ABCDE' },
      });
    });

    it.each(LOOKS)('are whole and accessible in $language, $theme, $width px', async (look) => {
      const watched = await stage.at('/settings/channels', look);
      const { page } = watched;
      const check = async (name: string): Promise<void> => {
        const problems = look.axe ? await accessibilityProblems(page) : [];
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - window.innerWidth',
        );
        expect({ name, problems, overflow }).toEqual({ name, problems: [], overflow: 0 });
        await keepPicture(page, `${name}-${look.language}-${look.theme}-${look.width}`);
      };
      const items = page.locator('main section li');
      await items.nth(2).waitFor();
      await items.first().locator('button').nth(0).click();
      await page.getByRole('status').filter({ hasText: 'ms' }).first().waitFor();
      await items.first().locator('button[aria-expanded]').click();
      await check('settings-channels');
      await page.locator('main section header button').first().click();
      await page.getByRole('dialog').locator('select').first().waitFor();
      await check('settings-channel-dialog');
      await stage.done(watched);
    });
  });
});
