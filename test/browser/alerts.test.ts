import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

/** Monitors look once a minute. */
const LOOK = { timeout: 150_000 };

interface Alerts {
  readonly items: readonly { readonly id: string; readonly state: string }[];
}

function monitor(name: string, severity: string) {
  return {
    name,
    severity,
    metric: { kind: 'volume' },
    condition: {
      kind: 'threshold',
      comparison: 'above',
      fire: 0,
      windowMinutes: 60,
      minSamples: 1,
    },
    labels: { team: 'search' },
  };
}

describe.skipIf(!hasBrowser())('alerts in the dashboard', () => {
  let session: DashboardSession;

  const openAlerts = async () =>
    ((await askApi(session.program, '/api/v1/alerts?state=open')) as Alerts).items;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  it('says that nothing is wrong, and what to set up', async () => {
    const watched = await session.at('/alerts?project=default');
    const { page } = watched;
    await page.getByText('Nothing is wrong').waitFor();
    await page.getByText('No monitor is watching.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'empty-alerts');
    await page.getByRole('link', { name: 'Silences' }).click();
    await page.getByRole('heading', { name: 'No silences' }).waitFor();
    await done(watched);
  });

  describe('given two alerts', () => {
    beforeAll(async () => {
      await Promise.all(
        [monitor('Calls come in', 'critical'), monitor('Calls come in, too', 'warning')].map(
          (body) =>
            askApi(session.program, '/api/v1/monitors', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
        ),
      );
      await session.call('ada');
      const deadline = Date.now() + LOOK.timeout;
      const areOpen = async () => (await openAlerts()).length === 2;
      while (!(await areOpen()) && Date.now() < deadline)
        await waitUntil(areOpen, 'alerts').catch(() => undefined);
    }, 240_000);

    it('is seen on every page, acknowledged and silenced by keys, and ends its silence', async () => {
      const watched = await session.at('/?project=default');
      const { page } = watched;
      const nav = page.getByRole('navigation', { name: 'Pages' });
      await page.getByRole('heading', { name: 'Open alerts' }).waitFor();
      await nav.getByText('2 open alerts').waitFor();
      await nav.getByRole('link', { name: /^Alerts/ }).click();
      // Overview lists them too, and the keys belong to the page.
      await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor();
      await page.getByText('2 open alerts').last().waitFor();
      await keepPicture(page, 'alerts');

      const row = page.getByRole('listitem').filter({ hasText: 'Calls come in' }).first();
      await row.waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('a');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Note').fill('looking at it');
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Acknowledge' }).click();
      await page.getByText('Acknowledged', { exact: true }).last().waitFor();

      const quiet = page.getByRole('listitem').filter({ hasText: 'Calls come in, too' });
      await quiet.getByRole('button', { name: /^Silence/ }).click();
      await dialog.getByText('1 open alert matches now:').waitFor();
      await dialog.getByLabel('Value').first().fill('(');
      await dialog.getByLabel('Operator').first().selectOption('=~');
      await dialog.getByText('An expression cannot be read.').waitFor();
      await dialog.getByLabel('Value').first().fill('Calls.*');
      await dialog.getByRole('button', { name: '1 hour' }).click();
      await dialog.getByLabel(/^Only at certain times/).check();
      await dialog.getByLabel('Time zone').waitFor();
      await keepPicture(page, 'silence-form');
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByLabel(/^Only at certain times/).uncheck();
      await dialog.getByLabel('Reason').fill('a test');
      await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });

      await page.getByRole('link', { name: 'Silences' }).click();
      await page.getByText('Active', { exact: true }).waitFor();
      await page.getByText('a test').waitFor();
      await page.getByRole('button', { name: 'End now' }).click();
      await dialog.getByRole('button', { name: 'End now' }).click();
      await page.getByRole('heading', { name: 'No silences' }).waitFor();
      await done(watched);
    });

    it('says in words what is wrong, and keeps what people say of it', async () => {
      const all = await openAlerts();
      const id = all.find(({ state }) => state === 'acknowledged')?.id;
      const watched = await session.at(`/alerts/${id}?project=default`);
      const { page } = watched;
      await page.getByText(/^Calls is \d+, above 0/).waitFor();
      await page.getByText('looking at it').first().waitFor();
      await page.getByRole('button', { name: 'Add a note' }).click();
      await page.getByRole('dialog').getByLabel('Note').fill('it was the test');
      await page.getByRole('button', { name: 'Save note' }).click();
      await page.getByText('it was the test').first().waitFor();
      await page.getByRole('button', { name: 'Take back acknowledgement' }).click();
      await page.getByText('Acknowledgement taken back').waitFor();
      await page.getByText(/^Nobody was told/).waitFor();
      await page.getByRole('heading', { name: 'What changed?' }).waitFor();
      await page.getByRole('heading', { name: 'What happened near it' }).waitFor();
      await done(watched);
    });

    describe('however it is looked at', () => {
      it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
        const [first] = await openAlerts();
        await visitAll(session, look, {
          overview: '/?project=default',
          alerts: '/alerts?project=default',
          alert: `/alerts/${first?.id}?project=default`,
          silences: '/silences?project=default',
        });
      });
    });
  });
});
