import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../test/support/app.ts';
import { datasetApp, importText, madeDataset } from '../../test/support/datasets.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');

let test: TestApp;
let calls: ReturnType<typeof interactionRow>[];
beforeAll(async () => {
  test = await datasetApp({ clock: { now: () => NOW_MS, monotonic: () => 0 } });
  await ensurePartitions(test.database);
  calls = Array.from({ length: 30 }, (_, at) =>
    interactionRow({
      projectId: test.a.id,
      createdAt: new Date(NOW_MS - (at + 1) * 1000),
      model: at % 2 === 0 ? 'gpt-test' : 'other-model',
      metadata: { place: String(at) },
      promptPreview: `question ${at}`,
      responsePreview: `answer ${at}`,
    }),
  );
  const bodies = calls.map((call, at) =>
    bodyRow(call, {
      requestBody: JSON.stringify({
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: `question ${at}` },
        ],
      }),
      context: ['A passage.'],
      ...(at === 4 ? { requestBody: null, promptText: null } : {}),
    }),
  );
  await record(test.database, batchOf({ interactions: calls, bodies }), [insertRaw]);
});
afterAll(() => test.close());

const questionOf = (item: { messages: { content: string }[] }): string =>
  item.messages[0]?.content ?? '';

const items = async (id: string, query = ''): Promise<Record<string, unknown>[]> => {
  const reply = await test.inject({ url: `/api/v1/datasets/${id}/items?limit=200${query}` });
  expect(reply.statusCode).toBe(200);
  return reply.json().items;
};

describe('a dataset', () => {
  it('is made, named anew, listed and removed, and the audit log knows', async () => {
    const id = await madeDataset(test, 'Kept questions', []);
    const changed = await test.inject({
      method: 'PATCH',
      url: `/api/v1/datasets/${id}`,
      payload: { name: '質問', description: 'what people ask' },
    });
    expect(changed.json()).toMatchObject({ name: '質問', items: 0, latestVersion: 0, runs: 0 });
    const list = await test.inject({ url: '/api/v1/datasets' });
    expect(list.json().items).toContainEqual(changed.json());
    const gone = await test.inject({ method: 'DELETE', url: `/api/v1/datasets/${id}` });
    expect(gone.statusCode).toBe(204);
    expect((await test.inject({ url: `/api/v1/datasets/${id}` })).statusCode).toBe(404);
    const deeds = await test.database.query<{ action: string }>(
      "select action from audit_log where action like 'dataset.%' order by at, id",
    );
    expect(deeds.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['dataset.created', 'dataset.changed', 'dataset.deleted']),
    );
  });

  it('grows by versions that never change', async () => {
    const id = await madeDataset(test, 'versions', [
      { id: 'a', input: 'One?', reference: '1' },
      { id: 'b', input: 'Two?', reference: '2' },
    ]);
    const second = await importText(test, id, {
      text: '{"id":"b","input":"Two?","reference":"two"}\n{"id":"c","input":"Three?"}',
      query: '?note=better',
    });
    expect(second.json()).toMatchObject({ version: 2, added: 2, kept: 0, removed: 1 });
    expect((await items(id)).map(({ key, reference }) => [key, reference])).toEqual([
      ['a', '1'],
      ['b', 'two'],
      ['c', null],
    ]);
    expect((await items(id, '&version=1')).map(({ reference }) => reference)).toEqual(['1', '2']);
    const again = await importText(test, id, '{"id":"a","input":"One?","reference":"1"}');
    expect(again.json()).toMatchObject({ version: 2, added: 0, kept: 1, removed: 0 });
    const whole = await importText(test, id, {
      text: '{"id":"c","input":"Three?"}',
      query: '?mode=replace',
    });
    expect(whole.json()).toMatchObject({ version: 3, added: 0, kept: 1, removed: 2 });
    const versions = await test.inject({ url: `/api/v1/datasets/${id}/versions` });
    expect(versions.json().items).toMatchObject([
      { version: 3, items: 1, fileHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { version: 2, items: 3, note: 'better', fileHash: null },
      { version: 1, items: 2 },
    ]);
    const hash = versions.json().items[0].fileHash;
    const found = await test.inject({ url: `/api/v1/datasets/by-file?hash=${hash}` });
    expect(found.json()).toMatchObject({ found: { dataset: { id }, version: 3 } });
  });

  it('takes single items and lets them go', async () => {
    const id = await madeDataset(test, 'singles', []);
    const added = await test.inject({
      method: 'POST',
      url: `/api/v1/datasets/${id}/items`,
      payload: { items: [{ input: 'Why?' }, { messages: [{ role: 'user', content: 'Who?' }] }] },
    });
    expect(added.json()).toEqual({ version: 1, added: 2, kept: 0, removed: 0 });
    const [first] = await items(id);
    const url = `/api/v1/datasets/${id}/items/${first?.['id']}`;
    expect((await test.inject({ method: 'DELETE', url })).json()).toMatchObject({ version: 2 });
    expect((await test.inject({ method: 'DELETE', url })).statusCode).toBe(404);
    expect(await items(id)).toHaveLength(1);
  });

  it('is paged in its order', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => ({ input: `question ${at}` }));
    const id = await madeDataset(test, 'pages', rows);
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 4; page++) {
      const reply = await test.inject({
        url: `/api/v1/datasets/${id}/items?limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`,
      });
      seen.push(...reply.json().items.map(questionOf));
      cursor = reply.json().nextCursor ?? '';
      if (cursor === '') break;
    }
    expect(seen).toEqual(rows.map(({ input }) => input));
  });
});

