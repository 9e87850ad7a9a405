import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { batchOf, record, scoreRow } from '../../test/support/records.ts';
import { type GivenAnswer, type ReviewApp, reviewApp } from '../../test/support/review.ts';
import { seeded } from '../../test/support/seeded-random.ts';
import { recordAll } from '../record.ts';
import { judgeStanding } from './calibration.ts';
import { correctQuality } from './corrected-quality.ts';
import { readJudged, STRATA } from './judged.ts';
import { readRolledUp } from './judged-roll-ups.ts';

const database = await testDatabase();
const DAY_MS = 86_400_000;
let app: ReviewApp;

beforeAll(async () => {
  app = await reviewApp(database);
});
afterAll(() => app.server.close());
beforeEach(() => app.clear());

interface Labelled extends GivenAnswer {
  /** What people say; null: nobody was asked. */
  readonly person: number | null;
  readonly probability?: number;
  readonly givenBy?: string;
}

/** Stores judged answers and the labels of some. */
async function store(answers: readonly Labelled[], projectId = app.server.a.id): Promise<void> {
  const rows = await app.store(answers, projectId);
  const scores = rows.flatMap((row, at) => {
    const { person = null, probability, givenBy = 'user:ann' } = answers[at] ?? {};
    if (person === null) return [];
    const chance = probability === undefined ? {} : { samplingProbability: probability };
    return [
      scoreRow(row, {
        source: 'human',
        evaluator: 'review',
        value: person,
        details: { givenBy, ...chance },
      }),
    ];
  });
  await record(database, batchOf({ scores }), [recordAll]);
}

/** A judge that is right so often of good and of bad answers. */
function judgement(
  random: () => number,
  { good, sensitivity, specificity }: { good: number; sensitivity: number; specificity: number },
): { person: number; judge: number } {
  const person = random() < good ? 1 : 0;
  const right = random() < (person === 1 ? sensitivity : specificity);
  return { person, judge: right === (person === 1) ? 0.9 : 0.1 };
}

const get = async (path: string, key?: string) =>
  (await app.send('GET', path, key === undefined ? {} : { key })).json();

