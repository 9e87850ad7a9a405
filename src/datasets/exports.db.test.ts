import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import type { InteractionRow, SpanRow } from '../interactions/record.ts';
import { retrievalRoutes } from './retrieval-routes.ts';
import { trainingRoutes } from './training-routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');

let test: TestApp;
let asked: string[] = [];
beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, { database, clock }) => {
      trainingRoutes(app, { database, clock, redact: (text) => text.replaceAll('secret', '***') });
      retrievalRoutes(app, {
        database,
        clock,
        post: async (url) => {
          asked.push(url);
          return [{ id: 'a' }];
        },
      });
    },
  });
  await ensurePartitions(test.database);
  await record(test.database, batchOf(traffic(test.a.id)), [insertRaw]);
});
afterAll(() => test.close());

interface Call {
  readonly question: string;
  readonly answer: string;
  readonly ratings?: readonly (readonly [giver: string, value: number])[];
  readonly overall?: number;
  readonly more?: Partial<InteractionRow>;
}

const CALLS: readonly Call[] = [
  {
    question: 'one',
    answer: 'good one',
    ratings: [
      ['ann', 0],
      ['ann', 1],
    ],
  },
  { question: 'one', answer: 'bad one', ratings: [['bob', 0]] },
  { question: 'two', answer: 'unrated but fine', overall: 0.9 },
  { question: 'two', answer: 'unrated and poor', overall: 0.2 },
  {
    question: 'three',
    answer: 'a secret',
    ratings: [
      ['ann', 1],
      ['bob', 1],
    ],
  },
  { question: 'three', answer: 'a secret', ratings: [['cy', 1]] },
  {
    question: 'four',
    answer: 'disputed',
    ratings: [
      ['ann', 1],
      ['bob', 0],
    ],
  },
  { question: 'five', answer: 'failed', ratings: [['ann', 1]], more: { status: 'error' } },
  { question: 'six', answer: 'cut', ratings: [['ann', 1]], more: { finishReason: 'length' } },
];

function traffic(projectId: string): Parameters<typeof batchOf>[0] {
  const rows = CALLS.map((call, at) => ({
    call,
    interaction: interactionRow({
      projectId,
      createdAt: new Date(NOW_MS - (at + 1) * 1000),
      ...call.more,
    }),
  }));
  const spans: SpanRow[] = [
    {
      id: '01990000-0000-7000-8000-000000000009',
      projectId,
      createdAt: new Date(NOW_MS - 1000),
      traceId: null,
      spanId: null,
      parentSpanId: null,
      interactionId: null,
      kind: 'retrieval',
      name: 'rag.retrieve',
      durationMs: 3,
      status: 'success',
      attributes: {
        query: 'recorded',
        hits: 2,
        documents: [{ section_path: 'x' }, { section_path: 'a' }],
      },
    },
  ];
  return {
    interactions: rows.map(({ interaction }) => interaction),
    spans,
    bodies: rows.map(({ call, interaction }) =>
      bodyRow(interaction, {
        requestBody: JSON.stringify({ messages: [{ role: 'user', content: call.question }] }),
        promptText: call.question,
        responseText: call.answer,
      }),
    ),
    scores: rows.flatMap(({ call, interaction }) => [
      ...(call.ratings ?? []).map(([givenBy, value], at) =>
        scoreRow(interaction, {
          id: `01990000-0000-7000-8000-${String(CALLS.indexOf(call)).padStart(6, '0')}${String(at).padStart(6, '0')}`,
          name: 'user_feedback',
          createdAt: new Date(NOW_MS + at),
          value,
          source: 'human',
          evaluator: 'feedback',
          details: { givenBy },
        }),
      ),
      ...(call.overall === undefined ? [] : [scoreRow(interaction, { value: call.overall })]),
    ]),
  };
}

