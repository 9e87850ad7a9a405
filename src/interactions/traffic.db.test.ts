import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { projectWith } from '../../test/support/filled-project.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { redactText, redactWithPlaces } from '../evaluators/pii/redact.ts';
import { interactionRoutes } from './routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
let test: TestApp;

beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) =>
      interactionRoutes(app, {
        ...deps,
        takeBack: async () => undefined,
        redact: redactText,
        hide: redactWithPlaces,
        recordDeed: async () => undefined,
      }),
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

it('tells calls of applications from those that the program made itself', async () => {
  const p = await projectWith(test, NOW_MS, [
    { given: { origin: 'gateway' } },
    { given: { origin: 'judge' } },
    { given: { origin: 'run' } },
  ]);
  for (const [query, origins] of [
    ['', ['gateway', 'judge', 'run']],
    ['traffic=applications', ['gateway']],
    ['traffic=inside', ['judge', 'run']],
    ['traffic=applications&model=gpt-test', ['gateway']],
  ] as const) {
    const { items, estimate } = await p.get(`/api/v1/interactions?${query}`);
    const found = items.map(({ origin }: { origin: string }) => origin);
    expect(new Set(found)).toEqual(new Set(origins));
    expect(estimate).toBe(origins.length);
  }
  const { items } = await p.get('/api/v1/interactions?origin=judge');
  expect(items).toHaveLength(1);
});
