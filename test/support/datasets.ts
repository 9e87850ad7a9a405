import { recordDeed } from '../../src/access/audit.ts';
import type { App } from '../../src/core/http.ts';
import { datasetRoutes } from '../../src/datasets/dataset-routes.ts';
import type { DatasetDeps } from '../../src/datasets/dataset-store.ts';
import { itemRoutes } from '../../src/datasets/item-routes.ts';
import { type TestApp, type TestDeps, testApp } from './app.ts';

/** What dataset routes are made of, with the real audit log. */
export function datasetDeps({ database, clock, newId }: TestDeps): DatasetDeps {
  return {
    database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, { clock, newId }, deed),
  };
}

/** The server with datasets and their items. */
export function datasetApp(options: Parameters<typeof testApp>[0] = {}): Promise<TestApp> {
  return testApp({
    ...options,
    async routes(app: App, deps) {
      datasetRoutes(app, datasetDeps(deps));
      itemRoutes(app, datasetDeps(deps));
      await options.routes?.(app, deps);
    },
  });
}

/** A dataset of a project with these questions and references; answers its id. */
export async function madeDataset(
  test: TestApp,
  name: string,
  items: readonly Record<string, unknown>[],
): Promise<string> {
  const made = await test.inject({ method: 'POST', url: '/api/v1/datasets', payload: { name } });
  const { id } = made.json();
  if (items.length > 0) {
    const body = items.map((item) => JSON.stringify(item)).join('\n');
    const reply = await importText(test, id, body);
    if (reply.statusCode !== 200) throw new Error(reply.body);
  }
  return id;
}

/** Sends the text of a file. */
export function importText(
  test: TestApp,
  id: string,
  file: string | { readonly text: string; readonly query: string },
): ReturnType<TestApp['inject']> {
  const { text, query } = typeof file === 'string' ? { text: file, query: '' } : file;
  return test.inject({
    method: 'POST',
    url: `/api/v1/datasets/${id}/import${query}`,
    headers: { 'content-type': 'application/x-ndjson' },
    payload: text,
  });
}
