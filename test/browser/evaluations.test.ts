import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  DESK,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, fillWithTraffic, hasBrowser, keepPicture } from './support.ts';

describe.skipIf(!hasBrowser())('the evaluations', () => {
  let session: DashboardSession;
  beforeAll(async () => {
    session = await openDashboard();
    await fillWithTraffic(session.program, 4);
  });
  afterAll(() => session?.stop());

  it('switch an evaluator off and on, and keep its options', async () => {
    const watched = await session.at('/evaluations/evaluators');
    const { page } = watched;
    const rules = page.getByRole('row', { name: /rule-basic/ });
    await rules.getByRole('button', { name: 'Switch off' }).click();
    await rules.getByText('Off', { exact: true }).waitFor();
    await rules.getByRole('button', { name: 'Switch on' }).click();
    await rules.getByText('On', { exact: true }).waitFor();
    await rules.getByRole('button', { name: 'Change Rules' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('keywords', { exact: true }).first().click();
    await dialog.getByLabel('forbidden').fill('guaranteed\nrisk-free');
    await dialog.getByLabel('Share of interactions').fill('25');
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'evaluator-dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rules.getByText('25.0%').waitFor();
    await rules.getByText('changed', { exact: true }).waitFor();
    await done(watched);
  });

  it('have no part of another name', async () => {
    const watched = await session.at('/evaluations/nonsense', DESK);
    await watched.page.getByText('There is no such page').waitFor();
    await done(watched);
  });

  it.each(LOOKS)('are whole in $language, $theme, $width px', async (look) => {
    await visitAll(session, look, {
      evaluations: '/evaluations',
      evaluators: '/evaluations/evaluators',
    });
  });
});
