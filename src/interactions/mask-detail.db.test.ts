import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { takeBack } from '../analytics/roll-up.ts';
import { InteractionDetail } from '../contract/interactions.ts';
import { redactWithPlaces } from '../evaluators/pii/redact.ts';
import type { BodyRow, InteractionRow, ScoreRow } from './record.ts';
import { interactionRoutes } from './routes.ts';

let test: TestApp;
const deeds: object[] = [];

beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) => {
      interactionRoutes(app, {
        ...deps,
        takeBack,
        redact: (text) => text,
        hide: redactWithPlaces,
        recordDeed: (_tx, deed) => {
          deeds.push(deed);
          return Promise.resolve();
        },
      });
    },
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

async function add(
  given: Partial<InteractionRow>,
  more: { body: Partial<BodyRow>; scores?: Partial<ScoreRow>[] },
): Promise<InteractionRow> {
  const row = interactionRow({ projectId: test.a.id, createdAt: new Date(), ...given });
  const batch = batchOf({
    interactions: [row],
    bodies: [bodyRow(row, more.body)],
    scores: (more.scores ?? []).map((score) => scoreRow(row, score)),
  });
  await record(test.database, batch, [insertRaw]);
  return row;
}

describe('an interaction with personal data', () => {
  const answer = 'Ada lives here. Write to ada.byron@firm-mail.com soon. She paid 20 euros.';
  const start = answer.indexOf('She');
  const place = { start, end: answer.length };
  const given = {
    body: {
      promptText: 'Who is +49 30 901820?',
      responseText: answer,
      requestBody: JSON.stringify({
        messages: [{ role: 'user', content: 'Who is ada.byron@firm-mail.com?' }],
      }),
      responseBody: 'data: {"text":"ada.byron@"}\n\ndata: {"text":"firm-mail.com"}\n\n',
      context: ['nothing here'],
    },
    scores: [
      {
        reason: 'names ada.byron@firm-mail.com',
        details: {
          spans: [{ field: 'answer', index: 0, ...place, kind: 'unsupported' }],
          sentences: [{ ...place, support: 0.1, passage: 0, passageStart: 0, passageEnd: 7 }],
        },
      },
    ],
  };

  it('is shown with it hidden where that is asked for, and scores keep their places', async () => {
    const row = await add({ promptPreview: 'Who is ada.byron@firm-mail.com?' }, given);
    const url = `/api/v1/interactions/${row.id}?mask=pii`;
    const detail = InteractionDetail.parse((await test.inject({ url, key: test.a.key })).json());
    expect(detail.masked).toBe(true);
    expect(JSON.stringify(detail)).not.toContain('ada.byron');
    expect(detail.responseText).toContain('[email]');
    expect(JSON.parse(detail.request.body ?? '')).toEqual({
      messages: [{ role: 'user', content: 'Who is [email]?' }],
    });
    const [score] = detail.scores;
    const details = score?.details as { spans: (typeof place)[]; sentences: (typeof place)[] };
    for (const { start: from, end } of [...details.spans, ...details.sentences]) {
      expect(detail.responseText?.slice(from, end)).toBe('She paid 20 euros.');
    }
  });

  it('is shown as it is without, and what holds nothing private stays as it was', async () => {
    const row = await add({}, given);
    const plain = await test.inject({ url: `/api/v1/interactions/${row.id}`, key: test.a.key });
    expect(plain.json()).toMatchObject({ masked: false, responseText: answer });
    const body = { promptText: 'q', responseText: 'a', requestBody: '{"b": 1}', responseBody: 'x' };
    const other = await add({}, { body });
    const url = `/api/v1/interactions/${other.id}?mask=pii`;
    expect((await test.inject({ url, key: test.a.key })).json()).toMatchObject({
      masked: false,
      request: { body: '{"b": 1}' },
      response: { body: 'x' },
    });
  });

  it('is revealed to those who may write, and who looked is on record', async () => {
    const row = await add({}, given);
    const url = `/api/v1/interactions/${row.id}/reveal`;
    const reader = await test.key(test.a.id, ['read']);
    expect((await test.inject({ method: 'POST', url, key: reader })).statusCode).toBe(403);
    const reply = await test.inject({ method: 'POST', url, key: test.a.key });
    expect(reply.json()).toMatchObject({ masked: false, responseText: answer });
    expect(deeds.at(-1)).toMatchObject({ action: 'interaction.reveal', target: row.id });
    const foreign = await test.inject({ method: 'POST', url, key: test.b.key });
    expect(foreign.statusCode).toBe(404);
  });
});
