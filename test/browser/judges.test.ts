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

describe.skipIf(!hasBrowser())('the judges', () => {
  let session: DashboardSession;
  beforeAll(async () => {
    session = await openDashboard();
    await fillWithTraffic(session.program, 3);
  });
  afterAll(() => session?.stop());

  it('say how to begin, and judge once a rubric is switched on', async () => {
    const watched = await session.at('/evaluations/judges', DESK);
    const { page } = watched;
    await page.getByText('Nothing is judged yet').waitFor();
    await keepPicture(page, 'judges-empty');
    const row = page.getByRole('row', { name: /^Relevance/ });
    await row.getByRole('button', { name: 'What Relevance judges' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Judge new interactions').check();
    await dialog.getByLabel('Judge', { exact: true }).fill('demo/judge');
    await dialog.getByLabel('Of everything').fill('100');
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'judges-plan');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.getByText('On', { exact: true }).waitFor();
    await fillWithTraffic(session.program, 1);
    await row
      .getByText(/n = [1-9]/)
      .first()
      .waitFor();
    expect(await page.getByText('Nothing is judged yet').count()).toBe(0);
    await keepPicture(page, 'judges-on');
    await done(watched);
  });

  it('keep to a budget that can be changed', async () => {
    const watched = await session.at('/evaluations/judges', DESK);
    const { page } = watched;
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Daily budget in US dollars').fill('2.5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/of \$2\.50/).waitFor();
    await done(watched);
  });

  it('let a rubric be written, tried with its cost, saved and changed', async () => {
    const watched = await session.at('/evaluations/judges', DESK);
    const { page } = watched;
    await page.getByRole('button', { name: 'New rubric' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('politeness');
    await dialog.getByLabel('Title').fill('Politeness');
    await dialog.getByLabel('Name of the score').fill('polite');
    await dialog.getByLabel('Question').fill('Is the answer polite?');
    await dialog.getByLabel('Level 0 means').fill('rude');
    await dialog.getByLabel('Level 1 means').fill('polite');
    await dialog.getByText('Advanced').click();
    await dialog.getByLabel('Judge', { exact: true }).fill('demo/judge');
    await dialog.getByRole('checkbox', { name: /6 x 7/ }).first().check();
    await dialog.getByRole('button', { name: 'What would it cost?' }).click();
    await dialog.getByText(/At most/).waitFor();
    await dialog.getByRole('button', { name: 'Judge the chosen' }).click();
    await dialog.getByText(/It cost/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'judges-editor');
    await dialog.getByRole('button', { name: 'Create the rubric' }).click();
    const row = page.getByRole('row', { name: /^Politeness/ });
    await row.getByRole('button', { name: 'Change Politeness' }).click();
    await dialog.getByLabel('Rules').fill('Short answers are not rude.');
    await dialog.getByRole('button', { name: 'Save as version 2' }).click();
    await row.getByText(/version 2/).waitFor();
    await row.getByRole('button', { name: 'Versions of Politeness' }).click();
    await dialog.getByText('Short answers are not rude.').waitFor();
    await keepPicture(page, 'judges-versions');
    await done(watched);
  });

  it.each(LOOKS)('are whole in $language, $theme, $width px', async (look) => {
    await visitAll(session, look, { judges: '/evaluations/judges' });
  });
});
