import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

/** Twenty retrievals of the last minutes: some miss, some are reranked, some have scores. */
function events(): object[] {
  const ts = (at: number): string => new Date(Date.now() - at * 60_000).toISOString();
  return Array.from({ length: 20 }, (_, at) => [
    {
      event: 'rag.retrieve',
      ts: ts(at),
      query: at % 5 === 0 ? 'write to ada@corp.example' : `Where is passage ${at}?`,
      hits: at % 5 === 0 ? 0 : 1 + (at % 4),
      rerank_enabled: at % 2 === 0,
      latency_ms: 30 + 10 * at,
      ...(at % 5 === 0 ? {} : { documents: [{ score: at / 20, selected: true }] }),
    },
    { event: 'embed.cache', ts: ts(at), key: `sha256:${at}`, hit: at % 4 !== 0 },
  ]).flat();
}

describe.skipIf(!hasBrowser())('retrieval in the dashboard', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard();
  });
  afterAll(() => session?.stop());

  it('teaches the next step while nothing was retrieved', async () => {
    const watched = await session.at('/rag?project=default');
    const { page } = watched;
    await page.getByRole('heading', { name: /^No retrieval/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(2);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'empty-rag');
    await done(watched);
  });

  describe('given retrievals, some of which miss', () => {
    beforeAll(async () => {
      await askApi(session.program, '/api/v1/events', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(events()),
      });
      await waitUntil(async () => {
        const reply = (await askApi(session.program, '/api/v1/analytics/rag')) as {
          retrievals: number;
        };
        return reply.retrievals === 20;
      }, 'the retrievals to be counted');
    });

    it('shows rates with n, and the hit rate moves with the cut-off', async () => {
      const watched = await session.at('/rag?project=default');
      const { page } = watched;
      const main = page.locator('main');
      await main.getByText('80.0%').first().waitFor();
      await main.getByText('75.0%').first().waitFor();
      const misses = page.getByRole('region', { name: 'Queries without hits' });
      await misses.getByText('write to [email]').waitFor();
      expect(await page.getByText('corp.example').count()).toBe(0);
      await page.getByRole('spinbutton').fill('0.5');
      await page.waitForURL(/cutoff=0\.5/);
      // Eight of twenty have a best score of at least 0.5.
      await main.getByText('40.0%').first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, 'rag');
      await done(watched);
    });

    it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
      await visitAll(session, look, { rag: '/rag?project=default&cutoff=0.3' });
    });
  });
});
