import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

const CALL = {
  prompt: 'When was the bridge opened? Write to joe.miller@acme-corp.com',
  response:
    'The bridge was opened in 1998. Cyclists may cross it free of charge. Penguins sing on it. Ask joe.miller@acme-corp.com.',
  model_name: 'gpt-4o',
  user_id: 'ada',
  context: [
    'The bridge was opened to the public in 1989. Cyclists and pedestrians may cross it free of charge.',
    'Cars pay 12 euros for each crossing.',
  ],
};

describe.skipIf(!hasBrowser())('safety and evidence in the dashboard', () => {
  let session: DashboardSession;
  let id: string;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  it('teaches the next step while nothing was scored', async () => {
    const watched = await session.at('/safety?project=default');
    await watched.page.getByRole('heading', { name: /^Nothing was scored/ }).waitFor();
    await watched.page.getByRole('button', { name: 'Copy' }).waitFor();
    await keepPicture(watched.page, 'empty-safety');
    await done(watched);
  });

  describe('given a call that says what its passages do not, and an address of mail', () => {
    beforeAll(async () => {
      const reply = (await askApi(session.program, '/monitor/inference', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(CALL),
      })) as { interaction_id: string };
      id = reply.interaction_id;
      await waitUntil(async () => {
        const safety = (await askApi(session.program, '/api/v1/analytics/safety')) as {
          types: { flagged: number }[];
        };
        return safety.types.some(({ flagged }) => flagged > 0);
      }, 'the flags to be counted');
    });

    it('counts it by kind and user, and shows it with the address hidden', async () => {
      const watched = await session.at('/safety?project=default');
      const { page } = watched;
      const kinds = page.getByRole('region', { name: 'What was flagged' });
      await kinds.getByRole('link', { name: 'Personal data' }).waitFor();
      await page
        .getByRole('region', { name: 'Users with most flags' })
        .getByRole('link', { name: 'ada' })
        .waitFor();
      await page.getByText('Ask [email].').first().waitFor();
      expect(await page.getByText('acme-corp').count()).toBe(0);
      await page.getByRole('button', { name: 'Personal data' }).click();
      await page.waitForURL(/kind=pii/);
      const examples = page.getByRole('link', { name: 'Open' });
      await waitUntil(async () => (await examples.count()) === 1, 'the other kinds to leave');
      await examples.click();
      await page.waitForURL(new RegExp(id));
      await done(watched);
    });

    it('shows each sentence beside its passage, by keyboard too', async () => {
      const watched = await session.at(`/interactions/${id}?project=default`);
      const { page } = watched;
      await page.getByRole('tab', { name: /^Scores/ }).click();
      const sentences = page.getByRole('list', { name: 'Sentences of the answer' });
      await sentences.getByRole('button', { name: /Penguins.*unsupported/ }).waitFor();
      expect(await sentences.locator('mark', { hasText: '1998' }).count()).toBe(1);
      const cyclists = sentences.getByRole('button', { name: /^Cyclists/ });
      await cyclists.focus();
      const passages = page.getByRole('list', { name: 'Passages' });
      await passages.locator('mark', { hasText: 'pedestrians may cross' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'grounding');
      await done(watched);
    });

    it('hides the address everywhere until it is revealed, and keeps who looked', async () => {
      const watched = await session.at(`/interactions/${id}?project=default`);
      const { page } = watched;
      await page.getByText('Personal data and secrets are hidden.').waitFor();
      await page.getByText('Write to [email]').first().waitFor();
      expect(await page.getByText('acme-corp').count()).toBe(0);
      await page.getByRole('button', { name: 'Show them' }).click();
      await page.getByText('joe.miller@acme-corp.com').first().waitFor();
      const audit = (await askApi(session.program, '/api/v1/audit')) as {
        items: { action: string; target: string }[];
      };
      expect(audit.items).toContainEqual(
        expect.objectContaining({ action: 'interaction.reveal', target: id }),
      );
      await done(watched);
    });

    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      await visitAll(session, look, {
        safety: '/safety?project=default',
        'interaction-hidden': `/interactions/${id}?project=default`,
      });
    });
  });
});
