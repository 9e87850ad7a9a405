import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { rollUp, takeBack } from '../analytics/roll-up.ts';
import { redactWithPlaces } from '../evaluators/pii/redact.ts';
import { type Handling, type InteractionRow, PLAIN_HANDLING } from './record.ts';
import { interactionRoutes } from './routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');
const EXPERIMENT = '018f3f6e-0000-7000-8000-000000000001';
const clock = { now: () => NOW_MS, monotonic: () => 0 };

let test: TestApp;

beforeAll(async () => {
  test = await testApp({
    clock,
    routes: (app, deps) => {
      interactionRoutes(app, {
        ...deps,
        takeBack,
        redact: (text) => text,
        hide: redactWithPlaces,
        recordDeed: () => Promise.resolve(),
      });
    },
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

/** Stores a call that was handled like this, so many milliseconds before now. */
async function add(handling: Partial<Handling>, agoMs: number): Promise<InteractionRow> {
  const row = interactionRow({
    id: randomUUID(),
    projectId: test.a.id,
    createdAt: new Date(NOW_MS - agoMs),
    handling: { ...PLAIN_HANDLING, ...handling },
  });
  await record(test.database, batchOf({ interactions: [row] }), [insertRaw, rollUp]);
  return row;
}

async function read(path: string) {
  const reply = await test.inject({ url: `/api/v1/interactions${path}`, key: test.a.key });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
}

function exposed(arm: string): Handling['exposure'] {
  return { experimentId: EXPERIMENT, arm, unit: 'ann' };
}

describe('given calls of an experiment with a shadow', () => {
  it('names the shadow beside the call, and the call beside the shadow', async () => {
    const call = await add({ exposure: exposed('now') }, 5000);
    const shadow = await add({ exposure: exposed('beside'), shadowOf: call.id }, 4999);
    const alone = await add({ exposure: exposed('now') }, 4000);
    expect(await read(`/${call.id}`)).toMatchObject({
      shadowOf: null,
      shadows: [{ id: shadow.id, arm: 'beside', model: 'gpt-test' }],
    });
    expect(await read(`/${shadow.id}`)).toMatchObject({ shadowOf: call.id, shadows: [] });
    expect(await read(`/${alone.id}`)).toMatchObject({ shadowOf: null, shadows: [] });
  });
});

describe('given calls by routes and from the cache', () => {
  it('counts both among the values to filter by', async () => {
    await add({ route: 'chat', cache: 'hit' }, 3000);
    await add({ route: 'chat', cache: 'miss' }, 2000);
    await add({ route: 'chat' }, 1000);
    const { facets } = await read('/facets');
    expect(facets).toContainEqual({ name: 'route', values: [{ value: 'chat', count: 3 }] });
    expect(facets).toContainEqual({
      name: 'cache',
      values: [
        { value: 'hit', count: 1 },
        { value: 'miss', count: 1 },
      ],
    });
    expect((await read('?route=chat&cache=hit')).items).toHaveLength(1);
  });
});
