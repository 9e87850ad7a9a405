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
  callGateway,
  hasBrowser,
  keepPicture,
  waitUntil,
} from './support.ts';

interface Reply {
  readonly items: readonly { readonly id: string; readonly rate: { readonly n: number } }[];
  readonly waitingHours: number;
}

describe.skipIf(!hasBrowser())('patterns in the dashboard', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  it('teaches the next step while nothing was asked', async () => {
    const watched = await session.at('/patterns?project=default');
    await watched.page.getByRole('heading', { name: /^No prompts/ }).waitFor();
    await watched.page.getByRole('button', { name: 'Copy' }).waitFor();
    expect(await accessibilityProblems(watched.page)).toEqual([]);
    await keepPicture(watched.page, 'empty-patterns');
    await done(watched);
  });

  describe('given one question that is answered badly and one that is not', () => {
    let worst = '';

    beforeAll(async () => {
      const ask = (model: string, content: string): Promise<Response> =>
        callGateway(session.program, { model, messages: [{ role: 'user', content }] });
      for (let at = 0; at < 24; at += 1) {
        await Promise.all([
          ask('demo/toxic', `Where is order ${48_000 + at}? Write to ada${at}@corp.example`),
          ask('demo/good', `주문 ${at}번은 언제 도착하나요?`),
        ]);
      }
      await waitUntil(async () => {
        const reply = (await askApi(session.program, '/api/v1/analytics/patterns')) as Reply;
        worst = reply.items[0]?.id ?? '';
        return (
          reply.waitingHours === 0 &&
          reply.items.length === 2 &&
          reply.items.every(({ rate }) => rate.n === 24)
        );
      }, 'the prompts to be grouped');
    });

    it('shows them as two patterns, the worse one first and marked, with its calls', async () => {
      const watched = await session.at('/patterns?project=default');
      const { page } = watched;
      const list = page.getByRole('region', { name: 'Prompt groups' });
      const first = list.getByRole('row').nth(1);
      await first.getByText('worse', { exact: true }).waitFor();
      await first.getByRole('link', { name: /Where is order number/ }).click();
      await page.waitForURL(new RegExp(`pattern=${worst}`));
      await page.getByRole('heading', { name: 'Examples' }).waitFor();
      await page
        .getByText(/Write to \[email\]/)
        .first()
        .waitFor();
      expect(await page.getByText('corp.example').count()).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'pattern');
      await page.getByRole('link', { name: 'Find its calls' }).click();
      await page.waitForURL(/interactions\?.*filter=/);
      await page
        .getByText(/Where is order 480/)
        .first()
        .waitFor();
      await done(watched);
    });

    it('keeps what is chosen in the address', async () => {
      const watched = await session.at('/patterns?project=default');
      const { page } = watched;
      await page.getByRole('checkbox', { name: 'Only worse than the rest' }).check();
      await page.waitForURL(/worse=true/);
      await page.getByText('1 pattern', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Highest rate' }).click();
      await page.waitForURL(/order=rate/);
      await page.getByRole('checkbox', { name: 'Only worse than the rest' }).uncheck();
      await page.getByRole('searchbox').fill('도착');
      await page.waitForURL(/q=/);
      await page.getByText('1 pattern', { exact: true }).waitFor();
      await page.reload();
      await page.getByText('1 pattern', { exact: true }).waitFor();
      await done(watched);
    });

    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      await visitAll(session, look, {
        patterns: '/patterns?project=default',
        'pattern-detail': `/patterns?project=default&pattern=${worst}`,
      });
    });
  });
});