async function lines(query: string): Promise<Record<string, unknown>[]> {
  const reply = await test.inject({ url: `/api/v1/exports/training?${query}` });
  expect(reply.statusCode).toBe(200);
  return reply.body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('the export for training', () => {
  it('gives conversations that people liked, each once, the latest word of each person counting', async () => {
    const examples = await lines('format=sft');
    expect(examples).toEqual([
      {
        messages: [
          { role: 'user', content: 'one' },
          { role: 'assistant', content: 'good one' },
        ],
      },
      {
        messages: [
          { role: 'user', content: 'three' },
          { role: 'assistant', content: 'a ***' },
        ],
      },
    ]);
    expect(await lines('format=sft&dedupe=false')).toHaveLength(3);
    expect(await lines('format=sft&minScore=0.8')).toHaveLength(3);
  });

  it('gives rated answers with rating and reward', async () => {
    expect(await lines('format=negative')).toMatchObject([
      { prompt: 'one', response: 'bad one', rating: -1 },
    ]);
    expect(await lines('format=positive')).toHaveLength(2);
    const rewarded = await lines('format=rlhf');
    expect(rewarded.map(({ reward, label }) => [reward, label])).toEqual([
      [1, true],
      [-1, false],
      [1, true],
      [0, false],
    ]);
  });

  it('gives pairs of a better and a worse answer, in either style', async () => {
    const prompt = [{ role: 'user', content: 'one' }];
    const [good, bad] = ['good one', 'bad one'].map((content) => [{ role: 'assistant', content }]);
    expect(await lines('format=dpo')).toEqual([{ prompt, chosen: good, rejected: bad }]);
    expect(await lines('format=dpo&style=openai')).toEqual([
      { input: { messages: prompt }, preferred_output: good, non_preferred_output: bad },
    ]);
  });

  it('is raw for administrators alone, refuses nonsense, and is empty for others', async () => {
    const raw = await lines('format=positive&mask=none');
    expect(JSON.stringify(raw)).toContain('a secret');
    const url = '/api/v1/exports/training?format=sft';
    const key = await test.key(test.a.id, ['read']);
    expect((await test.inject({ url: `${url}&mask=none`, key })).statusCode).toBe(403);
    expect((await test.inject({ url: '/api/v1/exports/training' })).statusCode).toBe(400);
    expect((await test.inject({ url: `${url}&score=high` })).statusCode).toBe(400);
    expect((await test.inject({ url, key: test.b.key })).body).toBe('');
    expect((await test.inject({ url, key: null })).statusCode).toBe(401);
  });
});

describe('the evaluation of retrieval', () => {
  const send = (payload: object, key = test.a.key) =>
    test.inject({ method: 'POST', url: '/api/v1/retrieval-evaluations', payload, key });
  const recorded = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T12:00:00Z' };

  it('judges what was recorded, and says which queries were not', async () => {
    const queries = [
      { query: 'recorded', relevant_section_paths: ['a'] },
      { query: 'never asked', keywords: ['x'] },
    ];
    const reply = await send({ queries, recorded });
    expect(reply.json()).toMatchObject({
      num_queries: 1,
      summary: { mrr: 0.5, 'recall@1': 0, 'recall@3': 1 },
      skipped: [{ id: '2' }],
    });
    const other = await send({ queries, recorded }, test.b.key);
    expect(other.json()).toMatchObject({ num_queries: 0 });
  });

  it('asks an endpoint through what the program lets out', async () => {
    asked = [];
    const queries = [{ query: 'q', relevant_section_paths: ['a'] }];
    const reply = await send({ queries, endpoint: { url: 'http://retriever.test/find' } });
    expect(reply.json()).toMatchObject({ num_queries: 1, summary: { mrr: 1 } });
    expect(asked).toEqual(['http://retriever.test/find']);
  });

  it('wants a source, relevance, and a key that may call', async () => {
    const queries = [{ query: 'q', keywords: ['a'] }];
    expect((await send({ queries })).statusCode).toBe(400);
    expect((await send({ queries: [], recorded })).statusCode).toBe(400);
    expect(
      (await send({ queries, recorded }, await test.key(test.a.id, ['read']))).statusCode,
    ).toBe(403);
  });
});