describe('calibration: happy', () => {
  it('tells how often an evaluator is right about good and about bad answers', async () => {
    const cells: [person: number, judge: number, count: number][] = [
      [1, 0.9, 80],
      [1, 0.1, 10],
      [0, 0.9, 6],
      [0, 0.1, 44],
    ];
    await store(
      cells.flatMap(([person, judge, count]) =>
        Array.from({ length: count }, () => ({ person, judge, probability: 0.5 })),
      ),
    );
    const { bar, items } = await get('/api/v1/calibration');
    expect(bar).toEqual({ kappa: 0.6, minLabels: 50 });
    expect(items).toMatchObject([
      {
        name: 'overall',
        evaluator: 'judge:quality',
        evaluatorVersion: '1 demo/judge',
        n: 140,
        weighted: true,
        confusion: [
          [44, 6],
          [10, 80],
        ],
        sensitivity: { n: 90 },
        specificity: { n: 50, value: 44 / 50 },
        standing: 'meets',
      },
    ]);
    expect(items[0].sensitivity.value).toBeCloseTo(40 / 45, 10);
    expect(items[0].kappa.value).toBeCloseTo(0.754, 2);
    expect(items[0].kappa.low).toBeGreaterThan(0.59);
  });

  it('says how many labels are missing, and marks who is below the bar', async () => {
    const random = seeded(1);
    const poor = { good: 0.7, sensitivity: 0.7, specificity: 0.6 };
    await store(Array.from({ length: 60 }, () => judgement(random, poor)));
    await store(
      Array.from({ length: 12 }, () => ({
        ...judgement(random, { good: 0.5, sensitivity: 1, specificity: 1 }),
        score: { evaluator: 'judge:new' },
      })),
    );
    const { items } = await get('/api/v1/calibration');
    expect(items).toMatchObject([
      { evaluator: 'judge:quality', standing: 'below', weighted: false },
      { evaluator: 'judge:new', standing: 'not_enough', n: 12 },
    ]);
    const nowMs = app.clock.now();
    const of = { projectId: app.server.a.id, name: 'overall', evaluator: 'judge:quality' };
    expect(await judgeStanding(database, of, nowMs)).toMatchObject({
      standing: 'below',
      labels: 60,
    });
    expect(await judgeStanding(database, { ...of, evaluator: 'nobody' }, nowMs)).toMatchObject({
      standing: 'not_enough',
      labels: 0,
    });
    const changed = await app.send('PUT', '/api/v1/calibration/bar', {
      body: { kappa: 0.6, minLabels: 61 },
    });
    expect(changed.json()).toEqual({ kappa: 0.6, minLabels: 61 });
    expect(await judgeStanding(database, of, nowMs)).toMatchObject({
      standing: 'not_enough',
    });
  });

  it('counts near misses for less where people used a scale', async () => {
    const five = [0, 0.25, 0.5, 0.75, 1];
    await store(
      Array.from({ length: 40 }, (_, at) => {
        const person = five[at % 5] ?? 0;
        return { person, judge: at % 2 === 0 ? person : Math.max(0, person - 0.25) };
      }),
    );
    const { items } = await get('/api/v1/calibration');
    expect(items[0].gradedKappa).toMatchObject({ n: 40 });
    expect(items[0].gradedKappa.value).toBeGreaterThan(0.85);
    expect(items[0].gradedKappa.low).toBeGreaterThan(items[0].kappa.low);
    await app.clear();
    await store([{ person: 1, judge: 1 }]);
    expect((await get('/api/v1/calibration')).items[0].gradedKappa).toBeNull();
  });

  it('keeps versions apart, and shows one by language, model and threshold', async () => {
    const korean =
      '환불은 구매일로부터 십사 일 이내에 신청하실 수 있으며 영업일 기준 사흘 안에 처리됩니다.';
    const answers = Array.from({ length: 24 }, (_, at) => ({
      person: at % 2,
      judge: [0.6, 0.8, 0.2, 0.8][at % 4] ?? 0,
      row: {
        model: at < 12 ? 'small' : 'large',
        responsePreview:
          at < 8 ? korean : 'You can ask for a refund within fourteen days of buying.',
      },
      score: { evaluatorVersion: at < 2 ? 'old' : 'new' },
    }));
    await store(answers);
    const path = '/api/v1/calibration/detail?name=overall&evaluator=judge:quality';
    const detail = await get(path);
    expect(detail.evaluator).toMatchObject({ evaluatorVersion: 'new', n: 22 });
    expect(detail.byModel.map(({ value, n }: { value: string; n: number }) => [value, n])).toEqual([
      ['large', 12],
      ['small', 10],
    ]);
    expect(detail.byLanguage.map(({ value }: { value: string }) => value)).toEqual(['en', 'ko']);
    const strict = await get(`${path}&threshold=0.7`);
    expect(strict.evaluator).toMatchObject({ threshold: 0.7, specificity: { value: 1 } });
    expect(detail.evaluator.specificity.value).toBeLessThan(0.7);
    const [at0] = detail.curve;
    expect(at0).toMatchObject({ threshold: 0, sensitivity: 1, specificity: 0 });
    expect((await get(`${path}&evaluatorVersion=old`)).evaluator.n).toBe(2);
  });

  it('counts the last word of each person, and people by their mean', async () => {
    await store([{ person: 0, judge: 0.9 }]);
    const [row] = await database.query<{ id: string; created_at: Date }>(
      'select id, created_at from interactions',
    );
    const later = (person: number, givenBy: string, minutes: number) =>
      scoreRow(
        { ...rowOf(row?.id ?? '', row?.created_at ?? new Date()) },
        {
          id: crypto.randomUUID(),
          source: 'human',
          evaluator: 'review',
          value: person,
          createdAt: new Date(app.clock.now() + minutes * 60_000),
          details: { givenBy },
        },
      );
    const scores = [later(1, 'user:ann', 1), later(1, 'user:bob', 2)];
    await record(database, batchOf({ scores }), [recordAll]);
    const { items } = await get('/api/v1/calibration');
    expect(items).toMatchObject([
      {
        n: 1,
        confusion: [
          [0, 0],
          [0, 1],
        ],
      },
    ]);
  });
});

function rowOf(id: string, createdAt: Date) {
  return { id, createdAt, projectId: app.server.a.id, model: null, userId: null } as Parameters<
    typeof scoreRow
  >[0];
}

