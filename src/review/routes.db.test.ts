import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { type GivenAnswer, type ReviewApp, reviewApp } from '../../test/support/review.ts';
import type { ReviewClaimReply, ReviewItem, ReviewQueue } from '../contract/reviews.ts';

const database = await testDatabase();
let app: ReviewApp;

beforeAll(async () => {
  app = await reviewApp(database);
});
afterAll(() => app.server.close());
beforeEach(() => app.clear());

const answers = (...judge: number[]): GivenAnswer[] => judge.map((value) => ({ judge: value }));

async function makeQueue(given: object = {}): Promise<ReviewQueue> {
  const reply = await app.send('POST', '/api/v1/reviews', {
    body: { name: 'Quality', scoreName: 'overall', ...given },
  });
  expect([reply.statusCode, reply.body]).toEqual([201, reply.body]);
  return reply.json();
}

async function claim(queue: ReviewQueue, body: object = {}): Promise<ReviewClaimReply> {
  const reply = await app.send('POST', `/api/v1/reviews/${queue.id}/claim`, { body });
  expect([reply.statusCode, reply.body]).toEqual([200, reply.body]);
  return reply.json();
}

function label(item: Pick<ReviewItem, 'queueId' | 'interaction'> | null, body: object) {
  const path = `/api/v1/reviews/${item?.queueId}/items/${item?.interaction.id}/label`;
  return app.send('POST', path, { body });
}

function people(): Promise<{ value: number; details: Record<string, unknown>; reason: string }[]> {
  return database.query(
    "select value, details, reason from scores where source = 'human' order by created_at, id",
  );
}

