import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

/** Evaluated answers of the two models that the tests compare, whichever has fewer. */
const LEAST_EVALUATED = `(async () => {
  const from = new Date(Date.now() - 7 * 86400000).toISOString();
  const reply = await fetch('/api/v1/analytics/compare?project=demo&from=' + from);
  if (!reply.ok) return 0;
  const { models } = await reply.json();
  const of = (name) => models.find(({ model }) => model === name)?.quality.n ?? 0;
  return Math.min(of('demo/good'), of('demo/toxic'));
})()`;

describe.skipIf(!hasBrowser())('comparison, what happened, and the doctor', () => {
  let session: DashboardSession;

  beforeAll(async () => {
    session = await openDashboard(['--demo']);
    const { page, context } = await session.at('/');
    await waitUntil(
      async () =>
        session.program.output().includes('generated records') &&
        Number(await page.evaluate(LEAST_EVALUATED)) >= 12,
      'answers of the demo project to be evaluated',
    );
    await context.close();
    for (let call = 0; call < 12; call++) await session.call(`user ${call}`);
    await askApi(session.program, '/api/v1/markers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'deploy', title: 'release 2.4.1' }),
    });
  });
  afterAll(() => session?.stop());

  it('switches the comparison with the period before on and off, and keeps it in the address', async () => {
    const watched = await session.at('/?project=demo&range=24h');
    const { page } = watched;
    await page.getByText(/Bands and small print are 95% intervals/).waitFor();
    expect(await page.getByText(/p [=<] /).count()).toBe(0);
    await page.getByRole('switch', { name: 'Compare with before' }).click();
    await page.waitForURL(/versus=before/);
    await page
      .getByText(/^p [=<] [\d.]+$/)
      .first()
      .waitFor();
    expect(await page.getByText('Δ').count()).toBe(4);
    await keepPicture(page, 'overview-compared');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('switch', { name: 'Compare with before' }).click();
    await page
      .getByText(/^p [=<] /)
      .first()
      .waitFor({ state: 'detached' });
    await done(watched);
  });

  it('tests every model against a chosen one, and says where there is too little', async () => {
    const watched = await session.at('/models?project=demo&range=7d');
    const { page } = watched;
    const table = page.getByRole('region', { name: 'Comparison' });
    await table.getByRole('link', { name: 'demo/toxic' }).waitFor();
    expect(await table.getByText('Δ').count()).toBe(0);
    await page.getByRole('button', { name: 'Compare with…' }).click();
    await page.getByRole('menuitemradio', { name: /^demo\/good/ }).click();
    await page.waitForURL(/with=demo/);
    const row = table.getByRole('row', { name: /demo\/toxic/ });
    await row.getByText('p < 0.001').first().waitFor();
    await row
      .getByText(/^not enough data \(\d+ of 72\)$/)
      .first()
      .waitFor();
    await row.getByText(/^slower in \d+% of pairs/).waitFor();
    await table.getByText('compared with', { exact: true }).waitFor();
    await keepPicture(page, 'models-compared');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Compared with demo/good' }).click();
    await page.getByRole('menuitemradio', { name: 'No comparison' }).click();
    await table.getByText('Δ').first().waitFor({ state: 'detached' });
    await done(watched);
  });

  it('lists what happened, and shows how a pipeline marks a deploy', async () => {
    const watched = await session.at('/?project=default&range=24h');
    const { page } = watched;
    const list = page.getByRole('list', { name: 'What happened' });
    await list.getByText('Deploy: release 2.4.1').waitFor();
    await page.getByText('Mark a deploy', { exact: true }).click();
    await page.getByText(/"title": "release 2\.4\.1"/).waitFor();
    await done(watched);
  });

  it('runs the doctor and keeps what it found', async () => {
    const watched = await session.at('/settings/doctor?project=default');
    const { page } = watched;
    await page.getByText('These checks have not run yet.').first().waitFor();
    await page.getByRole('button', { name: 'Run now: After a deployment' }).click();
    const checks = page.getByRole('region', { name: 'After a deployment' });
    const sample = checks.getByRole('row', { name: /Sample call/ });
    await sample.getByText(/^demo\/good answered in .+, and the call was recorded\.$/).waitFor();
    await checks.getByText(/^The schema is current, and roll-ups add up/).waitFor();
    await page.getByText('by a person').waitFor();
    await keepPicture(page, 'doctor');
    expect(await accessibilityProblems(page)).toEqual([]);
    await done(watched);
  });

  it.each(LOOKS)('is whole in $language, $theme, $width px', async (look) => {
    await visitAll(session, look, {
      'overview-compared': '/?project=demo&range=24h&versus=before',
      'models-compared': '/models?project=demo&range=7d&with=demo%2Fgood&withProvider=demo',
      doctor: '/settings/doctor?project=default',
    });
  });
});