describe('corrected quality', () => {
  const question = () => ({
    projectId: app.server.a.id,
    range: {
      from: new Date(app.clock.now() - 7 * DAY_MS),
      to: new Date(app.clock.now()),
    },
    scoreName: 'overall',
  });

  /** A judge that is too kind; people were asked about every fourth answer, of bad ones about every second. */
  function kindJudge(seed: number): { answers: Labelled[]; truth: number } {
    const random = seeded(seed);
    let good = 0;
    const answers = Array.from({ length: 800 }, (_, at): Labelled => {
      const { person, judge } = judgement(random, {
        good: 0.7,
        sensitivity: 0.97,
        specificity: 0.5,
      });
      good += person / 800;
      const probability = judge < 0.5 ? 0.5 : 0.25;
      const asked = random() < probability;
      return {
        judge,
        person: asked ? person : null,
        probability,
        row: { sessionId: `s${Math.floor(at / 2)}` },
      };
    });
    return { answers, truth: good };
  }

  it('moves the mean of a kind judge to what people say, with an interval', async () => {
    const { answers, truth } = kindJudge(5);
    await store(answers);
    const corrected = await correctQuality(database, question());
    expect(corrected).toMatchObject({ evaluator: 'judge:quality', nJudged: 800, nNeeded: 10 });
    const { value, low, high, naive, labelsAlone } = corrected ?? {};
    expect(Math.abs((value ?? 0) - truth)).toBeLessThan(0.06);
    expect(low).toBeLessThan(truth);
    expect(high).toBeGreaterThan(truth);
    expect(Math.abs((naive ?? 0) - 0.7)).toBeLessThan(0.2);
    const width = (high ?? 1) - (low ?? 0);
    expect(width).toBeLessThan((labelsAlone?.high ?? 0) - (labelsAlone?.low ?? 0));
    const detail = await get('/api/v1/calibration/detail?name=overall&evaluator=judge:quality');
    expect(detail.corrected.value).toBeCloseTo(value ?? 0, 10);
    // The rate of good answers, corrected by sensitivity and specificity, says the same.
    expect(detail.goodRate).toMatchObject({ clamped: false, nJudged: 800 });
    expect(Math.abs(detail.goodRate.value - truth)).toBeLessThan(0.08);
  });

  it('counts what a judge was seldom asked about for more', async () => {
    // Good answers were judged one time in ten, bad ones always: unweighted, half of them would be good.
    const answers = Array.from(
      { length: 40 },
      (_, at): Labelled => ({
        judge: at % 2,
        person: at % 2,
        probability: 1,
        score: { details: { samplingProbability: at % 2 === 1 ? 0.1 : 1 } },
      }),
    );
    await store(answers);
    const corrected = await correctQuality(database, question());
    expect(corrected?.naive).toBeCloseTo(10 / 11, 10);
    expect(corrected?.value).toBeCloseTo(10 / 11, 10);
  });

  it('knows that a label picked among what one judge saw is seldom elsewhere', async () => {
    // The judge saw every tenth good answer and all bad ones, and people labelled all that it saw. A rule saw everything.
    const rows = await app.store(
      Array.from({ length: 40 }, (_, at) => ({
        judge: at % 2,
        score: { details: { samplingProbability: at % 2 === 1 ? 0.1 : 1 } },
      })),
    );
    const rules = rows.map((row, at) => scoreRow(row, { evaluator: 'rules', value: at % 2 }));
    await record(database, batchOf({ scores: rules }), [recordAll]);
    const made = await app.send('POST', '/api/v1/reviews', {
      body: { name: 'q', scoreName: 'overall', evaluator: 'judge:quality', size: 40 },
    });
    const { id } = made.json();
    for (let at = 0; at < 40; at += 1) {
      const { item } = (await app.send('POST', `/api/v1/reviews/${id}/claim`, { body: {} })).json();
      const place = rows.findIndex((row) => row.id === item.interaction.id);
      expect(item.samplingProbability).toBeCloseTo(place % 2 === 1 ? 0.1 : 1, 10);
      await app.send('POST', `/api/v1/reviews/${id}/items/${item.interaction.id}/label`, {
        body: { verdict: 'label', native: 1 },
      });
    }
    const { items } = await get('/api/v1/calibration');
    const by = new Map(items.map((item: { evaluator: string }) => [item.evaluator, item]));
    // Both say "good" of ten in eleven that people called good, counted as often as they occur.
    for (const evaluator of ['judge:quality', 'rules']) {
      const found = by.get(evaluator) as { sensitivity: { value: number }; weighted: boolean };
      expect(found.weighted).toBe(true);
      expect(found.sensitivity.value).toBeCloseTo(10 / 11, 10);
    }
  });

  it('reads much of a detector from roll-ups, and comes to the same', async () => {
    const { answers } = kindJudge(7);
    const detected = answers.map((answer) => ({
      ...answer,
      score: { source: 'detector' as const, evaluator: 'toxicity', details: null },
    }));
    await store(detected);
    const asked = { ...question(), evaluator: 'toxicity' };
    const wide = { ...asked, range: { ...asked.range, to: new Date(app.clock.now() + 3_600_000) } };
    const exact = await readJudged(database, wide);
    const rolledUp = await readRolledUp(database, wide, { least: 1, strata: STRATA });
    expect(rolledUp?.mean.n).toBe(800);
    expect(rolledUp?.mean.mean).toBeCloseTo(exact?.mean.mean ?? 0, 10);
    expect(rolledUp?.strata.map(({ n }) => n)).toEqual(exact?.strata.map(({ n }) => n));
    for (const [at, { mean }] of (exact?.strata ?? []).entries()) {
      if (mean !== null) expect(rolledUp?.strata[at]?.mean).toBeCloseTo(mean, 0);
    }
    expect(await readRolledUp(database, wide, { least: 801, strata: STRATA })).toBeNull();
    await store([{ judge: 1, person: null }]);
    const judge = { ...wide, evaluator: 'judge:quality' };
    expect(await readRolledUp(database, judge, { least: 1, strata: STRATA })).toBeNull();
  });

  it('says how many labels are missing, and nothing of labels that somebody chose', async () => {
    await store(Array.from({ length: 9 }, () => ({ judge: 1, person: 1, probability: 0.5 })));
    expect(await correctQuality(database, question())).toMatchObject({
      value: null,
      nLabelled: 9,
      nNeeded: 10,
    });
    await app.clear();
    await store(Array.from({ length: 50 }, () => ({ judge: 1, person: 0 })));
    expect(await correctQuality(database, question())).toBeNull();
  });
});