describe('the import of a file', () => {
  it('tells bad lines by number and reason, and takes the others', async () => {
    const id = await madeDataset(test, 'bad lines', []);
    const reply = await importText(test, id, '{"input":"good"}\nbroken\n{"nothing":1}');
    expect(reply.json()).toMatchObject({ version: 1, added: 1, badLines: 2 });
    expect(reply.json().rejected.map(({ line }: { line: number }) => line)).toEqual([2, 3]);
  });

  it('takes nothing when it is strict and a line is bad, or no line is good', async () => {
    const id = await madeDataset(test, 'strict', []);
    const text = '{"input":"good"}\nbroken';
    const strict = await importText(test, id, { text, query: '?strict=true' });
    expect(strict.statusCode).toBe(400);
    expect(strict.json().error.details).toMatchObject({ badLines: 1, rejected: [{ line: 2 }] });
    expect((await importText(test, id, 'broken')).statusCode).toBe(400);
    expect((await importText(test, id, '')).statusCode).toBe(400);
    expect(await items(id)).toEqual([]);
  });

  it('reads CSV by named columns, packed or not', async () => {
    const id = await madeDataset(test, 'csv', []);
    const columns = encodeURIComponent(JSON.stringify({ input: 'ask', metadata: ['lang'] }));
    const reply = await test.inject({
      method: 'POST',
      url: `/api/v1/datasets/${id}/import?format=csv&columns=${columns}`,
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
      payload: gzipSync('ask,expected,lang\n"왜, 지금?",그냥,ko\n'),
    });
    expect(reply.json()).toMatchObject({ added: 1 });
    expect(await items(id)).toMatchObject([
      { messages: [{ content: '왜, 지금?' }], reference: '그냥', metadata: { lang: 'ko' } },
    ]);
  });

  it('refuses what is too large, packed wrongly, or has no sound map', async () => {
    const id = await madeDataset(test, 'refusals', []);
    const url = `/api/v1/datasets/${id}/import`;
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 10));
    const send = async (request: object): Promise<number> =>
      (await test.inject({ method: 'POST', url, headers, payload: 'x', ...request })).statusCode;
    expect(await send({ payload: bomb })).toBe(413);
    expect(await send({})).toBe(400);
    expect(await send({ headers: { ...headers, 'content-encoding': 'zstd' } })).toBe(415);
    expect(await send({ url: `${url}?columns={` })).toBe(400);
  });

  it('shows beforehand how a file would be read', async () => {
    const reply = await test.inject({
      method: 'POST',
      url: '/api/v1/datasets/import-preview?format=csv',
      headers: { 'content-type': 'text/csv' },
      payload: 'id,question,answer,topic\n1,Why?,Because.,x\n2,,y,z\n',
    });
    expect(reply.json()).toMatchObject({
      columns: ['id', 'question', 'answer', 'topic'],
      map: { key: 'id', input: 'question', reference: 'answer', context: null },
      items: [{ line: 2, messages: [{ role: 'user', content: 'Why?' }], reference: 'Because.' }],
      rejected: [{ line: 3 }],
    });
  });
});