describe('review queues: happy', () => {
  it('pick what fits, newest first or by chance, with the probability of a true sample', async () => {
    const rows = await app.store(answers(0.1, 0.9, 0.5, 0.9));
    const newest = await makeQueue({ mode: 'newest', size: 2 });
    expect(newest).toMatchObject({
      population: 4,
      representative: false,
      progress: { items: 2, done: 0, mine: 0 },
    });
    expect((await claim(newest)).item?.interaction.id).toBe(rows[3]?.id);
    const random = await makeQueue({ mode: 'random', size: 3 });
    expect(random).toMatchObject({ population: 4, representative: true });
    expect((await claim(random)).item?.samplingProbability).toBe(0.75);
    // A filter leaves a part out, so the labels stand for that part alone.
    const low = await makeQueue({ mode: 'random', filter: { maxValue: 0.5 } });
    expect(low).toMatchObject({ population: 1, representative: false });
  });

  it('filter by what evaluators said, by model and by what nobody has judged', async () => {
    const [first] = await app.store([
      { judge: 0.5, row: { model: 'small' } },
      { judge: 0.9, score: { flagged: true } },
      { judge: 0.9, score: { details: { clear: false, samplingProbability: 1 } } },
      { judge: 0.95 },
    ]);
    const sizeOf = async (filter: object) =>
      (await makeQueue({ filter, mode: 'newest' })).progress.items;
    expect(await sizeOf({ model: 'small' })).toBe(1);
    expect(await sizeOf({ flagged: true })).toBe(1);
    expect(await sizeOf({ unclear: true })).toBe(2);
    expect(await sizeOf({ minValue: 0.9 })).toBe(3);
    const queue = await makeQueue({ filter: { model: 'small' } });
    await label((await claim(queue)).item, { verdict: 'label', native: 1 });
    expect(await sizeOf({ unreviewed: true })).toBe(3);
    expect(first).toBeDefined();
  });

  it('ask for a second opinion where evaluator and people are on different sides', async () => {
    const [first] = await app.store(answers(0.9, 0.9, 0.1));
    const all = await makeQueue({ mode: 'newest' });
    for (const native of [0, 1, 0]) {
      await label((await claim(all)).item, { verdict: 'label', native });
    }
    // Newest first: 0.1 was called bad, the middle 0.9 good, the oldest 0.9 bad.
    const second = await makeQueue({
      mode: 'disagreement',
      evaluator: 'judge:quality',
      people: 2,
    });
    expect(second.progress.items).toBe(1);
    expect((await claim(second)).item?.interaction.id).toBe(first?.id);
  });

  it('turn a label into a score of the person, and count it', async () => {
    await app.store(answers(0.9));
    const queue = await makeQueue({ scale: 'five' });
    const { item } = await claim(queue);
    const reply = await label(item, { verdict: 'label', native: 2, note: 'misses the point' });
    expect(reply.json()).toMatchObject({
      progress: { items: 1, done: 1, mine: 1 },
      item: { label: { native: 2, note: 'misses the point' } },
    });
    expect(await people()).toMatchObject([
      {
        value: 0.25,
        reason: 'misses the point',
        details: { samplingProbability: 1, queueId: queue.id, scale: 'five' },
      },
    ]);
    const [rollup] = await database.query<{ n: number }>(
      "select sum(n)::integer as n from score_rollups where source = 'human' and grain = 'hour'",
    );
    expect(rollup?.n).toBe(1);
  });

  it('take a verdict back with everything that it counted for', async () => {
    await app.store(answers(0.9));
    const queue = await makeQueue();
    const { item } = await claim(queue);
    await label(item, { verdict: 'label', native: 1 });
    const path = `/api/v1/reviews/${queue.id}/items/${item?.interaction.id}/label`;
    const undone = await app.send('DELETE', path);
    expect(undone.json()).toMatchObject({ item: { label: null }, progress: { done: 0, mine: 0 } });
    expect(await people()).toEqual([]);
    const rows = await database.query<{ n: number }>(
      "select sum(n)::integer as n from score_rollups where source = 'human' and grain = 'hour'",
    );
    expect(rows[0]?.n ?? 0).toBe(0);
    expect((await claim(queue)).item?.interaction.id).toBe(item?.interaction.id);
  });

  it('keep "not sure" and "skip" without making scores of them', async () => {
    await app.store(answers(0.9, 0.8));
    const queue = await makeQueue();
    await label((await claim(queue)).item, { verdict: 'not_sure', note: 'I know no Danish' });
    await label((await claim(queue)).item, { verdict: 'skip' });
    expect(await people()).toEqual([]);
    const { item, progress } = await claim(queue);
    expect([item, progress]).toEqual([null, { items: 2, done: 2, mine: 2 }]);
  });

  it('hide what others say until one has judged, in the claim and in the item itself', async () => {
    await app.store(answers(0.123456));
    const queue = await makeQueue({ people: 2 });
    const { item } = await claim(queue, { reviewer: 'ann' });
    await label(item, { verdict: 'label', native: 1, reviewer: 'ann', note: 'fine by Ann' });
    const path = `/api/v1/reviews/${queue.id}/items/${item?.interaction.id}`;
    const unseen = await app.send('GET', `${path}?reviewer=bob`);
    for (const word of ['0.123456', 'fine by Ann', 'judge:quality']) {
      expect(unseen.body).not.toContain(word);
    }
    expect(unseen.json()).toMatchObject({ others: null, label: null });
    const seen = await app.send('GET', `${path}?reviewer=ann`);
    expect(seen.json().others.scores[0]).toMatchObject({ value: 0.123456 });
    const open = await makeQueue({ blind: false });
    expect((await claim(open)).item?.others?.scores[0]).toMatchObject({ value: 0.123456 });
  });

  it('give every item to as many people as are asked for, and no person the same twice', async () => {
    await app.store(answers(0.9, 0.8, 0.7));
    const queue = await makeQueue({ people: 2, mode: 'newest' });
    const places = async (...reviewers: string[]) => {
      const claims = [];
      for (const reviewer of reviewers) claims.push((await claim(queue, { reviewer })).item?.place);
      return claims;
    };
    // Two of four see the first item, the next two the second.
    expect(await places('ann', 'bob', 'cy', 'dee')).toEqual([0, 0, 1, 1]);
    expect(await places('ann', 'bob')).toEqual([0, 0]);
    const { item } = await claim(queue, { reviewer: 'ann' });
    await label(item, { verdict: 'label', native: 1, reviewer: 'ann' });
    expect(await places('ann')).toEqual([2]);
  });

  it('let an item go that somebody left lying', async () => {
    await app.store(answers(0.9));
    const queue = await makeQueue();
    expect((await claim(queue, { reviewer: 'ann' })).item?.place).toBe(0);
    expect((await claim(queue, { reviewer: 'bob' })).item).toBeNull();
    app.clock.pass(16 * 60_000);
    expect((await claim(queue, { reviewer: 'bob' })).item?.place).toBe(0);
  });

  it('go on behind an item and come back to it at the end', async () => {
    await app.store(answers(0.9, 0.8));
    const queue = await makeQueue({ mode: 'newest' });
    expect((await claim(queue)).item?.place).toBe(0);
    expect((await claim(queue, { after: 0 })).item?.place).toBe(1);
    expect((await claim(queue, { after: 1 })).item?.place).toBe(0);
  });

  it('pass over interactions that were deleted since', async () => {
    const [, second] = await app.store(answers(0.9, 0.8));
    const queue = await makeQueue({ mode: 'newest' });
    await database.query('delete from interactions where id = $1', [second?.id ?? '']);
    expect(await claim(queue)).toMatchObject({ item: { place: 1 }, progress: { items: 1 } });
  });

  it('ask where labels narrow the interval most, and say how far', async () => {
    // The judge is clear about most and lost in the middle, where people will differ.
    const judged = Array.from({ length: 60 }, (_, at) => (at < 40 ? 0.99 : 0.5));
    await app.store(answers(...judged));
    const query = 'scoreName=overall&evaluator=judge:quality&labels=20';
    const plan = (await app.send('GET', `/api/v1/reviews/plan?${query}`)).json();
    expect(plan).toMatchObject({ judged: 60, labelled: 0, widthNow: null });
    expect(plan.strata[2].asked).toBeGreaterThan(plan.strata[4].asked / 2);
    expect(plan.widthAfter).toBeLessThan(plan.widthRandom);
    const queue = await makeQueue({ mode: 'narrow', evaluator: 'judge:quality', size: 20 });
    expect(queue).toMatchObject({ population: 60, representative: true, progress: { items: 20 } });
    const chances = await database.query<{ p: number; n: number }>(
      `select sampling_probability as p, count(*)::integer as n from review_items group by 1 order by 1`,
    );
    // In each part as many as were asked for, each as likely as the others.
    expect(chances.map(({ p, n }) => Math.round(n / p)).sort((a, b) => a - b)).toEqual([20, 40]);
  });

  it('tell how people agree with each other and with the judge', async () => {
    await app.store(answers(...Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? 0.1 : 0.9))));
    const queue = await makeQueue({ people: 2, size: 12 });
    for (const reviewer of ['ann', 'bob']) {
      for (let at = 0; at < 12; at += 1) {
        const { item } = await claim(queue, { reviewer });
        const place = Number(item?.place);
        const agrees = !(reviewer === 'bob' && place === 5);
        await label(item, {
          verdict: 'label',
          native: (place % 2 === 0) === agrees ? 1 : 0,
          reviewer,
        });
      }
    }
    const reply = (await app.send('GET', `/api/v1/reviews/${queue.id}/agreement`)).json();
    expect(reply.people).toMatchObject({ n: 12 });
    expect(reply.people.value).toBeGreaterThan(0.75);
    expect(reply.evaluators).toMatchObject([
      { evaluator: 'judge:quality', agreement: { n: 12 }, kappa: { n: 12 } },
    ]);
  });

  it('are listed newest first, page by page, renamed, closed and deleted', async () => {
    await app.store(answers(0.9));
    const first = await makeQueue({ name: 'first' });
    await makeQueue({ name: 'second' });
    const page = (await app.send('GET', '/api/v1/reviews?limit=1')).json();
    expect(page.items).toMatchObject([{ name: 'second' }]);
    const rest = await app.send('GET', `/api/v1/reviews?limit=1&cursor=${page.nextCursor}`);
    expect(rest.json()).toMatchObject({ items: [{ name: 'first' }], nextCursor: null });
    const path = `/api/v1/reviews/${first.id}`;
    const closed = await app.send('PATCH', path, { body: { name: 'done', status: 'closed' } });
    expect(closed.json()).toMatchObject({ name: 'done', status: 'closed' });
    expect((await app.send('POST', `${path}/claim`, { body: {} })).statusCode).toBe(409);
    expect((await app.send('DELETE', path)).statusCode).toBe(204);
    expect((await app.send('GET', path)).statusCode).toBe(404);
  });
});

