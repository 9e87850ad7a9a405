import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture } from './support.ts';

interface Named {
  readonly items: readonly { readonly id: string; readonly name: string }[];
}

describe.skipIf(!hasBrowser())('monitors in the dashboard', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard(['--demo']);
  });
  afterAll(() => session?.stop());

  it('offers ready-made monitors for one click while there is none', async () => {
    const watched = await session.at('/monitors?project=default');
    const { page } = watched;
    await page.getByRole('heading', { name: 'Nothing is watched yet' }).waitFor();
    await page.getByRole('button', { name: 'Copy' }).waitFor();
    await page.getByRole('button', { name: 'Add “Errors”' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'empty-monitors');
    await page.getByRole('button', { name: 'Add “Errors”' }).click();
    const table = page.getByRole('region', { name: 'Monitors' });
    await table.getByRole('link', { name: 'Errors' }).waitFor();
    await page.getByRole('button', { name: 'Show ready-made monitors' }).click();
    expect(await page.getByRole('button', { name: 'Add “Errors”' }).isDisabled()).toBe(true);
    await done(watched);
  });

  it('is written as a sentence beside its last 30 days, saved, switched, copied and deleted', async () => {
    const watched = await session.at('/monitors/new?project=demo');
    const { page } = watched;
    const save = page.getByRole('button', { name: 'Save monitor' });
    await page.getByText('Give it a name to save it.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel('Name', { exact: true }).fill('Pass rate of demo/good');
    await page.getByLabel('Add a condition').selectOption('model');
    await page.getByLabel('Model', { exact: true }).fill('demo/good');
    await page.getByRole('button', { name: 'A limit' }).click();
    await page.getByLabel('Fires at').fill('');
    await page.getByText(/^The sentence is not complete/).waitFor();
    await page.getByLabel('Fires at').fill('97.5');
    await page.getByLabel('Resolves at').fill('98');
    await page.getByLabel('Window').selectOption({ label: '6 hours' });
    await page.getByText('Would have fired', { exact: true }).waitFor({ timeout: 90_000 });
    await page.getByRole('img', { name: /last 30 days\. Would have fired/ }).waitFor();
    await page.getByText('False alarms expected in 30 days').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'monitor-editor');
    await page.getByRole('button', { name: 'As YAML' }).click();
    await page.getByText('fire: 0.975').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await save.click();

    await page.getByRole('heading', { name: 'Pass rate of demo/good', level: 1 }).waitFor();
    await page.getByText('below 97.5% over 6 hours').waitFor();
    await page.getByRole('switch', { name: 'Disable Pass rate of demo/good' }).click();
    await page.getByText('Off', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    expect(await page.getByLabel('Fires at').inputValue()).toBe('97.5');
    await page.getByLabel('Fires at').fill('96');
    await page.getByRole('button', { name: 'Save monitor' }).click();
    await page.getByText('below 96.0% over 6 hours').waitFor();
    await page.getByRole('link', { name: 'Duplicate' }).click();
    await page.getByRole('button', { name: 'Save monitor' }).click();
    await page.getByRole('heading', { name: /\(copy\)$/ }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/monitors\?/);

    await page.getByLabel('Filter monitors').fill('demo/good');
    await page.waitForURL(/search=demo/);
    await page.getByRole('link', { name: 'Pass rate of demo/good' }).waitFor();
    await page.getByLabel('State').selectOption('firing');
    await page.getByText('No monitor fits these filters.').waitFor();
    await done(watched);
  });

  it('tells what the server refuses', async () => {
    const watched = await session.at('/monitors/new?project=default');
    const { page } = watched;
    await page.getByLabel('Name', { exact: true }).fill('Errors');
    await page.getByRole('button', { name: 'Save monitor' }).click();
    await page
      .getByRole('alert')
      .getByText(/conflict/)
      .waitFor();
    await done(watched, 409);
  });

  describe('however it is looked at', () => {
    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      const { items } = (await askApi(session.program, '/api/v1/monitors')) as Named;
      await visitAll(session, look, {
        monitors: '/monitors?project=default',
        templates: '/monitors?project=demo',
        monitor: `/monitors/${items[0]?.id}?project=default`,
        editor: '/monitors/new?template=quality_drop&project=demo',
      });
    });
  });
});