describe('items of recorded calls', () => {
  it('carry question, context and, if wished, the answer as reference', async () => {
    const id = await madeDataset(test, 'calls', []);
    const interactionIds = calls.slice(0, 2).map((call) => call.id);
    const url = `/api/v1/datasets/${id}/items/from-interactions`;
    const payload = { interactionIds, reference: 'answer' };
    const reply = await test.inject({ method: 'POST', url, payload });
    expect(reply.json()).toMatchObject({ added: 2, matched: 2, withoutText: 0 });
    expect((await items(id))[0]).toMatchObject({
      interactionId: calls[0]?.id,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'question 0' },
      ],
      reference: 'answer 0',
      context: ['A passage.'],
      metadata: { place: '0', model: 'gpt-test' },
    });
    const twice = await test.inject({ method: 'POST', url, payload });
    expect(twice.json()).toMatchObject({ added: 0, kept: 2, version: 1 });
  });

  it('are the newest that match a filter, or a sample that the seed repeats', async () => {
    const fill = async (name: string, wish: object): Promise<Record<string, unknown>[]> => {
      const id = await madeDataset(test, name, []);
      const reply = await test.inject({
        method: 'POST',
        url: `/api/v1/datasets/${id}/items/from-filter`,
        payload: { from: '2026-11-21T11:00:00Z', to: '2026-11-21T12:00:00Z', count: 5, ...wish },
      });
      expect(reply.statusCode).toBe(200);
      return await items(id);
    };
    const newest = await fill('newest', { filter: { model: 'other-model' } });
    expect(newest.map(({ interactionId }) => interactionId)).toEqual(
      [1, 3, 5, 7, 9].map((at) => calls[at]?.id),
    );
    const sample = await fill('sample', { pick: 'sample', seed: 'x' });
    expect(sample.map(({ key }) => key)).toEqual(
      (await fill('sample again', { pick: 'sample', seed: 'x' })).map(({ key }) => key),
    );
    expect(sample.map(({ key }) => key)).not.toEqual(
      (await fill('another sample', { pick: 'sample', seed: 'y' })).map(({ key }) => key),
    );
    // One of the thirty has no text.
    expect(await fill('all', { count: 200 })).toHaveLength(29);
  });

  it('name a call that is not there, or of another project', async () => {
    const id = await madeDataset(test, 'strangers', []);
    const stranger = interactionRow({ projectId: test.b.id, createdAt: new Date(NOW_MS - 500) });
    await record(test.database, batchOf({ interactions: [stranger] }), [insertRaw]);
    const reply = await test.inject({
      method: 'POST',
      url: `/api/v1/datasets/${id}/items/from-interactions`,
      payload: { interactionIds: [stranger.id] },
    });
    expect(reply.statusCode).toBe(404);
    expect(reply.json().error.message).toContain(stranger.id);
  });
});