describe('review queues: error', () => {
  it('refuse what cannot be: nothing that fits, a mode without its evaluator', async () => {
    const make = async (body: object) => {
      const given = { name: 'q', scoreName: 'overall', ...body };
      return (await app.send('POST', '/api/v1/reviews', { body: given })).statusCode;
    };
    expect(await make({})).toBe(400);
    await app.store(answers(0.9));
    expect(await make({ mode: 'narrow' })).toBe(400);
    expect(await make({ mode: 'disagreement' })).toBe(400);
    expect(await make({ evaluator: 'judge:other' })).toBe(400);
    expect(await make({ size: 0 })).toBe(400);
    expect(await make({ filter: { from: '2020-01-01T00:00:00Z' } })).toBe(400);
  });

  it('refuse labels off the scale, twice, by too many and in closed queues', async () => {
    await app.store(answers(0.9, 0.8));
    const queue = await makeQueue({ mode: 'newest' });
    const { item } = await claim(queue);
    expect((await label(item, { verdict: 'label', native: 2 })).statusCode).toBe(400);
    expect((await label(item, { verdict: 'label' })).statusCode).toBe(400);
    expect((await label(item, { verdict: 'skip', native: 1 })).statusCode).toBe(400);
    expect((await label(item, { verdict: 'label', native: 1 })).statusCode).toBe(200);
    expect((await label(item, { verdict: 'label', native: 0 })).statusCode).toBe(409);
    const late = { verdict: 'label', native: 0, reviewer: 'late' };
    expect((await label(item, late)).statusCode).toBe(409);
    const next = (await claim(queue)).item;
    await app.send('PATCH', `/api/v1/reviews/${queue.id}`, { body: { status: 'closed' } });
    expect((await label(next, { verdict: 'skip' })).statusCode).toBe(409);
    expect(await people()).toHaveLength(1);
  });

  it('find no verdict to take back where there is none', async () => {
    await app.store(answers(0.9));
    const { item } = await claim(await makeQueue());
    const path = `/api/v1/reviews/${item?.queueId}/items/${item?.interaction.id}/label`;
    expect((await app.send('DELETE', path)).statusCode).toBe(404);
    const foreign = `/api/v1/reviews/${item?.queueId}/items/${randomUUID()}`;
    expect((await app.send('GET', foreign)).statusCode).toBe(404);
  });
});

