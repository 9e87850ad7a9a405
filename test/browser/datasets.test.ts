import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DashboardSession,
  done,
  LOOKS,
  openDashboard,
  visitAll,
} from './dashboard-session.ts';
import { accessibilityProblems, askApi, hasBrowser, keepPicture, waitUntil } from './support.ts';

interface Items<Item> {
  readonly items: readonly Item[];
}

const dialogOf = (page: Page) => page.getByRole('dialog');
const ITEMS = 24;

describe.skipIf(!hasBrowser())('datasets and runs in the dashboard', () => {
  let session: DashboardSession;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    session = await openDashboard();
    folder = mkdtempSync(join(tmpdir(), 'lqo-dataset-'));
    file = join(folder, 'sums.csv');
    const rows = Array.from({ length: ITEMS }, (_, at) => `s${at},What is ${at} x 7?,${at * 7}`);
    writeFileSync(file, `id,ask,expected\n${rows.join('\n')}\nbroken,"",1\n`);
  });
  afterAll(async () => {
    await session?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('teaches the next step while there are none', async () => {
    const watched = await session.at('/datasets?project=default');
    await watched.page.getByRole('heading', { name: 'No datasets yet' }).waitFor();
    await watched.page.getByRole('button', { name: 'Copy' }).first().waitFor();
    await keepPicture(watched.page, 'datasets-empty');
    await done(watched);
  });

  it('makes a dataset, imports a file with its columns named, and runs it', async () => {
    const watched = await session.at('/datasets?project=default');
    const { page } = watched;
    const dialog = dialogOf(page);
    await page.getByRole('button', { name: 'New dataset' }).click();
    await dialog.getByLabel('Name').fill('Sums');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Sums', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Import a file' }).click();
    await dialog.getByLabel('File').setInputFiles(file);
    await dialog
      .getByText(/no column is known to hold the question/)
      .first()
      .waitFor();
    await dialog.getByLabel('Question is in').selectOption('ask');
    await dialog.getByText('What is 3 x 7?').waitFor();
    await dialog
      .getByText(/Line 26:/)
      .first()
      .waitFor()
      .catch(() => undefined);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepPicture(page, 'dataset-import');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await dialog.getByText(`${ITEMS} items added`).waitFor();
    await dialog.getByText('1 line is no item').waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('What is 0 x 7?').waitFor();

    for (const model of ['demo/good', 'demo/poor']) {
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await dialog.getByLabel('Model or route').fill(model);
      await dialog.getByRole('checkbox', { name: /^Contains/ }).check();
      await dialog.getByText(/tokens in, about/).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepPicture(page, `run-dialog-${model.split('/')[1]}`);
      await dialog.getByRole('button', { name: `Ask ${ITEMS} items` }).click();
      await page.getByRole('heading', { name: model, level: 1 }).waitFor();
      await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
      await page.getByRole('region', { name: 'Scores' }).getByText('contains').waitFor();
      if (model === 'demo/poor') break;
      await page.getByRole('link', { name: 'Sums' }).click();
      await page.getByRole('heading', { name: 'Sums', level: 1 }).waitFor();
    }
    await page.getByRole('button', { name: 'Low quality' }).click();
    await page.getByText('Expected: ').first().waitFor();
    await keepPicture(page, 'run-results');

    await page.getByLabel('Compare with …').selectOption({ index: 1 });
    await page.getByRole('heading', { name: 'Compare runs' }).waitFor();
    await page.getByText(/^Clear differences over 24 pairs .*quality \(Worse\)/).waitFor();
    await page.getByRole('button', { name: 'contains', exact: true }).click();
    await page.getByRole('heading', { name: 'Items by change in contains' }).waitFor();
    await page.getByText('What is 5 x 7?').first().waitFor();
    await keepPicture(page, 'compare');
    await done(watched);
  });

  it('takes recorded calls, from a filter and from the page of one', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, at) => session.call(`user ${at}`)));
    await waitUntil(async () => {
      const list = (await askApi(
        session.program,
        '/api/v1/interactions?origin=gateway',
      )) as Items<unknown>;
      return list.items.length >= 5;
    }, 'calls on record');
    const calls = (await askApi(session.program, '/api/v1/interactions?origin=gateway')) as Items<{
      id: string;
    }>;
    const watched = await session.at(`/interactions/${calls.items[0]?.id}?project=default`);
    const { page } = watched;
    const dialog = dialogOf(page);
    await page.getByRole('button', { name: 'Add to dataset' }).click();
    await dialog.getByLabel('Name').fill('From production');
    await keepPicture(page, 'add-to-dataset');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('Added.').waitFor();
    await dialog.getByRole('link', { name: 'Open the dataset' }).click();
    await page.getByRole('heading', { name: 'From production', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'recorded call' }).waitFor();
    await page.getByRole('button', { name: 'Add recorded calls' }).click();
    await dialog.getByLabel('Model').fill('demo/good');
    await keepPicture(page, 'dataset-filter');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText(/items? added of/).waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('button', { name: 'Take out' }).first().click();
    await page.getByRole('button', { name: 'Remove dataset' }).click();
    await dialog.getByRole('button', { name: 'Remove dataset' }).click();
    await page.waitForURL(/\/datasets\?/);
    await page.getByRole('link', { name: 'Sums' }).waitFor();
    expect(await page.getByRole('link', { name: 'From production' }).count()).toBe(0);
    await done(watched);
  });

  it.each(LOOKS)('is whole and accessible in $language, $theme, $width px', async (look) => {
    const datasets = (await askApi(session.program, '/api/v1/datasets')) as Items<{ id: string }>;
    const runs = (await askApi(session.program, '/api/v1/runs')) as Items<{ id: string }>;
    const [poor, good] = runs.items;
    await visitAll(session, look, {
      datasets: '/datasets?project=default',
      runs: '/datasets?project=default&view=runs',
      dataset: `/datasets/${datasets.items[0]?.id}?project=default`,
      run: `/runs/${poor?.id}?project=default`,
      compare: `/runs/${poor?.id}/compare?project=default&baseline=${good?.id}`,
    });
  });
});
