import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { type EvaluationApp, evaluationApp } from '../../test/support/evaluation.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { storeRecords } from '../interactions/store-records.ts';

const database = await testDatabase();
let app: EvaluationApp;

beforeAll(async () => {
  app = await evaluationApp(database);
});
afterAll(() => app.server.close());
beforeEach(() => app.clear());

describe('/api/v1/scores', () => {
  it('happy: adds a score and lists it, newest first, page by page', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    for (const value of [0, 0.5, 1]) {
      const reply = await app.post('/api/v1/scores', {
        interactionId: id,
        name: 'tone',
        value,
        reason: 'so',
      });
      expect(reply.statusCode).toBe(201);
      expect(reply.json()).toMatchObject({
        interactionId: id,
        name: 'tone',
        value,
        source: 'human',
        evaluator: 'api',
      });
    }
    const first = (await app.get('/api/v1/scores?limit=2&name=tone')).json();
    const second = (
      await app.get(`/api/v1/scores?limit=2&name=tone&cursor=${first.nextCursor}`)
    ).json();
    const values = [...first.items, ...second.items].map((item) => item.value);
    expect(values).toEqual([1, 0.5, 0]);
    expect(second.nextCursor).toBeNull();
  });

  it('happy: filters by interaction, source, evaluator and flag', async () => {
    const { id } = await app.store(app.server.a.id, 'Error: connection refused');
    await app.store(app.server.a.id, 'Hi there');
    await app.post('/evaluate-once');
    const flagged = (await app.get('/api/v1/scores?name=overall&flagged=true')).json();
    expect(flagged.items).toMatchObject([
      { interactionId: id, label: 'error_like', nativeValue: 1 },
    ]);
    const ofOne = (
      await app.get(`/api/v1/scores?interactionId=${id}&source=rule&evaluator=rule-basic`)
    ).json();
    expect(ofOne.items.length).toBeGreaterThan(3);
    expect((await app.get(`/api/v1/scores?interactionId=${id}&source=human`)).json().items).toEqual(
      [],
    );
  });

  it('error: refuses values out of range, unknown fields and unknown interactions', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    const base = { interactionId: id, name: 'tone', value: 1 };
    expect((await app.post('/api/v1/scores', { ...base, value: 1.01 })).statusCode).toBe(400);
    expect((await app.post('/api/v1/scores', { ...base, extra: 1 })).statusCode).toBe(400);
    expect((await app.post('/api/v1/scores', { ...base, interactionId: 'x' })).statusCode).toBe(
      400,
    );
    const unknown = await app.post('/api/v1/scores', { ...base, interactionId: randomUUID() });
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().error.code).toBe('not_found');
  });

  it('security: neither scores nor shows interactions of another project', async () => {
    const { id } = await app.store(app.server.b.id, 'Hi there', {
      createdAt: new Date(Date.now() - 120_000),
    });
    const score = { interactionId: id, name: 'tone', value: 1 };
    expect((await app.post('/api/v1/scores', score)).statusCode).toBe(404);
    expect((await app.post('/api/v1/scores', score, app.server.b.key)).statusCode).toBe(201);
    expect((await app.get('/api/v1/scores')).json().items).toEqual([]);
    expect((await app.get(`/api/v1/scores?interactionId=${id}`)).json().items).toEqual([]);
  });
});

describe('feedback', () => {
  const feedback = (body: object, key?: string) => app.post('/api/v1/feedback', body, key);

  it('happy: takes ratings and stars as scores', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    const down = await feedback({ interactionId: id, rating: -1, comment: 'no', userId: 'u1' });
    expect(down.statusCode).toBe(201);
    expect(down.json()).toMatchObject({
      name: 'user_feedback',
      value: 0,
      nativeValue: -1,
      label: 'negative',
      reason: 'no',
      source: 'human',
      flagged: true,
      details: { givenBy: 'app:u1' },
    });
    const stars = (await feedback({ interactionId: id, stars: 4, userId: 'u2' })).json();
    expect(stars).toMatchObject({ value: 0.75, nativeValue: 4, label: 'positive', flagged: false });
  });

  it('happy: keeps every change of mind, newest first, and a repeat once', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    for (const rating of [1, 1, -1, 1]) await feedback({ interactionId: id, rating, userId: 'u1' });
    const { items } = (await app.get(`/api/v1/scores?interactionId=${id}`)).json();
    expect(items.map((item: { nativeValue: number }) => item.nativeValue)).toEqual([1, -1, 1]);
  });

  it('happy: waits for an interaction that is still on its way to the database', async () => {
    const row = interactionRow({ projectId: app.server.a.id, createdAt: new Date() });
    const waiting = feedback({ interactionId: row.id, rating: 1 });
    await record(database, batchOf({ interactions: [row] }), [storeRecords]);
    expect((await waiting).statusCode).toBe(201);
  });

  it('happy: takes the feedback of tcVocLLM, by interaction or by trace', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there', { traceId: 'chat-17' });
    const reply = await app.post('/agent/feedback', {
      interaction_id: id,
      rating: 1,
      comment: 'good',
    });
    expect(reply.json()).toEqual({ ok: true });
    await app.post('/agent/feedback', { interaction_id: 'chat-17', rating: 0, comment: null });
    const { items } = (await app.get(`/api/v1/scores?interactionId=${id}`)).json();
    expect(items).toHaveLength(2);
  });

  it('error: wants exactly one of rating and stars, within their scales', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    for (const wrong of [
      {},
      { rating: 2 },
      { stars: 0 },
      { stars: 6 },
      { rating: 1, stars: 5 },
      { rating: 1, x: 1 },
    ]) {
      expect((await feedback({ interactionId: id, ...wrong })).statusCode).toBe(400);
    }
  });

  it('error: does not take feedback on what is not there', async () => {
    expect((await feedback({ interactionId: randomUUID(), rating: 1 })).statusCode).toBe(404);
    expect(
      (await app.post('/agent/feedback', { interaction_id: 'nothing', rating: 1 })).statusCode,
    ).toBe(404);
  });

  it('security: does not take feedback on interactions of another project', async () => {
    const { id } = await app.store(app.server.b.id, 'Hi there', {
      createdAt: new Date(Date.now() - 120_000),
      traceId: 'their-trace',
    });
    expect((await feedback({ interactionId: id, rating: 1 })).statusCode).toBe(404);
    expect(
      (await app.post('/agent/feedback', { interaction_id: 'their-trace', rating: 1 })).statusCode,
    ).toBe(404);
  });

  it('security: a signed-in person speaks for nobody else', async () => {
    const { id } = await app.store(app.server.a.id, 'Hi there');
    const user = await app.server.signIn('developer');
    const reply = await app.server.browse(user, {
      method: 'POST',
      url: '/api/v1/feedback?project=default',
      payload: { interactionId: id, rating: 1, userId: 'somebody-else' },
    });
    expect(reply.json().details).toEqual({ givenBy: `user:${user.email}` });
  });
});