describe('review queues: security', () => {
  it('of another project do not exist', async () => {
    await app.store(answers(0.9));
    const queue = await makeQueue();
    const { item } = await claim(queue);
    const { key } = app.server.b;
    const path = `/api/v1/reviews/${queue.id}`;
    const itemPath = `${path}/items/${item?.interaction.id}`;
    const codes = [
      await app.send('GET', path, { key }),
      await app.send('GET', `${path}/agreement`, { key }),
      await app.send('GET', itemPath, { key }),
      await app.send('POST', `${path}/claim`, { key, body: {} }),
      await app.send('POST', `${itemPath}/label`, { key, body: { verdict: 'skip' } }),
      await app.send('DELETE', `${itemPath}/label`, { key }),
      await app.send('PATCH', path, { key, body: { name: 'mine' } }),
      await app.send('DELETE', path, { key }),
    ].map(({ statusCode }) => statusCode);
    expect(codes).toEqual(codes.map(() => 404));
    expect((await app.send('GET', '/api/v1/reviews', { key })).json().items).toEqual([]);
  });

  it('are judged by nobody who may only read, and by no person in the name of another', async () => {
    await app.store(answers(0.9));
    const queue = await makeQueue();
    const viewer = await app.server.signIn('viewer');
    const url = `/api/v1/reviews/${queue.id}/claim?project=default`;
    const refused = await app.server.browse(viewer, { method: 'POST', url, payload: {} });
    expect(refused.statusCode).toBe(403);
    const developer = await app.server.signIn('developer');
    const named = { method: 'POST', url, payload: { reviewer: 'ann' } } as const;
    expect((await app.server.browse(developer, named)).statusCode).toBe(200);
    const [row] = await database.query<{ reviewer: string }>('select reviewer from review_claims');
    expect(row?.reviewer).toBe(`user:${developer.email}`);
  });
});
