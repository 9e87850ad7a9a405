import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { redactText } from '../evaluators/pii/redact.ts';
import { exportRoutes } from './export-routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');

let test: TestApp;
beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) => exportRoutes(app, { ...deps, redact: redactText }),
  });
  await ensurePartitions(test.database);
  const interactions = Array.from({ length: 450 }, (_, at) =>
    interactionRow({
      projectId: test.a.id,
      createdAt: new Date(NOW_MS - (at + 1) * 1000),
      userId: at === 0 ? '=HYPERLINK("http://evil.test")' : 'ann',
      promptPreview: at === 1 ? 'two\nlines, "quoted"' : at === 2 ? 'I am bo@firma.se' : 'plain',
      responsePreview: at === 2 ? `${'x '.repeat(93)}card 4539 578` : '',
      sessionId: at === 2 ? 'eva@firma.se' : null,
    }),
  );
  const scores = interactions.slice(0, 1).map((row) => scoreRow(row, { value: 0.5 }));
  await record(test.database, batchOf({ interactions, scores }), [insertRaw]);
});
afterAll(() => test.close());

const url = '/api/v1/exports/interactions';

describe('the export of interactions', () => {
  it('holds every row once, newest first, as JSON lines', async () => {
    const reply = await test.inject({ url });
    expect(reply.headers['content-type']).toContain('ndjson');
    expect(reply.headers['content-disposition']).toContain('interactions.jsonl');
    const rows = reply.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(rows.map((row) => row.id)).size).toBe(450);
    expect(rows[0]).toMatchObject({
      createdAt: '2026-11-21T11:59:59.000Z',
      scores: [{ value: 0.5 }],
    });
  });

  it('is CSV that spreadsheets read and do not run', async () => {
    const reply = await test.inject({ url: `${url}?format=csv&from=2026-11-21T11:59:58Z` });
    const [names, first, ...rest] = reply.body.split('\r\n');
    expect(names).toContain('id,createdAt,origin,provider,model');
    expect(first).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    expect(rest[0]).toContain('"two\nlines, ""quoted"""');
    expect(rest.slice(1)).toEqual(['']);
  });

  it('takes the filters of the list, and refuses broken ones', async () => {
    const filtered = await test.inject({ url: `${url}?q=${encodeURIComponent('QUOTED')}` });
    expect(filtered.body.trimEnd().split('\n')).toHaveLength(1);
    for (const query of ['format=xml', 'score=high', 'from=never']) {
      expect((await test.inject({ url: `${url}?${query}` })).statusCode).toBe(400);
    }
  });

  it('is empty for a key of another project, and needs scope read', async () => {
    expect((await test.inject({ url, key: test.b.key })).body).toBe('');
    expect((await test.inject({ url, key: null })).statusCode).toBe(401);
    const key = await test.key(test.a.id, ['gateway', 'ingest', 'metrics']);
    expect((await test.inject({ url, key })).statusCode).toBe(403);
  });

  it('hides personal data and what a cut has left of it, unless an administrator asks for it raw', async () => {
    const range = 'from=2026-11-21T11:59:57Z&to=2026-11-21T11:59:57.500Z';
    const masked = await test.inject({ url: `${url}?${range}` });
    expect(JSON.parse(masked.body)).toMatchObject({
      promptPreview: 'I am [email]',
      sessionId: '[email]',
      responsePreview: expect.stringMatching(/x card \[cut\]$/),
      userId: 'ann',
    });
    const raw = await test.inject({ url: `${url}?${range}&mask=none` });
    expect(JSON.parse(raw.body)).toMatchObject({
      promptPreview: 'I am bo@firma.se',
      sessionId: 'eva@firma.se',
    });
  });

  it('is refused raw to keys without scope admin, and with masks nobody knows', async () => {
    const key = await test.key(test.a.id, ['read']);
    expect((await test.inject({ url, key })).statusCode).toBe(200);
    const refused = await test.inject({ url: `${url}?mask=none`, key });
    expect(refused.statusCode).toBe(403);
    expect(refused.json().error.code).toBe('forbidden');
    expect((await test.inject({ url: `${url}?mask=some` })).statusCode).toBe(400);
  });
});