describe('the export of a dataset', () => {
  it('can be imported again, in both forms', async () => {
    const rows = [
      { id: 'a', input: 'One,\n"two"?', reference: '1', context: ['p', 'q'], metadata: { x: 'y' } },
      {
        id: 'b',
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'u' },
        ],
      },
      { id: 'c', input: '=1+1', variables: { name: '世界' } },
    ];
    const id = await madeDataset(test, 'out', rows);
    for (const format of ['jsonl', 'csv']) {
      const file = await test.inject({ url: `/api/v1/datasets/${id}/export?format=${format}` });
      expect(file.headers['content-disposition']).toContain(`dataset.${format}`);
      const copy = await madeDataset(test, `copy ${format}`, []);
      const reply = await importText(test, copy, { text: file.body, query: `?format=${format}` });
      expect(reply.json()).toMatchObject({ added: 3, badLines: 0 });
      const plain = (list: Record<string, unknown>[]): unknown[] =>
        list.map(({ id: _id, ...item }) => item);
      const [first, second, third] = plain(await items(copy)) as [object, object, object];
      const original = plain(await items(id));
      expect([first, second]).toEqual(original.slice(0, 2));
      // Text that a spreadsheet would run is made harmless in CSV.
      const content = format === 'csv' ? "'=1+1" : '=1+1';
      expect(third).toMatchObject({
        messages: [{ role: 'user', content }],
        variables: { name: '世界' },
      });
    }
  });
});

describe('datasets are kept apart', () => {
  it('from other projects', async () => {
    const id = await madeDataset(test, 'secret', [{ input: 'x' }]);
    const [item] = await items(id);
    const body = { items: [{ input: 'y' }] };
    const filter = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T12:00:00Z', count: 1 };
    const requests = [
      { url: `/api/v1/datasets/${id}` },
      { url: `/api/v1/datasets/${id}/items` },
      { url: `/api/v1/datasets/${id}/versions` },
      { url: `/api/v1/datasets/${id}/export` },
      { method: 'PATCH', url: `/api/v1/datasets/${id}`, payload: { name: 'mine' } },
      { method: 'DELETE', url: `/api/v1/datasets/${id}` },
      { method: 'POST', url: `/api/v1/datasets/${id}/items`, payload: body },
      { method: 'POST', url: `/api/v1/datasets/${id}/items/from-filter`, payload: filter },
      { method: 'DELETE', url: `/api/v1/datasets/${id}/items/${item?.['id']}` },
      {
        method: 'POST',
        url: `/api/v1/datasets/${id}/import`,
        headers: { 'content-type': 'application/x-ndjson' },
        payload: '{"input":"z"}',
      },
    ] as const;
    for (const request of requests) {
      const reply = await test.inject({ ...request, key: test.b.key });
      expect([request.url, reply.statusCode]).toEqual([request.url, 404]);
    }
    expect(await items(id)).toHaveLength(1);
    const list = await test.inject({ url: '/api/v1/datasets', key: test.b.key });
    expect(list.json().items).toEqual([]);
  });

  it('from keys without the scope', async () => {
    const id = await madeDataset(test, 'scopes', []);
    const readOnly = await test.key(test.a.id, ['read']);
    const make = { method: 'POST', url: '/api/v1/datasets', payload: { name: 'n' } } as const;
    expect((await test.inject({ ...make, key: readOnly })).statusCode).toBe(403);
    const remove = { method: 'DELETE', url: `/api/v1/datasets/${id}` } as const;
    const key = await test.key(test.a.id, ['gateway', 'ingest', 'read']);
    expect((await test.inject({ ...remove, key })).statusCode).toBe(403);
    expect((await test.inject({ ...remove, key: null })).statusCode).toBe(401);
  });

  it('and told when a name is taken or no name at all', async () => {
    await madeDataset(test, 'taken', []);
    const make = { method: 'POST', url: '/api/v1/datasets' } as const;
    expect((await test.inject({ ...make, payload: { name: 'taken' } })).statusCode).toBe(409);
    expect((await test.inject({ ...make, payload: { name: '../x' } })).statusCode).toBe(400);
  });
});
