import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  DESK,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import {
  accessibilityProblems,
  askApi,
  fillWithTraffic,
  hasBrowser,
  keepPicture,
  waitUntil,
} from './support.ts';

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

  it('try a rule on real interactions, save it, and let it look at new ones', async () => {
    const watched = await session.at('/evaluations/rules');
    const { page } = watched;
    await page.getByText('A rule says what an answer must').waitFor();
    await page.getByRole('button', { name: 'New rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('no-numbers');
    await dialog.getByLabel('What it is for').fill('Answers have no numbers.');
    await dialog.getByLabel('Comparison').selectOption('matches');
    await dialog.getByLabel('Value', { exact: true }).fill('[0-9');
    await dialog.getByRole('button', { name: 'Try on 50' }).click();
    await dialog.getByText(/error at position/).waitFor();
    await dialog.getByLabel('Value', { exact: true }).fill('[0-9]+');
    await dialog.getByRole('button', { name: 'Add condition' }).click();
    const second = dialog.getByRole('group', { name: 'Condition', exact: true }).nth(1);
    await second.getByLabel('Field').fill('latency_ms');
    await second.getByLabel('Comparison').selectOption('at_least');
    await second.getByLabel('Value', { exact: true }).fill('0');
    await dialog.getByRole('button', { name: 'Try on 50' }).click();
    await dialog.getByText(/interactions: [1-9]\d* fail/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'rule-dialog');
    await dialog.getByRole('button', { name: 'JSON' }).click();
    expect(await dialog.getByLabel('Condition as JSON').inputValue()).toContain('"all"');
    await dialog.getByRole('button', { name: 'Builder' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /no-numbers/ }).waitFor();
    await session.call('ada');
    await waitUntil(async () => {
      const page_ = await askApi(session.program, '/api/v1/scores?name=rule:no-numbers');
      return (page_ as { items: unknown[] }).items.length > 0;
    }, 'the rule to be asked');
    await done(watched, 400);
  });

  it('keep versions of a rule, and bring rules in from a file', async () => {
    const watched = await session.at('/evaluations/rules');
    const { page } = watched;
    await page.getByRole('button', { name: 'Change no-numbers' }).click();
    await page.getByRole('dialog').getByLabel('Severity').selectOption('high');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /no-numbers.*high/ }).waitFor();
    await page.getByRole('button', { name: 'Versions of no-numbers' }).click();
    await page.getByRole('dialog').getByText('Changed: severity').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'rule-versions');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByText('Version 3').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Import and export' }).click();
    const dialog = page.getByRole('dialog');
    const condition = { field: 'answer', operator: 'contains', value: 'refund' };
    const rules = [{ name: 'no-refunds', condition, priority: 5 }];
    const file = JSON.stringify({ format: 'lqo.rules', version: 1, rules });
    await dialog.getByLabel('Paste a file of rules').fill(file);
    await dialog.getByRole('button', { name: 'Show changes' }).click();
    await dialog.getByText('This would change:').waitFor();
    await keepPicture(page, 'rule-files');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.getByText('This was changed:').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /no-refunds/ }).waitFor();
    await done(watched);
  });

  it('evaluate stored interactions again', async () => {
    const watched = await session.at('/evaluations/evaluators');
    const { page } = watched;
    await page.getByRole('button', { name: 'Evaluate again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Custom rules').check();
    await keepPicture(page, 'backfill-dialog');
    await dialog.getByRole('button', { name: 'Begin' }).click();
    const row = page.getByRole('row', { name: /Custom rules/ });
    await row.getByText('done', { exact: true }).waitFor();
    await row.getByText('100%').waitFor();
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
      rules: '/evaluations/rules',
    });
  });
});