describe('calibration: error', () => {
  it('knows nothing of evaluators that nobody labelled, and refuses bars out of range', async () => {
    const path = '/api/v1/calibration/detail?name=overall&evaluator=judge:none';
    expect((await app.send('GET', path)).statusCode).toBe(404);
    expect(await get('/api/v1/calibration')).toMatchObject({ items: [] });
    for (const body of [{ kappa: 1.1, minLabels: 50 }, { kappa: 0.5, minLabels: 1 }, {}]) {
      expect((await app.send('PUT', '/api/v1/calibration/bar', { body })).statusCode).toBe(400);
    }
  });
});

describe('calibration: security', () => {
  it('shows nothing of another project, and its bar is its own', async () => {
    await store(
      Array.from({ length: 12 }, () => ({ judge: 1, person: 1, probability: 1 })),
      app.server.b.id,
    );
    expect((await get('/api/v1/calibration')).items).toEqual([]);
    const path = '/api/v1/calibration/detail?name=overall&evaluator=judge:quality';
    expect((await app.send('GET', path)).statusCode).toBe(404);
    const bar = { kappa: 0.2, minLabels: 30 };
    await app.send('PUT', '/api/v1/calibration/bar', { body: bar });
    const theirs = await get('/api/v1/calibration', app.server.b.key);
    expect(theirs).toMatchObject({ bar: { kappa: 0.6 }, items: [{ n: 12 }] });
  });

  it('lets nobody but administrators move the bar', async () => {
    const key = await app.server.key(app.server.a.id, ['read', 'ingest']);
    const body = { kappa: 0, minLabels: 10 };
    const reply = await app.send('PUT', '/api/v1/calibration/bar', { body, key });
    expect(reply.statusCode).toBe(403);
  });
});
