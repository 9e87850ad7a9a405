import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { SafetyExamplesPage, SafetyReply } from '../contract/safety.ts';
import type { InteractionRow, ScoreRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { rollUp } from './roll-up.ts';
import { safetyRoutes } from './safety-routes.ts';

const DAY_MS = 86_400_000;
let test: TestApp;

beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) =>
      safetyRoutes(app, {
        ...deps,
        hidePrivate: (text, { isCut }) => text.replace(/\S+@\S+/, '[email]') + (isCut ? '…' : ''),
      }),
  });
});
afterAll(() => test.close());

async function add(
  row: Partial<InteractionRow>,
  scores: readonly Partial<ScoreRow>[],
  ago = 0,
): Promise<string> {
  const at = new Date(Date.now() - ago);
  const interaction = interactionRow({ projectId: test.a.id, createdAt: at, ...row });
  const rows = scores.map((score) =>
    scoreRow(interaction, { createdAt: at, source: 'detector', flagged: true, ...score }),
  );
  const batch = batchOf({ interactions: [interaction], scores: rows });
  await record(test.database, batch, [storeRecords, rollUp]);
  return interaction.id;
}

const ask = async (path: string, key = test.a.key): Promise<{ status: number; json: unknown }> => {
  const reply = await test.app.inject({ url: path, headers: { authorization: `Bearer ${key}` } });
  return { status: reply.statusCode, json: reply.json() };
};
const week = (): string =>
  `from=${new Date(Date.now() - 7 * DAY_MS).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
const safety = async (query = ''): Promise<SafetyReply> =>
  SafetyReply.parse((await ask(`/api/v1/analytics/safety?${week()}${query}`)).json);

describe('GET /api/v1/analytics/safety', () => {
  it('is empty, with every day, when nothing was scored', async () => {
    const reply = await safety();
    expect(reply).toMatchObject({ types: [], users: [], prompts: [], lookedAt: 0 });
    expect(reply.points.length).toBeGreaterThanOrEqual(7);
  });

  it('counts flags by kind with rate and labels, over time, by user and by prompt', async () => {
    await add({ userId: 'ada', model: 'm1', promptName: 'faq', promptVersion: '2' }, [
      { name: 'toxicity', label: 'alert' },
      { name: 'pii', label: 'email' },
    ]);
    await add({ userId: 'bob', model: 'm2' }, [{ name: 'toxicity', label: 'alert' }], 2 * DAY_MS);
    await add({ userId: 'bob', model: 'm2' }, [
      { name: 'toxicity', label: 'advisory', flagged: false },
      { name: 'grounding', label: 'no_claims', flagged: false },
      { name: 'length', label: 'short' },
    ]);
    await add({ userId: 'cem' }, [{ name: 'toxicity', source: 'human' }]);
    const reply = await safety();
    expect(reply.types).toMatchObject([
      {
        name: 'toxicity',
        n: 3,
        flagged: 2,
        rate: { n: 3 },
        labels: [
          { label: 'alert', count: 2 },
          { label: 'advisory', count: 1 },
        ],
      },
      { name: 'pii', n: 1, flagged: 1, labels: [{ label: 'email', count: 1 }] },
      { name: 'grounding', n: 1, flagged: 0, labels: [] },
    ]);
    const flaggedDays = reply.points.filter(({ types }) =>
      types.some(({ flagged }) => flagged > 0),
    );
    expect(flaggedDays).toHaveLength(2);
    expect(reply.users).toEqual([
      { userId: 'ada', flagged: 2, interactions: 1 },
      { userId: 'bob', flagged: 1, interactions: 1 },
    ]);
    expect(reply.prompts[0]).toEqual({
      promptName: 'faq',
      promptVersion: '2',
      flagged: 2,
      interactions: 1,
    });
    expect(reply.lookedAt).toBe(3);
  });

  it('is about one model, or about hours, when asked', async () => {
    const reply = await safety('&model=m2&interval=hour');
    expect(reply.types[0]).toMatchObject({ name: 'toxicity', n: 2, flagged: 1 });
    expect(reply.points.length).toBeGreaterThanOrEqual(7 * 24);
  });

  it('refuses a range that is backwards and an interval that is none', async () => {
    const backwards = 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
    expect((await ask(`/api/v1/analytics/safety?${backwards}`)).status).toBe(400);
    expect((await ask('/api/v1/analytics/safety?interval=year')).status).toBe(400);
  });
});

describe('GET /api/v1/analytics/safety/examples', () => {
  const examples = async (query = ''): Promise<SafetyExamplesPage> =>
    SafetyExamplesPage.parse(
      (await ask(`/api/v1/analytics/safety/examples?${week()}${query}`)).json,
    );

  it('shows what was said, newest first, with private parts hidden', async () => {
    const id = await add(
      { promptPreview: 'write to ada@corp.example please', responsePreview: 'x'.repeat(200) },
      [{ name: 'pii', reason: 'An address of mail.' }],
    );
    const [newest] = (await examples()).items;
    expect(newest).toMatchObject({
      interactionId: id,
      name: 'pii',
      reason: 'An address of mail.',
      promptPreview: 'write to [email] please',
      responsePreview: `${'x'.repeat(200)}…`,
    });
  });

  it('goes page by page through one kind', async () => {
    const first = await examples('&name=toxicity&limit=1');
    const second = await examples(`&name=toxicity&limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([
      'toxicity',
      'toxicity',
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('refuses a cursor that is not ours and a kind that is none', async () => {
    const path = '/api/v1/analytics/safety/examples';
    expect((await ask(`${path}?cursor=abc`)).status).toBe(400);
    expect((await ask(`${path}?name=length`)).status).toBe(400);
  });
});

describe('security', () => {
  it.each(['/api/v1/analytics/safety', '/api/v1/analytics/safety/examples'])(
    '%s shows nothing of other projects, and nothing without a key that may read',
    async (path) => {
      const { json } = await ask(`${path}?${week()}`, test.b.key);
      expect(json).toMatchObject(path.endsWith('examples') ? { items: [] } : { types: [] });
      expect((await test.app.inject({ url: path })).statusCode).toBe(401);
      const writer = await test.key(test.a.id, ['ingest']);
      expect((await ask(path, writer)).status).toBe(403);
    },
  );
});
